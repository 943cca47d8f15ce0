"""Of several versions of a row in one run the one that was read last counts, whenever it is settled."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

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
        self._under_way: dict[int, str] = {}
        self._count: Counter[str] = Counter()
        self._values: Counter[Hashable] = Counter()
        self._newest: dict[str, int] = {}
        self._noted: list[str] = []

    def begin(self, rows: Iterable[Row]) -> None:
        """Take rows that are on their way to the vendor: of those that are settled meanwhile, some may be newer."""
        for row in rows:
            id_ = self._under_way[row.number] = row_id_of(row)
            self._count[id_] += 1
            self._values[_value(row)] += 1

    def settle(self, rejected: Sequence[Row], well: Iterable[Row]) -> None:
        """Note rows that are settled: those that were rejected, and those that are not to be replayed any more."""
        for row in rejected:
            self._note(row, row_id_of(row))
        values, more = self._values, set(map(_value, rejected))
        if values or more:
            for row in well:
                value = _value(row)  # an id is dear, and most rows are the only ones of their kind
                if (value in values or value in more) and self._is_looked_at(id_ := row_id_of(row)):
                    self._note(row, id_)

    def is_newest(self, row: Row) -> bool:
        """Say whether no later version of a row is settled."""
        return not self._newest or row.number >= self._newest.get(row_id_of(row), 0)

    def end(self, rows: Iterable[Row]) -> None:
        """Forget rows that are settled, and what was noted for their sake."""
        for row in rows:
            id_ = self._under_way.pop(row.number, None)
            if id_ is not None:
                _less(self._count, id_)
                _less(self._values, _value(row))
                self._noted.append(id_)
        for id_ in self._noted:
            if id_ not in self._count:
                self._newest.pop(id_, None)
        self._noted.clear()

    def _is_looked_at(self, id_: str) -> bool:
        return id_ in self._count or id_ in self._newest

    def _note(self, row: Row, id_: str) -> None:
        self._noted.append(id_)
        self._newest[id_] = max(row.number, self._newest.get(id_, 0))


def row_id_of(row: Row) -> str:
    """Return the id that a row has in the rejects file."""
    binding = row.binding
    source = binding.source
    return row_id(source.stream, row.raw, source.key_properties, binding.stream, binding.action.name)


def _value(row: Row) -> Hashable:
    """Return what all versions of a row have in common, and few other rows: a value of its key."""
    keys = row.binding.source.key_properties
    value = row.raw.get(keys[0]) if keys else None
    return value if isinstance(value, (str, int)) else None


def _less(counter: Counter[Any], what: Hashable) -> None:
    counter[what] -= 1
    if not counter[what]:
        del counter[what]
