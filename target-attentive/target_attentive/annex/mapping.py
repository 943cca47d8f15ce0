"""From records to the segment that Annex Cloud takes: pure, no I/O.

A record is one member of a segment; what describes the segment stands in each of its records. The call's body::

    {"name": "Only Members", "type": "Current Data", "fromDate": "2020-01-17", "toDate": "2020-02-14",
     "member": "a@example.com,b@example.com", "status": "ACTIVE", "externalId": "123", "externalName": "Specific"}

All of it is text (Annex Cloud's page on Attentive). Name and dates are needed (its API 3.0.0); the rest is left out
where the record has none.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_delivery.outcomes import Verdict, rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from singer_delivery.actions import Record
    from singer_delivery.columns import Columns

SPELLINGS = {
    "name": "name",
    "type": "type",
    "fromDate": "from_date",
    "toDate": "to_date",
    "member": "email",
    "status": "status",
    "externalId": "external_id",
    "externalName": "external_name",
}
"""Annex Cloud's names of columns, and ours."""
NEEDED = ("name", "from_date", "to_date")
"""Columns without which there is no segment."""
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_ORDER = ("name", "type", "fromDate", "toDate", "member", "status", "externalId", "externalName")
_TYPES = ("Current Data", "Past Data")
_STATUSES = ("ACTIVE", "INACTIVE")


class _WrongValueError(ValueError):
    """A value is not what its field wants. The message never names the value."""

    def __init__(self, message: str, reason: str = "invalid_value") -> None:
        super().__init__(message)
        self.reason = reason


def segment_fields(record: Record, columns: Columns) -> dict[str, str] | Verdict:
    """Return what a record says of its segment, by Annex Cloud's names; all but `member`.

    Returns:
        The fields; or a rejection that names the column: `missing_field`, `invalid_date`, `invalid_value`,
        `wrong_type`.
    """
    fields: dict[str, str] = {}
    ours = ""
    try:
        for ours, theirs, read in _FIELDS:
            value = _field(columns.value(record, ours), read, needed=ours in NEEDED)
            if value is not None:
                fields[theirs] = value
        ours = "to_date"
        _check_order(fields["fromDate"], fields["toDate"])
    except _WrongValueError as error:
        column = columns.known.get(ours, ours)
        return rejected(error.reason, f"Column `{column}`: {error} Correct it at its source and replay the record.")
    return fields


def segment_key(fields: Mapping[str, str]) -> str:
    """Return what tells a segment from others: its external id, or where it has none its name."""
    external = fields.get("externalId")
    return f"id:{external}" if external is not None else f"name:{fields['name']}"


def body_of(fields: Mapping[str, str], members: Iterable[str]) -> dict[str, str]:
    """Return the call's body; each member once and in the order of the alphabet, whatever order they came in."""
    given = {**fields, "member": ",".join(sorted(set(members)))}
    return {name: given[name] for name in _ORDER if name in given}


def _field(value: Any, read: Callable[[str], str], *, needed: bool) -> str | None:
    text = _text(value)
    if text is not None:
        return read(text)
    if needed:
        raise _WrongValueError("a segment needs it.", "missing_field")
    return None


def _check_order(first: str, last: str) -> None:
    if first > last:
        raise _WrongValueError("expected a day that is not before `from_date`.", "invalid_date")


def _text(value: Any) -> str | None:
    """Return a value as text without blanks around it; None where there is none."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, (float, Decimal)) and math.isfinite(value) and value == int(value):
        return str(int(value))
    raise _WrongValueError("expected a text.", "wrong_type")


def _day(text: str) -> str:
    """Read the day of an ISO date or date-time; the digits count as they stand, whatever the zone."""
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date.fromisoformat(found.group(1)).isoformat()
    except ValueError:
        pass
    raise _WrongValueError("expected a date such as 2026-01-31.", "invalid_date")


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    by_word = {choice.casefold(): choice for choice in choices}

    def read(text: str) -> str:
        choice = by_word.get(" ".join(text.casefold().replace("_", " ").split()))
        if choice is None:
            raise _WrongValueError(f"expected {' or '.join(f'`{each}`' for each in choices)}.")
        return choice

    return read


def _as_it_is(text: str) -> str:
    return text


_FIELDS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("name", "name", _as_it_is),
    ("type", "type", _one_of(_TYPES)),
    ("from_date", "fromDate", _day),
    ("to_date", "toDate", _day),
    ("status", "status", _one_of(_STATUSES)),
    ("external_id", "externalId", _as_it_is),
    ("external_name", "externalName", _as_it_is),
)
"""Our column, Annex Cloud's field, and what reads it."""
