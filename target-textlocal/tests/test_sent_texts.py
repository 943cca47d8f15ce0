"""Texts whose answer got lost: what the histories and the list of scheduled sends tell of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Doubt
from singer_delivery.outcomes import Outcome
from target_textlocal.sending import Text
from target_textlocal.sent_texts import SentTexts

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen

TEXT = {"id": 1, "phone": "+447700900500", "message": "Your order is ready."}
UPGRADED = {"api_key": "sandbox-textlocal-interact"}


@pytest.fixture
def messages(target: MakeTarget) -> MakeTarget:
    """Make a target whose streams have a key."""
    return lambda **settings: target(keys=["id"], **settings)


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


@pytest.mark.parametrize("history", ["api", "single", "both"])
def test_a_text_whose_answer_got_lost_is_found_in_the_history(
    messages: MakeTarget, clean_sandbox: Sandbox, seen: Seen, history: str
) -> None:
    clean_sandbox.switch("textlocal", sent_history=history)
    began = time.time()
    made = messages()
    assert made.deliver("messages", TEXT).reason == "sent"
    later = messages()  # another run, which has seen no answer
    assert outcome(later.deliver("messages", TEXT, in_doubt_since=began)) == (Outcome.ACCEPTED, "sent")
    assert later.deliver("messages", {**TEXT, "id": 2}, in_doubt_since=began) is Doubt.REMAINS
    assert made.deliver("messages", TEXT, in_doubt_since=began) is Doubt.REMAINS  # its text is another record's


@pytest.mark.xfail(
    strict=True, reason="rows name numbers and no texts, and no run knows whose rows an earlier one had"
)
def test_a_text_that_an_earlier_run_had_an_answer_for_is_not_taken_for_another_one_to_the_same_person(
    messages: MakeTarget, seen: Seen
) -> None:
    began = time.time()
    assert messages().deliver("messages", TEXT).reason == "sent"
    other = {**TEXT, "id": 2, "message": "Your order has left."}
    assert messages().deliver("messages", other, in_doubt_since=began) is Doubt.REMAINS


@pytest.mark.parametrize("empty", ["list", "failure"])
def test_what_no_history_knows_stays_in_doubt(messages: MakeTarget, clean_sandbox: Sandbox, empty: str) -> None:
    clean_sandbox.switch("textlocal", empty_history=empty)
    made = messages()
    assert made.deliver("messages", TEXT, in_doubt_since=time.time()) is Doubt.REMAINS
    assert messages(**UPGRADED).deliver("messages", TEXT, in_doubt_since=time.time()) is Doubt.REMAINS


def test_a_text_from_before_the_doubt_is_not_taken_for_it(messages: MakeTarget, clean_sandbox: Sandbox) -> None:
    messages().deliver("messages", TEXT)
    clean_sandbox.advance(60)
    assert messages().deliver("messages", TEXT, in_doubt_since=time.time() + 30) is Doubt.REMAINS


@pytest.mark.parametrize("zone", ["utc", "account"])
def test_a_scheduled_text_whose_answer_got_lost_is_found_by_text_and_time(
    messages: MakeTarget, clean_sandbox: Sandbox, seen: Seen, zone: str
) -> None:
    clean_sandbox.switch("textlocal", zone=zone)
    record = {**TEXT, "send_at": "2036-07-01T12:00:00+02:00"}
    messages().deliver("messages", record)
    later = messages()
    began = time.time() - 5
    assert outcome(later.deliver("messages", record, in_doubt_since=began)) == (Outcome.ACCEPTED, "scheduled")
    assert later.deliver("messages", {**record, "id": 2}, in_doubt_since=began) is Doubt.REMAINS
    other = {**record, "send_at": "2036-07-02T12:00:00+02:00"}
    assert messages().deliver("messages", other, in_doubt_since=began) is Doubt.REMAINS


class Slow:
    """A vendor whose history has each text a look later than the one before."""

    def __init__(self) -> None:
        self.looks = 0
        self.paused: list[float] = []

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    def read_if_known(self, command: str, **fields: str) -> dict[str, object]:
        if command != "get_history_api" or fields["start"] != "0":
            return {"messages": []}
        self.looks += 1
        return {"messages": [{"id": each, "number": 447700900500 + each} for each in range(self.looks - 1)]}


def test_texts_of_a_call_that_textlocal_works_on_are_looked_for_several_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("target_textlocal.sent_texts.LOOKS", (1.0, 2.0, 4.0))
    slow: Any = Slow()
    sent = SentTexts(slow)
    found = [sent.has(f"44770090050{each}", Text("Hello"), 7.5, just_now=True) for each in range(4)]
    assert found == [True, True, True, False]
    assert slow.paused == [1.0, 2.0, 4.0]


def test_of_long_ago_the_history_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slow: Any = Slow()
    sent = SentTexts(slow)
    assert not sent.has("447700900500", Text("Hello"), 7.0, just_now=False)
    assert not sent.has("447700900501", Text("Hello"), 7.0, just_now=False)
    assert (slow.looks, slow.paused) == (1, [])
