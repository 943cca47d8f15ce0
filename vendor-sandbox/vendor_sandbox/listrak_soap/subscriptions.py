"""Who was unsubscribed by hand, so that what a tap does about vanished rows can be tried."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sandbox.state import State

_KIND = "unsubscribed"


class Unsubscribed:
    """The positions that left a list by hand."""

    def __init__(self, vendor: str, state: State) -> None:
        self._vendor = vendor
        self._state = state
        self._gone: dict[int, list[int]] = {}
        self._load()
        state.on_change.append(self._load)

    def _load(self) -> None:
        self._gone = {}
        for key in self._state.facts(self._vendor, _KIND):
            index, position = map(int, key.split(":"))
            self._gone.setdefault(index, []).append(position)
        for positions in self._gone.values():
            positions.sort()

    def add(self, index: int, position: int) -> None:
        """Take a contact off a list."""
        self._state.keep(self._vendor, _KIND, f"{index}:{position}", "")

    def among(self, index: int, positions: range) -> list[int]:
        """Those of the positions who left."""
        gone = self._gone.get(index, [])
        return gone[bisect_left(gone, positions.start) : bisect_left(gone, positions.stop)]

    def page(self, index: int, positions: range, start: int, size: int) -> Iterator[int]:
        """Positions `start` to `start + size` of those who stayed."""
        gone = self.among(index, positions)
        first = positions.start + start
        for position in gone:
            # Whoever left before this page moves it down by one.
            if position <= first:
                first += 1
        left, given = set(gone), 0
        for position in range(first, positions.stop):
            if given == size:
                return
            if position not in left:
                given += 1
                yield position
