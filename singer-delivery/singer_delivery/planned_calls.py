"""What a thread's calls leave behind for who delivers: the calls of a dry run, and whether one may have had effect."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call that a dry run would have made. Its body is a JSON, or a form without credentials."""

    operation: str
    method: str
    path: str
    json: Any
    form: Mapping[str, str] | None = None


class OfThread(threading.local):
    """One thread's share of a client."""

    def __init__(self) -> None:
        self.planned: list[PlannedCall] = []
        """What it would have called since it was last asked. Of dry runs."""
        self.lasting = False
        """Whether a call of its that must not be repeated may have had effect since it was last asked."""

    def take_planned(self) -> list[PlannedCall]:
        """Return the planned calls, and forget them."""
        planned, self.planned = self.planned, []
        return planned

    def take_lasting(self) -> bool:
        """Return whether something may have had effect, and forget it."""
        lasting, self.lasting = self.lasting, False
        return lasting
