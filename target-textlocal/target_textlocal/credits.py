"""What a run may spend, over all of its actions: counted before each call, and corrected by what Textlocal says."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from singer_delivery.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_delivery.traffic import Traffic

UNIT = "credits"
"""What the run report counts them as."""


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

    def notes(self) -> Iterator[str]:
        """Say once what was spent."""
        with self._lock:
            if self._spent and not self._told:
                self._told = True
                yield f"The texts of this run take {self._spent:,} credits."
