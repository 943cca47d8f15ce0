"""Attributes of people: v1's custom ones; v2's, which have names and addresses too."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.envelopes import accepted, answer, nothing
from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import CHANNELS, TEXT, boolean, locale, mapping, mappings, needed, one_of, text
from vendor_sandbox.attentive.registry import check_form, merged, shown
from vendor_sandbox.attentive.subscribing import find_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.later import Later
    from vendor_sandbox.attentive.registry import Registry
    from vendor_sandbox.attentive.subscriptions import Subscriptions
    from vendor_sandbox.attentive.webhooks import Webhooks
    from vendor_sandbox.attentive.who import Identifiers, Who
    from vendor_sandbox.switches import Switchboard

    Read = tuple[Who, dict[str, Any]]
    """Whom a record is about, and its built-in fields."""

_NAMES = frozenset({"firstName", "lastName"})
_DEMOGRAPHIC = frozenset({"language", "dateOfBirth", "organization", "title", "website"})
_LOCATION = frozenset(
    {
        *("address1", "address2", "city", "state", "zip"),
        *("latitude", "longitude", "country", "region", "timezone"),
    }
)
_CODES = {
    "country": (re.compile(r"[A-Z]{2}", re.ASCII), "ISO 3166-1"),
    "region": (re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII), "ISO 3166-2"),
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Attributes:
    """The operations on attributes of one person, and what a record of a bulk job does."""

    def __init__(  # noqa: PLR0913, PLR0917 - what attributes touch
        self,
        subscriptions: Subscriptions,
        registry: Registry,
        identifiers: Identifiers,
        later: Later,
        hooks: Webhooks,
        switches: Switchboard,
    ) -> None:
        self._subscriptions = subscriptions
        self._store = subscriptions.store
        self._registry = registry
        self._identifiers = identifiers
        self._later = later
        self._hooks = hooks
        self._switches = switches
        later.kinds["attributes"] = self._now

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {"SetAttributes": self._set, "GetAttributes": self._get, "UserAttributes": self._user}

    def _set(self, asked: Asked) -> Answer:
        """v1, which is done at once."""
        who = self._identifiers.event_user(asked.body)
        properties = mapping(asked.body, "properties")
        if properties is None:
            raise ApiError.bad("properties is required")
        check_form(properties)
        reachable = who.addresses or self._store.find(who.identifiers)
        if not reachable:
            if self._switches["unknown-external-id"] == "refuse":
                raise ApiError.bad("user is not known by that identifier")
            return nothing()
        values = self._registry.read(properties, version=1)
        self._write(who, {}, values)
        return nothing()

    def _get(self, asked: Asked) -> Answer:
        query = {name: value for name, value in asked.query.items() if name in {"phone", "email"}}
        phone, email = self._identifiers.phone(query), self._identifiers.email(query)
        if bool(phone) == bool(email):
            raise ApiError.bad("exactly one of phone and email is required")
        found = self._store.find([("phone", phone)] if phone else [("email", email)])
        _, attributes = self._store.known(found[0]) if found else ({}, {})
        return answer([{"name": name, "value": shown(value)} for name, value in sorted(attributes.items())])

    def _user(self, asked: Asked) -> Answer:
        self.check(asked.body)
        # What an account lacks is told at once, where there is nobody to ask later. What registers comes last: a call
        # that is refused settles no attribute's type.
        for each in mappings(asked.body, "subscriptions") or []:
            find_unit(needed(each, "signUpSourceId"))
        self._registry.read(_custom(asked.body), version=2)
        work = {"record": asked.body, "operation": asked.operation}
        self._later.do("attributes", work, float(self._switches["accepted-seconds"]))
        return accepted({"success": True, "message": "User attributes successfully submitted"})

    def _now(self, work: dict[str, Any]) -> None:
        # What cannot be done by now is not done, and nobody is told.
        with suppress(ApiError):
            self.apply(work["record"], work["operation"])

    def check(self, record: Mapping[str, Any]) -> Read:
        """Check the form of a record; returns what it says of whom.

        Raises:
            ApiError: It cannot be.
        """
        read = self._who(record), self._profile(record)
        check_form(_custom(record))
        for each in mappings(record, "subscriptions") or []:
            needed(each, "signUpSourceId")
            one_of({"channel": needed(each, "channel")}, "channel", CHANNELS)
            boolean(each, "singleOptIn")
            if self._switches["item-subscription-type"] == "required":
                needed(each, "subscriptionType")
        return read

    def apply(self, record: Mapping[str, Any], operation: str, read: Read | None = None) -> str:
        """Do what a record says; returns a word for the results.

        Args:
            record: The record.
            operation: What brought it.
            read: What `check` made of it, if it is still known.

        Raises:
            ApiError: It cannot be done, and nothing of it is.
        """
        who, profile = read or (self._who(record), self._profile(record))
        wanted = mappings(record, "subscriptions") or []
        units = [find_unit(needed(each, "signUpSourceId")) for each in wanted]
        values = self._registry.read(_custom(record), version=2)
        self._write(who, profile, values)
        for each, unit in zip(wanted, units, strict=True):
            address = who.phone if each["channel"] == TEXT else who.email
            if address:
                single = boolean(each, "singleOptIn")
                work = {"type": unit.type, "unit": unit.id, "single": single, "operation": operation}
                self._subscriptions.subscribe({**work, "channel": each["channel"], "address": address})
        return "OK"

    def _who(self, record: Mapping[str, Any]) -> Who:
        given = mapping(record, "identifiers")
        who = self._identifiers.flat(given or {}, "key")
        if not who.identifiers:
            raise ApiError.bad("identifiers must have at least one identifier")
        return who

    def _profile(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The built-in fields of a record; what is not one is passed over, as Spring does.

        Raises:
            ApiError: One cannot be.
        """
        given = mapping(record, "attributes") or {}
        profile: dict[str, Any] = _texts(given, _NAMES)
        if demographic := mapping(given, "demographic"):
            profile["demographic"] = _texts(demographic, _DEMOGRAPHIC) | _age(demographic)
            _check_birthday(profile["demographic"].get("dateOfBirth"))
        if location := mapping(given, "location"):
            profile["location"] = _texts(location, _LOCATION)
            if self._switches["location-formats"] == "strict":
                _check_codes(profile["location"])
        if found := locale(given):
            profile["locale"] = dict(zip(("language", "country"), found, strict=True))
        return profile

    def _write(self, who: Who, profile: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        if self._store.find(who.identifiers):
            person = self._store.resolve(who.identifiers)
            old_profile, old = self._store.known(person)
            nested = {
                name: {**old_profile.get(name, {}), **value} if isinstance(value, dict) else value
                for name, value in profile.items()
            }
            self._store.put(person, {**old_profile, **nested}, merged(old, values))
        else:
            self._store.add(who.identifiers, profile, merged({}, values))
        if values:
            self._hooks.tell("custom_attribute.set", who.identifiers)


def _custom(record: Mapping[str, Any]) -> dict[str, Any]:
    return mapping(mapping(record, "attributes") or {}, "custom") or {}


def _texts(given: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name in given if name in names and (value := text(given, name))}


def _check_codes(location: Mapping[str, str]) -> None:
    for name, (form, standard) in _CODES.items():
        if name in location and not form.fullmatch(location[name]):
            raise ApiError.bad(f"{name} must be a code of {standard}")


def _age(given: Mapping[str, Any]) -> dict[str, int]:
    age = given.get("age")
    if age is None:
        return {}
    if isinstance(age, bool) or not isinstance(age, int):
        raise ApiError.bad("age must be an integer")
    return {"age": age}


def _check_birthday(value: str | None) -> None:
    try:
        fine = value is None or bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        fine = False
    if not fine:
        raise ApiError.bad("dateOfBirth must be YYYY-MM-DD")
