"""Who a record is about, read from its columns and written as each of Attentive's calls wants it: pure, no I/O.

::

    Identifiers(phone="+12025550100", custom={"crm": "17"}).event_user()
    -> {"phone": "+12025550100", "externalIdentifiers": {"customIdentifiers": [{"name": "crm", "value": "17"}]}}
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec.json

from singer_delivery.outcomes import Verdict, rejected

if TYPE_CHECKING:
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_attentive.user_forms import (
        EventExternalIdentifiers,
        EventUser,
        ExternalIdentifiers,
        IdentityUser,
        Member,
        NameValue,
        User,
        V2Identifiers,
    )

LONGEST = 100
"""Characters that `clientUserId` and each other identifier may have; an e-mail address only in v2 and Identify."""
SPELLINGS: Mapping[str, str] = {
    "clientUserId": "client_user_id",
    "shopifyId": "shopify_id",
    "klaviyoId": "klaviyo_id",
    "customIdentifiers": "custom_identifiers",
}
"""Attentive's spellings of the columns that hold identifiers."""
_LARGEST_ID = 10**18
"""Beyond it, what was a whole number once is not sure to be the same one."""
_PLAIN = ("client_user_id", "shopify_id", "klaviyo_id")


@dataclass(slots=True)
class Identifiers:
    """All that says who a record is about. Nothing in it is blank.

    Attributes:
        phone: In E.164.
        email: In lower case.
        client_user_id: The customer's own id of the person.
        shopify_id: Shopify's.
        klaviyo_id: Klaviyo's.
        custom: Custom identifiers by name: of an object in the order of their names, of a list in its own.
    """

    phone: str | None = None
    email: str | None = None
    client_user_id: str | None = None
    shopify_id: str | None = None
    klaviyo_id: str | None = None
    custom: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Mapping[str, Any], columns: Columns, person: Person) -> Identifiers | Verdict:
        """Read a record; the same as `reader(columns)(record, person)`, which is faster for many."""
        return reader(columns)(record, person)

    @property
    def count(self) -> int:
        """How many identifiers there are."""
        plain = (self.phone, self.email, self.client_user_id, self.shopify_id, self.klaviyo_id)
        return sum(each is not None for each in plain) + len(self.custom)

    def key(self) -> str:
        """Return the key of a delivery about this person, the same in all actions; empty where nobody is named."""
        if self.phone is not None:
            return self.phone
        if self.email is not None:
            return self.email
        if self.client_user_id is not None:
            return f"id:{self.client_user_id}"
        for first in self.custom.items():
            return custom_key(*first)
        return ""

    def user(self) -> User:
        """Return `user` of subscribe and unsubscribe."""
        user: User = {}
        if self.phone is not None:
            user["phone"] = self.phone
        if self.email is not None:
            user["email"] = self.email
        return user

    def event_user(self) -> EventUser:
        """Return `user` of v1 attributes and events: nothing in it that an EventUser does not know."""
        user: EventUser = {**self.user()}  # type: ignore[typeddict-item] # the rest may be missing
        external: EventExternalIdentifiers = {}
        if self.client_user_id is not None:
            external["clientUserId"] = self.client_user_id
        if self.custom:
            external["customIdentifiers"] = self._name_values()
        if external:
            user["externalIdentifiers"] = external
        return user

    def external_identifiers(self) -> ExternalIdentifiers:
        """Return `externalIdentifiers` of subscribe; empty where there are none, and then to be left out."""
        external: ExternalIdentifiers = {}
        if self.client_user_id is not None:
            external["clientUserId"] = self.client_user_id
        if self.shopify_id is not None:
            external["shopifyId"] = self.shopify_id
        if self.klaviyo_id is not None:
            external["klaviyoId"] = self.klaviyo_id
        if self.custom:
            external["customIdentifiers"] = self._name_values()
        return external

    def identity(self) -> IdentityUser:
        """Return the body of Identify."""
        return {**self.user(), **self.external_identifiers()}

    def member(self) -> Member:
        """Return a member of a segment; empty where Attentive could not know who it is."""
        member: Member = {}
        if self.phone is not None:
            member["phone"] = self.phone
        if self.email is not None:
            member["email"] = self.email
        if self.client_user_id is not None:
            member["clientUserId"] = self.client_user_id
        return member

    def v2(self) -> V2Identifiers:
        """Return `identifiers` of v2."""
        identifiers: V2Identifiers = {**self.member()}  # type: ignore[typeddict-item] # the rest may be missing
        if self.shopify_id is not None:
            identifiers["shopifyId"] = self.shopify_id
        if self.klaviyo_id is not None:
            identifiers["klaviyoId"] = self.klaviyo_id
        if self.custom:
            identifiers["customIdentifiers"] = [{"key": name, "value": value} for name, value in self.custom.items()]
        return identifiers

    def _name_values(self) -> list[NameValue]:
        return [{"name": name, "value": value} for name, value in self.custom.items()]


