"""Rejected records without their content: which columns they had, and what kind of value was in each."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_delivery.report_content import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_OF_A_REASON = 5
MOST_REASONS = 40
MOST_COLUMNS = 40
_LENGTHS = ((8, "1 to 8"), (16, "9 to 16"), (64, "17 to 64"), (256, "65 to 256"))
_LONGEST = 256


class Samples:
    """The first rejected records of each reason. Not to be used by several threads."""

    def __init__(self) -> None:
        self._taken: list[Sample] = []
        self._by_reason: Counter[str] = Counter()

    def add(self, place: tuple[str, str], reason: str, record: Mapping[str, Any], columns: Iterable[str]) -> None:
        """Take a record, if there is room.

        Args:
            place: Its stream and action.
            reason: Why it was rejected.
            record: The record. Nothing of its values is kept.
            columns: Columns of its stream's schema. What else a record holds may be named after a person.
        """
        of_reason = self._by_reason[reason]
        if of_reason >= MOST_OF_A_REASON or (not of_reason and len(self._by_reason) >= MOST_REASONS):
            return
        self._by_reason[reason] += 1
        there = [name for name in columns if name in record][:MOST_COLUMNS]
        stream, action = place
        masked = {name: mask(record[name]) for name in there}
        self._taken.append(Sample(stream=stream, action=action, reason=reason, columns=masked))

    def content(self) -> list[Sample]:
        """Return those taken, by reason."""
        return sorted(self._taken, key=lambda each: each.reason)


def mask(value: object) -> str:
    """Say what kind of value it is, and of a text about how long; nothing that tells whose it is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float, Decimal)):
        return "a number"
    if isinstance(value, (list, tuple)):
        return "a list"
    return _text(value) if isinstance(value, str) else "an object"


def _text(text: str) -> str:
    start = text[: _LONGEST + 1]
    if not start.strip():
        return "blanks" if text else "an empty text"
    kinds = {
        "letters": any(sign.isalpha() for sign in start),
        "digits": any(sign.isdecimal() for sign in start),
        "signs": any(not sign.isalnum() and not sign.isspace() for sign in start),
    }
    signs = " and ".join(kind for kind, there in kinds.items() if there) or "other signs"
    length = next((words for most, words in _LENGTHS if len(text) <= most), f"more than {_LONGEST}")
    return f"{signs}, {length} characters"
