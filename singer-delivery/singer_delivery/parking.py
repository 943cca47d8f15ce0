"""Where jobs wait until they are to be looked at, so that no worker waits with them."""

from __future__ import annotations

import threading
import time
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_delivery.sending import Group


class Parking:
    """Groups whose jobs are under way at the vendor.

    Args:
        due: Called with each group when its time has come, in a thread of its own.
    """

    def __init__(self, due: Callable[[Group], None]) -> None:
        self._due = due
        self._groups: list[tuple[float, int, Group]] = []
        self._order = count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def __len__(self) -> int:
        """How many groups wait."""
        return len(self._groups)

    def add(self, group: Group) -> None:
        """Take a group for `group.wait` seconds; after `close` it is dropped."""
        with self._changed:
            if self._closed:
                return
            heappush(self._groups, (time.monotonic() + group.wait, next(self._order), group))
            if self._groups[0][2] is group:
                self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Drop all groups. None becomes due any more when this returns."""
        with self._changed:
            self._closed = True
            self._groups.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while (group := self._next()) is not None:
            self._due(group)

    def _next(self) -> Group | None:
        """Wait until a group is due; None at the end."""
        with self._changed:
            while not self._closed:
                seconds = self._groups[0][0] - time.monotonic() if self._groups else None
                if seconds is not None and seconds <= 0:
                    return heappop(self._groups)[2]
                self._changed.wait(seconds)
        return None
