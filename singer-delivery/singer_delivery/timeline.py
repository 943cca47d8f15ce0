"""What went on when: a run second by second, in a bounded number of steps however long it takes."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from singer_delivery.outcomes import Outcome
from singer_delivery.report_content import Steps

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_STEPS = 240
"""Steps that a timeline has at most: a day is told in steps of eight and a half minutes."""
OUTCOMES = tuple(outcome.value for outcome in Outcome)
CALLS = ("requests", "retries", "rate_limited")


class Timeline:
    """Counts by the time at which they happened. Any thread may count.

    A step is a second. When they become too many, two neighbours are made one.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start = clock()
        self._end: float | None = None
        self._width = 1
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, int]] = Counter()
        self._allowed: dict[tuple[str, int], float] = {}

    def add(self, kind: str, n: int = 1) -> None:
        """Count what happens now.

        Args:
            kind: One of `OUTCOMES` or `CALLS`.
            n: How many.
        """
        with self._lock:
            step = self._step()
            self._counts[kind, step] += n

    def allow(self, quota: str, per_second: float) -> None:
        """Take note of the rate that holds now; of a step, the lowest is kept.

        Args:
            quota: Which of the vendor's quotas.
            per_second: Calls a second; infinite for no limit.
        """
        with self._lock:
            key = (quota, self._step())
            self._allowed[key] = min(per_second, self._allowed.get(key, math.inf))

    def end(self) -> None:
        """Say that the run is over: no time passes any more."""
        with self._lock:
            self._end = self._clock()

    def content(self) -> Steps:
        """Return it as the report holds it: a number for each step from the start of the run to now, or its end."""
        with self._lock:
            steps = range(self._step() + 1)
            counts = {kind: [self._counts[kind, step] for step in steps] for kind in (*OUTCOMES, *CALLS)}
            limited = sorted({quota for (quota, _), rate in self._allowed.items() if rate < math.inf})
            allowed = {quota: [_rate(self._allowed.get((quota, step))) for step in steps] for quota in limited}
            return Steps(seconds=self._width, **counts, allowed=allowed)

    def _step(self) -> int:
        seconds = (self._clock() if self._end is None else self._end) - self._start
        while seconds >= self._width * MOST_STEPS:
            self._coarsen()
        return int(seconds / self._width)

    def _coarsen(self) -> None:
        """Make one step of two."""
        self._width *= 2
        counts, self._counts = self._counts, Counter()
        for (kind, step), n in counts.items():
            self._counts[kind, step // 2] += n
        allowed, self._allowed = self._allowed, {}
        for (quota, step), rate in allowed.items():
            key = (quota, step // 2)
            self._allowed[key] = min(rate, self._allowed.get(key, math.inf))


def _rate(per_second: float | None) -> float | None:
    return None if per_second is None or per_second == math.inf else round(per_second, 3)
