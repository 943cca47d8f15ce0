"""Runs that are ended at random moments, and run again: the vendor ends up as if nothing had happened.

The moments are random, the seeds are not: a failure names its seed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slow_share import in_turn

from singer_delivery.testing import Program
from singer_delivery.testing.audience import audience, phone

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

VENDOR = "listrak-sms"
SEEDS = in_turn(range(3))
"""The contract looks at such ends of every target, too: in each run one seed is enough."""
PEOPLE = 80
STATE_EVERY = 10
SECONDS = 1.3


@pytest.fixture
def target(listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    clean_sandbox.faults("latency", vendor=VENDOR, seconds=0.05)
    return listrak_sms(clean_sandbox, concurrency=3, batch_size_rows=10)


def profiles(sandbox: Sandbox) -> dict[str, tuple[str, ...]]:
    found = sandbox.get("/_sandbox/listrak-sms/contacts")["contacts"]
    return {
        each["phoneNumber"]: (each["firstName"], each["lastName"], each["emailAddress"], each["postalCode"])
        for each in found
        if not each["phoneNumber"].startswith("1212")
    }


def undisturbed() -> dict[str, tuple[str, ...]]:
    return {
        phone(number)[1:]: (f"First{number}", f"Last{number}", f"person{number}@example.com", f"{10000 + number}")
        for number in range(PEOPLE)
    }


def texted_twice(sandbox: Sandbox) -> list[str]:
    return [to for to, count in Counter(each["phone"] for each in sandbox.texts()).items() if count > 1]


def started(target: TargetRunner, sandbox: Sandbox) -> subprocess.Popen[str]:
    """Start a run, and wait for its first call."""
    process = target.start(audience(PEOPLE, state_every=STATE_EVERY))
    while process.poll() is None and not sandbox.calls(VENDOR):
        time.sleep(0.02)
    return process


def end_at_random(target: TargetRunner, sandbox: Sandbox, how: signal.Signals, seed: int) -> TargetRun:
    """Start a run and end it somewhere on its way, which begins with its first call."""
    process = started(target, sandbox)
    time.sleep(random.Random(seed).uniform(0, SECONDS))
    process.send_signal(how)
    return target.finish(process)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("how", in_turn([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]), ids=lambda how: how.name)
def test_after_a_run_that_was_ended_the_next_one_completes_it(
    target: TargetRunner, clean_sandbox: Sandbox, how: signal.Signals, seed: int
) -> None:
    first = end_at_random(target, clean_sandbox, how, seed)
    there = profiles(clean_sandbox)
    for state in first.states:
        assert all(phone(number)[1:] in there for number in range(state["bookmark"] + 1))
    if how != signal.SIGKILL and first.code != 0:  # 0: it was over before the signal came
        assert first.code == 128 + how
        assert "Traceback" not in first.stderr

    second = target(audience(PEOPLE, state_every=STATE_EVERY))
    assert second.code == 0, second.stderr
    assert second.states[-1] == {"bookmark": PEOPLE - 1}
    assert sum(second.outcomes.values()) == PEOPLE
    assert profiles(clean_sandbox) == undisturbed()
    assert not texted_twice(clean_sandbox)


@pytest.mark.parametrize("seed", SEEDS)
def test_dropped_connections_and_a_kill_together_text_nobody_twice(
    target: TargetRunner, clean_sandbox: Sandbox, seed: int
) -> None:
    chance = random.Random(seed)
    for fault in ("drop-after", "drop-before", "drop-after"):
        clean_sandbox.faults(
            fault, "Contact_PostContactListResource", vendor=VENDOR, after=chance.randrange(PEOPLE), times=3
        )
    end_at_random(target, clean_sandbox, signal.SIGKILL, seed + 100)
    second = target(audience(PEOPLE))
    assert second.code == 0, second.stderr
    assert profiles(clean_sandbox) == undisturbed()
    assert not texted_twice(clean_sandbox)


def test_an_interrupted_run_accounts_for_what_it_left(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    process = started(target, clean_sandbox)
    process.send_signal(signal.SIGTERM)
    run = target.finish(process)
    report = run.report
    assert report["finished"] == "interrupted"
    assert report["unsettled"] > 0
    assert sum(report["outcomes"].values()) + report["unsettled"] == report["read"]


def test_a_runner_that_adds_its_own_signal_to_a_ctrl_c_does_not_cut_calls_off(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    process = started(target, clean_sandbox)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    run = target.finish(process)
    assert run.code == 128 + signal.SIGINT
    assert run.report["finished"] == "interrupted"


def test_the_same_signal_again_ends_a_run_at_once(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("hang", vendor=VENDOR, seconds=30)
    process = started(target, clean_sandbox)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    again = time.monotonic()
    run = target.finish(process)
    assert run.code == -signal.SIGTERM
    assert time.monotonic() - again < 5


_SECOND_ONE = """
import logging, os, signal
class SecondOne(logging.Filter):
    def filter(self, record):
        if str(record.msg).startswith("Signal"):
            os.kill(os.getpid(), signal.SIGTERM)
        return True
logging.getLogger("target-listrak-sms").addFilter(SecondOne())
"""


def test_a_second_signal_that_comes_while_the_first_is_told_of_changes_nothing(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    assert isinstance(target.program, Program)
    target.program = replace(target.program, imports=target.program.imports + _SECOND_ONE)
    source, tap = os.pipe()
    with os.fdopen(source, encoding="utf-8") as lines, os.fdopen(tap, "w", encoding="utf-8") as writer:
        process = target.start(lines)
        writer.writelines(json.dumps(each) + "\n" for each in audience(10))
        writer.flush()
        while clean_sandbox.calls(VENDOR).get("Contact_PostContactListResource", 0) < 10:
            time.sleep(0.02)
        time.sleep(0.5)  # the records are done with, and it waits for another one
        process.send_signal(signal.SIGINT)
        run = target.finish(process)
    assert run.code == 128 + signal.SIGINT, run.stderr
    assert run.report["finished"] == "interrupted"
