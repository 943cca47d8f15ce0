"""What the settings mean in the account: sender codes, lists, custom fields, and the words for each mistake."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.client import Answer
from singer_delivery.columns import Columns
from singer_delivery.errors import SetupError
from target_listrak_sms.account import Account, SenderCode
from target_listrak_sms.settings import SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import Target


def problem(call: Callable[..., Any]) -> str:
    with pytest.raises(SetupError) as error:
        call()
    return str(error.value)


@pytest.mark.parametrize("code", ["501", "10150", 501, " 10150 "])
def test_a_sender_code_is_its_id_or_its_digits(target: Callable[..., Target], code: Any) -> None:
    assert target(sender_code=code).account.sender() == SenderCode(501, "10150", "Example Outfitters", "US")


def test_a_sender_code_that_is_not_there_is_told_with_those_that_are(target: Callable[..., Target]) -> None:
    said = problem(target(sender_code="99999").account.sender)
    assert "99999" in said
    assert "501 (digits 10150, 'Example Outfitters')" in said
    assert "601" not in said  # another company's


def test_a_sender_code_that_could_be_two_is_told_with_both(
    target: Callable[..., Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [SenderCode(10151, "10150", "A"), SenderCode(502, "10151", "B")]
    monkeypatch.setattr(Account, "sender_codes", lambda _self: codes)
    said = problem(target(sender_code="10151").account.sender)
    assert "10151 (digits 10150, 'A')" in said
    assert "502 (digits 10151, 'B')" in said


def test_a_sender_code_that_is_refused_for_any_reason_stops_the_run_in_plain_words(
    target: Callable[..., Target], clean_sandbox: Sandbox
) -> None:
    operation, code = "SenderCode_GetShortCodeResource", "ERROR_INVALID_PARAMETER"
    clean_sandbox.faults("api-error", operation, vendor="listrak-sms", code=code)
    assert f"Listrak refused {operation} with {code}" in problem(target().account.sender)


def test_a_disabled_sender_code_stops_the_run(target: Callable[..., Target]) -> None:
    assert "sender code is disabled" in problem(target(sender_code="503").account.sender)


@pytest.mark.parametrize("name", ["Master List", " master LIST "])
def test_a_list_is_found_by_its_name_in_any_case(target: Callable[..., Target], name: Any) -> None:
    found = target(list_name=name).account.phone_list()
    assert (found.id, found.name, found.active, found.confirms) == (7001, "Master List", True, False)


@pytest.mark.parametrize(("to", "confirms"), [(7001, False), (7002, True), (7003, True), (7004, True)])
def test_a_list_says_whether_it_wants_a_confirmation(target: Callable[..., Target], to: Any, confirms: Any) -> None:
    assert target(list_id=to).account.phone_list().confirms == confirms


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"list_name": "Mister List"},
            "has no list 'Mister List'. `list_name` can be: 7001 'Master List'; 7002 'VIP'",
        ),
        ({"list_id": 7101}, "has no list 7101. `list_id` can be: 7001 'Master List'"),
        (
            {"list_name": "back in stock"},
            "means several lists: 7006 'Back in stock'; 7007 ' back in STOCK '. Give one",
        ),
        ({"list_name": "summer 2019"}, "The list 7005 'Summer 2019' is inactive"),
        ({"list_id": 7005}, "The list 7005 'Summer 2019' is inactive"),
        ({"list_name": None}, "`list_name` or `list_id` is missing"),
    ],
)
def test_a_list_that_cannot_be_used_is_told_with_those_that_can(
    target: Callable[..., Target], settings: Any, words: Any
) -> None:
    assert words in problem(target(**settings).account.phone_list)


def test_a_mistake_is_told_before_the_first_record(target: Callable[..., Target]) -> None:
    listrak = target(list_name="Mister List")
    for name in ("subscribe", "unsubscribe"):
        assert "has no list" in problem(lambda name=name: listrak.plan(name, {"phone": "+12125550101"}))
    assert "sender code is disabled" in problem(
        lambda: target(sender_code="503").plan("opt_out", {"phone": "+12125550101"})
    )


@pytest.mark.parametrize("switches", [{"next_cursor": "uri"}, {"last_cursor": "absent"}, {"last_cursor": "empty"}, {}])
def test_all_pages_are_read_however_the_next_one_is_named(
    target: Callable[..., Target], clean_sandbox: Sandbox, switches: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_sandbox.switch("listrak-sms", **switches)
    monkeypatch.setattr("target_listrak_sms.paging.PAGE_SIZE", 3)
    assert [each.id for each in target().account.lists()] == [7001, 7002, 7003, 7004, 7006, 7007, 7008, 7009]
    assert clean_sandbox.calls("listrak-sms")["PhoneList_GetListCollection"] == 3


def test_everything_is_read_once_and_only_when_it_is_needed(
    target: Callable[..., Target], clean_sandbox: Sandbox
) -> None:
    account = target().account
    assert clean_sandbox.calls("listrak-sms") == {}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: (account.phone_list(), account.fields(), account.path), range(40)))
    assert clean_sandbox.calls("listrak-sms") == {
        "Token": 1,
        "SenderCode_GetShortCodeCollection": 1,
        "SenderCode_GetShortCodeResource": 1,
        "PhoneList_GetListCollection": 1,
        "Segmentation_GetPhoneAttributeCollection": 1,
    }


def test_custom_fields_come_with_type_length_and_state(target: Callable[..., Target]) -> None:
    fields = {each.id: each for each in target().account.fields()}
    assert len(fields) == 50
    assert (fields[9002].name, fields[9002].data_type, fields[9002].max_length) == ("Loyalty Points", "Number", None)
    assert (fields[9004].data_type, fields[9004].max_length) == ("Text", 20)
    assert [each.id for each in fields.values() if not each.usable] == [9007, 9008]


UNKNOWN = Columns.of("customers", ["phone", "Shoe Size", "Old Tier", "city", "Notes"], SPELLINGS)


def test_a_column_that_is_no_field_is_warned_about_once(
    target: Callable[..., Target], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    listrak = target().listrak
    listrak.mapper(UNKNOWN)
    listrak.mapper(UNKNOWN)
    assert len(caplog.records) == 1
    assert "`Shoe Size`, `Old Tier`. They are left out" in caplog.text
    assert "city" not in caplog.text


def test_a_column_that_is_no_field_can_end_the_run_or_be_ignored(
    target: Callable[..., Target], caplog: pytest.LogCaptureFixture
) -> None:
    said = problem(lambda: target(on_unknown_field="error").listrak.mapper(UNKNOWN))
    assert "`Shoe Size`, `Old Tier`" in said
    assert "'Loyalty Points'" in said
    target(on_unknown_field="ignore").listrak.mapper(UNKNOWN)
    assert not caplog.records


def test_columns_that_could_be_the_same_field_end_the_run(target: Callable[..., Target]) -> None:
    twice = Columns.of("customers", ["phone", "Notes", "NOTES"], SPELLINGS)
    assert "`Notes` and `NOTES` are the same profile field" in problem(lambda: target().listrak.mapper(twice))


def test_custom_fields_are_not_asked_for_where_nothing_could_be_one(
    target: Callable[..., Target], clean_sandbox: Sandbox
) -> None:
    target().listrak.mapper(Columns.of("customers", ["phone", "email"], SPELLINGS))
    target(include_custom_fields=False).listrak.mapper(UNKNOWN)
    assert "Segmentation_GetPhoneAttributeCollection" not in clean_sandbox.calls("listrak-sms")


def test_a_cursor_may_begin_like_an_address(target: Callable[..., Target], monkeypatch: pytest.MonkeyPatch) -> None:
    listrak = target()
    listrak.account.sender()
    pages = {"Start": "/9j4AAQ+", "/9j4AAQ+": "httpAAQ=", "httpAAQ=": None}

    def call(*_: Any, params: dict[str, str], **__: Any) -> Answer:
        row = {"phoneListId": len(params["cursor"]), "phoneListName": "x"}
        return Answer(200, {"data": [row], "nextPageCursor": pages[params["cursor"]]}, {})

    monkeypatch.setattr(listrak.client, "call", call)
    assert len(listrak.account.lists()) == 3


def test_pages_that_go_round_in_circles_end_the_run(
    target: Callable[..., Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    listrak = target()
    listrak.account.sender()
    page = Answer(200, {"data": [], "nextPageCursor": "again"}, {})
    monkeypatch.setattr(listrak.client, "call", lambda *_, **__: page)
    assert "do not come to an end" in problem(listrak.account.lists)


@pytest.mark.parametrize("body", [None, [], {"data": {}}, {"hello": "world"}])
def test_what_is_no_collection_ends_the_run(
    target: Callable[..., Target], monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    listrak = target()
    monkeypatch.setattr(listrak.client, "call", lambda *_, **__: Answer(200, body, {}))
    assert "Check `api_url`" in problem(listrak.account.sender)


@pytest.mark.parametrize("code", ["ERROR_UNABLE_TO_LOCATE_RESOURCE", "ERROR_INVALID_PARAMETER"])
def test_a_collection_that_is_refused_ends_the_run(
    target: Callable[..., Target], clean_sandbox: Sandbox, code: Any
) -> None:
    clean_sandbox.faults("api-error", "PhoneList_GetListCollection", vendor="listrak-sms", code=code)
    assert problem(target().account.phone_list)