def custom_key(name: Any, value: Any) -> str:
    """Return the key of somebody who is known by a custom identifier alone."""
    return f"custom:{msgspec.json.encode((name, value)).decode()}"


Reader = Callable[[Mapping[str, Any], "Person"], "Identifiers | Verdict"]
"""Reads the identifiers of a stream's records; a rejection (`too_long`, `wrong_type`) names the column, not the
value."""


def reader(columns: Columns, *, short_email: bool = False) -> Reader:
    """Return what reads the identifiers of a stream's records.

    Args:
        columns: The stream's columns; ids count under `client_user_id`, `shopify_id`, `klaviyo_id` and
            `custom_identifiers` in `known`.
        short_email: Whether an e-mail address may have 100 characters only, as v2 and Identify have it.
    """
    plain = [(name, columns.known[name]) for name in _PLAIN if name in columns.known]
    custom = columns.known.get("custom_identifiers")
    email_column = columns.known.get("email", "email")

    def read(record: Mapping[str, Any], person: Person) -> Identifiers | Verdict:
        email = person.email
        if short_email and email is not None and len(email) > LONGEST:
            return _too_long(email_column)
        found = Identifiers(person.phone, email)
        column = ""
        try:
            for name, column in plain:
                value = record.get(column)
                if value is not None:
                    setattr(found, name, _text(value))
            if custom is not None and (given := record.get(custom)) is not None:
                column = custom
                found.custom = _custom(given)
        except _TooLongError:
            return _too_long(column)
        except ValueError as error:
            return rejected(
                "wrong_type", f"Column `{column}`: {error} Correct it at its source and replay the record."
            )
        return found

    return read


class _TooLongError(ValueError):
    """An identifier has more characters than Attentive takes."""


def _too_long(column: str) -> Verdict:
    return rejected(
        "too_long",
        f"Column `{column}`: Attentive takes identifiers of at most {LONGEST} characters. Correct it at its source "
        "and replay the record.",
    )


def _text(value: Any) -> str | None:
    """Return an identifier without spaces around it; None if nothing is left: a blank one may merge people."""
    if isinstance(value, str):
        text = value.strip()
    elif isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
    elif isinstance(value, (float, Decimal)) and _is_whole(value):  # an id that some table made 17.0
        text = str(int(value))
    else:
        raise ValueError("expected a text or a whole number.")
    if len(text) > LONGEST:
        raise _TooLongError
    return text or None


def _is_whole(value: float | Decimal) -> bool:
    return math.isfinite(value) and -_LARGEST_ID < value < _LARGEST_ID and value == int(value)


def _custom(value: Any) -> Mapping[str, str]:
    """Read custom identifiers: an object, a list of `{name, value}` or `{key, value}`, or the JSON text of one."""
    custom: dict[str, str] = {}
    for name, given in _pairs(value):
        text = None if given is None else _text(given)
        if text is None:
            continue
        if not isinstance(name, str) or not (stripped := name.strip()):
            raise _shape()
        if len(stripped) > LONGEST:
            raise _TooLongError
        if custom.setdefault(stripped, text) != text:
            raise ValueError("the same name stands there twice, with different values.")
    return custom


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value) if value.strip() else None
        except (ValueError, RecursionError):
            raise _shape() from None
    if value is None:
        return []
    if isinstance(value, dict):
        return [(name, value[name]) for name in sorted(value)]  # tables keep an object's order, or not
    if isinstance(value, list):
        return [_pair(each) for each in value]
    raise _shape()


def _pair(item: Any) -> tuple[Any, Any]:
    if not isinstance(item, dict) or "value" not in item or ("name" in item) == ("key" in item):
        raise _shape()
    return item.get("name", item.get("key")), item["value"]


def _shape() -> ValueError:
    return ValueError("expected an object of names and values, or a list of objects with `name` and `value`.")
