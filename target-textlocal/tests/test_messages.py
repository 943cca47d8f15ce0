"""The action `messages`: what is planned, and how texts share calls."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import UNKNOWN, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandboxes import Sandbox

    from singer_delivery.actions import Delivery

    from .conftest import MakeTarget, Seen, Target

PHONES = tuple(f"+447700900{number}" for number in range(500, 600))
DIGITS = tuple(phone.removeprefix("+") for phone in PHONES)
OPTED_OUT = "+447700900007"
TEXT = {"id": 1, "phone": PHONES[0], "message": "Your order is ready."}
FIVE_PARTS = "a" * 765


@pytest.fixture
def messages(target: MakeTarget) -> MakeTarget:
    """Make a target whose streams have a key."""
    return lambda **settings: target(keys=["id"], **settings)


def in_a_day(seconds: float = 0) -> str:
    return datetime.fromtimestamp(int(time.time() + 86_400 + seconds), timezone.utc).isoformat()


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


def bundled(made: Target, records: Iterable[dict[str, Any]]) -> Sequence[Sequence[Delivery]]:
    """The calls that records share: how many texts each has."""
    planned = [made.plan("messages", each) for each in records]
    assert not [each for each in planned if isinstance(each, Verdict)]
    return made.actions["messages"].bundles(planned)


def texts_for(count: int, text: str = "Text {}", **fields: str) -> list[dict[str, int | str]]:
    numbers = (f"+4477009{number:05d}" for number in range(count))
    return [{"id": n, "phone": phone, "message": text.format(n), **fields} for n, phone in enumerate(numbers)]


@pytest.mark.parametrize("text", ["100%41 %n %%", "1+1 & 2=2; a&b=c", "line\nline\r\nline", "é€^{}[]~|\\ 😀", "  x  "])
@pytest.mark.parametrize("way", ["send", "bulk_json"])
def test_a_text_arrives_byte_for_byte(
    messages: MakeTarget, clean_sandbox: Sandbox, seen: Seen, text: str, way: str
) -> None:
    records = [{**TEXT, "message": text}, {"id": 2, "phone": PHONES[1], "message": "Other."}]
    verdicts = messages().deliver_all("messages", records if way == "bulk_json" else records[:1])
    assert {each.reason for each in verdicts} == {"sent"}
    [sent] = clean_sandbox.texts(phone=DIGITS[0])
    assert (sent["text"], sent["cause"]["operation"]) == (text, way)


def test_templates_are_found_by_title_in_any_case_and_by_id(messages: MakeTarget, seen: Seen) -> None:
    record = {"id": 1, "phone": PHONES[0], "First_Name": "Ana", "CUSTOM2": "A&B+1"}
    made = messages()
    for number, named in enumerate(["spring SALE ", "102", 103, 104.0]):
        assert made.deliver("messages", {**record, "id": number, "template": named}).reason == "sent"
    assert [text for _, text in seen.texts()] == [
        "Hi Ana, 20% off everything until Sunday.",
        "Bonjour Ana, -20 % sur tout jusqu'à dimanche.",
        "Your order A&B+1 is ready: https://example.com/o?id=A&B+1&s=sms",
        "We are open 9 to 5, Monday to Saturday.",
    ]


@pytest.mark.parametrize(
    ("fields", "reason", "said"),
    [
        ({"template": "Summer sale"}, "unknown_template", "'Spring sale'"),
        ({"template": "999"}, "unknown_template", "'Opening hours'"),
        ({"template": "Spring sale"}, "unknown_variable", "`first_name`"),
        ({"template": "Spring sale", "first_name": None}, "empty_variable", "`first_name`"),
        ({"template": ["Spring sale"]}, "wrong_type", "`template`"),
        ({"template": None, "message": " "}, "missing_message", "neither"),
        ({"template": "104", "message": "Hello"}, "two_messages", "both"),
        ({"message": 7}, "wrong_type", "`message`"),
        ({"message": "Hello", "id": None}, "missing_key", "key"),
        ({"message": FIVE_PARTS + "a"}, "too_long", "765"),
        ({"message": "a" * 335 + "😀"}, "too_long", "335"),
        ({"message": "Hello", "sender": "Nobody"}, "wrong_sender", "'ACMEShop'"),
        ({"message": "Hello", "send_at": "2026-12-01T12:00:00"}, "no_offset", "`send_at`"),
        ({"message": "Hello", "send_at": "noon"}, "wrong_type", "`send_at`"),
        ({"message": "Hello", "send_at": "2020-01-01T12:00:00Z"}, "send_time_past", "`send_at`"),
        ({"message": "Hello", "campaign_id": {}}, "wrong_type", "`campaign_id`"),
    ],
)
def test_a_record_that_cannot_be_sent_is_rejected_and_says_why(
    messages: MakeTarget, clean_sandbox: Sandbox, seen: Seen, fields: dict[str, Any], reason: str, said: str
) -> None:
    record = {"id": 1, "phone": PHONES[0], **fields}
    found = messages().deliver("messages", record)
    assert outcome(found) == (Outcome.REJECTED, reason)
    assert said in found.message
    assert not clean_sandbox.calls("textlocal").get("send")


def test_a_text_that_is_too_long_is_cut_off_if_that_is_wished(
    messages: MakeTarget, clean_sandbox: Sandbox, seen: Seen
) -> None:
    clean_sandbox.switch("textlocal", too_long="cut")
    made = messages(too_long="send", max_credits=5)
    assert made.deliver("messages", {**TEXT, "message": FIVE_PARTS + "!"}).reason == "sent"
    assert seen.texts() == {(DIGITS[0], FIVE_PARTS): 1}


def test_textlocals_own_word_that_a_text_is_too_long_rejects_its_record(messages: MakeTarget, seen: Seen) -> None:
    found = messages(too_long="send").deliver("messages", {**TEXT, "message": FIVE_PARTS + "!"})
    assert (found.reason, found.vendor_code) == ("too_long", "6")
    assert not seen.texts()


def test_texts_that_need_unicode_can_be_forbidden(messages: MakeTarget, seen: Seen) -> None:
    made = messages(unicode="never")
    assert made.deliver("messages", {**TEXT, "message": "Hi 😀"}).reason == "needs_unicode"
    assert made.deliver("messages", {**TEXT, "message": "Hi é€"}).reason == "sent"


def test_a_sender_is_written_as_the_account_writes_it(messages: MakeTarget, seen: Seen) -> None:
    made = messages(sender="acmeshop")
    made.deliver("messages", TEXT)
    made.deliver("messages", {**TEXT, "phone": PHONES[1], "sender": 447700900900})
    assert [each["sender"] for each in seen.shown("batches")] == ["ACMEShop", "447700900900"]


def test_a_sender_of_the_settings_that_the_account_does_not_have_ends_the_run(
    messages: MakeTarget, seen: Seen
) -> None:
    with pytest.raises(SetupError, match=r"`sender`.*'ACME', 'ACMEShop'"):
        messages(sender="Nobody").deliver("messages", TEXT)


@pytest.mark.parametrize("others", [0, 1], ids=["send", "bulk_json"])
def test_who_opted_out_gets_nothing_by_either_call(
    messages: MakeTarget, seen: Seen, clean_sandbox: Sandbox, others: int
) -> None:
    records = [{**TEXT, "phone": OPTED_OUT}, *({**TEXT, "id": 2, "message": "Other."} for _ in range(others))]
    records.append({"id": 3, "phone": PHONES[1], "message": TEXT["message"]})
    verdicts = messages().deliver_all("messages", records)
    assert outcome(verdicts[0]) == (Outcome.SKIPPED, "opted_out")
    assert {each.reason for each in verdicts[1:]} == {"sent"}
    assert not clean_sandbox.texts(phone=OPTED_OUT.removeprefix("+"))


def test_opt_outs_can_be_left_out_of_account(messages: MakeTarget, seen: Seen, clean_sandbox: Sandbox) -> None:
    assert messages(optouts=False).deliver("messages", {**TEXT, "phone": OPTED_OUT}).reason == "sent"
    assert "get_contacts" not in clean_sandbox.calls("textlocal")


def test_a_personal_text_at_a_time_is_a_send_of_its_own(
    messages: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    records = [{**each, "send_at": in_a_day()} for each in texts_for(3)]
    made = messages()
    calls = bundled(made, records)
    assert [len(each) for each in calls] == [1, 1, 1]
    assert {made.send(list(call))[0].reason for call in calls} == {"scheduled"}
    assert not seen.texts()
    clean_sandbox.advance(86_500)
    assert len(seen.shown("batches")) == 3
    assert sum(seen.texts().values()) == 3


@pytest.mark.parametrize(
    ("records", "sizes"),
    [
        (texts_for(1200), [500, 500, 200]),
        (texts_for(1200, "Same"), [1200]),
        (texts_for(10_001, "Same"), [10_000, 1]),
        (texts_for(499, "Same") + texts_for(1, "Other"), [499, 1]),
        (texts_for(700, "Same") + texts_for(700), [700, 500, 200]),
        (texts_for(2) + texts_for(2, "Zoë {} 😀"), [2, 2]),
        (texts_for(2) + texts_for(2, sender="ACMEShop"), [2, 2]),
        (texts_for(2, "Same") + texts_for(2, "Same"), [2, 2]),
        (texts_for(3, "Same", send_at="2036-01-01T12:00:00Z") + texts_for(3, "Same"), [3, 3]),
    ],
    ids=["personal", "one for all", "10,001", "both", "frequent", "emoji", "senders", "twice the same", "times"],
)
def test_texts_share_as_few_calls_as_there_may_be_and_no_call_has_a_number_twice(
    messages: MakeTarget, records: Any, sizes: list[int]
) -> None:
    records = [{**each, "id": number} for number, each in enumerate(records)]
    calls = bundled(messages(), records)
    assert [len(call) for call in calls] == sizes
    for call in calls:
        numbers = [each.payload["number"] for each in call]
        assert len({*numbers}) == len(numbers)
    assert sorted(id(each) for call in calls for each in call) == sorted({id(each) for call in calls for each in call})


@pytest.mark.parametrize(("keys", "missing"), [([], "has no key"), (["id"], "neither a column `message`")])
def test_a_stream_whose_records_cannot_be_known_again_ends_the_run(
    target: MakeTarget, keys: list[str], missing: str
) -> None:
    record = TEXT if not keys else {"id": 1, "phone": PHONES[0]}
    with pytest.raises(SetupError, match=missing):
        target(keys=keys).deliver("messages", record)


def test_a_number_that_the_answer_is_silent_about_is_unknown(
    messages: MakeTarget, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    made = messages()
    real = made.client.change

    def halved(command: Any, **fields: Any) -> Any:
        answer = real(command, **fields)
        answer.body["messages"] = answer.body["messages"][:1]
        return answer

    monkeypatch.setattr(made.client, "change", halved)
    records = [{"id": number, "phone": PHONES[number], "message": "Hello"} for number in range(2)]
    first, second = made.deliver_all("messages", records)
    assert first.reason == "sent"
    assert second is UNKNOWN
