"""Calls as they passed: what is shown of them, what is masked, what is cut, and what broke."""

from __future__ import annotations

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from console_pages import Console
    from textlocal_calls import TextlocalApi

    from .conftest import AttentiveClient, SmsClient, SoapClient

SECRETS = ("sandbox-password", "sandbox-secret", "sandbox-attentive", "sandbox-textlocal")


def calls(page: Any) -> Any:
    return page.tree.xpath("//tr[@data-call]/@data-call")


def last(console: Any) -> Any:
    return console.get(f"/traffic/{calls(console.get('/traffic'))[0]}")


def body(page: Any, which: Any) -> Any:
    return page.text(f"//section[@data-message='{which}']//pre")


def test_calls_stand_newest_first_with_operation_status_and_fault(
    console: Console, attentive: AttentiveClient
) -> None:
    console.sandbox.faults("http-503", vendor="attentive", times=1, after=1)
    attentive.get("/v1/me")
    attentive.call("GET", "/v1/me")
    page = console.get("/traffic")
    first, second = ([" ".join(cell.text_content().split()) for cell in row] for row in page.tree.xpath("//tbody/tr"))
    assert first[1:4] == ["Me attentive", "GET /attentive/v1/me", "503"]
    assert (first[5], second[5]) == ("http-503", "")
    assert second[3] == "200"
    assert float(second[4]) > 0


def test_the_console_and_the_control_api_are_no_traffic(console: Console) -> None:
    console.get("/")
    console.sandbox.get("/_sandbox/calls")
    assert not calls(console.get("/traffic"))


def test_traffic_is_narrowed_by_vendor_and_by_how_a_call_ended(
    console: Console, attentive: AttentiveClient, textlocal_api: TextlocalApi
) -> None:
    attentive.get("/v1/me")
    attentive.call("GET", "/v1/me", key="wrong")
    console.sandbox.faults("drop-after", vendor="textlocal", times=1)
    with pytest.raises(requests.ConnectionError):
        textlocal_api.answer("balance")
    assert len(calls(console.get("/traffic", vendor="attentive"))) == 2
    assert len(calls(console.get("/traffic", status="2xx"))) == 1
    assert len(calls(console.get("/traffic", status="4xx", vendor="attentive"))) == 1
    assert not calls(console.get("/traffic", status="5xx"))
    dropped = console.get("/traffic", status="dropped")
    assert [row.get("data-vendor") for row in dropped.tree.xpath("//tr[@data-call]")] == ["textlocal"]
    assert dropped.texts("//td[@class='state']") == ["dropped"]


def test_an_answer_that_broke_off_is_shown_with_its_status(console: Console, attentive: AttentiveClient) -> None:
    console.sandbox.faults("drop-mid-body", vendor="attentive", times=1)
    with pytest.raises(requests.RequestException):
        attentive.call("GET", "/v1/me")
    assert console.get("/traffic").texts("//td[@class='state']") == ["200, cut off"]


def test_json_xml_and_forms_are_laid_out(
    console: Console, attentive: AttentiveClient, soap: SoapClient, textlocal_api: TextlocalApi
) -> None:
    attentive.subscribe("+12125550199")
    assert '"phone": "+12125550199"' in last(console).tree.xpath("//section[@data-message='request']//pre/text()")[0]
    soap.post("GetContactListCollection")
    assert "\n" in last(console).tree.xpath("//section[@data-message='answer']//pre/text()")[0]
    textlocal_api.answer("balance", test="true")
    fields = last(console).texts("//section[@data-message='request']//div[starts-with(@aria-label, 'Fields')]//td")
    assert fields == ["apikey", "••••••", "test", "true"]


def test_compressed_answers_are_read(console: Console, soap: SoapClient) -> None:
    answer = soap.post("GetContactListCollection")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Weekly newsletter" in body(last(console), "answer")


