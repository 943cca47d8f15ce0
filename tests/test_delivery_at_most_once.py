"""Nobody is texted twice: the ledger is written before the call, and a doubt is not resolved by trying again."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from slow_share import in_turn
from texting_target import TEXTING

from singer_delivery.testing.audience import audience, phone

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

VENDOR = "listrak-sms"
SEEDS = in_turn(range(3))
"""The contract looks at such ends of every target, too: in each run one seed is enough."""
SEND = "TransactionalMessage_PostTransactionalMessageSend"
PEOPLE = 40


@pytest.fixture
def texting(listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    subscribed = listrak_sms(clean_sandbox, "subscribe", list_id=7008)(audience(PEOPLE))
    assert subscribed.outcomes == {"accepted": PEOPLE}
    runner = listrak_sms(clean_sandbox, default_action="text", concurrency=3)
    runner.program = TEXTING
    return runner


def texts(sandbox: Sandbox) -> Counter[str]:
    return Counter(each["phone"] for each in sandbox.texts(kind="transactional"))


def test_everybody_is_texted_once_however_often_it_runs(texting: TargetRunner, clean_sandbox: Sandbox) -> None:
    assert texting(audience(PEOPLE)).outcomes == {"accepted": PEOPLE}
    assert texting(audience(PEOPLE)).outcomes == {"unchanged": PEOPLE}
    assert texting(audience(PEOPLE), resend=True).outcomes == {"unchanged": PEOPLE}
    assert texts(clean_sandbox) == {phone(number)[1:]: 1 for number in range(PEOPLE)}


@pytest.mark.parametrize("fault", ["drop-after", "drop-before"])
def test_a_connection_that_drops_leaves_a_doubt_that_no_later_run_resolves_by_trying(
    texting: TargetRunner, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, SEND, vendor=VENDOR, after=5, times=2)
    first = texting(audience(PEOPLE))
    assert first.code == 0, first.stderr
    assert first.reasons == {"texted": PEOPLE - 2, "unknown": 2}
    second = texting(audience(PEOPLE))
    assert second.reasons == {"same_as_last_accepted": PEOPLE - 2, "unknown": 2}
    assert set(texts(clean_sandbox).values()) == {1}
    assert sum(texts(clean_sandbox).values()) == (PEOPLE if fault == "drop-after" else PEOPLE - 2)


def test_a_refused_text_is_tried_again_by_the_next_run(texting: TargetRunner, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("api-error", SEND, vendor=VENDOR, code="ERROR_INVALID_PHONE_NUMBER", times=1)
    assert texting(audience(PEOPLE)).outcomes == {"accepted": PEOPLE - 1, "rejected": 1}
    assert texting(audience(PEOPLE)).outcomes == {"accepted": 1, "unchanged": PEOPLE - 1}
    assert set(texts(clean_sandbox).values()) == {1}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_after_a_run_that_was_ended_nobody_is_texted_twice_and_every_doubt_is_told(
    texting: TargetRunner, clean_sandbox: Sandbox, how: signal.Signals, seed: int
) -> None:
    clean_sandbox.faults("latency", SEND, vendor=VENDOR, seconds=0.1)
    process = texting.start(audience(PEOPLE))
    time.sleep(0.8 + random.Random(seed).uniform(0, 1.5))
    process.send_signal(how)
    texting.finish(process)
    second = texting(audience(PEOPLE))
    assert second.code == 0, second.stderr
    got = texts(clean_sandbox)
    assert set(got.values()) == {1}
    doubts = second.reasons.get("unknown", 0)
    assert len(got) + doubts >= PEOPLE
    if how is signal.SIGTERM:  # calls under way were finished and settled
        assert not doubts
        assert len(got) == PEOPLE


def test_what_waited_for_its_turn_when_a_run_was_ended_is_texted_by_the_next_one(
    texting: TargetRunner, clean_sandbox: Sandbox
) -> None:
    process = texting.start(audience(PEOPLE), requests_per_second=4, concurrency=8)
    while process.poll() is None and not texts(clean_sandbox):
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    first = texting.finish(process)
    assert first.code == 128 + signal.SIGTERM, first.stderr
    there = first.outcomes["accepted"]
    assert there < PEOPLE
    assert texting(audience(PEOPLE)).outcomes == {"accepted": PEOPLE - there, "unchanged": there}
    assert texts(clean_sandbox) == {phone(number)[1:]: 1 for number in range(PEOPLE)}


@pytest.mark.parametrize("fault", ["no_vendor", "no_access"])
def test_a_run_that_reaches_nobody_leaves_no_doubt_about_anybody(
    texting: TargetRunner, clean_sandbox: Sandbox, fault: str
) -> None:
    wrong: dict[str, Any] = (
        {"api_url": "http://127.0.0.1:9/sms"} if fault == "no_vendor" else {"client_secret": "wrong"}
    )
    assert texting(audience(PEOPLE), **wrong).code == 1
    assert texting(audience(PEOPLE)).outcomes == {"accepted": PEOPLE}
