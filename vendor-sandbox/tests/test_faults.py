"""Every fault on demand, as a client sees it on a real socket."""

from __future__ import annotations

import gzip
import http.client
import socket
import time
import urllib.parse
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import SoapClient

LISTS, SENT, MESSAGES = "GetContactListCollection", "ReportMessageContactSent", "ReportListMessageActivity"
MESSAGE = {"MsgID": 1_000_002, "Page": 1}


def dial(soap: SoapClient, operation: str, **fields: Any) -> bytes:
    """A call on a bare socket: everything that came until the server closed or two seconds were over."""
    address = urllib.parse.urlsplit(soap.sandbox.url)
    body = soap.envelope(operation, **fields)
    headers = {"Host": address.netloc, "Content-Length": len(body), **soap.headers(operation)}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((address.hostname, address.port or 0), timeout=2) as connection:
        connection.sendall(
            f"POST {urllib.parse.urlsplit(soap.sandbox.endpoint).path} HTTP/1.1\r\n{head}\r\n".encode() + body
        )
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def test_latency_delays_and_composes_with_another_fault(soap: SoapClient) -> None:
    soap.sandbox.faults("latency", seconds=0.3)
    soap.sandbox.faults("soap-fault", text="Server was unable to process request. ---> Deadlock.")
    began = time.monotonic()
    assert "Deadlock" in soap.fault(LISTS)
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_soap_fault_speaks_the_callers_version(
    soap_to: type[SoapClient], clean_sandbox: Sandbox, version: str
) -> None:
    clean_sandbox.faults("soap-fault")
    answer = soap_to(clean_sandbox, version=version).post(LISTS)
    assert answer.status_code == 500
    assert "Timeout expired" in answer.text
    assert etree.fromstring(answer.content).tag.endswith("Envelope")


@pytest.mark.parametrize(
    ("fault", "status", "params", "retry_after"),
    [
        ("http-503", 503, {}, None),
        ("http-503", 503, {"retry_after": 7}, "7"),
        ("http-429", 429, {"retry_after": 2}, "2"),
        ("html-200", 200, {}, None),
    ],
)
def test_html_pages_come_in_place_of_soap(
    soap: SoapClient, fault: str, status: int, params: dict[str, Any], retry_after: str | None
) -> None:
    soap.sandbox.faults(fault, **params)
    answer = soap.post(LISTS)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers.get("Retry-After") == retry_after
    assert "<html" in answer.text


def test_iis_404_is_wellformed_xhtml_for_one_message_only(soap: SoapClient) -> None:
    soap.sandbox.faults("iis-404", SENT, match={"MsgID": 1_000_002})
    answer = soap.post(SENT, **MESSAGE)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html"
    assert "404 - File or directory not found." in answer.text
    assert etree.fromstring(answer.content).tag.endswith("html")
    assert soap.rows(SENT, MsgID=1_000_000, Page=1)


@pytest.mark.parametrize("operation", [SENT, MESSAGES])
def test_ws_exception_is_a_200_without_a_result(soap: SoapClient, operation: str, whole_time: dict[str, Any]) -> None:
    soap.sandbox.faults("ws-exception", text="No <access>")
    answer = soap.post(operation, ListID=3117, **MESSAGE, **whole_time)
    assert answer.status_code == 200
    root = etree.fromstring(answer.content)
    assert root.find(f".//{{*}}{operation}Result") is None
    assert root.findtext(".//{*}WSException/{*}Description") == "No <access>"
    assert soap.rows(LISTS)


@pytest.mark.parametrize(("raw", "found"), [(False, b"&#x1;"), (True, b"\x01")])
def test_illegal_character_makes_the_answer_unreadable_as_xml(soap: SoapClient, *, raw: bool, found: bytes) -> None:
    soap.sandbox.faults("illegal-character", SENT, raw=raw)
    body = soap.post(SENT, **MESSAGE).content
    assert found in body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)


def test_nan_stands_in_the_numbers_of_messages_only(soap: SoapClient, whole_time: dict[str, Any]) -> None:
    soap.sandbox.faults("nan")
    rows = soap.rows(MESSAGES, ListID=3117, **whole_time)
    assert {"NaN", "INF"} <= {row["OpenPercent"] for row in rows}
    assert rows[0]["OpenCount"].isdigit()
    assert "NaN" not in soap.post(LISTS).text


def test_unknown_and_reordered_elements_keep_the_values(soap: SoapClient) -> None:
    before = soap.rows(LISTS)
    soap.sandbox.faults("unknown-element", LISTS, name="Mood")
    soap.sandbox.faults("reordered-elements", LISTS)
    after = soap.rows(LISTS)
    names = list(after[0])
    assert (names[0], names[-1]) == ("Mood", "ListID")
    assert [row["ListName"] for row in after] == [row["ListName"] for row in before]


