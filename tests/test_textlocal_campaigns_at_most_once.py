"""Nobody gets a campaign of target-textlocal twice, and everybody gets it, whatever breaks off on the way."""

from __future__ import annotations

import random
import signal
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from texts_by_textlocal import EVERYBODY_ONCE, PEOPLE, VENDOR, kill_while, messages, row, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

STEPS = ["create_group", "create_contacts_bulk", "send"]
LANGUAGES = ["20% off until Sunday.", "-20 % jusqu'à dimanche."]


def members(**columns: Any) -> list[dict[str, Any]]:
    """Return a campaign in two languages: two sends."""
    return [row(number, campaign_id="spring", message=LANGUAGES[number % 2], **columns) for number in range(PEOPLE)]


AT_ONCE = members()


@pytest.fixture
def target(textlocal: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    return textlocal(clean_sandbox, default_action="campaigns", ledger_url="sqlite:///ledger.db", concurrency=3)


def assert_made_up_for(target: TargetRunner, sandbox: Sandbox, rows: list[dict[str, Any]] = AT_ONCE) -> None:
    """The next run brings to an end what broke off, and the one after that does nothing."""
    second = target(messages(rows))
    assert second.code == 0, second.stderr
    assert texts(sandbox) == EVERYBODY_ONCE
    assert set(second.outcomes) <= {"accepted", "unchanged", "already"}
    sends = sandbox.calls(VENDOR)["send"]
    assert target(messages(rows)).outcomes == {"unchanged": PEOPLE}
    assert texts(sandbox) == EVERYBODY_ONCE
    assert sandbox.calls(VENDOR)["send"] == sends


def test_everybody_gets_it_once_however_often_it_runs(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    assert target(messages(AT_ONCE)).outcomes == {"accepted": PEOPLE}
    assert texts(clean_sandbox) == EVERYBODY_ONCE
    assert_made_up_for(target, clean_sandbox)
    assert target(messages(AT_ONCE), resend=True).outcomes == {"unchanged": PEOPLE}
    assert texts(clean_sandbox) == EVERYBODY_ONCE


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["drop-after", "drop-mid-body", "truncated-json", "drop-before", "html-200"])
@pytest.mark.parametrize("after", [0, 1], ids=["first call", "second call"])
@pytest.mark.parametrize("step", STEPS)
def test_an_answer_that_breaks_off_is_made_up_for_without_a_second_text(
    target: TargetRunner, clean_sandbox: Sandbox, step: str, after: int, fault: str
) -> None:
    clean_sandbox.faults(fault, step, vendor=VENDOR, after=after, times=1)
    first = target(messages(AT_ONCE))
    assert sum(first.outcomes.values()) + first.report["unsettled"] == PEOPLE
    assert set(texts(clean_sandbox).values()) <= {1}
    assert_made_up_for(target, clean_sandbox)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["latency", "hang"])
@pytest.mark.parametrize("step", STEPS)
def test_after_kill_9_in_the_middle_of_a_step_the_next_run_makes_up_for_it(
    target: TargetRunner, clean_sandbox: Sandbox, step: str, fault: str
) -> None:
    kill_while(clean_sandbox, target, messages(AT_ONCE), fault, step)
    assert set(texts(clean_sandbox).values()) <= {1}
    assert_made_up_for(target, clean_sandbox)


@pytest.mark.parametrize("fault", ["latency", "hang"])
def test_what_was_scheduled_when_a_run_was_killed_goes_out_once_at_its_time(
    target: TargetRunner, clean_sandbox: Sandbox, fault: str
) -> None:
    noon = members(send_at=(datetime.now(timezone.utc) + timedelta(hours=1)).isoformat())
    kill_while(clean_sandbox, target, messages(noon), fault, "send")
    second = target(messages(noon))
    assert second.code == 0, second.stderr
    assert set(second.reasons) <= {"scheduled", "same_as_last_accepted"}
    assert not texts(clean_sandbox)
    clean_sandbox.advance(2 * 3600)
    assert texts(clean_sandbox) == EVERYBODY_ONCE
    assert target(messages(noon)).outcomes == {"unchanged": PEOPLE}
    clean_sandbox.advance(2 * 3600)
    assert texts(clean_sandbox) == EVERYBODY_ONCE


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_run_that_is_killed_at_any_moment_is_made_up_for(
    target: TargetRunner, clean_sandbox: Sandbox, seed: int
) -> None:
    clean_sandbox.faults("latency", "*", vendor=VENDOR, seconds=0.15)
    process = target.start(messages(AT_ONCE))
    time.sleep(0.6 + random.Random(seed).uniform(0, 2.0))
    process.send_signal(signal.SIGKILL)
    target.finish(process)
    assert set(texts(clean_sandbox).values()) <= {1}
    assert_made_up_for(target, clean_sandbox)


def test_while_it_may_still_arrive_nothing_is_sent_again(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    kill_while(clean_sandbox, target, messages(AT_ONCE), "hang", "send")
    early = target(messages(AT_ONCE), in_doubt_minutes=15)
    assert early.code == 0, early.stderr
    assert early.reasons == {"unknown": PEOPLE}
    assert not texts(clean_sandbox)
    assert_made_up_for(target, clean_sandbox)


def test_a_group_that_somebody_deleted_does_not_let_its_text_go_out_twice(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    kill_while(clean_sandbox, target, messages(AT_ONCE), "latency", "send")
    already = texts(clean_sandbox)
    assert already
    for group in clean_sandbox.get("/_sandbox/textlocal/groups")["groups"]:
        if group["name"].startswith("spring"):
            clean_sandbox.post("/_sandbox/textlocal/delete-group", {"id": group["id"]})
    second = target(messages(AT_ONCE))
    assert texts(clean_sandbox) == EVERYBODY_ONCE
    assert second.reasons["sent_before"] >= len(already)
