"""The type lock: Attentive keeps the type of an attribute's first value for ever, and refuses every other one.

A type is inferred from a text, too: `"24"` is a number, `"TRUE"` a boolean, `"2025-01-31"` a date. That is one
client's experience, not Attentive's word (vendor description of v1, custom attributes: only "no arrays"). Whether a
string attribute takes any text is not said either; it is assumed.
"""

from __future__ import annotations

import math
import re
import threading
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from singer_delivery.memory import Memory

STRING, NUMBER, BOOLEAN, DATE = "string", "number", "boolean", "date"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_BEGINNINGS = frozenset("-0123456789tTfF")
"""What a text begins with that could be something else than a string."""
_BOOLEANS = frozenset({"true", "false"})
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
"""Whole numbers that every JSON library takes."""


def type_of(value: Any) -> str | None:
    """Return the type that Attentive sees in a value; None if it can be none of an attribute.

    Args:
        value: A scalar that is not blank, a text without spaces around it.
    """
    if isinstance(value, str):
        return _of_text(value) if value[0] in _BEGINNINGS else STRING
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return NUMBER if _SMALLEST <= value <= _LARGEST else None
    if isinstance(value, Decimal):
        return NUMBER if value.is_finite() else None
    return NUMBER if isinstance(value, float) and math.isfinite(value) else None


def _of_text(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return NUMBER
    if _DATE.fullmatch(text):
        return DATE
    return BOOLEAN if text.lower() in _BOOLEANS else STRING


class AttributeTypes:
    """The types of the account's attributes, as far as they are known. Safe to use from several threads.

    A type that the settings name counts, else what earlier runs saw accepted, else the first value of this run.

    Args:
        pinned: The setting `attribute_types`.
    """

    def __init__(self, pinned: Mapping[str, str]) -> None:
        self._pinned = pinned
        self._changing = threading.Lock()
        self._memory: Memory | None = None
        self.known: dict[str, str] = dict(pinned)
        """By name. To be read only."""
        self.unconfirmed: set[str] = set(pinned)
        """Names whose type Attentive has not been seen to accept. To be read only."""

    def recall(self, memory: Memory) -> None:
        """Take what earlier runs learned."""
        self._memory = memory
        learned = memory.known()
        self.known = {**learned, **self._pinned}
        self.unconfirmed = {name for name, kind in self._pinned.items() if learned.get(name) != kind}

    def lock(self, first: Mapping[str, str]) -> None:
        """Take the types of values that are the first ones of their attributes in this run."""
        with self._changing:
            for name, kind in first.items():
                if self.known.setdefault(name, kind) == kind:
                    self.unconfirmed.add(name)

    def confirm(self, names: Iterable[str]) -> None:
        """Remember the types of attributes, now that Attentive has accepted a value of each.

        Raises:
            LedgerError: They cannot be written down.
        """
        with self._changing:
            for name in names:
                if name in self.unconfirmed:
                    self.unconfirmed.remove(name)
                    if self._memory is not None:
                        self._memory.learn(name, self.known[name])

    def doubt(self, names: Iterable[str]) -> None:
        """Let go of types that only this run's first values say, for Attentive has refused one of them."""
        with self._changing:
            for name in names:
                if name in self.unconfirmed and name not in self._pinned:
                    self.unconfirmed.remove(name)
                    del self.known[name]
