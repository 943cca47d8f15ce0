"""What a run may spend, over all of its actions: counted before each call, and corrected by what Textlocal says."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from singer_delivery.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_delivery.traffic import Traffic

UNIT = "credits"
"""What the run report counts them as."""


class Purse(Protocol):
    """What a call takes its credits from: those of the run, or what was set aside for it and others."""

    def take(self, credits_: int) -> None:
        """Set credits aside for a call that is about to be made."""

    def settle(self, taken: int, spent: int) -> None:
        """Put what a call really took in the place of what was set aside for it."""


class Credits:
    """The credits of a run. All actions and threads share it.

    Args:
        most: `max_credits`; None for no limit.
        traffic: Is told what was spent, for the run's report.
    """

    def __init__(self, most: int | None, traffic: Traffic) -> None:
        self._most = most
        self._traffic = traffic
        self._lock = threading.Lock()
        self._spent = 0
        self._told = False

    def take(self, credits_: int) -> None:
        """Set credits aside for a call that is about to be made.

        Args:
            credits_: What it will take: parts times numbers. Foreign numbers take more; that is known afterwards.

        Raises:
            LimitError: It would be more than `max_credits`. Nothing is set aside then.
        """
        with self._lock:
            if self._most is not None and self._spent + credits_ > self._most:
                raise LimitError(
                    f"The next call would take {credits_:,} credits, and this run has spent {self._spent:,} of the "
                    f"{self._most:,} that it may (`max_credits`), so it stops before that call. What was sent is not "
                    "sent again: run once more, with a higher `max_credits` if need be."
                )
            self._spent += credits_
            self._traffic.spend(UNIT, credits_)

    def settle(self, taken: int, spent: int) -> None:
        """Put what a call really took in the place of what was set aside for it."""
        with self._lock:
            self._spent += spent - taken
            self._traffic.spend(UNIT, spent - taken)

    @contextmanager
    def reserved(self, credits_: int) -> Iterator[Reserve]:
        """Set credits aside for several calls, which draw from them; what they leave is given back at the end.

        Args:
            credits_: What they will take together.

        Raises:
            LimitError: As of `take`.
        """
        self.take(credits_)
        reserve = Reserve(self, credits_)
        try:
            yield reserve
        finally:
            self.settle(reserve.left, 0)

    def notes(self) -> Iterator[str]:
        """Say once what was spent."""
        with self._lock:
            if self._spent and not self._told:
                self._told = True
                yield f"The texts of this run take {self._spent:,} credits."


class Reserve:
    """Credits that were set aside for several calls, of which one is made after the other.

    Args:
        credits_: Those of the run.
        left: How many were set aside.

    Attributes:
        left: How many no call has taken yet.
    """

    def __init__(self, credits_: Credits, left: int) -> None:
        self._credits = credits_
        self.left = left

    def take(self, credits_: int) -> None:
        """Draw what a call will take. All calls together take no more than was set aside."""
        self.left -= credits_

    def settle(self, taken: int, spent: int) -> None:
        """Put what a call really took in the place of what it drew."""
        self._credits.settle(taken, spent)
