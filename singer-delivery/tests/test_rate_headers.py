"""What headers say about limits, in the forms that are about."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.rate_headers import RateHeaders, retry_after

NOW = "Fri, 02 Jan 2026 10:00:00 GMT"
EPOCH = 1767348000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": " 0.5 "}, 0.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "Fri, 02 Jan 2026 10:01:30 GMT", "Date": NOW}, 90),
        ({"Retry-After": "Fri, 02 Jan 2026 09:00:00 GMT", "Date": NOW}, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_vendors_clock(headers: dict[str, Any], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_without_the_vendors_clock_ours_has_to_do() -> None:
    assert retry_after({"Retry-After": formatdate(time.time() + 60, usegmt=True)}) == pytest.approx(60, abs=2)


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [("30", 30), (str(EPOCH + 45), 45), (str((EPOCH + 45) * 1000), 45), (str(EPOCH - 5), 0), ("later", None)],
)
def test_a_reset_is_a_span_or_a_moment(reset: str, seconds: int | None) -> None:
    found = RateHeaders.read({"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset, "Date": NOW})
    assert found is not None
    assert found.reset == seconds
    assert found.remaining == 0


def test_a_limit_may_name_its_window() -> None:
    found = RateHeaders.read({"ratelimit-limit": "100, 100;w=60"})
    assert found is not None
    assert (found.limit, found.window, found.remaining) == (100, 60, None)


@given(st.text(), st.text(), st.text())
def test_nonsense_is_not_understood_and_does_no_harm(first: str, second: str, third: str) -> None:
    RateHeaders.read({"x-ratelimit-limit": first, "x-ratelimit-remaining": second, "x-ratelimit-reset": third})
    assert (retry_after({"Retry-After": first, "Date": second}) or 0) >= 0
