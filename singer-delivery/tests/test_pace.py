"""The rate that workers hold, on a made-up clock."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from singer_delivery.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from rate_simulation import Simulation, Windows

    from singer_delivery.pace import Turn

TICK = 1.01
"""Seconds between two calls at one call a second: a hundredth is left for calls that take unequal times to arrive."""


def drain(pace: Pace, turns: list[Turn], now: float) -> list[float]:
    """Let waiting turns go as soon as they may; when each went."""
    went = []
    for turn in turns:
        while (due := pace.go(turn, now)) is not None:
            now = due
        went.append(now)
    return went


def test_thirty_two_workers_hold_a_hundred_a_second_but_for_a_hundredth(
    simulate: type[Simulation], most_in_a_second: Callable[..., int]
) -> None:
    sent = simulate(100).run(10).sent
    assert len(sent) == 991
    assert most_in_a_second(sent) <= 100
    gaps = [after - before for before, after in pairwise(sent)]
    assert min(gaps) == pytest.approx(TICK / 100)
    assert max(gaps) == pytest.approx(TICK / 100)


@pytest.mark.parametrize("per_second", [5, 10, 100, 150])
@pytest.mark.parametrize("phase", [0.0, 0.25, 0.5, 0.999])
def test_calls_that_take_unequal_times_to_arrive_are_never_too_many_for_a_second(
    simulate: type[Simulation],
    most_in_a_second: Callable[..., int],
    windows: type[Windows],
    per_second: Any,
    phase: Any,
) -> None:
    dice = random.Random(per_second)
    late = lambda: dice.random() * 0.001 + (0.008 if dice.random() < 0.01 else 0)  # noqa: E731
    sent = simulate(per_second, late=late).run(30).sent
    arrived = sorted(time + dice.random() * 0.01 for time in sent)
    vendor = windows(per_second)
    assert all(vendor.accepts(time + phase) for time in arrived)
    assert most_in_a_second(arrived) <= per_second
    assert len(sent) / 30 / per_second >= 0.985


@pytest.mark.parametrize("per_second", [2.5, 7, 100, 1000])
def test_starts_that_are_late_lose_no_rate_and_are_not_made_up_for_at_once(
    simulate: type[Simulation], most_in_a_second: Callable[..., int], per_second: Any
) -> None:
    dice = random.Random(per_second)
    late = lambda: dice.random() * 0.003 + (0.012 if dice.random() < 0.01 else 0)  # noqa: E731
    sent = simulate(per_second, late=late, workers=32 if per_second < 500 else 250).run(10).sent
    assert 0.975 <= len(sent) / 10 / per_second <= 1.0
    assert most_in_a_second(sent) <= math.ceil(per_second)


@settings(max_examples=50)
@given(
    per_second=st.floats(min_value=1, max_value=300),
    workers=st.integers(min_value=1, max_value=60),
    latency=st.floats(min_value=0.001, max_value=1),
    most_late=st.floats(min_value=0, max_value=0.1),
    seed=st.integers(),
)
def test_no_second_ever_has_more_calls_than_allowed(
    simulate: type[Simulation],
    most_in_a_second: Callable[..., int],
    per_second: float,
    workers: int,
    latency: float,
    most_late: float,
    seed: int,
) -> None:
    dice = random.Random(seed)
    sent = simulate(per_second, workers=workers, latency=latency, late=lambda: dice.random() * most_late).run(5).sent
    assert most_in_a_second(sent) <= math.ceil(per_second)


def test_after_a_standstill_two_ticks_are_caught_up_and_no_more() -> None:
    pace = Pace(100)
    turns = [pace.join(0.0) for _ in range(20)]
    assert drain(pace, turns[:1], 0.0) == [0.0]
    went = drain(pace, turns[1:], 0.5)  # the machine stood still for half a second
    assert went[:3] == [0.5, 0.5, 0.5]
    assert went[3] == pytest.approx(0.5 + TICK / 100)
    assert went[4] == pytest.approx(0.5 + 2 * TICK / 100)


def test_what_was_not_used_is_not_saved_up() -> None:
    pace = Pace(10)
    drain(pace, [pace.join(0.0)], 0.0)
    assert drain(pace, [pace.join(60.0) for _ in range(3)], 60.0) == pytest.approx(
        [60.0, 60 + TICK / 10, 60 + 2 * TICK / 10]
    )


def test_after_a_pause_those_who_waited_go_in_order_one_tick_apart() -> None:
    pace = Pace(100)
    turns = [pace.join(0.0) for _ in range(5)]
    pace.pause(3.0, 0.001)
    turns.append(pace.join(0.002))
    assert drain(pace, turns, 0.002) == pytest.approx([3 + turn * TICK / 100 for turn in range(6)])


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pace = Pace(100)
    pace.pause(9.0, 0.0)
    pace.pause(1.0, 0.0)
    assert drain(pace, [pace.join(0.5)], 0.5) == [9.0]


def test_a_lower_rate_holds_for_those_who_wait_and_for_the_second_that_is_past(
    most_in_a_second: Callable[..., int],
) -> None:
    pace = Pace(200)
    before = drain(pace, [pace.join(0.0) for _ in range(100)], 0.0)
    waiting = [pace.join(0.5) for _ in range(100)]
    pace.change(50, before[-1])
    after = drain(pace, waiting, before[-1])
    assert min(b - a for a, b in pairwise(after)) == pytest.approx(TICK / 50)
    assert not [time for time in after if sum(time - 1 < each < time for each in [*before, *after]) > 50]


def test_a_turn_given_up_holds_nobody_back() -> None:
    pace = Pace(100)
    first, second = pace.join(0.0), pace.join(0.0)
    pace.give_up(first)
    pace.pause(1.0, 0.0)
    assert drain(pace, [second], 0.0) == [1.0]
