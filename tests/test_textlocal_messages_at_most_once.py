"""Nobody gets a message of target-textlocal twice, whatever breaks off and however often it runs."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import pytest
from slow_share import in_turn
from texts_by_textlocal import EVERYBODY_ONCE, PEOPLE, VENDOR, kill_while, messages, phone, row, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

AFTER_THE_EFFECT = ["drop-after", "drop-mid-body", "truncated-json"]
WITHOUT_EFFECT = ["drop-before", "html-200", "empty-body"]
SAME = [row(number, message="Your order is ready.") for number in range(PEOPLE)]
PERSONAL = [row(number, message=f"Order {number} is ready: 100 % & more + €") for number in range(PEOPLE)]
# Of two senders: one call of each command.
MIXED = [
    *({**each, "sender": "ACME"} for each in SAME[: PEOPLE // 2]),
    *({**each, "sender": "ACMEShop"} for each in PERSONAL[PEOPLE // 2 :]),
]
BY_COMMAND = [("send", SAME), ("bulk_json", PERSONAL)]


@pytest.fixture
def target(textlocal: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    return textlocal(clean_sandbox, default_action="messages", ledger_url="sqlite:///ledger.db", concurrency=3)


def assert_all_is_told(run: TargetRun) -> None:
    """Every record has an outcome, and none that is not known is told as anything else."""
    assert run.code == 0, run.stderr
    assert sum(run.outcomes.values()) == run.report["read"]
    assert run.report["unsettled"] == 0


@pytest.mark.parametrize("rows", [SAME, PERSONAL, MIXED], ids=["same", "personal", "mixed"])
def test_everybody_is_texted_once_however_often_it_runs(
    target: TargetRunner, clean_sandbox: Sandbox, rows: list[dict[str, int | str]]
) -> None:
    assert target(messages(rows)).outcomes == {"accepted": PEOPLE}
    assert target(messages(rows)).outcomes == {"unchanged": PEOPLE}
    assert target(messages(rows), resend=True).outcomes == {"unchanged": PEOPLE}
    other_words = [{**each, "message": "Something else."} for each in rows]
    assert target(messages(other_words)).reasons == {"sent_before": PEOPLE}
    assert texts(clean_sandbox) == EVERYBODY_ONCE


@pytest.mark.parametrize("fault", AFTER_THE_EFFECT)
@pytest.mark.parametrize(("command", "rows"), BY_COMMAND, ids=["send", "bulk_json"])
def test_an_answer_that_breaks_off_after_the_texts_went_out_leads_to_no_second_one(
    target: TargetRunner, clean_sandbox: Sandbox, fault: str, command: str, rows: list[dict[str, int | str]]
) -> None:
    clean_sandbox.faults(fault, command, vendor=VENDOR, times=1)
    assert_all_is_told(target(messages(rows)))
    assert texts(clean_sandbox) == EVERYBODY_ONCE
    second = target(messages(rows))
    assert_all_is_told(second)
    assert set(second.outcomes) <= {"accepted", "unchanged", "skipped"}
    assert set(second.reasons) <= {"sent", "same_as_last_accepted", "unknown"}
    assert texts(clean_sandbox) == EVERYBODY_ONCE


@pytest.mark.parametrize("fault", WITHOUT_EFFECT)
@pytest.mark.parametrize(("command", "rows"), BY_COMMAND, ids=["send", "bulk_json"])
def test_a_call_that_breaks_off_without_effect_is_told_as_a_doubt_or_made_up_for(
    target: TargetRunner, clean_sandbox: Sandbox, fault: str, command: str, rows: list[dict[str, int | str]]
) -> None:
    clean_sandbox.faults(fault, command, vendor=VENDOR, times=1)
    first = target(messages(rows))
    assert first.reasons == {"unknown": PEOPLE}
    assert not texts(clean_sandbox)
    second = target(messages(rows))
    assert_all_is_told(second)
    doubts = second.reasons.get("unknown", 0)
    assert sum(texts(clean_sandbox).values()) + doubts == PEOPLE
    assert set(texts(clean_sandbox).values()) <= {1}


@pytest.mark.parametrize("fault", ["drop-after", "drop-before"])
@pytest.mark.parametrize("command", ["send", "bulk_json"])
def test_one_of_several_calls_that_breaks_off_leaves_the_others_as_they_are(
    target: TargetRunner, clean_sandbox: Sandbox, fault: str, command: str
) -> None:
    clean_sandbox.faults(fault, command, vendor=VENDOR, times=1)
    first = target(messages(MIXED))
    assert_all_is_told(first)
    calls = clean_sandbox.calls(VENDOR)
    assert (calls["send"], calls["bulk_json"]) == (1, 1)
    assert first.outcomes["accepted"] >= PEOPLE // 2
    assert_all_is_told(target(messages(MIXED)))
    got = texts(clean_sandbox)
    assert set(got.values()) == {1}
    went_out = (
        MIXED if fault == "drop-after" else SAME[: PEOPLE // 2] if command == "bulk_json" else MIXED[PEOPLE // 2 :]
    )
    assert got.keys() >= {each["phone"] for each in went_out}


@pytest.mark.parametrize("code", in_turn([7, 43, 3]))
@pytest.mark.parametrize("command", ["send", "bulk_json"])
def test_a_refusal_of_one_of_several_calls_repeats_none_of_the_others(
    target: TargetRunner, clean_sandbox: Sandbox, command: str, code: int
) -> None:
    clean_sandbox.faults("textlocal-error", command, vendor=VENDOR, code=code, times=1)
    target(messages(MIXED), max_rejected_percent=100)
    for _ in range(2):
        target(messages(MIXED), max_rejected_percent=100)
    assert set(texts(clean_sandbox).values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["latency", "hang"])
@pytest.mark.parametrize(("command", "rows"), BY_COMMAND, ids=["send", "bulk_json"])
def test_after_kill_9_in_the_middle_of_a_call_nobody_is_texted_twice(
    target: TargetRunner, clean_sandbox: Sandbox, fault: str, command: str, rows: list[dict[str, int | str]]
) -> None:
    kill_while(clean_sandbox, target, messages(rows), fault, command)
    at_first = texts(clean_sandbox)
    assert at_first == (EVERYBODY_ONCE if fault == "latency" else {})
    for _ in range(2):
        run = target(messages(rows))
        assert_all_is_told(run)
        got = texts(clean_sandbox)
        assert set(got.values()) <= {1}
        assert len(got) + run.reasons.get("unknown", 0) >= PEOPLE


@pytest.mark.parametrize("seed", in_turn(range(3)))
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_run_that_is_ended_at_any_moment_texts_nobody_twice(
    target: TargetRunner, clean_sandbox: Sandbox, how: signal.Signals, seed: int
) -> None:
    clean_sandbox.faults("latency", "*", vendor=VENDOR, seconds=0.15)
    process = target.start(messages(MIXED))
    time.sleep(0.6 + random.Random(seed).uniform(0, 1.2))
    process.send_signal(how)
    target.finish(process)
    second = target(messages(MIXED))
    assert_all_is_told(second)
    got = texts(clean_sandbox)
    assert set(got.values()) <= {1}
    assert len(got) + second.reasons.get("unknown", 0) >= PEOPLE
    if how is signal.SIGTERM:  # calls under way were finished and settled
        assert len(got) == PEOPLE


def test_somebody_who_is_in_the_stream_twice_gets_the_text_of_each_row(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    twice = [row(1, message="Order 1 is ready."), {**row(2, message="Order 2 is ready."), "phone": phone(1)}]
    for _ in range(2):
        assert target(messages(twice)).code == 0
    assert texts(clean_sandbox) == {phone(1): 2}
