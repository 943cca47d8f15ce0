"""What was asked of the vendor: calls, retries, refusals for the rate, how long it took, what it cost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from singer_delivery.latencies import Latencies
from singer_delivery.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping


class Traffic:
    """Counts the calls of a run. All threads share one.

    Attributes:
        latencies: How long attempts took.
        timeline: What happened when; the report counts records in it, too.
    """

    def __init__(self) -> None:
        self.latencies = Latencies()
        self.timeline = Timeline()
        self._lock = threading.Lock()
        self._per_operation: Counter[str] = Counter()
        self._spent: dict[str, float] = {}
        self._requests = self._retries = self._rate_limited = 0
        self._first = self._last = 0.0

    def request(self, operation: str) -> None:
        """Count a call that goes out, a first attempt or another one.

        Args:
            operation: The action's word for the call.
        """
        now = time.monotonic()
        with self._lock:
            self._per_operation[operation] += 1
            if not self._requests:
                self._first = now
            self._last = now
            self._requests += 1
        self.timeline.add("requests")

    def took(self, operation: str, seconds: float) -> None:
        """Take note of how long an attempt took.

        Args:
            operation: The action's word for the call.
            seconds: From sending it to the end of the answer, or of waiting for one; not the wait for its turn.
        """
        self.latencies.add(operation, seconds)

    def retry(self) -> None:
        """Count a call as one that is made again. It counts as a request as well."""
        with self._lock:
            self._retries += 1
        self.timeline.add("retries")

    def rate_limit(self) -> None:
        """Count an answer that says: too fast (429)."""
        with self._lock:
            self._rate_limited += 1
        self.timeline.add("rate_limited")

    def spend(self, unit: str, amount: float) -> None:
        """Count what calls cost.

        Args:
            unit: What the vendor counts in, such as `credits`.
            amount: How much; below zero where less was taken than was counted before.
        """
        with self._lock:
            self._spent[unit] = self._spent.get(unit, 0) + amount

    @property
    def requests(self) -> int:
        """Calls that went out, retries among them."""
        return self._requests

    @property
    def retries(self) -> int:
        """Calls that were made again."""
        return self._retries

    @property
    def rate_limited(self) -> int:
        """Answers that said: too fast."""
        return self._rate_limited

    @property
    def per_operation(self) -> Mapping[str, int]:
        """Calls by operation, the most frequent first."""
        with self._lock:
            return dict(self._per_operation.most_common())

    @property
    def spent(self) -> Mapping[str, float]:
        """What calls cost, by unit; only what cost something."""
        with self._lock:
            return {unit: amount for unit, amount in self._spent.items() if amount}

    @property
    def requests_per_second(self) -> float:
        """The rate held from the first call to the last one; 0 where there was no second call."""
        with self._lock:
            seconds = self._last - self._first
            return (self._requests - 1) / seconds if seconds > 0 else 0.0
