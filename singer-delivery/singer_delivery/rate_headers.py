"""Reading what an answer's headers say about limits. Anything that cannot be understood counts as not said."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WINDOW = re.compile(r";\s*w=(\d+)")
_LEADING = re.compile(r"\s*(\d+(?:\.\d+)?)")
_EPOCH = 1e9
"""From here on a number of seconds is a date, not a span of time."""
_EPOCH_MILLISECONDS = 1e12
_MOST = 1e15
"""What any larger number is taken for."""


@dataclass(frozen=True, slots=True)
class RateHeaders:
    """What the headers about the rate say.

    Attributes:
        limit: Requests in a window.
        window: The window's seconds, from `100;w=60`.
        remaining: Requests left in this window.
        reset: Seconds until the next window.
    """

    limit: float | None
    window: float | None
    remaining: float | None
    reset: float | None

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> RateHeaders | None:
        """Read them from an answer's headers; None if there are none.

        Args:
            headers: A mapping that ignores case.
        """
        prefix = next((name for name in ("x-ratelimit-", "ratelimit-") if _has_any(headers, name)), None)
        if prefix is None:
            return None
        limit = headers.get(f"{prefix}limit", "")
        window = _WINDOW.search(limit)
        reset = _number(headers.get(f"{prefix}reset"))
        return cls(
            limit=_number(limit),
            window=float(window[1]) if window else None,
            remaining=_number(headers.get(f"{prefix}remaining")),
            reset=None if reset is None else _seconds_until(reset, headers),
        )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a Retry-After header asks to wait; None if there is none.

    Args:
        headers: A mapping that ignores case.
    """
    value = headers.get("Retry-After")
    if value is None:
        return None
    seconds = _number(value) if value.strip()[:1].isdigit() else None
    if seconds is not None:
        return seconds
    date = _date(value)
    return None if date is None else max(0.0, date - _vendors_now(headers))


def _has_any(headers: Mapping[str, str], prefix: str) -> bool:
    return f"{prefix}remaining" in headers or f"{prefix}limit" in headers


def _number(text: str | None) -> float | None:
    found = _LEADING.match(text or "")
    return min(float(found[1]), _MOST) if found else None


def _seconds_until(reset: float, headers: Mapping[str, str]) -> float:
    if reset < _EPOCH:
        return reset
    if reset >= _EPOCH_MILLISECONDS:
        reset /= 1000
    return max(0.0, reset - _vendors_now(headers))


def _vendors_now(headers: Mapping[str, str]) -> float:
    """Return the time by the vendor's clock, for this machine's may be wrong."""
    date = _date(headers.get("Date", ""))
    return time.time() if date is None else date


def _date(text: str) -> float | None:
    try:
        seconds = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None
