"""What rate a vendor really allows, learned from its refusals. Arithmetic only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from singer_delivery.pace import Turn

LOWEST = 0.5
"""Calls a second below which a rate is never lowered: a limit of calls a minute shows itself by Retry-After."""
_RECOVERY = 60.0
_BELOW = 0.96
_PLATEAU = 0.98
_STEP = 0.8
_SMALLEST_STEP = 0.4
_NEAR = 0.8
_SOON = 3.0
_ENOUGH_SECONDS = 0.1
_ENOUGH_TURNS = 10


class LearnedRate:
    """The rate to hold: at most the configured one, lowered by each refusal, and slowly raised again.

    The first refusal tells little: a vendor that counts by seconds has let its limit through, one that lets bursts
    through may have let through anything. So the first step is a fifth. Calls that were on their way meanwhile then
    show what share is let through, and the second step goes to that. Refusals of calls that left before the last step
    say nothing new.

    After a step the rate grows with the cube of time, as TCP's does: fast back to near what was refused,
    for about a minute hardly above it, then faster, for limits that were raised or were another's fault.

    Args:
        configured: Calls a second; infinite for no limit.
        most: Calls a second that the vendor's word may raise that to; None for no more than `configured`.
    """

    def __init__(self, configured: float, most: float | None = None) -> None:
        self._configured = configured
        self._most = configured if most is None else most
        self._lowest = min(LOWEST, configured)
        self._low = self._plateau = math.inf
        self._lowered_at = -math.inf
        self._step = _STEP

    def at(self, now: float) -> float:
        """Return the calls a second that are right at a time."""
        if self._low == math.inf:
            return self._configured
        growth = ((now - self._lowered_at) / _RECOVERY - 1) ** 3
        return min(self._configured, self._plateau + (self._plateau - self._low) * growth)

    def told(self, per_second: float) -> None:
        """Take the vendor's word for what it allows, lower or higher than what was said or published before."""
        self._configured = max(min(self._most, per_second), self._lowest)

    def refuse(self, turn: Turn, gone: Sequence[Turn], resumed: float, now: float) -> bool:
        """Learn from a refusal.

        Args:
            turn: The turn of the call that was refused.
            gone: The turns of the last seconds, this one among them, in the order in which they went.
            resumed: When the last time ended in which nobody was let go; minus infinity if there was none.
            now: The time.

        Returns:
            Whether the rate was lowered.
        """
        turn.refused = True
        if turn.left <= self._lowered_at:
            return False
        before = [each for each in gone if each.left <= turn.left]
        rate = self.at(now)
        if rate == math.inf:
            rate = _measured(before, turn.left)
        soon = now - max(self._lowered_at, resumed) < _SOON
        self._step = max(self._step**2, _SMALLEST_STEP) if soon else _STEP
        low, plateau = self._estimate(before, [each for each in before if each.left >= resumed], rate)
        self._low = max(low, self._lowest)
        self._plateau = max(plateau, self._low)
        self._lowered_at = now
        return True

    def _estimate(self, before: Sequence[Turn], since: Sequence[Turn], rate: float) -> tuple[float, float]:
        """Return the rate to go down to, and the one to come back to first."""
        last = before[-1].left
        in_a_second = _taken(each for each in before if each.left > last - 1)
        first = next((each.left for each in since if each.refused), last)
        trouble = [each for each in since if each.left >= first]
        if last - first >= _ENOUGH_SECONDS and len(trouble) >= _ENOUGH_TURNS:
            allowed = min(max(in_a_second, _taken(trouble) / (last - first)), rate)
        elif in_a_second >= _NEAR * rate:
            allowed = rate
        else:
            return max(_BELOW * in_a_second, self._step * rate), rate
        return _BELOW * allowed, _PLATEAU * allowed


def _taken(turns: Iterable[Turn]) -> int:
    return sum(not turn.refused for turn in turns)


def _measured(before: Sequence[Turn], last: float) -> float:
    """Return the calls a second that went out lately."""
    lately = [turn.left for turn in before if turn.left > last - 1]
    return max(len(lately) / max(last - lately[0], _ENOUGH_SECONDS), LOWEST)
