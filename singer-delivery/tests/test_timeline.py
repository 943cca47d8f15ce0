"""What went on when, and how long calls took: true sums, in bounded memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.latencies import ACCURACY, Latencies
from singer_delivery.outcomes import UNCHANGED, accepted
from singer_delivery.report import Report
from singer_delivery.timeline import MOST_STEPS, Timeline
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace


class Clock:
    """A made-up clock."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timeline(clock: Clock) -> Timeline:
    return Timeline(clock)


def test_a_step_is_a_second_of_the_run_and_the_last_one_is_its_end(timeline: Timeline, clock: Clock) -> None:
    timeline.add("accepted", 3)
    clock.now = 2.9
    timeline.add("requests")
    clock.now = 4.5
    timeline.end()
    clock.now = 100.0
    content = timeline.content()
    assert content.seconds == 1
    assert content.accepted == [3, 0, 0, 0, 0]
    assert content.requests == [0, 0, 1, 0, 0]
    assert content.rejected == [0] * 5


def test_a_run_of_a_day_is_told_in_no_more_steps_than_one_of_minutes(timeline: Timeline, clock: Clock) -> None:
    for minute in range(24 * 60):
        clock.now = minute * 60.0
        timeline.add("accepted", 7)
        timeline.allow("default", 100 - minute / 100)
    content = timeline.content()
    assert content.seconds == 512
    assert MOST_STEPS / 2 < len(content.accepted) <= MOST_STEPS
    assert sum(content.accepted) == 7 * 24 * 60
    rates = cast("list[float]", content.allowed["default"])
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(100 - (24 * 60 - 1) / 100)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.sampled_from(["accepted", "requests"]), st.integers(1, 9))))
def test_nothing_is_lost_when_steps_are_put_together(events: list[tuple[float, str, int]]) -> None:
    clock = Clock()
    timeline = Timeline(clock)
    for at, kind, n in sorted(events):
        clock.now = at
        timeline.add(kind, n)
    content = timeline.content()
    for kind, counts in (("accepted", content.accepted), ("requests", content.requests)):
        assert sum(counts) == sum(n for _, name, n in events if name == kind)
        assert len(counts) <= MOST_STEPS


def test_the_rate_allowed_is_the_lowest_of_a_step_and_no_limit_is_none(timeline: Timeline, clock: Clock) -> None:
    for rate in (10.0, 8.0, 9.0):
        timeline.allow("default", rate)
    timeline.allow("events", math.inf)
    clock.now = 2.0
    timeline.allow("default", math.inf)
    assert timeline.content().allowed == {"default": [8.0, None, None]}


def test_records_and_calls_of_a_run_are_on_one_timeline_that_agrees_with_the_totals() -> None:
    traffic = Traffic()
    report = Report("target-sms", False, traffic)
    report.read("s", "a", 12)
    report.settled("s", "a", UNCHANGED, 9)
    report.look()
    report.settled("s", "a", accepted("created"), 3)
    for _ in range(4):
        traffic.request("Create")
    traffic.retry()
    traffic.rate_limit()
    report.finish("completed")
    content = report.as_dict()
    timeline = content["timeline"]
    assert {name: sum(timeline[name]) for name in content["outcomes"]} == content["outcomes"]
    assert {name: sum(timeline[name]) for name in ("requests", "retries", "rate_limited")} == {
        name: content[name] for name in ("requests", "retries", "rate_limited")
    }


@given(st.lists(st.floats(1e-4, 1e3), min_size=1, max_size=200), st.sampled_from([50, 90, 99]))
def test_a_percentile_is_near_the_true_one_and_the_longest_is_exact(times: list[float], percent: int) -> None:
    latencies = Latencies()
    for seconds in times:
        latencies.add("Create", seconds)
    found = latencies.content()["Create"]
    true = sorted(times)[math.ceil(len(times) * percent / 100) - 1]
    assert getattr(found, f"p{percent}") == pytest.approx(true, rel=ACCURACY + 1e-4, abs=1e-4)
    assert found.max == pytest.approx(max(times), abs=1e-4)
    assert found.attempts == len(times)


def test_times_of_many_calls_take_no_more_memory_than_those_of_one() -> None:
    latencies = Latencies()
    latencies.add("Create", 0.0)
    latencies.add("Create", 1e9)
    before = len(latencies._times["Create"].buckets)
    for number in range(10_000):
        latencies.add("Create", number / 100)
    assert len(latencies._times["Create"].buckets) == before


def test_the_operation_that_is_called_most_comes_first() -> None:
    latencies = Latencies()
    for operation in ("Token", "Create", "Create"):
        latencies.add(operation, 0.1)
    assert list(latencies.content()) == ["Create", "Token"]


def test_a_calls_time_is_that_of_each_attempt_and_of_one_that_fails_too(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    client = connect(vendor.url)
    vendor.answers += [(429, {}, b"{}"), (200, {}, b"{}")]
    client.call("Create", "POST", "/people", json={})
    latency = client._traffic.latencies.content()["Create"]
    assert latency.attempts == client._traffic.requests == 2
    assert 0 < latency.p50 <= latency.max < 5


def test_the_rate_that_a_limiter_holds_is_noted_by_quota(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    client = connect(vendor.url, requests_per_second=500)
    client.call("Create", "POST", "/people", json={})
    assert client._traffic.timeline.content().allowed == {"default": [500.0]}
