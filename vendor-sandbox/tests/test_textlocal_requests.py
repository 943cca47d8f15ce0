"""However a call of Textlocal's API is spelled, it is understood; whatever is wrong with it, it is HTTP 200."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
import requests
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

KEY = "sandbox-textlocal"
NUMBER = "447700900500"
AWKWARD = '100% of R&D + "50%" = 1\n£€ é 中 😀 %41 %2B a+b \\ <b>'


def keeps(api: TextlocalApi, form: Callable[[str], dict[str, Any]]) -> str:
    """The name that is kept of a contact with an awkward one, whose JSON `form` sends."""
    contacts = json.dumps([{"number": NUMBER, "first_name": AWKWARD}])
    answer = requests.post(f"{api.sandbox.textlocal_url}/create_contacts_bulk/", timeout=10, **form(contacts))
    assert answer.json()["status"] == "success", answer.text
    (contact,) = api.shown(f"contacts?group=5&number={NUMBER}")["contacts"]
    found: str = contact["first_name"]
    return found


def parts(**fields: Any) -> dict[str, Any]:
    """A form with parts, whose texts go as they are."""
    return {"files": {name: (None, value) for name, value in fields.items()}}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/balance", "/balance/", "/balance?", "/balance/?"])
def test_get_and_post_reach_a_command_with_and_without_a_slash(
    textlocal_api: TextlocalApi, method: str, path: str
) -> None:
    query: dict[str, Any] = {"params" if method == "GET" else "data": {"apikey": KEY}}
    answer = requests.request(method, textlocal_api.sandbox.textlocal_url + path, timeout=10, **query)
    assert answer.json() == {"balance": {"sms": 1000, "mms": 10}, "status": "success"}


@pytest.mark.parametrize("name", ["apikey", "apiKey", "APIKEY"])
@pytest.mark.parametrize("encoding", ["urlencoded", "multipart", "query"])
def test_the_key_is_found_however_it_is_spelled_and_sent(
    textlocal_api: TextlocalApi, name: str, encoding: str
) -> None:
    sent = {"urlencoded": {"data": {name: KEY}}, "multipart": parts(**{name: KEY}), "query": {"params": {name: KEY}}}
    answer = requests.post(f"{textlocal_api.sandbox.textlocal_url}/balance", timeout=10, **sent[encoding])
    assert answer.json()["status"] == "success"


def test_the_body_counts_where_a_query_says_otherwise(textlocal_api: TextlocalApi) -> None:
    url = f"{textlocal_api.sandbox.textlocal_url}/balance"
    answer = requests.post(url, params={"apikey": "wrong"}, data={"apiKey": KEY}, timeout=10)
    assert answer.json()["status"] == "success"


@pytest.mark.parametrize("secret", ["hash", "password"])
def test_the_legacy_login_is_an_e_mail_address_and_a_hash(textlocal_api: TextlocalApi, secret: str) -> None:
    url = f"{textlocal_api.sandbox.textlocal_url}/get_groups/"
    good = requests.post(url, {"username": "UK@example.com", secret: "sandbox-hash"}, timeout=10)
    assert good.json()["num_groups"] == 2
    bad = requests.post(url, {"username": "uk@example.com", secret: "no"}, timeout=10)
    assert bad.json()["errors"] == [{"code": 3, "message": "Invalid login details"}]


@pytest.mark.parametrize("key", ["", "wrong", "sandbox-textlocal-locked"])
def test_a_wrong_key_and_one_locked_to_other_addresses_are_the_same_failure(
    textlocal_api: TextlocalApi, key: str
) -> None:
    assert textlocal_api.fails("balance", apikey=key) == [3]


def test_no_command_and_an_unknown_one_are_failures_with_http_200(textlocal_api: TextlocalApi) -> None:
    assert textlocal_api.fails("") == [1]
    assert textlocal_api.fails("no_such_command") == [2]
    assert textlocal_api.fails("balance/extra") == [2]


def test_an_upgraded_account_has_lost_its_groups_contacts_and_lists(
    textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox
) -> None:
    api = textlocal_api_to(clean_sandbox, "sandbox-textlocal-interact")
    for command in ("get_groups", "create_contacts_bulk", "get_contacts", "get_templates", "balance"):
        assert api.fails(command) == [2]


def test_the_php_class_which_encodes_values_and_sends_them_as_parts_is_understood(textlocal_api: TextlocalApi) -> None:
    """`rawurlencode` of each value, then `CURLOPT_POSTFIELDS` with an array: multipart, which encodes nothing."""
    assert keeps(textlocal_api, lambda text: parts(apikey=KEY, contacts=quote(text, safe=""))) == AWKWARD


def test_the_php_class_sends_a_text_that_arrives_byte_for_byte(textlocal_api: TextlocalApi) -> None:
    fields = {
        "numbers": NUMBER,
        "message": quote(AWKWARD, safe=""),
        "sender": quote("ACME", safe=""),
        "unicode": "true",
    }
    url = f"{textlocal_api.sandbox.textlocal_url}/send/?"
    answer = requests.post(url, timeout=10, **parts(apikey=KEY, test="", simple_reply="", **fields)).json()
    assert (answer["status"], answer["message"]["content"]) == ("success", AWKWARD)
    assert [each["text"] for each in textlocal_api.sandbox.texts(phone=NUMBER)] == [AWKWARD]


def test_the_php_classs_bulk_has_its_texts_encoded_within_the_json(textlocal_api: TextlocalApi) -> None:
    messages = [{"number": NUMBER, "text": quote(AWKWARD, safe="")}]
    data = json.dumps({"sender": "ACME", "unicode": True, "messages": messages})
    url = f"{textlocal_api.sandbox.textlocal_url}/bulk_json/"
    answer = requests.post(url, timeout=10, **parts(apikey=KEY, data=data)).json()
    assert (answer["status"], answer["messages_not_sent"]) == ("success", [])
    assert [each["text"] for each in textlocal_api.sandbox.texts(phone=NUMBER)] == [AWKWARD]


@pytest.mark.parametrize("form", [lambda fields: {"data": fields}, lambda fields: {"params": fields}])
def test_values_encoded_once_before_the_form_arrive_as_they_were(
    textlocal_api: TextlocalApi, form: Callable[..., Any]
) -> None:
    assert keeps(textlocal_api, lambda text: form({"apikey": KEY, "contacts": quote(text, safe="")})) == AWKWARD


def test_a_value_that_is_not_encoded_before_the_form_loses_its_percent_sequences(textlocal_api: TextlocalApi) -> None:
    assert keeps(textlocal_api, lambda text: {"data": {"apikey": KEY, "contacts": text}}) != AWKWARD
    textlocal_api.call(
        "create_contacts_bulk", contacts=json.dumps([{"number": NUMBER, "custom1": "5%20 off 10%, a+b"}])
    )
    (contact,) = textlocal_api.shown(f"contacts?group=5&number={NUMBER}")["contacts"]
    assert contact["custom1"] == "5  off 10%, a+b"


def test_a_plus_of_the_second_decoding_is_a_space_by_a_switch(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(plus_in_text="space")
    encoded = quote_plus(json.dumps([{"number": NUMBER, "first_name": "a b+c"}]))
    textlocal_api.call("create_contacts_bulk", contacts=encoded)
    (contact,) = textlocal_api.shown(f"contacts?group=5&number={NUMBER}")["contacts"]
    assert contact["first_name"] == "a b+c"


def test_only_texts_are_decoded_again(textlocal_api: TextlocalApi) -> None:
    made = textlocal_api.call("create_group", name="100%25 wool")
    assert made["group"]["name"] == "100%25 wool"


def test_a_body_of_another_kind_has_no_parameters(textlocal_api: TextlocalApi) -> None:
    url = f"{textlocal_api.sandbox.textlocal_url}/balance"
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x", "text/plain"):
        answer = requests.post(url, data=b"--y\r\nnothing", headers={"Content-Type": content_type}, timeout=10)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (200, 3)


def test_xml_says_the_same_as_json(textlocal_api: TextlocalApi) -> None:
    url = f"{textlocal_api.sandbox.textlocal_url}/get_groups"
    answer = requests.get(f"{url}?{urlencode({'apikey': KEY, 'format': 'xml'})}", timeout=10)
    assert answer.headers["Content-Type"].startswith("text/xml")
    root = etree.fromstring(answer.content)
    assert root.findtext("status") == "success"
    assert [each.findtext("name") for each in root.iterfind("groups/group")] == ["Customers", "Newsletter"]
    failed = etree.fromstring(textlocal_api.answer("balance", apikey="no", format="xml").content)
    assert (failed.findtext("status"), failed.findtext("errors/error/code")) == ("failure", "3")


def test_every_answer_is_http_200_and_has_a_status(textlocal_api: TextlocalApi) -> None:
    for command in ("", "nothing", "balance", "create_group", "delete_group", "get_messages", "create_contacts_bulk"):
        answer = textlocal_api.answer(command)
        assert answer.status_code == 200
        assert answer.json()["status"] in {"success", "failure"}


HUGE = ["9" * 20, "9" * 5000, "0" * 30 + "7"]


@pytest.mark.parametrize("value", HUGE)
@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("get_contacts", "group_id"),
        ("create_contacts", "group_id"),
        ("delete_group", "group_id"),
        ("send", "group_id"),
        ("status_batch", "batch_id"),
        ("status_message", "message_id"),
        ("cancel_scheduled", "sent_id"),
        ("get_messages", "inbox_id"),
        ("get_survey_details", "survey_id"),
    ],
)
def test_an_id_that_no_thing_has_is_a_failure_however_long_it_is(
    textlocal_api: TextlocalApi, command: str, name: str, value: str
) -> None:
    more = {"numbers": NUMBER} if command == "create_contacts" else {"message": "Hi"}
    assert textlocal_api.fails(command, **more, **{name: value})


@pytest.mark.parametrize("value", HUGE)
def test_a_page_or_a_time_beyond_all_is_understood(textlocal_api: TextlocalApi, value: str) -> None:
    beyond = {"start": value, "limit": value}
    assert "contacts" in textlocal_api.call("get_contacts", group_id=5, **beyond)
    assert "messages" in textlocal_api.call("get_history_group", max_time=value, **beyond)
    assert "messages" in textlocal_api.call("get_history_api", min_time=value, **beyond)
    textlocal_api.call("send", numbers=NUMBER, message="Hi", validity=value)


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00", "\\ud83d\\ud83d"])
def test_half_of_a_surrogate_pair_is_bad_json_and_a_whole_one_is_a_sign(
    textlocal_api: TextlocalApi, half: str
) -> None:
    contacts = '[{"number": "%s", "first_name": "%s"}]'
    assert textlocal_api.fails("create_contacts_bulk", contacts=contacts % (NUMBER, half)) == [15]
    data = '{"messages": [{"number": "%s", "text": "%s"}]}'
    assert textlocal_api.fails("bulk_json", data=data % (NUMBER, half)) == [15]
    assert textlocal_api.fails("bulk_json", data=data % (half, "Hi")) == [15]
    textlocal_api.call("create_contacts_bulk", contacts=contacts % (NUMBER, "\\ud83d\\ude00"))
    assert textlocal_api.shown(f"contacts?number={NUMBER}")["contacts"][0]["first_name"] == "😀"
