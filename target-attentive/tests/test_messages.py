"""Legacy messages: one text for each record, once ever, and only with a token of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict
    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import MakeTarget, Run, Seen, Tap

PHONE, DIGITS = "+12025550101", "12025550101"
TOKEN = {"legacy_token": "sandbox-attentive-legacy"}
TEXT = {"id": 1, "phone": PHONE, "message": "Your order is ready."}
SECOND = {"id": 2, "phone": PHONE, "message": "Your order has left."}


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target with a legacy token: `run(TEXT, SECOND, resend=True)`."""

    def running(*records: dict[str, Any], **settings: Any) -> TargetRun:
        return run_target(tap("messages", list(records), keys=["id"]), **{**TOKEN, **settings})

    return running


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


def test_each_record_is_one_text_and_none_in_a_second_run(run: Run, clean_sandbox: Sandbox) -> None:
    assert run(TEXT, SECOND).reasons == {"sent": 2}
    sent = clean_sandbox.texts(phone=DIGITS)
    assert sorted(each["text"] for each in sent) == ["Your order has left.", "Your order is ready."]
    again = run(TEXT, SECOND)
    assert (again.outcomes, again.report["requests"]) == ({"unchanged": 2}, 0)
    assert len(clean_sandbox.texts()) == 2


def test_resend_texts_nobody_again(run: Run, seen: Seen) -> None:
    run(TEXT)
    assert run(TEXT, resend=True).report["requests"] == 0
    assert seen.texts() == {(DIGITS, "message"): 1}


def test_a_text_that_was_corrected_later_is_not_sent_again(run: Run, seen: Seen) -> None:
    run(TEXT)
    corrected = {**TEXT, "message": "Your order is nearly ready."}
    changed = run(corrected)
    assert (changed.outcomes, changed.reasons) == ({"already": 1}, {"sent_before": 1})
    assert changed.report["requests"] == 0
    assert run({**corrected, "shop": "North"}).reasons == {"sent_before": 1}
    assert seen.texts() == {(DIGITS, "message"): 1}


def test_a_text_is_not_forgotten_by_a_run_that_fails(run: Run, clean_sandbox: Sandbox) -> None:
    """The corrected rows wait behind a call that ends the run."""
    rows = [{**TEXT, "id": f"row-{number}"} for number in range(20)]
    run(*rows)
    corrected = [{**row, "message": "Your order is nearly ready."} for row in rows]
    assert run({**TEXT, "id": "new"}, *corrected, legacy_token="no-token", concurrency=1).code == 1
    assert run(*corrected).reasons == {"sent_before": 20}
    assert len(clean_sandbox.texts(phone=DIGITS)) == 20


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", "spring-error-after", "spring-error"])
def test_a_message_that_broke_off_is_never_sent_again(run: Run, clean_sandbox: Sandbox, fault: str) -> None:
    clean_sandbox.faults(fault, "Message", vendor="attentive", times=1)
    effect = 1 if fault.endswith("after") else 0
    for _ in range(2):
        assert run(TEXT, in_doubt_minutes=0).reasons == {"unknown": 1}
        assert len(clean_sandbox.texts()) == effect
    assert clean_sandbox.calls("attentive")["Message"] == 1


def test_a_message_that_certainly_did_not_arrive_is_tried_again(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("http-429", "Message", vendor="attentive", times=3, retry_after=0)
    assert run(TEXT).reasons == {"sent": 1}
    assert seen.texts() == {(DIGITS, "message"): 1}


def test_without_a_token_nothing_is_sent(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    ended = run(TEXT, legacy_token=None)
    assert ended.code == 1
    assert "legacy_token" in ended.stderr
    assert clean_sandbox.calls("attentive").get("Message", 0) == 0


@pytest.mark.parametrize("token", ["sandbox-attentive", "no-token-at-all"])
def test_another_token_ends_the_run_and_its_setting_is_named(run: Run, seen: Seen, token: str) -> None:
    ended = run(TEXT, legacy_token=token)
    assert (ended.code, ended.states) == (1, [])
    assert "`legacy_token`" in ended.stderr
    assert token not in ended.stderr
    assert run(TEXT).reasons == {"sent": 1}  # the ledger does not take it for sent


def test_the_legacy_token_goes_with_messages_alone(target: MakeTarget, seen: Seen) -> None:
    attentive = target(keys=["id"], **TOKEN)
    assert outcome(attentive.deliver("messages", TEXT)) == (Outcome.ACCEPTED, "sent")
    assert outcome(attentive.deliver("subscribe", {"phone": PHONE})) == (Outcome.ALREADY, "already_subscribed")


def test_an_account_that_has_no_such_call_ends_the_run(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("spring-error", "Message", vendor="attentive", status=404)
    with pytest.raises(SetupError, match="not in today's public API"):
        target(keys=["id"], **TOKEN).deliver("messages", TEXT)


def test_attentives_own_names_of_columns_do(target: MakeTarget, seen: Seen) -> None:
    record = {"id": 1, "to": PHONE, "body": "Your order is ready."}
    attentive = target(keys=["id"], dry_run=True, **TOKEN)
    delivery = attentive.plan("messages", record)
    assert delivery.payload == {"to": PHONE, "body": "Your order is ready."}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({**TEXT, "message": None}, "missing_message"),
        ({**TEXT, "message": "  "}, "missing_message"),
        ({**TEXT, "message": 7}, "wrong_type"),
        ({**TEXT, "id": None}, "missing_key"),
    ],
)
def test_a_record_without_a_text_or_a_key_is_rejected(target: MakeTarget, record: Any, reason: str) -> None:
    attentive = target(keys=["id"], **TOKEN)
    assert outcome(attentive.deliver("messages", record)) == (Outcome.REJECTED, reason)
    assert attentive.calls() == {}


@pytest.mark.parametrize(("keys", "missing"), [([], "has no key"), (["id"], "no column `message`")])
def test_a_stream_whose_records_cannot_be_known_again_ends_the_run(
    target: MakeTarget, keys: list[str], missing: str
) -> None:
    record = TEXT if not keys else {"id": 1, "phone": PHONE}
    with pytest.raises(SetupError, match=missing):
        target(keys=keys, **TOKEN).deliver("messages", record)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_ledger_in_memory_is_refused(run: Run, seen: Seen, url: str) -> None:
    ended = run(TEXT, ledger_url=url)
    assert (ended.code, ended.report["requests"]) == (1, 0)
    assert "`ledger_url` is a ledger in memory: `messages` would text people again" in ended.stderr
    assert run(TEXT, ledger_url=url, dry_run=True).reasons == {"would_be_sent": 1}


def test_a_dry_run_texts_nobody(run: Run, seen: Seen) -> None:
    assert run(TEXT, dry_run=True).reasons == {"would_be_sent": 1}
    assert not seen.texts()
