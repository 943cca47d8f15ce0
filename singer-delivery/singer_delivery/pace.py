"""Who may call when: turns at even distances, by absolute times. Arithmetic only: no clock, no thread, no sleep."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from itertools import islice

_CATCH_UP_TICKS = 2
_MOST_CATCH_UP = 0.02
_LEAST_CATCH_UP = 0.005
_WINDOW = 1.01
"""Seconds in which no more calls go than the rate allows for one.

A vendor counts calls when they arrive. One that is 10 ms longer on its way than the one a second later would bring a
call too many into a second, and be answered with 429. The hundredth of the rate that this costs is less than a 429.
"""
_MEMORY = 5.0
_NOTICEABLE = 0.9


@dataclass(slots=True, eq=False)
class Turn:
    """One call's turn.

    Attributes:
        planned: When it may go, in seconds of the clock. Changes while it waits: with a pause, a lower rate.
        left: When it went; infinite while it waits.
        refused: Whether the vendor refused it for coming too fast.
    """

    planned: float
    left: float = math.inf
    refused: bool = False


class Pace:
    """Plans turns one tick (1.01/rate) apart, first come, first served.

    Turns that start a little late do not delay those behind them, so that no rate is lost to the coarseness of
    sleeping: two ticks are caught up at most, within 5 to 20 ms. What is later than that moves the plan. Besides, no
    more turns start in any second than the rate allows for one, whatever was caught up, even after it was lowered.

    Args:
        per_second: Turns a second; infinite for no limit.
    """

    def __init__(self, per_second: float = math.inf) -> None:
        self.gone: deque[Turn] = deque()
        """The turns of the last seconds, in the order in which they went."""
        self.closed_until = -math.inf
        """The end of the last pause."""
        self.resumed = -math.inf
        """The end of the last pause, or of the last time that a lower rate let nobody go for a while."""
        self.per_second = per_second
        self._waiting: dict[Turn, None] = {}
        self._free = -math.inf

    def change(self, per_second: float, now: float) -> None:
        """Set the rate. A clearly lower one moves turns that are waiting, too.

        Args:
            per_second: Turns a second.
            now: The time.
        """
        moves = per_second < self.per_second * _NOTICEABLE
        self.per_second = per_second
        if moves:
            self._plan_anew(now)

    def pause(self, until: float, now: float) -> None:
        """Let nobody go before a time. Those who wait keep their order, and start one tick apart."""
        if until > self.closed_until:
            self.closed_until = until
            self._plan_anew(now)

    def join(self, now: float) -> Turn:
        """Return a turn behind all that are waiting."""
        tick = self._tick()
        # After a rest the plan begins anew: what was not used is not saved up.
        planned = self._free if self._free >= now - min(tick, _MOST_CATCH_UP) else now
        turn = Turn(max(planned, self.closed_until))
        self._free = turn.planned + tick
        self._waiting[turn] = None
        return turn

    def go(self, turn: Turn, now: float) -> float | None:
        """Let a turn go, if it is time.

        Returns:
            None if it has gone; otherwise the time at which to ask again.
        """
        opens = self._window_opens()
        if opens - turn.planned > self._most_late():
            self._plan_anew(now)
        due = max(turn.planned, opens)
        if now < due:
            return due
        del self._waiting[turn]
        self._catch_up(now)
        turn.left = now
        self.gone.append(turn)
        while self.gone[0].left < now - _MEMORY:
            self.gone.popleft()
        return None

    def give_up(self, turn: Turn) -> None:
        """Forget a turn that will not be used."""
        self._waiting.pop(turn, None)

    def _tick(self) -> float:
        return _WINDOW / self.per_second

    def _window_opens(self) -> float:
        """Return the time from which one more turn is not too many for the second before it."""
        if len(self.gone) < self.per_second:
            return -math.inf
        return self.gone[-math.ceil(self.per_second)].left + _WINDOW

    def _most_late(self) -> float:
        return min(max(_CATCH_UP_TICKS / self.per_second, _LEAST_CATCH_UP), _MOST_CATCH_UP)

    def _catch_up(self, now: float) -> None:
        """Move the plan if more turns are due than may be caught up: all stood still. One late thread moves none."""
        if self.per_second == math.inf:
            return
        caught_up = max(1, round(self._most_late() * self.per_second))
        following = next(islice(self._waiting, caught_up, None), None)
        if following is None:
            return
        beyond = now + self._tick() - following.planned
        if beyond > 0:
            self._free += beyond
            for turn in self._waiting:
                turn.planned += beyond

    def _plan_anew(self, now: float) -> None:
        tick = self._tick()
        last = self.gone[-1].left + tick if self.gone else now
        self._free = max(last, now, self.closed_until, self._window_opens())
        if self._free > max(last, now):
            self.resumed = self._free
        for turn in self._waiting:
            turn.planned = self._free
            self._free += tick
