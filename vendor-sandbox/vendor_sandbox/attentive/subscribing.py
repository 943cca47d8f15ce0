"""The operations on subscriptions, and the legacy one that texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive import phones
from vendor_sandbox.attentive.account import KEYS, ME, UNITS
from vendor_sandbox.attentive.envelopes import accepted, answer
from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import (
    CHANNELS,
    MARKETING,
    TEXT,
    TRANSACTIONAL,
    TYPES,
    boolean,
    locale,
    mapping,
    mappings,
    needed,
    one_of,
    text,
)
from vendor_sandbox.attentive.subscriptions import API, SUBSCRIBED, UNSUBSCRIBED

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.attentive.account import Unit
    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.later import Later
    from vendor_sandbox.attentive.subscriptions import Subscriptions
    from vendor_sandbox.attentive.who import Identifiers, Who
    from vendor_sandbox.switches import Switchboard

_SUBSCRIBE = frozenset({"user", "signUpSourceId", "locale", "subscriptionType", "singleOptIn", "externalIdentifiers"})
_UNSUBSCRIBE = frozenset({"user", "subscriptions", "notification"})
_LANGUAGES = {"en-US": "unsubscribed", "fr-CA": "unsubscribed fr-CA"}
Triple = tuple[str, str, str]
"""Type, channel and address of a subscription."""


class Subscribing:
    """Who am I, subscribe, eligibility, unsubscribe, message."""

    def __init__(
        self, subscriptions: Subscriptions, identifiers: Identifiers, later: Later, switches: Switchboard
    ) -> None:
        self._subscriptions = subscriptions
        self._store = subscriptions.store
        self._identifiers = identifiers
        self._later = later
        self._switches = switches
        later.kinds |= {"subscribe": self._subscribe_now, "unsubscribe": subscriptions.unsubscribe}

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {
            "Me": self._me,
            "MeV2": self._me,
            "Subscribe": self._subscribe,
            "Eligibility": self._eligibility,
            "Unsubscribe": self._unsubscribe,
            "Message": self._message,
        }

    def _me(self, asked: Asked) -> Answer:
        return answer({"applicationName": KEYS[asked.key].app, **ME})

    def _later_do(self, kind: str, work: dict[str, Any]) -> None:
        self._later.do(kind, work, float(self._switches["accepted-seconds"]))

    def _subscribe(self, asked: Asked) -> Answer:
        self._check_names(asked, _SUBSCRIBE)
        who = self._identifiers.subscriber(asked.body)
        kind, unit = _source(asked)
        responses = []
        for channel, address in who.addresses:
            known = self._store.subscription(kind, channel, address)
            status = "PREVIOUSLY_CREATED" if known and known[0] != UNSUBSCRIBED else "NEWLY_CREATED"
            responses.append(
                {"subscription": {"type": kind, "channel": channel}, "subscriptionCreationStatus": status}
            )
        work = {"type": kind, "unit": unit.id, "single": boolean(asked.body, "singleOptIn")}
        self._later_do(
            "subscribe",
            {**work, "addresses": who.addresses, "who": who.identifiers, "operation": asked.operation},
        )
        body = {name: asked.body[name] for name in ("user", "externalIdentifiers") if name in asked.body}
        return accepted({**body, "subscriptionResponses": responses})

    def _subscribe_now(self, work: dict[str, Any]) -> None:
        self._store.resolve([(kind, value) for kind, value in work["who"]])
        for channel, address in work["addresses"]:
            self._subscriptions.subscribe({**work, "channel": channel, "address": address})

    def _eligibility(self, asked: Asked) -> Answer:
        query = {name: value for name, value in asked.query.items() if name in {"phone", "email"}}
        phone, email = self._identifiers.phone(query), self._identifiers.email(query)
        if not phone and not email:
            raise ApiError.bad("phone or email is required")
        found = [
            _eligibility(kind, channel, state)
            for channel, address in ((TEXT, phone), ("EMAIL", email))
            for kind, state in (self._store.subscriptions(channel, address) if address else ())
            if state != UNSUBSCRIBED or self._switches["opted-out-eligibility"] == "false"
        ]
        if not found:
            raise ApiError(404, "Subscriptions not found for the given user")
        return answer({"subscriptionEligibilities": found})

    def _unsubscribe(self, asked: Asked) -> Answer:
        self._check_names(asked, _UNSUBSCRIBE)
        who = self._identifiers.subscriber(asked.body)
        notification = mapping(asked.body, "notification") or {}
        language = one_of(notification, "language", _LANGUAGES) or "en-US"
        kind = "" if boolean(notification, "disabled") else _LANGUAGES[language]
        ended = self._ended(asked, who)
        known = any(self._store.subscriptions(channel, address) for channel, address in who.addresses)
        if not known and self._switches["unsubscribe-unknown"] == "not-found":
            raise ApiError(404, "Subscriptions not found for the given user")
        responses = [
            {"subscription": {"type": kind, "channel": channel}, "subscriptionUnsubscribeStatus": self._left(each)}
            for each in ended
            for kind, channel, _ in (each,)
        ]
        work = {"ended": [each for each in ended if self._store.subscription(*each)], "by": API, "text": kind}
        self._later_do("unsubscribe", {**work, "operation": asked.operation})
        return accepted({"user": asked.body["user"], "subscriptionResponses": responses})

    def _left(self, each: Triple) -> str:
        known = self._store.subscription(*each)
        return "NEWLY_UNSUBSCRIBED" if known and known[0] != UNSUBSCRIBED else "PREVIOUSLY_UNSUBSCRIBED"

    def _ended(self, asked: Asked, who: Who) -> list[Triple]:
        """Which subscriptions are meant, TEXT first: a channel without its identifier is passed over."""
        wanted = mappings(asked.body, "subscriptions")
        if wanted == [] and self._switches["empty-list"] == "refuse":
            raise ApiError.bad("subscriptions must not be empty")
        if wanted is None or (wanted == [] and self._switches["empty-list"] == "all"):
            return [
                (kind, channel, address)
                for channel, address in who.addresses
                for kind, _ in self._store.subscriptions(channel, address)
            ]
        asked_for = {
            (
                one_of(each, "type", TYPES) or MARKETING,
                one_of({"channel": needed(each, "channel")}, "channel", CHANNELS),
            )
            for each in wanted
        }
        return [
            (kind, channel, address)
            for channel, address in who.addresses
            for kind in TYPES
            if (kind, channel) in asked_for
        ]

    def _message(self, asked: Asked) -> Answer:
        """The legacy call: its answer's `addSubscriber` is a text."""
        body = needed(asked.body, "body")
        to = phones.e164(asked.body.get("to"), "to", lenient=self._switches["lenient-us"] == "on")
        out = any(state == UNSUBSCRIBED for _, state in self._store.subscriptions(TEXT, to))
        on = any(state == SUBSCRIBED for _, state in self._store.subscriptions(TEXT, to))
        if on or not out or self._switches["message-opted-out"] == "sent":
            self._subscriptions.send("message", asked.operation, to, body)
        shown = {"type": "v1", "to": to, "body": body, "skipFatigue": True, "createShortLink": False}
        return answer({**shown, "addSubscriber": "true"})

    def _check_names(self, asked: Asked, known: frozenset[str]) -> None:
        unknown = sorted(asked.body.keys() - known)
        if unknown and self._switches["unknown-fields"] == "refuse":
            raise ApiError.bad(f"Unrecognized field: {unknown[0]}")


