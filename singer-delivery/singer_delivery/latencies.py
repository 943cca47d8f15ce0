"""How long calls took, in bounded memory: percentiles from buckets that grow with the logarithm of time."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from itertools import accumulate

from singer_delivery.report_content import Latency

_FINEST = 1e-4
_PER_DECADE = 20
_DECADES = 8
_BUCKETS = _DECADES * _PER_DECADE
ACCURACY = 10 ** (0.5 / _PER_DECADE) - 1
"""How far a percentile may be from the true one, as a share of it, between 0.1 ms and 10,000 s: 6 %."""


@dataclass(slots=True)
class _Times:
    """What is known of an operation's times."""

    buckets: list[int] = field(default_factory=lambda: [0] * _BUCKETS)
    least: float = math.inf
    most: float = 0.0

    def add(self, seconds: float) -> None:
        bucket = int(math.log10(max(seconds, _FINEST) / _FINEST) * _PER_DECADE)
        self.buckets[min(bucket, _BUCKETS - 1)] += 1
        self.least = min(self.least, seconds)
        self.most = max(self.most, seconds)

    def percentile(self, percent: float) -> float:
        """Return the time below which so many percent of all are."""
        number = math.ceil(sum(self.buckets) * percent / 100)
        bucket = next(place for place, so_far in enumerate(accumulate(self.buckets)) if so_far >= number)
        middle = _FINEST * 10 ** ((bucket + 0.5) / _PER_DECADE)
        return min(max(middle, self.least), self.most)


class Latencies:
    """The times of a run's calls, by operation. Any thread may add one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, _Times] = {}

    def add(self, operation: str, seconds: float) -> None:
        """Take the time of an attempt.

        Args:
            operation: The action's word for the call.
            seconds: From sending it to the end of the answer, or of waiting for one.
        """
        with self._lock:
            if operation not in self._times:
                self._times[operation] = _Times()
            self._times[operation].add(seconds)

    def content(self) -> dict[str, Latency]:
        """Return what the report holds, the operation with the most attempts first."""
        with self._lock:
            found = {
                operation: Latency(
                    attempts=sum(times.buckets),
                    p50=round(times.percentile(50), 4),
                    p90=round(times.percentile(90), 4),
                    p99=round(times.percentile(99), 4),
                    max=round(times.most, 4),
                )
                for operation, times in self._times.items()
            }
        return dict(sorted(found.items(), key=lambda each: -each[1].attempts))
