"""Whether it is the vendor that is broken, or a record that breaks it, and when there are too many doubts to go on."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from singer_delivery.errors import UnavailableError

if TYPE_CHECKING:
    from singer_delivery.actions import Action

MOST_BROKEN_IN_A_ROW = 5
"""Records that break the vendor one after the other before it counts as the vendor's trouble, not the records'."""
MOST_UNKNOWN_IN_A_ROW = 5
"""Calls that break off one after the other, and stay unknown, before the run ends instead of leaving more so."""


class VendorHealth:
    """What a run's calls tell of the vendor. All workers share it."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._broken_in_a_row = 0
        self._unknown_in_a_row = 0
        self._last_success = time.monotonic()

    def reached(self) -> None:
        """Take note that the vendor took a call."""
        self._last_success = time.monotonic()

    def succeeded(self) -> None:
        """Take note that the vendor said what became of records: what is counted in a row begins anew."""
        self._broken_in_a_row = self._unknown_in_a_row = 0

    def is_the_records_fault(self, error: UnavailableError, action: Action, records: int, started: float) -> bool:
        """Tell a record that breaks the vendor from a vendor that is broken.

        Args:
            error: What came of the call.
            action: Whose call it was; it is asked whether the vendor works, if nothing else tells.
            records: How many the call was about.
            started: When it began, in seconds of `time.monotonic`.
        """
        if not error.answered:
            return False
        with self._counting:
            # Of records alone: on its way down to one of them, a large call fails again and again.
            self._broken_in_a_row += records == 1
            if self._broken_in_a_row > MOST_BROKEN_IN_A_ROW:
                return False
        return self._last_success > started or action.vendor_works()

    def broke_off(self, *, in_the_dark: bool) -> None:
        """Count the calls that stay unknown, one after the other.

        Args:
            in_the_dark: Whether the vendor could tell nothing of what the call was about.

        Raises:
            UnavailableError: There are too many of them: whoever comes next would stay unknown, too.
        """
        with self._counting:
            self._unknown_in_a_row = self._unknown_in_a_row + 1 if in_the_dark else 0
            if self._unknown_in_a_row > MOST_UNKNOWN_IN_A_ROW:
                raise UnavailableError(
                    f"{self._unknown_in_a_row} calls one after the other broke off, and the vendor cannot say whether "
                    "they had effect. So that no more records end in doubt, the run stops here. Run again later: then "
                    "the vendor is asked again."
                )
