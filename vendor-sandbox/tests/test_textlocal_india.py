"""An Indian account: approved templates, six-letter senders, a night in which nothing is sent, and the DND list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

ASHA, RAVI, DND = "915550100201", "915550100202", "915550100213"
TEXT = "Hi Asha, 20% off this week. ACMEIN"
NOON, MIDNIGHT = "2026-07-14T06:30:00Z", "2026-07-14T18:30:00Z"
TOMORROW_NOON, TOMORROW_MIDNIGHT = 1_784_097_000, 1_784_140_200


@pytest.fixture
def india(textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox) -> TextlocalApi:
    """The account, at noon in India."""
    at(clean_sandbox, NOON)
    return textlocal_api_to(clean_sandbox, "sandbox-textlocal-in")


def at(sandbox: Sandbox, moment: str) -> None:
    sandbox.post("/_sandbox/clock", {"at": moment})


def send(api: TextlocalApi, numbers: str = ASHA, message: str = TEXT, **fields: Any) -> dict[str, Any]:
    return api.call("send", numbers=numbers, message=message, **fields)


def fails(api: TextlocalApi, numbers: str = ASHA, message: str = TEXT, **fields: Any) -> list[int]:
    return api.fails("send", numbers=numbers, message=message, **fields)


def bulk(api: TextlocalApi, *messages: object) -> dict[str, Any]:
    return api.call("bulk_json", data=json.dumps({"messages": list(messages)}))


def phones(api: TextlocalApi) -> list[str]:
    return [text["phone"] for text in api.sandbox.texts(vendor="textlocal")]


def test_a_text_that_matches_a_template_goes_out_and_another_is_refused(india: TextlocalApi) -> None:
    send(india)
    send(india, message="नमस्ते Asha, इस सप्ताह 20% की छूट. ACMEIN", unicode="true")
    for message in ("Hello", TEXT + "!", "Hi A name of more than 20, 20% off this week. ACMEIN"):
        assert fails(india, message=message) == [80]
    assert phones(india) == [ASHA, ASHA]


def test_a_national_number_gets_the_country(india: TextlocalApi) -> None:
    assert send(india, "5550100201,05550100202")["messages"][1]["recipient"] == int(RAVI)


def test_the_sender_is_one_of_the_approved_or_none_of_the_caller_s_choice(india: TextlocalApi) -> None:
    assert send(india)["message"]["sender"] == "ACMEIN"
    assert send(india, sender="ACMEIN")["message"]["sender"] == "ACMEIN"
    for sender in ("OTHERS", "ACME", "acmein"):
        assert fails(india, sender=sender) == [43]
    india.switch(indian_sender="promotional")
    assert fails(india, sender="ACMEIN") == [43]
    send(india)


def test_nothing_is_sent_at_night_and_nothing_scheduled_for_it(india: TextlocalApi) -> None:
    assert fails(india, schedule_time=TOMORROW_MIDNIGHT) == [191]
    at(india.sandbox, MIDNIGHT)
    assert fails(india) == [192]
    assert send(india, schedule_time=TOMORROW_NOON)["num_messages"] == 1
    assert phones(india) == []
    india.switch(night="off")
    send(india)
    assert phones(india) == [ASHA]


def test_a_number_on_the_dnd_list_is_passed_over_with_a_warning(india: TextlocalApi) -> None:
    answer = send(india, f"{DND},{ASHA}")
    assert answer["warnings"] == [{"code": 0, "message": "Number is in DND"}]
    assert (answer["cost"], phones(india)) == (1, [ASHA])
    india.switch(dnd_code="3")
    assert send(india, f"{DND},{RAVI}")["warnings"][0]["code"] == 3


def test_only_dnd_numbers_are_a_failure_with_the_warning_beside_it(india: TextlocalApi) -> None:
    answer = india.answer("send", numbers=DND, message=TEXT).json()
    assert answer["warnings"] == [{"code": 0, "message": "Number is in DND"}]
    assert (answer["errors"][0]["code"], answer["status"]) == (51, "failure")


def test_a_dnd_number_of_a_group_is_passed_over_at_the_time_too(india: TextlocalApi) -> None:
    group = india.call("create_group", name="Two")["group"]["id"]
    india.call("create_contacts", numbers=f"{ASHA},{DND}", group_id=group)
    assert india.call("send", group_id=group, message=TEXT, schedule_time=TOMORROW_NOON)["num_messages"] == 1
    at(india.sandbox, "2026-07-16T06:30:00Z")
    assert phones(india) == [ASHA]


def test_a_bulk_says_of_each_message_why_it_was_not_sent(india: TextlocalApi) -> None:
    answer = bulk(
        india,
        {"number": ASHA, "text": TEXT},
        {"number": RAVI, "text": "Hello"},
        {"number": DND, "text": TEXT},
    )
    assert {each["number"]: each["error"]["code"] for each in answer["messages_not_sent"]} == {RAVI: 80, DND: 0}
    assert phones(india) == [ASHA]


def test_a_bulk_at_night_is_a_success_of_which_nothing_was_sent(india: TextlocalApi) -> None:
    at(india.sandbox, MIDNIGHT)
    message = {"number": ASHA, "text": TEXT}
    answer = bulk(india, message)
    assert [each["error"]["code"] for each in answer["messages_not_sent"]] == [192]
    india.switch(bulk_night="silent")
    answer = bulk(india, message)
    assert (answer["messages"], answer["messages_not_sent"], answer["total_cost"]) == ([], [], 0)
    assert answer["balance_pre_send"] == answer["balance_post_send"]
    assert phones(india) == []


def test_times_are_shown_in_india_s_zone_by_a_switch(india: TextlocalApi) -> None:
    send(india, schedule_time=TOMORROW_NOON)
    assert india.call("get_scheduled")["scheduled"][0]["scheduledFor"] == "2026-07-15-06-30-00"
    india.switch(zone="account")
    assert india.call("get_scheduled")["scheduled"][0]["scheduledFor"] == "2026-07-15-12-00-00"


def test_a_uk_account_knows_none_of_these_rules(textlocal_api: TextlocalApi) -> None:
    at(textlocal_api.sandbox, MIDNIGHT)
    answer = textlocal_api.call("send", numbers=f"{DND},{ASHA}", message="Hello", sender="OTHERS")
    assert (answer["num_messages"], "warnings" in answer) == (2, False)
