"""Percentiles of how long calls took."""

from __future__ import annotations

import pytest

from singer_delivery.latencies import ACCURACY, Latencies


def test_percentiles_are_within_the_accuracy_that_is_promised_and_never_beyond_what_was_seen() -> None:
    latencies = Latencies()
    for hundredth in range(1, 101):
        latencies.add("Create", hundredth / 100)
    found = latencies.content()["Create"]
    assert found.p50 == pytest.approx(0.5, rel=ACCURACY)
    assert found.p90 == pytest.approx(0.9, rel=ACCURACY)
    assert found.p99 <= found.max == pytest.approx(1.0)


@pytest.mark.parametrize("seconds", [1e-3, 0.25, 1e7])
def test_of_one_call_every_percentile_is_that_call_however_short_or_long(seconds: float) -> None:
    latencies = Latencies()
    latencies.add("Create", seconds)
    found = latencies.content()["Create"]
    assert found.p50 == found.p99 == found.max
