"""What is learned from a vendor's refusals, on a made-up clock."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.learned_rate import LearnedRate
from singer_delivery.pace import Pace

if TYPE_CHECKING:
    from rate_simulation import Simulation, TokenBucket, Windows


def between(times: list[float], start: float, end: float) -> int:
    return sum(start <= time < end for time in times)


@pytest.mark.parametrize("latency", [0.005, 0.15])
def test_twice_the_allowed_rate_is_corrected_within_the_first_second(
    simulate: type[Simulation], token_bucket: type[TokenBucket], latency: Any
) -> None:
    vendor = simulate(200, token_bucket(100), latency=latency).run(60)
    assert between(vendor.refused, 1, 60) <= 3
    assert (len(vendor.sent) - len(vendor.refused)) / 60 >= 94


@pytest.mark.parametrize(("configured", "workers"), [(120, 32), (500, 80), (math.inf, 64)])
def test_other_rates_are_corrected_too(
    simulate: type[Simulation], token_bucket: type[TokenBucket], configured: Any, workers: Any
) -> None:
    vendor = simulate(configured, token_bucket(100), workers=workers).run(60)
    assert between(vendor.refused, 2, 60) <= 8
    assert (len(vendor.sent) - len(vendor.refused)) / 60 >= 85


@pytest.mark.parametrize("limit", [10, 100])
def test_a_vendor_that_counts_by_seconds_shows_its_limit_at_once(
    simulate: type[Simulation], windows: type[Windows], limit: Any
) -> None:
    vendor = simulate(200, windows(limit)).run(60)
    assert between(vendor.refused, 1, 60) <= limit / 10
    assert (len(vendor.sent) - len(vendor.refused)) / 60 >= 0.9 * limit


def test_the_right_rate_is_never_lowered(simulate: type[Simulation], token_bucket: type[TokenBucket]) -> None:
    vendor = simulate(100, token_bucket(100)).run(30)
    assert not vendor.refused
    assert vendor.rate.at(30) == 100


def test_with_retry_after_nobody_sends_before_it_is_over(
    simulate: type[Simulation], token_bucket: type[TokenBucket]
) -> None:
    vendor = simulate(200, token_bucket(100), retry_after=1.0).run(20)
    seen = vendor.refused[0] + 0.15
    assert between(vendor.sent, seen + 1e-9, seen + 1 - 1e-9) == 0
    assert between(vendor.refused, 5, 20) <= 5


def test_refusals_of_one_moment_count_once() -> None:
    pace, rate = Pace(100), LearnedRate(100)
    turns = [pace.join(0.0) for _ in range(5)]
    for number, turn in enumerate(turns):
        assert pace.go(turn, number / 50) is None
    assert rate.refuse(turns[0], pace.gone, -math.inf, 0.2)
    lowered = rate.at(0.2)
    assert not any(rate.refuse(turn, pace.gone, -math.inf, 0.21) for turn in turns[1:])
    assert rate.at(0.2) == lowered < 100


def test_a_lowered_rate_comes_back_slowly_up_to_the_configured_one() -> None:
    pace, rate = Pace(100), LearnedRate(100)
    turn = pace.join(0.0)
    pace.go(turn, 0.0)
    rate.refuse(turn, pace.gone, -math.inf, 0.2)
    course = [rate.at(0.2 + seconds) for seconds in range(0, 600, 10)]
    assert course[0] == pytest.approx(80)
    assert course == sorted(course)
    assert 80 < course[3] < 100
    assert course[-1] == 100


def test_a_vendors_own_word_is_the_rate_up_to_what_the_user_allows() -> None:
    rate = LearnedRate(10, 50)
    assert rate.at(0) == 10
    for told, held in ((150, 50), (20, 20), (30, 30), (0, 0.5)):
        rate.told(told)
        assert rate.at(0) == held


def test_a_vendors_own_word_never_raises_the_rate_beyond_what_was_configured() -> None:
    rate = LearnedRate(100)
    for told, held in ((150, 100), (20, 20), (100, 100)):
        rate.told(told)
        assert rate.at(0) == held
