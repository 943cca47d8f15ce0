"""What sends a text: to whom, what may be spent, and what becomes of each number."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import LimitError, OutcomeUnknownError, RefusedError, SetupError
from singer_delivery.ledger import Ledger
from singer_delivery.memory import Memory
from singer_delivery.traffic import Traffic
from target_textlocal.batches import KEPT_DAYS, Batch, Batches
from target_textlocal.credits import Credits
from target_textlocal.sending import Sending, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from target_textlocal.replies import Reply

    from .conftest import MakeTarget, Seen

A, B, C = "447700900501", "447700900502", "447700900503"
BAD = "447700900"
OPTED_OUT = "447700900007"


def reasons(reply: Reply) -> dict[str, str]:
    return {number: verdict.reason for number, verdict in reply.verdicts.items()}


def test_credits_are_counted_before_a_call_and_corrected_after_it() -> None:
    traffic = Traffic()
    credits_ = Credits(10, traffic)
    credits_.take(8)
    with pytest.raises(LimitError, match="spent 8 of the 10"):
        credits_.take(3)
    credits_.settle(8, 7)
    credits_.take(3)
    assert list(credits_.notes()) == ["The texts of this run take 10 credits."]
    assert not list(credits_.notes())
    assert traffic.spent == {"credits": 10}
    Credits(None, Traffic()).take(10**9)


def test_a_batch_is_remembered_for_as_long_as_anybody_asks_for_it() -> None:
    ledger = Ledger.open("sqlite://", "target-textlocal")
    batches, day = Batches(), 86_400
    batches.remember([("1", Batch(1))])  # of whom nobody has told where, nothing is kept
    batches.recall(Memory(ledger, "messages/x"))
    now = int(time.time())
    long_ago, lately = now - (KEPT_DAYS + 1) * day, now - (KEPT_DAYS - 1) * day
    batches.remember(
        [
            ("2", Batch(1, sent_at=long_ago)),
            ("3", Batch(1, sent_at=lately)),
            ("4", Batch(1, sent_at=long_ago, send_at=lately)),
        ]
    )
    memory = Memory(ledger, "messages/x")
    memory.learn("campaign:spring", "{}")
    Batches().recall(memory)
    assert {*Memory(ledger, "messages/x").known()} == {"3", "4", "campaign:spring"}


@pytest.fixture
def sending(target: MakeTarget) -> Callable[..., Sending]:
    """Make what sends: `sending(max_credits=3)`."""

    def make(**settings: Any) -> Sending:
        made = target(**settings)
        return Sending(made.client, made.settings, Credits(made.settings.max_credits, made.traffic), Batches())

    return make


def test_a_text_goes_to_all_numbers_in_one_call(
    sending: Callable[..., Sending], clean_sandbox: Sandbox, seen: Seen
) -> None:
    reply = sending().to_numbers(Text("Hello", "ACMEShop", campaign="spring"), [A, B])
    assert reasons(reply) == {A: "sent", B: "sent"}
    assert clean_sandbox.calls("textlocal")["send"] == 1
    [batch] = seen.shown("batches")
    assert (batch["sender"], batch["custom"], batch["count"]) == ("ACMEShop", "spring", 2)
    assert seen.texts() == {(A, "Hello"): 1, (B, "Hello"): 1}


@pytest.mark.parametrize("warnings", ["each", "once"])
def test_a_bad_number_among_good_ones_is_rejected_alone(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox, warnings: str
) -> None:
    clean_sandbox.switch("textlocal", number_warnings=warnings)
    reply = sending().to_numbers(Text("Hello"), [A, BAD, B])
    assert reasons(reply) == {A: "sent", BAD: "invalid_phone", B: "sent"}
    assert seen.texts() == {(A, "Hello"): 1, (B, "Hello"): 1}


def test_a_bad_number_that_fails_the_whole_call_is_for_the_engine_to_find(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", bad_number="refuse")
    with pytest.raises(RefusedError):
        sending().to_numbers(Text("Hello"), [A, BAD])
    assert not seen.texts()


def test_if_all_numbers_are_bad_all_are_rejected_by_one_call(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox
) -> None:
    reply = sending().to_numbers(Text("Hello"), [BAD, f"{BAD}1"])
    assert reasons(reply) == {BAD: "invalid_phone", f"{BAD}1": "invalid_phone"}
    assert clean_sandbox.calls("textlocal")["send"] == 1


@pytest.mark.parametrize("all_bad", ["success", "failure"])
def test_a_bulk_of_bad_numbers_alone_rejects_all(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox, all_bad: str
) -> None:
    clean_sandbox.switch("textlocal", bulk_all_bad=all_bad)
    reply = sending().each([(BAD, Text("a")), (f"{BAD}1", Text("b"))])
    assert reasons(reply) == {BAD: "invalid_phone", f"{BAD}1": "invalid_phone"}
    assert not seen.texts()


def test_who_opted_out_is_left_out_of_a_send_by_textlocal_itself(sending: Callable[..., Sending], seen: Seen) -> None:
    assert reasons(sending().to_numbers(Text("Hello"), [A, OPTED_OUT])) == {A: "sent", OPTED_OUT: "opted_out"}
    assert seen.texts() == {(A, "Hello"): 1}
    assert reasons(sending(optouts=False).to_numbers(Text("Again"), [OPTED_OUT])) == {OPTED_OUT: "sent"}


def test_a_group_gets_one_text(sending: Callable[..., Sending], seen: Seen) -> None:
    [group] = [each["id"] for each in seen.shown("groups") if each["name"] == "Newsletter"]
    numbers = list(seen.members("Newsletter"))
    reply = sending().to_group(Text("Hello", send_at=int(time.time()) + 3600), str(group), numbers)
    assert {*reasons(reply).values()} <= {"scheduled", "opted_out"}
    [batch] = seen.shown("scheduled")
    assert batch["group_id"] == group


def test_a_test_texts_nobody_and_costs_nothing(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox
) -> None:
    before = clean_sandbox.get("/_sandbox/textlocal/credits")
    tested = sending(test_mode=True, max_credits=1)
    assert reasons(tested.to_numbers(Text("Hello"), [A, B])) == {A: "tested", B: "tested"}
    assert reasons(tested.each([(A, Text("a")), (B, Text("b"))])) == {A: "tested", B: "tested"}
    assert not seen.texts()
    assert clean_sandbox.get("/_sandbox/textlocal/credits") == before


def test_nothing_is_called_that_would_cost_more_than_may_be_spent(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox
) -> None:
    limited = sending(max_credits=3)
    limited.to_numbers(Text("Hello"), [A, B])
    calls: list[Callable[[], object]] = [
        lambda: limited.to_numbers(Text("a" * 161), [C]),
        lambda: limited.each([(A, Text("a")), (B, Text("b"))]),
    ]
    for call in calls:
        with pytest.raises(LimitError, match="max_credits"):
            call()
    limited.to_numbers(Text("a" * 160), [C])
    assert {name: clean_sandbox.calls("textlocal").get(name, 0) for name in ("send", "bulk_json")} == {
        "send": 2,
        "bulk_json": 0,
    }


def test_what_was_refused_is_not_counted_as_spent(sending: Callable[..., Sending], seen: Seen) -> None:
    limited = sending(max_credits=2)
    limited.to_numbers(Text("Hello"), [BAD, f"{BAD}1"])
    assert reasons(limited.to_numbers(Text("Hello"), [A, B])) == {A: "sent", B: "sent"}


def test_foreign_numbers_are_counted_at_what_they_cost(sending: Callable[..., Sending], seen: Seen) -> None:
    limited = sending(max_credits=3)
    limited.to_numbers(Text("Hello"), ["12025550101"])
    with pytest.raises(LimitError, match="spent 2 of the 3"):
        limited.to_numbers(Text("Hello"), [A, B])


def test_without_credits_the_run_ends(sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 1})
    with pytest.raises(SetupError, match="credits"):
        sending().to_numbers(Text("Hello"), [A, B])
    assert not seen.texts()


def test_after_a_bulk_that_ran_out_of_credits_no_further_call_is_made(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 1})
    broke = sending()
    assert reasons(broke.each([(A, Text("a")), (B, Text("b"))])) == {A: "sent", B: "no_credits"}
    with pytest.raises(SetupError, match="credits"):
        broke.to_numbers(Text("b"), [B])
    assert clean_sandbox.calls("textlocal")["bulk_json"] == 1


@pytest.mark.parametrize("code", [0, 999, 5])
def test_a_text_that_is_refused_is_refused_for_all_of_its_numbers_by_one_call(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox, code: int
) -> None:
    clean_sandbox.faults("textlocal-error", "send", vendor="textlocal", code=code)
    reply = sending().to_numbers(Text("Hello"), [A, B])
    assert reasons(reply) == dict.fromkeys([A, B], "empty_message" if code == 5 else "refused")
    assert clean_sandbox.calls("textlocal")["send"] == 1


def test_a_bulk_that_is_refused_as_a_whole_is_for_the_engine_to_split(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("textlocal-error", "bulk_json", vendor="textlocal", code=15)
    limited = sending(max_credits=2)
    for _ in range(2):  # what was refused is not spent
        with pytest.raises(RefusedError):
            limited.each([(A, Text("a")), (B, Text("b"))])


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", "html-200", "truncated-json", "http-503"])
def test_a_call_that_broke_off_is_made_once(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, "send", vendor="textlocal", times=1)
    with pytest.raises(OutcomeUnknownError):
        sending().to_numbers(Text("Hello"), [A])
    assert clean_sandbox.calls("textlocal")["send"] == 1


def test_a_test_that_broke_off_is_made_again(
    sending: Callable[..., Sending], seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-after", "send", vendor="textlocal", times=1)
    assert reasons(sending(test_mode=True).to_numbers(Text("Hello"), [A])) == {A: "tested"}
    assert clean_sandbox.calls("textlocal")["send"] == 2


def test_an_upgraded_account_still_sends_and_its_money_is_not_taken_for_credits(
    sending: Callable[..., Sending], seen: Seen
) -> None:
    upgraded = sending(api_key="sandbox-textlocal-interact", max_credits=2)
    assert reasons(upgraded.to_numbers(Text("Hello"), [A])) == {A: "sent"}
    with pytest.raises(LimitError, match="spent 1 of the 2"):
        upgraded.to_numbers(Text("Hello"), [B, C])
    with pytest.raises((RefusedError, SetupError), match="Webex Interact"):
        upgraded.each([(B, Text("b"))])
