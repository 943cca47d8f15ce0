"""Campaigns that are stopped before their time, and those for which it is too late."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from target_textlocal import cancelling
from target_textlocal.campaign_groups import CampaignGroups

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import MakeTarget, Run, Seen, Tap

PEOPLE = [f"+447700900{number}" for number in range(500, 504)]


def later() -> str:
    return (datetime.now(timezone.utc) + timedelta(hours=2)).isoformat()


def members(campaign: str = "spring", **columns: Any) -> list[dict[str, Any]]:
    texts = ["Hello", "Bonjour"]
    return [
        {"phone": each, "campaign_id": campaign, "message": texts[place % 2], "cancel": None, **columns}
        for place, each in enumerate(PEOPLE)
    ]


CANCEL = {"campaign_id": "spring", "cancel": True}


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target with records of `campaigns`: `run(members(send_at=later()))`."""

    def start(records: list[dict[str, Any]], *, stream: str = "campaigns", **config: Any) -> TargetRun:
        return run_target(tap(stream, records, keys=()), **config)

    return start


@pytest.fixture
def noon(clean_sandbox: Sandbox) -> Callable[[], None]:
    """Let the time come that campaigns wait for."""
    return lambda: clean_sandbox.advance(3 * 3600)


def test_a_campaign_is_stopped_in_all_its_languages_and_stays_so(
    run: Run, seen: Seen, noon: Callable[[], None], clean_sandbox: Sandbox
) -> None:
    rows = members(send_at=later())
    assert run(rows).reasons == {"scheduled": 4}
    assert run([CANCEL]).reasons == {"cancelled": 1}
    assert seen.shown("scheduled") == []
    calls = clean_sandbox.calls("textlocal")
    assert calls["cancel_scheduled"] == 2
    assert run([*rows, CANCEL]).reasons == {"cancelled": 4, "same_as_last_accepted": 1}
    assert run(members(message="Something else")).reasons == {"cancelled": 4}
    assert clean_sandbox.calls("textlocal") == calls
    noon()
    assert not seen.texts()


def test_only_the_campaign_that_is_meant_is_stopped(run: Run, seen: Seen, noon: Callable[[], None]) -> None:
    both = [*members(send_at=later()), *members("spring 2", send_at=later(), message="Summer")]
    assert run(both).reasons == {"scheduled": 8}
    assert run([CANCEL]).reasons == {"cancelled": 1}
    noon()
    assert seen.texts() == {(each[1:], "Summer"): 1 for each in PEOPLE}


def test_members_whose_records_say_so_cancel_their_campaign_once(run: Run, clean_sandbox: Sandbox) -> None:
    run(members(send_at=later()))
    done = run(members(send_at=later(), cancel="yes"))
    assert done.reasons == {"cancelled": 1, "superseded": 3}
    assert clean_sandbox.calls("textlocal")["get_scheduled"] == 1


def test_what_has_gone_out_cannot_be_stopped_and_is_told(run: Run, seen: Seen, noon: Callable[[], None]) -> None:
    run(members(send_at=later()))
    noon()
    done = run([CANCEL])
    assert done.reasons == {"not_scheduled": 1}
    assert "nothing was cancelled: spring" in " ".join(done.report["notes"])
    assert sum(seen.texts().values()) == 4


def test_a_campaign_that_is_cancelled_in_the_run_that_brings_it_is_not_sent(
    run: Run, seen: Seen, noon: Callable[[], None]
) -> None:
    done = run([*members(send_at=later()), CANCEL])
    assert done.reasons == {"cancelled": 4, "not_scheduled": 1}
    noon()
    assert not seen.texts()
    assert run(members(send_at=later())).reasons == {"cancelled": 4}


def test_a_stream_of_campaigns_can_be_bound_to_cancelling(run: Run, noon: Callable[[], None], seen: Seen) -> None:
    run(members(send_at=later()))
    assert run([{"campaign_id": "spring"}], stream="cancel_campaigns").reasons == {"cancelled": 1}
    noon()
    assert not seen.texts()


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", "truncated-json"])
def test_a_cancellation_whose_answer_is_lost_is_made_up_for(
    run: Run, seen: Seen, noon: Callable[[], None], clean_sandbox: Sandbox, fault: str
) -> None:
    run(members(send_at=later()))
    clean_sandbox.faults(fault, "cancel_scheduled", vendor="textlocal", times=1)
    assert run([CANCEL]).reasons == {"cancelled": 1}
    noon()
    assert not seen.texts()


def test_a_cancellation_that_is_refused_is_told_and_can_be_made_again(run: Run, clean_sandbox: Sandbox) -> None:
    run(members(send_at=later()))
    clean_sandbox.faults("textlocal-error", "cancel_scheduled", vendor="textlocal", times=1, code=999)
    assert run([CANCEL], max_rejected_percent=100).reasons == {"refused": 1}
    assert run([CANCEL]).reasons == {"cancelled": 1}


def test_what_goes_out_while_it_is_being_cancelled_counts_as_sent(
    target: MakeTarget, seen: Seen, noon: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = target()
    sender.deliver_all("campaigns", members(send_at=later())[:1])
    cancel = CampaignGroups.cancel

    def late(groups: CampaignGroups, scheduled_id: str) -> None:
        noon()
        cancel(groups, scheduled_id)

    monkeypatch.setattr(CampaignGroups, "cancel", late)
    assert sender.deliver("campaigns", CANCEL).reason == "not_scheduled"
    assert sum(seen.texts().values()) == 1


def test_a_dry_run_says_what_would_be_stopped_and_stops_nothing(run: Run, seen: Seen) -> None:
    run(members(send_at=later()))
    assert run([CANCEL], dry_run=True).reasons == {"would_be_cancelled": 1}
    assert len(seen.shown("scheduled")) == 2
    assert run([CANCEL]).reasons == {"cancelled": 1}


def test_test_mode_stops_nothing(run: Run, seen: Seen) -> None:
    run(members(send_at=later()))
    assert run([CANCEL], test_mode=True).reasons == {"tested": 1}
    assert len(seen.shown("scheduled")) == 2
    assert run([CANCEL]).reasons == {"cancelled": 1}


def test_credits_that_were_set_aside_come_back(run: Run, clean_sandbox: Sandbox) -> None:
    before = clean_sandbox.get("/_sandbox/textlocal/credits")["sms"]
    run(members(send_at=later()))
    run([CANCEL])
    assert clean_sandbox.get("/_sandbox/textlocal/credits")["sms"] == before


@pytest.mark.parametrize("row", [{"campaign_id": None, "cancel": True}, {"campaign_id": " ", "cancel": True}])
def test_a_cancellation_that_names_no_campaign_is_rejected(run: Run, row: dict[str, Any]) -> None:
    done = run([row, {"campaign_id": "spring", "cancel": True}], max_rejected_percent=100)
    assert done.outcomes["rejected"] == 1
    assert done.reasons["not_scheduled"] == 1


@pytest.mark.parametrize("campaign", ["somebody@example.com", "+12125550100", "(212) 555-0100"])
def test_what_may_be_somebodys_is_counted_among_campaigns_and_not_named(campaign: str) -> None:
    assert cancelling._some(["spring", campaign]) == "spring, 1 more"
