"""One text to many: what it needs, what it costs, whom it reaches, and what is said of those it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests

if TYPE_CHECKING:
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

ANA, BEN, CAT = "447700900201", "447700900202", "447700900203"
ABROAD = "12025550143"
NEVER = 4_102_444_800  # the year 2100


@pytest.fixture
def fresh(textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox) -> TextlocalApi:
    """An account without sender, without groups, and with 25 credits."""
    return textlocal_api_to(clean_sandbox, "sandbox-textlocal-fresh")


def send(api: TextlocalApi, numbers: str = ANA, message: str = "Hello", **fields: Any) -> dict[str, Any]:
    return api.call("send", numbers=numbers, message=message, **fields)


def phones(api: TextlocalApi) -> list[str]:
    return [text["phone"] for text in api.sandbox.texts(vendor="textlocal", kind="message")]


def balance(api: TextlocalApi) -> int:
    found: int = api.call("balance")["balance"]["sms"]
    return found


def test_a_send_answers_as_the_vendor_s_sample_and_reaches_each_number_once(textlocal_api: TextlocalApi) -> None:
    answer = send(textlocal_api, f"{ANA},{BEN}", custom="run-42", receipt_url="https://example.com/r")
    first = int(answer["messages"][0]["id"])
    assert answer == {
        "balance": 998,
        "batch_id": answer["batch_id"],
        "cost": 2,
        "num_messages": 2,
        "message": {"num_parts": 1, "sender": "ACME", "content": "Hello"},
        "receipt_url": "https://example.com/r",
        "custom": "run-42",
        "messages": [
            {"id": str(first), "recipient": int(ANA)},
            {"id": str(first + 1), "recipient": int(BEN)},
        ],
        "status": "success",
    }
    assert phones(textlocal_api) == [ANA, BEN]
    assert textlocal_api.sandbox.texts()[0]["cause"] == {"vendor": "textlocal", "operation": "send"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"numbers": ""}, 4),
        ({"numbers": " , "}, 4),
        ({"message": ""}, 5),
        ({"message": "  "}, 5),
        ({"message": "x" * 766}, 6),
        ({"schedule_time": "noon"}, 8),
        ({"schedule_time": "1000000000"}, 9),
        ({"group_id": "77", "numbers": ""}, 10),
        ({"group_id": "Customers", "numbers": ""}, 10),
        ({"numbers": ",".join([ANA] * 10_001)}, 33),
        ({"group_id": "5"}, 34),
        ({"sender": "AB"}, 43),
        ({"sender": "NoNoNoNoNoNo"}, 43),
        ({"sender": "Dash-ed"}, 43),
        ({"sender": "12345678901234"}, 43),
        ({"numbers": "12,447700,abc"}, 51),
    ],
)
def test_what_is_wrong_has_the_vendor_s_code_and_texts_nobody(
    textlocal_api: TextlocalApi, fields: dict[str, Any], code: int
) -> None:
    assert textlocal_api.fails("send", **{"numbers": ANA, "message": "Hello", **fields}) == [code]
    assert phones(textlocal_api) == []
    assert balance(textlocal_api) == 1000


def test_ten_thousand_numbers_are_taken_and_each_is_texted_once(textlocal_api: TextlocalApi) -> None:
    textlocal_api.control("credits", sms=10_000)
    numbers = [f"447700{number:06d}" for number in range(900_000, 910_000)]
    answer = send(textlocal_api, ",".join(numbers))
    assert (answer["num_messages"], answer["balance"]) == (10_000, 0)
    assert phones(textlocal_api) == numbers


def test_too_few_credits_send_nothing_at_all(fresh: TextlocalApi) -> None:
    numbers = ",".join(f"4477009002{number:02d}" for number in range(26))
    assert fresh.fails("send", numbers=numbers, message="Hello", sender="Shop") == [7]
    assert (phones(fresh), balance(fresh)) == ([], 25)


def test_an_account_without_a_default_needs_a_sender(fresh: TextlocalApi) -> None:
    assert fresh.fails("send", numbers=ANA, message="Hello") == [44]
    assert fresh.call("send", numbers=ANA, message="Hello", sender="Shop")["message"]["sender"] == "Shop"


def test_a_uk_account_uses_any_well_formed_sender_or_by_a_switch_its_own(textlocal_api: TextlocalApi) -> None:
    assert send(textlocal_api, sender="Somebody")["message"]["sender"] == "Somebody"
    textlocal_api.switch(uk_sender="registered")
    assert textlocal_api.fails("send", numbers=ANA, message="Hello", sender="Somebody") == [43]
    assert send(textlocal_api, sender="ACMEShop")["message"]["sender"] == "ACMEShop"


def test_the_reply_service_s_number_takes_the_sender_s_place(textlocal_api: TextlocalApi) -> None:
    assert send(textlocal_api, sender="ACMEShop", simple_reply="true")["message"]["sender"] == "447700900999"


def test_a_wrong_number_among_good_ones_is_passed_over_with_a_warning(textlocal_api: TextlocalApi) -> None:
    answer = send(textlocal_api, f"{ANA},12,{BEN},abc")
    assert answer["warnings"] == [{"code": 3, "message": "Invalid number"}] * 2
    assert [each["recipient"] for each in answer["messages"]] == [int(ANA), int(BEN)]
    assert answer["cost"] == 2
    textlocal_api.switch(number_warnings="once")
    assert len(send(textlocal_api, f"{ANA},12,abc")["warnings"]) == 1


def test_by_a_switch_a_wrong_number_refuses_the_whole_send(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(bad_number="refuse")
    assert textlocal_api.fails("send", numbers=f"{ANA},12", message="Hello") == [32]
    assert textlocal_api.fails("send", numbers="12", message="Hello") == [51]
    assert phones(textlocal_api) == []


def test_only_wrong_numbers_are_a_failure_with_warnings_beside_it(textlocal_api: TextlocalApi) -> None:
    answer = textlocal_api.answer("send", numbers="12", message="Hello").json()
    assert answer == {
        "warnings": [{"code": 3, "message": "Invalid number"}],
        "errors": [{"code": 51, "message": "No valid numbers specified"}],
        "status": "failure",
    }


def test_a_repeated_number_is_texted_twice_or_by_a_switch_once(textlocal_api: TextlocalApi) -> None:
    assert send(textlocal_api, f"{ANA},07700900201,{ANA}")["num_messages"] == 3
    textlocal_api.switch(repeated_number="once")
    assert send(textlocal_api, f"{BEN},07700900202,{BEN}")["num_messages"] == 1
    assert phones(textlocal_api) == [ANA, ANA, ANA, BEN]


def test_parts_are_paid_and_a_number_abroad_costs_more(textlocal_api: TextlocalApi) -> None:
    answer = send(textlocal_api, f"{ANA},{ABROAD}", "x" * 161)
    assert (answer["message"]["num_parts"], answer["cost"], answer["balance"]) == (2, 6, 994)
    textlocal_api.switch(foreign_credits="1")
    assert send(textlocal_api, ABROAD)["cost"] == 1


def test_by_a_switch_a_text_that_is_too_long_is_cut_and_sent(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(too_long="cut")
    answer = send(textlocal_api, message="x" * 800)
    assert (answer["message"]["content"], answer["cost"]) == ("x" * 765, 5)


def test_unicode_needs_the_flag_and_an_account_that_may(textlocal_api: TextlocalApi, fresh: TextlocalApi) -> None:
    assert send(textlocal_api, message="Hi 😀 中")["message"]["content"] == "Hi ? ?"
    assert send(textlocal_api, message="Hi 😀 中", unicode="true")["message"]["content"] == "Hi 😀 中"
    assert send(textlocal_api, message="é" * 71, unicode="true")["cost"] == 2
    assert fresh.call("send", numbers=ANA, message="Hi 😀", sender="Shop", unicode="1")["message"]["content"] == "Hi ?"
    textlocal_api.switch(unicode="auto")
    assert send(textlocal_api, message="Hi 😀")["message"]["content"] == "Hi 😀"


def test_a_unicode_text_is_too_long_beyond_five_of_its_parts(textlocal_api: TextlocalApi) -> None:
    fields = {"numbers": ANA, "unicode": "true"}
    assert textlocal_api.call("send", message="😀" * 167, **fields)["cost"] == 5
    assert textlocal_api.fails("send", message="😀" * 168, **fields) == [6]
    textlocal_api.switch(longest_unicode="765")
    assert textlocal_api.call("send", message="😀" * 168, **fields)["cost"] == 6


def test_a_text_that_is_encoded_once_more_arrives_byte_for_byte(textlocal_api: TextlocalApi) -> None:
    text = "50% off & more: a+b=c\nnext line %41 £5"
    assert send(textlocal_api, message=quote(text, safe=""))["message"]["content"] == text
    assert textlocal_api.sandbox.texts()[0]["text"] == text


def test_the_official_php_class_s_way_of_sending_works(textlocal_api: TextlocalApi) -> None:
    fields = {"apikey": textlocal_api.key, "message": quote("Caffè & 50%", safe=""), "numbers": f"{ANA},{BEN}"}
    fields |= {"sender": quote("ACME", safe=""), "test": "", "optouts": "", "simple_reply": "", "custom": ""}
    answer = requests.post(
        f"{textlocal_api.sandbox.textlocal_url}/send/",
        files={name: (None, value) for name, value in fields.items()},
        timeout=10,
    ).json()
    assert (answer["status"], answer["message"]["content"]) == ("success", "Caffè & 50%")
    assert "test_mode" not in answer
    assert phones(textlocal_api) == [ANA, BEN]


def test_links_become_short_ones_if_they_shall_be_tracked(textlocal_api: TextlocalApi) -> None:
    text = send(textlocal_api, message="See https://example.com/a/very/long/page now", tracking_links="true")
    assert text["message"]["content"].startswith("See https://txl.example.com/")
    assert text["message"]["content"].endswith(" now")


def test_a_group_is_texted_and_those_who_opted_out_only_if_that_is_asked_for(textlocal_api: TextlocalApi) -> None:
    group = textlocal_api.call("create_group", name="Three")["group"]["id"]
    textlocal_api.call("create_contacts", numbers=f"{ANA},{BEN},{CAT}", group_id=group)
    textlocal_api.control("optouts", number=BEN)
    assert textlocal_api.call("send", group_id=group, message="All")["num_messages"] == 3
    assert textlocal_api.call("send", group_id=group, message="Some", optouts="true")["num_messages"] == 2
    textlocal_api.switch(group_optouts="always")
    assert textlocal_api.call("send", group_id=group, message="Some")["num_messages"] == 2
    assert phones(textlocal_api).count(BEN) == 1


def test_opt_outs_among_numbers_are_dropped_on_request_without_a_warning(textlocal_api: TextlocalApi) -> None:
    textlocal_api.control("optouts", number=BEN)
    assert send(textlocal_api, f"{ANA},{BEN}")["num_messages"] == 2
    answer = send(textlocal_api, f"{ANA},{BEN}", optouts="1")
    assert [each["recipient"] for each in answer["messages"]] == [int(ANA)]
    assert "warnings" not in answer
    assert textlocal_api.fails("send", numbers=BEN, message="Hello", optouts="true") == [51]


def test_a_group_without_contacts_and_a_group_that_is_gone_fail(textlocal_api: TextlocalApi) -> None:
    group = textlocal_api.call("create_group", name="Nobody")["group"]["id"]
    assert textlocal_api.fails("send", group_id=group, message="Hello") == [11]
    textlocal_api.call("delete_group", group_id=group)
    assert textlocal_api.fails("send", group_id=group, message="Hello") == [10]
    assert textlocal_api.call("send", group_id=5, message="Hello")["num_messages"] == 5


def test_a_test_validates_and_sends_nothing_costs_nothing_and_cannot_be_looked_up(textlocal_api: TextlocalApi) -> None:
    answer = send(textlocal_api, f"{ANA},12", test="true", schedule_time=NEVER)
    assert (answer["test_mode"], answer["cost"], answer["balance"]) == (True, 1, 1000)
    assert answer["warnings"]
    assert textlocal_api.fails("send", numbers="12", message="Hello", test="true") == [51]
    assert textlocal_api.fails("status_batch", batch_id=answer["batch_id"]) == [999]
    assert textlocal_api.fails("status_message", message_id=answer["messages"][0]["id"]) == [999]
    assert textlocal_api.call("get_scheduled")["scheduled"] == []
    assert phones(textlocal_api) == []
    assert textlocal_api.shown("batches")["batches"][0]["state"] == "test"


def test_a_connection_lost_after_the_call_leaves_the_text_sent(textlocal_api: TextlocalApi) -> None:
    textlocal_api.fault("drop-after", "send", times=1)
    with pytest.raises(requests.ConnectionError):
        send(textlocal_api, ANA, custom="run-1")
    assert phones(textlocal_api) == [ANA]
    assert textlocal_api.shown("batches")["batches"][0]["custom"] == "run-1"
    textlocal_api.fault("drop-before", "send", times=1)
    with pytest.raises(requests.ConnectionError):
        send(textlocal_api, BEN)
    assert phones(textlocal_api) == [ANA]


def test_ids_of_messages_are_texts_or_by_a_switch_numbers(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(message_ids="number")
    number = send(textlocal_api)["messages"][0]["id"]
    assert isinstance(number, int)
    assert textlocal_api.call("status_message", message_id=number)["message"]["id"] == number
    textlocal_api.switch(message_ids="text")
    assert textlocal_api.call("status_message", message_id=number)["message"]["id"] == str(number)
