"""Faults on demand, before and after a call took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from lxml import etree

if TYPE_CHECKING:
    from textlocal_calls import TextlocalApi

NEW = "447700900600"


def written(api: TextlocalApi) -> bool:
    found: bool = api.shown(f"contacts?number={NEW}")["count"] == 1
    return found


@pytest.mark.parametrize(("kind", "effect"), [("textlocal-error", False), ("textlocal-error-after", True)])
def test_a_failure_comes_before_or_after_the_effect(textlocal_api: TextlocalApi, kind: str, *, effect: bool) -> None:
    textlocal_api.fault(kind, "create_contacts", times=1)
    assert textlocal_api.fails("create_contacts", numbers=NEW) == [3]
    assert written(textlocal_api) == effect
    assert textlocal_api.call("create_contacts", numbers=NEW)


@pytest.mark.parametrize(("kind", "effect"), [("drop-before", False), ("drop-after", True), ("drop-mid-body", True)])
def test_a_connection_drops_before_or_after_the_call_took_effect(
    textlocal_api: TextlocalApi, kind: str, *, effect: bool
) -> None:
    textlocal_api.fault(kind, times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        textlocal_api.answer("create_contacts", numbers=NEW)
    assert written(textlocal_api) == effect


def test_any_code_and_any_words_can_be_shown(textlocal_api: TextlocalApi) -> None:
    textlocal_api.fault("textlocal-error", code=7, times=1)
    textlocal_api.fault("textlocal-error", code=4242, message="something new", times=1)
    first, second = (textlocal_api.answer("balance").json()["errors"] for _ in range(2))
    assert first == [{"code": 7, "message": "Insufficient credits"}]
    assert second == [{"code": 4242, "message": "something new"}]


def test_code_0_is_a_failure_without_errors(textlocal_api: TextlocalApi) -> None:
    textlocal_api.fault("textlocal-error", code=0, times=1)
    assert textlocal_api.answer("balance").json() == {"status": "failure"}


def test_a_fault_speaks_xml_to_who_asked_for_it(textlocal_api: TextlocalApi) -> None:
    textlocal_api.fault("textlocal-error", code=7, times=1)
    assert etree.fromstring(textlocal_api.answer("balance", format="xml").content).findtext("errors/error/code") == "7"


def test_a_fault_can_wait_for_a_parameter_wherever_it_comes_from(textlocal_api: TextlocalApi) -> None:
    textlocal_api.fault("textlocal-error", "get_contacts", code=10, match={"group_id": "300002"})
    assert textlocal_api.call("get_contacts", group_id=300001)
    assert textlocal_api.fails("get_contacts", group_id=300002) == [10]
    url = f"{textlocal_api.sandbox.textlocal_url}/get_contacts?apikey=sandbox-textlocal&group_id=300002"
    assert requests.get(url, timeout=10).json()["status"] == "failure"


@pytest.mark.parametrize(("kind", "status"), [("html-200", 200), ("http-503", 503), ("http-429", 429)])
def test_a_page_comes_instead_of_an_answer(textlocal_api: TextlocalApi, kind: str, status: int) -> None:
    textlocal_api.fault(kind, times=1)
    answer = textlocal_api.answer("create_contacts", numbers=NEW)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, "text/html")
    assert not written(textlocal_api)


def test_truncated_json_is_complete_http_and_the_call_took_effect(textlocal_api: TextlocalApi) -> None:
    textlocal_api.fault("truncated-json", times=1)
    answer = textlocal_api.answer("create_contacts", numbers=NEW)
    with pytest.raises(ValueError, match=r".+"):
        answer.json()
    assert written(textlocal_api)