def test_secrets_are_nowhere_in_headers_queries_forms_json_or_soap(
    console: Console, attentive: AttentiveClient, sms: SmsClient, soap: SoapClient, textlocal_api: TextlocalApi
) -> None:
    attentive.get("/v1/me")
    token = sms.ask().json()["access_token"]
    soap.post("GetContactListCollection")
    textlocal_api.answer("balance")
    requests.get(f"{console.sandbox.textlocal_url}/balance/?apikey=sandbox-textlocal&x=1", timeout=10)
    requests.post(
        f"{console.sandbox.textlocal_url}/balance/", files={"apikey": (None, "sandbox-textlocal")}, timeout=10
    )
    wrong = {"a": [{"client_secret": "sandbox-secret", "X-Api-Key": 12345678}]}
    attentive.call("POST", "/v1/subscriptions", wrong)
    requests.post(f"{console.sandbox.attentive_url}/v1/subscriptions", json.dumps(wrong)[:-6], timeout=10)
    table = console.get("/traffic")
    assert len(calls(table)) == 8
    for page in (table, *(console.get(f"/traffic/{number}") for number in calls(table))):
        assert not [secret for secret in (*SECRETS, token, "12345678") if secret in page.answer.text]
    assert "apikey=••••••&x=1" in table.text()


def test_a_secret_stays_masked_where_a_body_is_cut(console: Console, textlocal_api: TextlocalApi) -> None:
    text = json.dumps({"password": "sandbox-password", "filler": "x" * 70_000, "token": "sandbox-secret"})
    requests.post(f"{console.sandbox.attentive_url}/v1/subscriptions", text, timeout=10)
    page = last(console)
    assert "sandbox-password" not in page.answer.text
    assert page.text("//section[@data-message='request']//*[@data-cut]") == "Only the beginning was kept."
    assert page.text("//section[@data-message='request']//h3") == f"Body, {len(text):,} bytes"
    assert len(page.answer.text) < 100_000


def test_a_compressed_request_that_grows_without_end_is_cut(console: Console) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
    requests.post(f"{console.sandbox.attentive_url}/v1/subscriptions", bomb, headers=headers, timeout=30)
    page = last(console)
    assert len(page.answer.text) < 100_000
    assert page.tree.xpath("//*[@data-cut]")


def test_what_is_no_text_is_said_to_be_none(console: Console) -> None:
    requests.post(f"{console.sandbox.attentive_url}/v1/subscriptions", bytes(range(256)) * 4, timeout=10)
    assert last(console).text("//section[@data-message='request']//*[@class='empty']") == "Not a text."


def test_markup_in_paths_and_bodies_is_text(console: Console) -> None:
    evil = "<script>alert(1)</script>"
    requests.get(f"{console.sandbox.attentive_url}/v1/{evil}?q={evil}", timeout=10)
    requests.post(f"{console.sandbox.attentive_url}/v1/subscriptions", evil, headers={"X-Evil": evil}, timeout=10)
    pages = [console.get("/traffic"), *(console.get(f"/traffic/{n}") for n in calls(console.get("/traffic")))]
    for page in pages:
        assert evil not in page.answer.text
        assert not page.tree.xpath("//script[not(@src)]")


def test_a_call_that_waits_is_under_way(console: Console) -> None:
    console.sandbox.faults("latency", vendor="attentive", times=1, seconds=1)
    started = time.monotonic()
    with ThreadPoolExecutor() as pool:
        pool.submit(requests.get, f"{console.sandbox.attentive_url}/v1/me", timeout=10)
        seen = set()
        while "under way" not in seen and time.monotonic() < started + 10:
            seen |= set(console.get("/traffic").texts("//td[@class='state']"))
    assert "under way" in seen


def test_only_the_last_calls_are_kept_in_pages_and_a_reset_forgets_them(
    console: Console, attentive: AttentiveClient
) -> None:
    with requests.Session() as session:
        for _ in range(510):
            session.get(f"{console.sandbox.attentive_url}/v1/me", timeout=10)
    assert console.get("/traffic").text("//*[@data-pager]") == "1-50 of 500"
    assert console.get("/traffic", page="10").text("//*[@data-pager]") == "451-500 of 500"
    assert console.get("/traffic", page="11").tree.xpath("//a[@rel='prev']/@href") == ["/traffic?page=10"]
    console.get("/traffic/1", expect=404)
    console.sandbox.reset()
    assert not calls(console.get("/traffic"))
