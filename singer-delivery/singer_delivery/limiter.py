"""Holds the rate of calls that a vendor allows, for all threads together."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import TYPE_CHECKING

from singer_delivery.errors import AbandonedError, UnavailableError
from singer_delivery.learned_rate import LearnedRate
from singer_delivery.pace import Pace
from singer_delivery.rate_headers import RateHeaders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from singer_delivery.pace import Turn

LONGEST_PAUSE = 300.0
"""Seconds that a run waits at most because a vendor asks for it.

Limits are counted by the second or the minute; five minutes is several times that. A longer wait means a quota of
hours or a day, or an account that is held back. A run that stands still for so long looks like one that hangs, and
holds up what is scheduled behind it. Ending costs nothing: the next run goes on from what is settled.
"""
_MINUTE = 60.0


class Limiter:
    """Lets calls go at a steady rate; shared by all threads that use one of a vendor's quotas.

    Args:
        per_second: Calls a second to begin with; None for no limit until the vendor shows one.
        clock: Seconds that only go forward.
        most: Calls a second that the vendor's headers may raise that to; None for no more than `per_second`.
        quota: Name of the vendor's quota, for the report.

    Attributes:
        quota: The same.
    """

    def __init__(
        self,
        per_second: float | None,
        clock: Callable[[], float] = time.monotonic,
        *,
        most: float | None = None,
        quota: str = "default",
    ) -> None:
        self.quota = quota
        configured = math.inf if per_second is None else per_second
        self._clock = clock
        self._rate = LearnedRate(configured, most)
        self._pace = Pace(configured)
        self._changed = threading.Condition()
        self._closed = False
        self._logger = logging.getLogger("singer-delivery.limiter")

    @property
    def per_second(self) -> float:
        """The rate that is held now; infinite if there is no limit."""
        return self._rate.at(self._clock())

    def acquire(self) -> Turn:
        """Wait until the caller may go. Who came first goes first.

        Returns:
            The turn, to be handed to `throttled` if the vendor refuses the call.

        Raises:
            AbandonedError: The limiter was closed.
            UnavailableError: The vendor asks for a pause longer than `LONGEST_PAUSE`.
        """
        with self._changed:
            now = self._clock()
            self._pace.change(self._rate.at(now), now)
            turn = self._pace.join(now)
            try:
                while (due := self._ask(turn, now)) is not None:
                    self._changed.wait(due - now)
                    now = self._clock()
            finally:
                self._pace.give_up(turn)
            return turn

    def throttled(self, retry_after: float | None = None, turn: Turn | None = None) -> None:
        """Take note of a 429: everybody pauses for as long as the vendor asks, and the rate is lowered.

        Args:
            retry_after: Seconds the vendor asks to wait; None if it does not say.
            turn: What `acquire` returned for that call; the last turn if that is not known.
        """
        with self._changed:
            now = self._clock()
            gone = self._pace.gone
            refused = turn or (gone[-1] if gone else None)
            # What is older than the memory of the last seconds is no sign of today's rate.
            if refused and gone and gone[0].left <= refused.left:
                before = self._pace.per_second
                if self._rate.refuse(refused, gone, self._pace.resumed, now):
                    self._pace.change(self._rate.at(now), now)
                    self._logger.info(
                        "HTTP 429: %.4g calls a second from now on, %.4g before", self.per_second, before
                    )
            self._pause(retry_after or 0, now)

    def pause(self, seconds: float) -> None:
        """Let nobody go for a while; the rate stays."""
        with self._changed:
            self._pause(seconds, self._clock())

    def learn(self, headers: Mapping[str, str], window: float | None = None) -> None:
        """Learn from `x-ratelimit-limit`, `-remaining` and `-reset`, in any case, with or without the `x-`.

        Args:
            headers: Of an answer; a mapping that ignores case.
            window: Seconds that the vendor's `limit` counts, where its documentation says so and its headers do not.
        """
        found = RateHeaders.read(headers)
        if found is None:
            return
        window = found.window or window
        with self._changed:
            if found.limit and window:
                self._rate.told(found.limit / window)
            # Of windows of a second, the last call's answer always says 0: an even pace needs no pause there.
            if found.remaining == 0 and found.reset and not (window and window <= 1):
                self._pause(found.reset, self._clock())

    def close(self) -> None:
        """Wake all who wait; they, and whoever comes later, meet AbandonedError."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _pause(self, seconds: float, now: float) -> None:
        if seconds > 0:
            self._pace.pause(now + seconds, now)
        self._changed.notify_all()

    def _ask(self, turn: Turn, now: float) -> float | None:
        if self._closed:
            raise AbandonedError("The run is ending.")
        if self._pace.closed_until - now > LONGEST_PAUSE:
            raise too_long(self._pace.closed_until - now)
        return self._pace.go(turn, now)


class Limits:
    """A vendor's quotas, each with a limiter of its own.

    Args:
        default_rate: Calls a second as the user set it; None for no limit. No quota gets more.
        rates: Calls a second of quotas of their own, by name, as published: the vendor's headers may say more or less.
            All other calls share one.
    """

    def __init__(self, default_rate: float | None, rates: Mapping[str, float]) -> None:
        most = math.inf if default_rate is None else default_rate
        self._default = Limiter(default_rate)
        self._own = {name: Limiter(min(rate, most), most=most, quota=name) for name, rate in rates.items()}

    def limiter(self, quota: str) -> Limiter:
        """Return the limiter of a quota."""
        return self._own.get(quota, self._default)

    def close(self) -> None:
        """Close all limiters."""
        for limiter in (self._default, *self._own.values()):
            limiter.close()


def too_long(seconds: float) -> UnavailableError:
    """Return the error that ends a run whose vendor asks it to wait too long.

    Args:
        seconds: What it asks for.
    """
    return UnavailableError(
        f"The vendor asks for no more calls for {math.ceil(seconds / _MINUTE)} minutes: its limit is used up, or the "
        f"account is held back. This run waits {LONGEST_PAUSE / _MINUTE:.0f} minutes at most. Run again after that "
        "time; what was delivered is not sent again. If it comes again, lower `requests_per_second`, or ask the "
        "vendor for a higher limit."
    )
