"""`kill -9` between a call that texts and the ledger: the next run asks, and nobody has a second text."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Seen, Tap

PEOPLE = [f"+120255501{number}" for number in range(50, 62)]
RECORDS = [{"phone": phone} for phone in PEOPLE]
ONCE = {(phone.removeprefix("+"), "reply_y"): 1 for phone in PEOPLE}
SENT_BEFORE, UNDER_WAY = 3, 4
LONGEST = 60


@pytest.fixture
def killed(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> Callable[..., None]:
    """Start a run, and kill it when as many of its calls as there are workers wait for their answers."""

    def kill(fault: str, **settings: Any) -> None:
        how = {"times": UNDER_WAY, "after": SENT_BEFORE, "seconds": 8.0}
        clean_sandbox.faults(fault, "Subscribe", vendor="attentive", **how)
        process = run_target.start(tap("subscribe", RECORDS), concurrency=UNDER_WAY, **settings)
        deadline = time.monotonic() + LONGEST
        while clean_sandbox.calls("attentive").get("Subscribe", 0) < SENT_BEFORE + UNDER_WAY:
            assert time.monotonic() < deadline, "the calls do not come"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        run = run_target.finish(process)
        assert run.code == -signal.SIGKILL
        assert not run.stdout  # no state went out

    return kill


def subscribe_calls(sandbox: Sandbox) -> int:
    return sandbox.calls("attentive")["Subscribe"]


def assert_all_is_settled(run_target: TargetRunner, tap: Tap, sandbox: Sandbox) -> None:
    before = sandbox.calls("attentive")
    run = run_target(tap("subscribe", RECORDS))
    assert run.outcomes == {"unchanged": len(PEOPLE)}, run.stderr
    assert sandbox.calls("attentive") == before


def test_who_was_subscribed_when_the_run_was_killed_is_found_and_not_texted_again(
    killed: Callable[..., None], run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    killed("latency")
    assert len(clean_sandbox.texts()) == SENT_BEFORE + UNDER_WAY
    second = run_target(tap("subscribe", RECORDS))
    assert second.code == 0, second.stderr
    assert set(second.reasons) <= {"pending", "same_as_last_accepted"}
    assert sum(second.reasons.values()) == len(PEOPLE)
    assert second.states
    assert subscribe_calls(clean_sandbox) == len(PEOPLE)
    assert seen.texts() == ONCE
    assert_all_is_settled(run_target, tap, clean_sandbox)
    assert seen.texts() == ONCE


def test_a_call_that_attentive_carries_out_later_is_not_made_again_before_it_counts_as_lost(
    killed: Callable[..., None], run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", accepted_seconds="60")
    killed("latency")
    assert not clean_sandbox.texts()
    second = run_target(tap("subscribe", RECORDS), in_doubt_minutes=15, concurrency=16)
    assert second.code == 0, second.stderr
    assert second.reasons["unknown"] >= UNDER_WAY

    clean_sandbox.switch("attentive", accepted_seconds="0")
    clean_sandbox.advance(60)
    third = run_target(tap("subscribe", RECORDS), in_doubt_minutes=15, concurrency=16)
    assert third.code == 0, third.stderr
    assert third.reasons["pending"] >= UNDER_WAY
    # Who was next in line is in doubt, too, though their calls were never made.
    last = run_target(tap("subscribe", RECORDS), in_doubt_minutes=0)
    assert last.reasons.keys() <= {"pending", "same_as_last_accepted"}
    assert subscribe_calls(clean_sandbox) == len(PEOPLE)
    assert seen.texts() == ONCE
    assert_all_is_settled(run_target, tap, clean_sandbox)


def test_a_call_that_never_arrived_is_made_again_once_it_counts_as_lost(
    killed: Callable[..., None], run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    killed("hang")
    assert len(clean_sandbox.texts()) == SENT_BEFORE
    early = run_target(tap("subscribe", RECORDS), in_doubt_minutes=15, concurrency=16)
    assert early.code == 0, early.stderr
    doubts = early.reasons["unknown"]
    assert doubts >= UNDER_WAY
    assert len(clean_sandbox.texts()) == len(PEOPLE) - doubts
    late = run_target(tap("subscribe", RECORDS), in_doubt_minutes=0)
    assert late.code == 0, late.stderr
    assert late.reasons == {"pending": doubts, "same_as_last_accepted": len(PEOPLE) - doubts}
    assert seen.texts() == ONCE
    assert_all_is_settled(run_target, tap, clean_sandbox)
