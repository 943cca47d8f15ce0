"""What `messages` meets in India, and in an account that was upgraded to Webex Interact."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen

INDIAN = {"api_key": "sandbox-textlocal-in", "default_country": "IN"}
UPGRADED = {"api_key": "sandbox-textlocal-interact"}
NOON_IN_INDIA, MIDNIGHT_IN_INDIA = 6 * 3600 + 1800, 18 * 3600 + 1800
PHONES = tuple(f"+447700900{number}" for number in range(500, 510))


@pytest.fixture
def messages(target: MakeTarget) -> MakeTarget:
    """Make a target whose streams have a key."""
    return lambda **settings: target(keys=["id"], **settings)


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


@pytest.fixture
def at_hour(clean_sandbox: Sandbox) -> Callable[[int], None]:
    """Move the sandbox's clock to an hour of the next day, in seconds after midnight UTC."""

    def move(second: int) -> None:
        now = datetime.fromisoformat(clean_sandbox.get("/_sandbox/clock")["now"].replace("Z", "+00:00")).timestamp()
        clean_sandbox.advance((second - now) % 86_400)

    return move


def india(number: Any, **fields: Any) -> dict[str, Any]:
    return {"id": number, "phone": f"+9155501005{number:02d}", "template": "Order update", "order": 7, **fields}


def test_an_indian_text_has_to_fit_a_template(
    messages: MakeTarget, at_hour: Callable[[int], None], clean_sandbox: Sandbox
) -> None:
    at_hour(NOON_IN_INDIA)
    made = messages(**INDIAN)
    assert made.deliver("messages", india(1, name="Priya")).reason == "sent"
    [sent] = clean_sandbox.texts()
    assert sent["text"] == "Hi Priya, your order 7 is on its way. ACMEIN"
    assert made.deliver("messages", india(2, name="P" * 21)).reason == "variable_too_long"
    own = made.deliver("messages", {"id": 3, "phone": "+915550100503", "message": "Hi"})
    assert (own.reason, own.vendor_code) == ("no_such_template", "80")


@pytest.mark.parametrize("others", [0, 1], ids=["send", "bulk_json"])
def test_a_number_that_is_not_to_be_disturbed_is_rejected_for_that(
    messages: MakeTarget, at_hour: Callable[[int], None], clean_sandbox: Sandbox, others: int
) -> None:
    at_hour(NOON_IN_INDIA)
    made = messages(**INDIAN)
    records = [india(13, name="Priya"), *(india(number, name="Arjun") for number in range(others))]
    verdicts = made.deliver_all("messages", records)
    assert [each.reason for each in verdicts] == ["do_not_disturb", *["sent"] * others]
    assert len(clean_sandbox.texts()) == others


def test_at_night_the_run_ends_and_says_when_to_run_again(
    messages: MakeTarget, at_hour: Callable[[int], None], seen: Seen
) -> None:
    at_hour(MIDNIGHT_IN_INDIA)
    with pytest.raises(SetupError, match="daytime"):
        messages(**INDIAN).deliver("messages", india(1, name="Priya"))
    assert not seen.texts()


@pytest.mark.parametrize("said", ["not-sent", "silent"])
def test_personal_texts_at_night_are_rejected_however_textlocal_says_it(
    messages: MakeTarget, at_hour: Callable[[int], None], clean_sandbox: Sandbox, seen: Seen, said: str
) -> None:
    clean_sandbox.switch("textlocal", bulk_night=said)
    at_hour(MIDNIGHT_IN_INDIA)
    records = [india(1, name="Priya"), india(2, name="Arjun")]
    verdicts = messages(**INDIAN).deliver_all("messages", records)
    assert {outcome(each) for each in verdicts} <= {
        (Outcome.REJECTED, "outside_hours"),
        (Outcome.REJECTED, "not_sent"),
    }
    assert not seen.texts()


def test_a_time_at_night_rejects_its_record(messages: MakeTarget, at_hour: Callable[[int], None], seen: Seen) -> None:
    at_hour(NOON_IN_INDIA)
    day = 86_400
    midnight = (int(time.time()) // day + 30) * day + MIDNIGHT_IN_INDIA
    send_at = datetime.fromtimestamp(midnight, timezone.utc).isoformat()
    found = messages(**INDIAN).deliver("messages", india(1, name="Priya", send_at=send_at))
    assert (found.reason, found.vendor_code) == ("outside_hours", "191")


@pytest.mark.parametrize("optouts", [True, False], ids=["noticed before", "noticed by bulk_json"])
def test_an_upgraded_account_gets_each_personal_text_by_a_send_and_no_bulk_is_tried_twice(
    messages: MakeTarget, seen: Seen, clean_sandbox: Sandbox, *, optouts: bool
) -> None:
    upgraded = messages(optouts=optouts, **UPGRADED)
    personal = [{"id": number, "phone": phone, "message": f"Hello {number}"} for number, phone in enumerate(PHONES)]
    assert {each.reason for each in upgraded.deliver_all("messages", personal)} == {"sent"}
    calls = clean_sandbox.calls("textlocal")
    assert (calls["send"], calls.get("bulk_json", 0)) == (len(PHONES), 0 if optouts else 1)
    assert seen.texts() == {(phone[1:], f"Hello {number}"): 1 for number, phone in enumerate(PHONES)}


def test_an_upgraded_account_sends_one_text_to_many_and_says_what_it_lacks(messages: MakeTarget, seen: Seen) -> None:
    upgraded = messages(sender="ACME", **UPGRADED)
    same = [{"id": number, "phone": PHONES[number], "message": "Hello"} for number in range(3)]
    assert {each.reason for each in upgraded.deliver_all("messages", same)} == {"sent"}
    with pytest.raises(SetupError, match="Webex Interact"):
        upgraded.deliver("messages", {"id": 9, "phone": PHONES[0], "template": "104"})
    assert sum(seen.texts().values()) == 3
