"""A text of its own for each number: each a batch, and what is not sent is said number by number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests

if TYPE_CHECKING:
    from textlocal_calls import TextlocalApi

ANA, BEN, CAT = "447700900201", "447700900202", "447700900203"


def bulk(api: TextlocalApi, *messages: object, **data: Any) -> dict[str, Any]:
    return api.call("bulk_json", data=json.dumps({"messages": list(messages), **data}))


def fails(api: TextlocalApi, data: str | dict[str, Any]) -> list[int]:
    return api.fails("bulk_json", data=data if isinstance(data, str) else json.dumps(data))


def to(number: str, text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"number": number, "text": text, **more}


def texts(api: TextlocalApi) -> dict[str, str]:
    return {text["phone"]: text["text"] for text in api.sandbox.texts(vendor="textlocal", operation="bulk_json")}


def not_sent(answer: dict[str, Any]) -> dict[str, int]:
    return {each["number"]: each["error"]["code"] for each in answer["messages_not_sent"]}


def test_each_message_has_a_batch_of_its_own_and_both_balances_are_told(textlocal_api: TextlocalApi) -> None:
    answer = bulk(textlocal_api, to(ANA, "Hi A"), to(BEN, "x" * 161))
    assert (answer["balance_pre_send"], answer["total_cost"], answer["balance_post_send"]) == (1000, 3, 997)
    first, second = answer["messages"]
    assert second["batch_id"] == first["batch_id"] + 1
    assert first == {
        "balance": 999,
        "batch_id": first["batch_id"],
        "cost": 1,
        "num_messages": 1,
        "message": {"num_parts": 1, "sender": "ACME", "content": "Hi A"},
        "receipt_url": "",
        "custom": "",
        "messages": [{"id": first["messages"][0]["id"], "recipient": int(ANA)}],
    }
    assert isinstance(first["messages"][0]["id"], str)
    assert answer["messages_not_sent"] == []
    assert texts(textlocal_api) == {ANA: "Hi A", BEN: "x" * 161}


def test_a_message_that_cannot_be_sent_stands_apart_and_the_others_go(textlocal_api: TextlocalApi) -> None:
    messages = [to("12"), to(ANA, ""), to(BEN, "x" * 766), to(CAT, "Fine"), {"text": "To nobody"}]
    answer = bulk(textlocal_api, *messages)
    assert not_sent(answer) == {"12": 32, ANA: 5, BEN: 6, "": 32}
    assert answer["messages_not_sent"][0] == {
        "unique_id": "",
        "number": "12",
        "message": "Hello",
        "error": {"code": 32, "message": "Invalid number format"},
    }
    assert texts(textlocal_api) == {CAT: "Fine"}


def test_unique_id_is_the_caller_s_by_a_switch(textlocal_api: TextlocalApi) -> None:
    message = to("12", unique_id="row-7")
    assert bulk(textlocal_api, message)["messages_not_sent"][0]["unique_id"] == ""
    textlocal_api.switch(bulk_unique_id="echo")
    assert bulk(textlocal_api, message)["messages_not_sent"][0]["unique_id"] == "row-7"


def test_success_can_mean_that_nothing_was_sent_or_by_a_switch_is_a_failure(textlocal_api: TextlocalApi) -> None:
    answer = bulk(textlocal_api, to("12"))
    assert (answer["messages"], answer["balance_post_send"]) == ([], 1000)
    textlocal_api.switch(bulk_all_bad="failure")
    assert fails(textlocal_api, {"messages": [to("12")]}) == [51]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", 15),
        ("{", 15),
        ("[]", 15),
        ({}, 15),
        ({"messages": "all"}, 15),
        ({"messages": ["all"]}, 15),
        ({"messages": []}, 4),
        ({"messages": [to(ANA)], "sender": "a-b"}, 43),
    ],
)
def test_what_is_wrong_with_the_whole_sends_nothing(
    textlocal_api: TextlocalApi, data: str | dict[str, Any], code: int
) -> None:
    assert fails(textlocal_api, data) == [code]
    assert texts(textlocal_api) == {}


def test_texts_are_decoded_once_more_and_arrive_byte_for_byte(textlocal_api: TextlocalApi) -> None:
    text = "50% & a+b\nline %41 😀"
    bulk(textlocal_api, to(ANA, quote(text, safe="")), unicode=True)
    assert texts(textlocal_api) == {ANA: text}


def test_five_hundred_go_in_one_call_and_more_unless_a_switch_says_no(textlocal_api: TextlocalApi) -> None:
    messages = [to(f"447700900{number:03d}", f"Hi {number}") for number in range(501)]
    assert len(bulk(textlocal_api, *messages[:500])["messages"]) == 500
    assert len(texts(textlocal_api)) == 500
    textlocal_api.control("credits", sms=1000)
    assert len(bulk(textlocal_api, *messages)["messages"]) == 501
    textlocal_api.switch(bulk_most="500")
    assert fails(textlocal_api, {"messages": messages}) == [33]


def test_credits_that_end_in_the_middle_end_the_sending_there(textlocal_api: TextlocalApi) -> None:
    textlocal_api.control("credits", sms=2)
    answer = bulk(textlocal_api, to(ANA), to(BEN, "x" * 161), to(CAT))
    assert not_sent(answer) == {BEN: 7}
    assert answer["balance_post_send"] == 0
    assert set(texts(textlocal_api)) == {ANA, CAT}
    textlocal_api.control("credits", sms=1)
    textlocal_api.switch(bulk_credits="refuse")
    assert fails(textlocal_api, {"messages": [to(ANA), to(BEN)]}) == [7]
    assert textlocal_api.call("balance")["balance"]["sms"] == 1
    assert len(textlocal_api.sandbox.texts()) == 2


def test_those_who_opted_out_are_texted_for_bulk_json_has_no_word_for_it(textlocal_api: TextlocalApi) -> None:
    textlocal_api.control("optouts", number=ANA)
    bulk(textlocal_api, to(ANA))
    assert set(texts(textlocal_api)) == {ANA}


@pytest.mark.parametrize("test", [True, "true", 1])
def test_a_test_sends_nothing_and_costs_nothing(textlocal_api: TextlocalApi, *, test: bool | str | int) -> None:
    answer = bulk(textlocal_api, to(ANA), to("12"), test=test)
    assert (answer["test"], answer["balance_post_send"]) == (True, 1000)
    assert answer["messages"][0]["test_mode"] is True
    assert not_sent(answer) == {"12": 32}
    assert texts(textlocal_api) == {}
    assert textlocal_api.fails("status_batch", batch_id=answer["messages"][0]["batch_id"]) == [999]


def test_a_time_in_the_data_is_not_looked_at_unless_a_switch_says_so(textlocal_api: TextlocalApi) -> None:
    late = 4_102_444_800
    bulk(textlocal_api, to(ANA), schedule_time=late, scheduled=late)
    assert set(texts(textlocal_api)) == {ANA}
    for name in ("schedule_time", "scheduled"):
        textlocal_api.switch(bulk_schedule=name)
        bulk(textlocal_api, to(BEN), **{name: late})
    assert len(textlocal_api.call("get_scheduled")["scheduled"]) == 2
    assert set(texts(textlocal_api)) == {ANA}
    assert fails(textlocal_api, {"messages": [to(CAT)], "scheduled": 1}) == [9]


def test_a_connection_lost_after_the_call_leaves_every_text_sent(textlocal_api: TextlocalApi) -> None:
    textlocal_api.fault("drop-after", "bulk_json", times=1)
    with pytest.raises(requests.ConnectionError):
        bulk(textlocal_api, to(ANA), to(BEN))
    assert set(texts(textlocal_api)) == {ANA, BEN}
