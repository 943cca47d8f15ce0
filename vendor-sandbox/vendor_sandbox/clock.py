"""The sandbox's clock: the machine's, moved on demand, so that nobody waits an hour for a token to expire."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.state import State

_OWNER, _KIND, _KEY = "_sandbox", "clock", "ahead"
_LATEST = datetime(9000, 1, 1, tzinfo=timezone.utc).timestamp()


class Clock:
    """One clock for all vendors."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._ahead = 0.0
        self._load()
        state.on_change.append(self._load)

    def _load(self) -> None:
        self._ahead = float(self._state.facts(_OWNER, _KIND).get(_KEY, 0.0))

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time() + self._ahead

    def describe(self) -> dict[str, object]:
        """The clock as JSON: `now` (ISO 8601, UTC) and `ahead`, in seconds, of the machine's."""
        now = datetime.fromtimestamp(self.now(), tz=timezone.utc)
        return {"now": now.isoformat().replace("+00:00", "Z"), "ahead": self._ahead}

    def move(self, wanted: Mapping[str, Any]) -> list[str]:
        """Move it.

        Args:
            wanted: `advance`, in seconds (negative: back), or `at`, ISO 8601 with a zone.

        Returns:
            What is wrong with that, in words.
        """
        if len(wanted) != 1 or not wanted.keys() <= {"advance", "at"}:
            return ["give either advance (seconds) or at (a time in ISO 8601 with a zone)"]
        target = self._advanced(wanted["advance"]) if "advance" in wanted else _moment(wanted["at"])
        if target is None or not 0 <= target < _LATEST:
            [(name, value)] = wanted.items()
            return [f"{name} cannot be {value!r}: advance is seconds, at is a time with a zone"]
        self._state.keep(_OWNER, _KIND, _KEY, repr(target - time.time()))
        return []

    def go_back(self) -> None:
        """Back to the machine's time."""
        self._state.drop(_OWNER, _KIND, _KEY)

    def _advanced(self, seconds: object) -> float | None:
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not abs(seconds) <= _LATEST:
            return None
        return self.now() + seconds


def _moment(text: object) -> float | None:
    try:
        # Python 3.10 does not read the Z.
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None
