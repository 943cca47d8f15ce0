"""From a record to what is written about a person: built-in fields and custom attributes. Pure, no I/O.

::

    {"firstName": "Ana", "demographic": {"dateOfBirth": "1990-04-01"}, "location": {"zip": "10001", "country": "US"},
     "locale": {"language": "en", "country": "US"}, "custom": {"Loyalty Tier": "Gold", "points": 120}}

is `attributes` of v2, whose built-in fields v1 does not have. Nothing in it is null, blank, a list or an object:
Attentive refuses those, and warns of blanks.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, rejected
from target_attentive.attribute_types import STRING, type_of
from target_attentive.values import WrongValueError, plain_text, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from singer_delivery.columns import Columns
    from target_attentive.attribute_types import AttributeTypes

    Write = Callable[[Any], Any]

LONGEST_NAME = 200
"""Characters of an attribute's name (description of v1)."""
SPELLINGS: Mapping[str, str] = {
    "firstName": "first_name",
    "lastName": "last_name",
    "dateOfBirth": "birthday",
    "zip": "postal_code",
    **{
        name: name
        for name in (
            *("address1", "address2", "latitude", "longitude", "region", "timezone", "locale"),
            *("language", "age", "organization", "title", "website"),
        )
    },
}
"""Columns that are built-in fields of Attentive, beside those that every target knows."""
_IDENTIFIERS = frozenset({"phone", "email", "client_user_id", "shopify_id", "klaviyo_id", "custom_identifiers"})
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_REGION = re.compile(r"(?:[A-Za-z]{2}-)?[A-Za-z0-9]{1,3}", re.ASCII)
_WRONG_REGION = (
    "expected a region by ISO 3166-2, such as US-NY, or its part behind the dash (NY) beside a country. Send a region "
    "of another kind under another name, by `stream_maps`."
)
_LOCALE = re.compile(r"([A-Za-z]{2})[-_]([A-Za-z]{2})", re.ASCII)
_DAY = 10
"""Characters of a date."""


def _day(value: Any) -> str | None:
    """Write a date of ISO 8601, or the date of a date-time; the digits count as they stand, whatever the zone."""
    text = value.strip() if isinstance(value, str) else ""
    if isinstance(value, str) and not text:
        return None
    if text[_DAY : _DAY + 1] in {"", "T", " "}:
        try:
            return date.fromisoformat(text[:_DAY]).isoformat()
        except ValueError:
            pass
    raise WrongValueError("expected a date such as 1990-12-31.")


def _country(value: Any) -> str | None:
    text = plain_text(value)
    if text is not None and not _COUNTRY.fullmatch(text):
        raise WrongValueError("expected a country's two letters by ISO 3166-1, such as US.")
    return text and text.upper()


def _region(value: Any) -> str | None:
    text = plain_text(value)
    if text is not None and not _REGION.fullmatch(text):
        raise WrongValueError(_WRONG_REGION)
    return text and text.upper()


def _locale(value: Any) -> dict[str, str] | None:
    text = plain_text(value)
    if text is None:
        return None
    found = _LOCALE.fullmatch(text)
    if not found:
        raise WrongValueError("expected a language and a country, such as en-US.")
    return {"language": found[1].lower(), "country": found[2].upper()}


def _degrees(most: int) -> Write:
    def write(value: Any) -> str | None:
        """Write a coordinate as text, with the digits it has."""
        text = value.strip() if isinstance(value, str) else str(value)
        if not text:
            return None
        try:
            number = Decimal("NaN" if isinstance(value, bool) else text)
        except ArithmeticError:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > most:
            raise WrongValueError(f"expected degrees from -{most} to {most}.")
        return text if isinstance(value, str) else format(number, "f")

    return write


_BUILT_IN: Mapping[str, Mapping[str, tuple[str, Write]]] = {
    "": {
        "first_name": ("firstName", plain_text),
        "last_name": ("lastName", plain_text),
        "locale": ("locale", _locale),
    },
    "demographic": {
        "language": ("language", plain_text),
        "birthday": ("dateOfBirth", _day),
        "age": ("age", whole_number),
        "organization": ("organization", plain_text),
        "title": ("title", plain_text),
        "website": ("website", plain_text),
    },
    "location": {
        "address1": ("address1", plain_text),
        "address2": ("address2", plain_text),
        "city": ("city", plain_text),
        "state": ("state", plain_text),
        "postal_code": ("zip", plain_text),
        "latitude": ("latitude", _degrees(90)),
        "longitude": ("longitude", _degrees(180)),
        "country": ("country", _country),
        "region": ("region", _region),
        "timezone": ("timezone", plain_text),
    },
}
"""Our columns by the object that they are in (none: by themselves): Attentive's name, and how it is written."""