def _source(asked: Asked) -> tuple[str, Unit]:
    """Subscription type and sign-up unit."""
    source, wanted = text(asked.body, "signUpSourceId"), locale(asked.body)
    kind = one_of(asked.body, "subscriptionType", (MARKETING, TRANSACTIONAL))
    if source is not None and wanted is not None:
        raise ApiError.bad("Found both locale and signUpSourceId: exactly one of them is required")
    if source is not None:
        return find_unit(source).type, find_unit(source)
    if wanted is None or kind is None:
        raise ApiError.bad("signUpSourceId, or locale and subscriptionType, is required")
    units = [
        each
        for each in UNITS.values()
        if (each.language, each.country) == wanted and each.type == kind and each.kind == "API"
    ]
    if len(units) != 1:
        raise ApiError.bad(f"Found {len(units)} API sign-up units for that locale and subscriptionType: 1 is required")
    return kind, units[0]


def find_unit(source: str) -> Unit:
    """The sign-up unit of kind API with an id.

    Raises:
        ApiError: There is none.
    """
    unit = UNITS.get(source)
    if unit is None or unit.kind != "API":
        raise ApiError.bad("signUpSourceId is not the ID of an API sign-up unit")
    return unit


def _eligibility(kind: str, channel: str, state: str) -> dict[str, Any]:
    eligible = state == SUBSCRIBED
    return {"subscription": {"type": kind, "channel": channel}, "eligibility": {"isEligible": eligible}}
