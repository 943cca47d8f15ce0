"""Workers and a vendor on a made-up clock: what happens in ten seconds is worked out in milliseconds."""

from __future__ import annotations

import heapq
import itertools
import math
from typing import TYPE_CHECKING, Any

from singer_delivery.learned_rate import LearnedRate
from singer_delivery.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_delivery.pace import Turn


class TokenBucket:
    """A vendor that lets so many a second through, and a burst."""

    def __init__(self, per_second: int, burst: int = 10) -> None:
        self._rate, self._burst = per_second, burst
        self._tokens, self._at = float(burst), 0.0

    def accepts(self, now: float) -> bool:
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Windows:
    """A vendor that counts by the clock's seconds (or longer windows)."""

    def __init__(self, limit: int, seconds: float = 1.0) -> None:
        self._limit, self._seconds = limit, seconds
        self._window, self._count = -1, 0

    def accepts(self, now: float) -> bool:
        window = math.floor(now / self._seconds)
        if window != self._window:
            self._window, self._count = window, 0
        self._count += 1
        return self._count <= self._limit


class Simulation:
    """So many workers, each with one call at a time.

    Attributes:
        sent: When calls left, in order.
        refused: When calls left that the vendor refused.
    """

    def __init__(
        self,
        per_second: float,
        vendor: TokenBucket | Windows | None = None,
        *,
        workers: int = 32,
        latency: float = 0.15,
        late: Callable[..., Any] = lambda: 0.0,
        retry_after: float = 0.0,
    ) -> None:
        self.pace, self.rate = Pace(per_second), LearnedRate(per_second)
        self._vendor, self._latency, self._late, self._retry_after = vendor, latency, late, retry_after
        self.sent: list[float] = []
        self.refused: list[float] = []
        self._order = itertools.count()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        for _ in range(workers):
            self._at(0.0, self._join)

    def run(self, seconds: int) -> Simulation:
        while self._events and self._events[0][0] < seconds:
            now, _, act = heapq.heappop(self._events)
            act(now)
        return self

    def at(self, time: Any, act: Any) -> Any:
        """Do something at a time."""
        self._at(time, act)
        return self

    def _at(self, time: float, act: Callable[..., Any]) -> None:
        heapq.heappush(self._events, (time, next(self._order), act))

    def _join(self, now: float) -> None:
        self.pace.change(self.rate.at(now), now)
        turn = self.pace.join(now)
        self._ask(turn, now, woken=False)

    def _ask(self, turn: Turn, now: float, *, woken: bool = True) -> None:
        due = self.pace.go(turn, now)
        if due is not None:
            self._at(due + (0.0 if woken and due <= now else self._late()), lambda then: self._ask(turn, then))
            return
        self.sent.append(now)
        accepted = self._vendor is None or self._vendor.accepts(now)
        if not accepted:
            self.refused.append(now)
        self._at(now + self._latency, lambda then: self._answered(turn, then, accepted=accepted))

    def _answered(self, turn: Turn, now: float, *, accepted: bool) -> None:
        if not accepted and self.rate.refuse(turn, self.pace.gone, self.pace.resumed, now):
            self.pace.change(self.rate.at(now), now)
        if not accepted and self._retry_after:
            self.pace.pause(now + self._retry_after, now)
        self._join(now)


def most_in_a_second(times: list[float]) -> int:
    """The most calls in any second."""
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] >= 1 - 1e-9:
            first += 1
        most = max(most, last - first + 1)
    return most