@pytest.mark.parametrize("empty", ["empty-body", "drop-before", "hang"])
def test_what_changes_elements_finds_none_in_an_answer_that_is_empty(
    soap: SoapClient, empty: str, whole_time: dict[str, Any]
) -> None:
    changes = ("nan", "unknown-element", "reordered-elements", "illegal-character")
    for fault in changes:
        soap.sandbox.faults(fault, MESSAGES)
    soap.sandbox.faults(empty, MESSAGES, **({"seconds": 0.1} if empty == "hang" else {}))
    with suppress(requests.ConnectionError):
        assert soap.post(MESSAGES, ListID=3117, **whole_time).status_code == 200
    hits = {each["fault"]: each["hits"] for each in soap.sandbox.get("/_sandbox/faults")["faults"]}
    assert hits == {**dict.fromkeys(changes, 0), empty: 1}


def test_a_hung_call_is_never_answered_until_the_client_leaves(soap: SoapClient) -> None:
    soap.sandbox.faults("hang", times=1)
    with pytest.raises(requests.ReadTimeout):
        soap.post(LISTS, timeout=0.4)
    assert soap.rows(LISTS)


def test_a_hung_call_closes_when_its_seconds_are_over(soap: SoapClient) -> None:
    soap.sandbox.faults("hang", seconds=0.2)
    assert dial(soap, LISTS) == b""


def test_drop_before_closes_without_a_byte(soap: SoapClient) -> None:
    soap.sandbox.faults("drop-before")
    assert dial(soap, LISTS) == b""


def test_drop_mid_body_declares_all_and_sends_half(soap: SoapClient) -> None:
    soap.sandbox.faults("drop-mid-body")
    head, _, body = dial(soap, SENT, **MESSAGE).partition(b"\r\n\r\n")
    declared = next(
        int(line.partition(b":")[2]) for line in head.splitlines() if line.lower().startswith(b"content-length")
    )
    assert head.startswith(b"HTTP/1.1 200")
    assert len(body) == declared // 2


def test_empty_body_and_truncated_xml_are_complete_http(soap: SoapClient) -> None:
    whole = soap.post(LISTS).content
    soap.sandbox.faults("empty-body", times=1)
    assert (soap.post(LISTS).status_code, soap.sandbox.calls()[LISTS]) == (200, 2)
    soap.sandbox.faults("truncated-xml", times=1)
    assert soap.post(LISTS).content == whole[: len(whole) // 2]
    assert soap.post(LISTS).content == whole


def test_slow_body_trickles_and_is_complete(soap: SoapClient) -> None:
    whole = soap.post(LISTS).content
    soap.sandbox.faults("slow-body", seconds=0.4)
    began = time.monotonic()
    assert soap.post(LISTS).content == whole
    assert time.monotonic() - began >= 0.35


@pytest.mark.parametrize(
    ("accepted", "forced", "compressed"),
    [
        ("gzip", None, True),
        ("identity", None, False),
        ("gzip", False, False),
        ("identity", True, True),
    ],
)
def test_gzip_is_as_the_client_accepts_or_as_forced(
    soap: SoapClient, accepted: str, *, forced: bool | None, compressed: bool
) -> None:
    if forced is not None:
        soap.sandbox.faults("gzip", on=forced)
    plain = soap.post(SENT, **MESSAGE).content
    address = urllib.parse.urlsplit(soap.sandbox.endpoint)
    connection = http.client.HTTPConnection(address.netloc)
    headers = soap.headers(SENT) | {"Accept-Encoding": accepted}
    connection.request("POST", address.path, soap.envelope(SENT, **MESSAGE), headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.headers.get("Content-Encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(body) if compressed else body) == plain


def test_faults_reach_the_description_too(soap: SoapClient) -> None:
    soap.sandbox.faults("http-503", "WSDL", times=1)
    assert requests.get(soap.sandbox.wsdl_url, timeout=10).status_code == 503
    assert requests.get(soap.sandbox.wsdl_url, timeout=10).status_code == 200
    assert soap.sandbox.calls()["WSDL"] == 2


def test_after_and_times_count_matching_calls(soap: SoapClient) -> None:
    soap.sandbox.faults("http-503", SENT, after=1, times=2, match={"Page": 1})
    statuses = [soap.post(SENT, MsgID=1_000_000, Page=page).status_code for page in (2, 1, 1, 2, 1, 1)]
    assert statuses == [200, 200, 503, 200, 503, 200]
    assert [rule["hits"] for rule in soap.sandbox.get("/_sandbox/faults")["faults"]] == [2]


def test_long_answers_can_break_too(
    soap_to: type[SoapClient], start_sandbox: Callable[..., Sandbox], whole_time: dict[str, Any]
) -> None:
    soap = soap_to(start_sandbox(lists=1, messages=3000, contacts=1))
    whole = soap.post(MESSAGES, ListID=3117, **whole_time)
    soap.sandbox.faults("drop-mid-body", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        soap.post(MESSAGES, ListID=3117, **whole_time)
    soap.sandbox.faults("illegal-character", SENT)
    assert soap.post(MESSAGES, ListID=3117, **whole_time).content == whole.content
