"""How much was asked of the vendor: calls, retries, refusals for the rate."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Traffic:
    """Counts the calls of a run. All threads share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._per_operation: Counter[str] = Counter()
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

    def retry(self) -> None:
        """Count a call as one that is made again. It counts as a request as well."""
        with self._lock:
            self._retries += 1

    def rate_limit(self) -> None:
        """Count an answer that says: too fast (429)."""
        with self._lock:
            self._rate_limited += 1

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
    def requests_per_second(self) -> float:
        """The rate held from the first call to the last one; 0 where there was no second call."""
        with self._lock:
            seconds = self._last - self._first
            return (self._requests - 1) / seconds if seconds > 0 else 0.0