class AttributeMapper:
    """Turns the records of one stream into attributes.

    Args:
        columns: The stream's columns: known ones are identifiers or built-in fields, all others custom attributes.
        types: The types of attributes.

    Raises:
        SetupError: A column's name cannot be an attribute's.
    """

    def __init__(self, columns: Columns, types: AttributeTypes) -> None:
        known = columns.known
        self._types = types
        self._groups: Sequence[tuple[str, Sequence[tuple[str, str, Write]]]] = [
            (group, found)
            for group, fields in _BUILT_IN.items()
            if (found := [(known[ours], *field) for ours, field in fields.items() if ours in known])
        ]
        self._region = known.get("region", "")
        ours = {*_IDENTIFIERS, *(name for fields in _BUILT_IN.values() for name in fields)}
        self.built_in: Sequence[str] = [column for _, fields in self._groups for column, _, _ in fields]
        """Columns that are built-in fields."""
        # In the order of names, so that a payload does not depend on the order of columns.
        self.custom: Sequence[str] = sorted([*columns.others, *(known[name] for name in known.keys() - ours)])
        """Columns that are custom attributes, which have their names."""
        for name in self.custom:
            if not name.strip() or len(name) > LONGEST_NAME:
                raise SetupError(
                    f"Stream `{columns.stream}`: the column `{name[:40]}...` cannot be an attribute: names have 1 to "
                    f"{LONGEST_NAME} characters. Rename it, or leave it out, by `stream_maps`."
                )

    def attributes(self, record: Mapping[str, Any]) -> dict[str, Any] | Verdict:
        """Return `attributes` of v2, only what the record has; a rejection that names the column if a value is wrong.

        Returns:
            An object, empty where there is nothing to write; or a rejection: `wrong_type`, `type_locked`.
        """
        found: dict[str, Any] = {}
        column = ""
        try:
            for group, fields in self._groups:
                inner: dict[str, Any] = {} if group else found
                for column, name, write in fields:
                    value = record.get(column)
                    if write is plain_text and type(value) is str:  # nearly all: a million records have ten of them
                        value = value.strip()
                    elif value is not None:
                        value = write(value)
                    if value is not None and value != "":
                        inner[name] = value
                if group and inner:
                    found[group] = inner
        except WrongValueError as error:
            return _rejected(error.reason, column, str(error))
        custom = self._wrong_region(found) or self.custom_attributes(record)
        if isinstance(custom, Verdict):
            return custom
        if custom:
            found["custom"] = custom
        return found

    def _wrong_region(self, found: dict[str, Any]) -> Verdict | None:
        """Put the country before a region that was given without one; say so where there is none."""
        location = found.get("location", {})
        region = location.get("region", "-")
        if "-" in region:
            return None
        if "country" not in location:
            return _rejected("wrong_type", self._region, _WRONG_REGION)
        location["region"] = f"{location['country']}-{region}"
        return None

    def custom_attributes(self, record: Mapping[str, Any]) -> dict[str, Any] | Verdict:
        """Return custom attributes alone: `properties` of v1."""
        custom: dict[str, Any] = {}
        first: dict[str, str] = {}
        known = self._types.known
        for name in self.custom:
            value = record.get(name)
            if value is None:
                continue
            if isinstance(value, str):
                value = value.strip()
                if not value:
                    continue
            elif isinstance(value, (list, dict)) and not value:
                continue
            kind = type_of(value)
            if kind is None:
                return _rejected("wrong_type", name, "an attribute is a text, a number, a boolean or a date.")
            locked = known.get(name)
            if locked is None:
                first[name] = kind
            elif locked != kind and not (locked == STRING and isinstance(value, str)):
                return _type_locked(name, locked, kind)
            custom[name] = value
        if first:  # not before all is well: a record that is rejected decides nothing
            self._types.lock(first)
        return custom


def _rejected(reason: str, column: str, what: str) -> Verdict:
    return rejected(reason, f"Column `{column}`: {what} Correct it at its source and replay the record.")


def _type_locked(name: str, locked: str, kind: str) -> Verdict:
    return rejected(
        "type_locked",
        f"Column `{name}`: the value is a {kind}, and the attribute of that name a {locked}, as its first value was: "
        "Attentive would refuse it. Correct it at its source, or convert it by `stream_maps`, and replay the record. "
        "If the attribute has another type in Attentive, name that in `attribute_types`.",
    )
