"""Runs of `campaigns` that end before a call, as the stream or the settings lack something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Run, Tap


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target with records of `campaigns`."""

    def start(records: list[dict[str, Any]], **config: Any) -> TargetRun:
        return run_target(tap("campaigns", records, keys=()), **{"customer_id_field": "custom1", **config})

    return start


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"customer_id": "C1020", "message": "Hi"}, "`campaign_id`"),
        ({"customer_id": "C1020", "campaign_id": "spring"}, "`template` or `message`"),
        ({"campaign_id": "spring", "message": "Hi"}, "`phone` or `customer_id`"),
    ],
)
def test_a_stream_that_lacks_a_column_ends_the_run_before_a_call(run: Run, record: dict[str, Any], said: str) -> None:
    refused = run([record])
    assert refused.code == 1
    assert said in refused.stderr
    assert refused.report["requests"] == 0


def test_customer_ids_need_the_setting_that_says_where_they_are(run: Run) -> None:
    refused = run([{"customer_id": "C1020", "campaign_id": "spring", "message": "Hi"}], customer_id_field=None)
    assert refused.code == 1
    assert "`customer_id_field`" in refused.stderr
    assert refused.report["requests"] == 0
