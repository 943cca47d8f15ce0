"""Of several versions of a row in one run the one that was read last counts, whenever it is settled."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from singer_delivery.reject_lines import row_id

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from singer_delivery.rows import Row


class Versions:
    """Tells whether a later version of a row is settled already.

    Holds nothing but the rows that are under way: a version that is neither under way nor in hand was read later than
    all that are settled.
    """

    def __init__(self) -> None:
        self._under_way: dict[int, Hashable] = {}
        self._count: Counter[Hashable] = Counter()
        self._newest: dict[Hashable, int] = {}
        self._noted: list[Hashable] = []

    def begin(self, rows: Iterable[Row]) -> None:
        """Take rows that are on their way to the vendor: of those that are settled meanwhile, some may be newer."""
        for row in rows:
            which = self._under_way[row.number] = _which(row)
            self._count[which] += 1

    def settle(self, rejected: Sequence[Row], well: Iterable[Row]) -> None:
        """Note rows that are settled: those that were rejected, and those that are not to be replayed any more."""
        for row in rejected:
            self._note(row, _which(row))
        if self._count or self._newest:
            for row in well:
                which = _which(row)
                if which in self._newest or self._count[which] > (row.number in self._under_way):
                    self._note(row, which)

    def is_newest(self, row: Row) -> bool:
        """Say whether no later version of a row is settled."""
        return not self._newest or row.number >= self._newest.get(_which(row), 0)

    def end(self, rows: Iterable[Row]) -> None:
        """Forget rows that are settled, and what was noted for their sake."""
        for row in rows:
            which = self._under_way.pop(row.number, None)
            if which is not None:
                self._count[which] -= 1
                if not self._count[which]:
                    del self._count[which]
                self._noted.append(which)
        for which in self._noted:
            if which not in self._count:
                self._newest.pop(which, None)
        self._noted.clear()

    def _note(self, row: Row, which: Hashable) -> None:
        self._noted.append(which)
        self._newest[which] = max(row.number, self._newest.get(which, 0))


def row_id_of(row: Row) -> str:
    """Return the id that a row has in the rejects file."""
    binding = row.binding
    source = binding.source
    return row_id(source.stream, row.raw, source.key_properties, binding.stream, binding.action.name)


def _which(row: Row) -> Hashable:
    """Return which row it is, for this run alone: an id (`row_id_of`) is dear, and a usual key is one itself."""
    binding = row.binding
    source = binding.source
    values = [row.raw.get(name) for name in source.key_properties]
    if values and all(type(value) in _PLAIN for value in values):
        return (source.stream, binding.stream, binding.action.name, *values)
    return row_id_of(row)


_PLAIN = frozenset({str, int})
"""Types of values that are equal only where their JSON is: `True` equals 1, and 1.0 does."""
