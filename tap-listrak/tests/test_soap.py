"""Answers as they come in: in any pieces, with every shape of nothing, and with every kind of error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_listrak.columns import MESSAGES, OPENS
from tap_listrak.errors import (
    AddressRefusedError,
    FaultError,
    LoginLockedError,
    LoginRefusedError,
    NotSoapError,
    RefusedError,
)
from tap_listrak.mapping import NAMESPACE, Finding
from tap_listrak.rows import RowLayout, RowReader
from tap_listrak.soap import LARGEST_GAP, MOST_FINDINGS, SOAP_NAMESPACES, AnswerParser, Scrubber

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from tap_listrak.mapping import Column

ZONE = ZoneInfo("America/New_York")
OPEN = "ReportRangeMessageContactOpen"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def envelope(body: str, soap: str = SOAP_NAMESPACES[0]) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{soap}" xmlns:xsi="{XSI}">'
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def opens(result: str) -> bytes:
    return envelope(f'<{OPEN}Response xmlns="{NAMESPACE}">{result}</{OPEN}Response>')


def open_row(number: int, inner: str = "") -> str:
    return (
        f"<WSContactOpen><ContactID>{number}</ContactID><EmailAddress>person{number}@example.com</EmailAddress>"
        f"<OpenDate>2024-01-15T08:30:00</OpenDate>{inner}</WSContactOpen>"
    )


def parse(
    body: bytes,
    sizes: Sequence[int] = (65536,),
    operation: str = OPEN,
    row: str = "WSContactOpen",
    columns: tuple[Column, ...] = OPENS,
) -> tuple[list[dict[str, Any]], Counter[Any]]:
    parser = AnswerParser(operation, RowReader(RowLayout(row, columns, ()), ZONE))
    records = []
    position = 0
    at = 0
    while position < len(body):
        size = sizes[at % len(sizes)]
        records += parser.feed(body[position : position + size])
        position += size
        at += 1
    return records + parser.close(), parser.findings


def test_rows_come_out_in_order() -> None:
    records, findings = parse(opens(f"<{OPEN}Result>{''.join(map(open_row, range(500)))}</{OPEN}Result>"))
    assert [record["ContactID"] for record in records] == [str(number) for number in range(500)]
    assert not findings


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        f"<{OPEN}Result/>",
        f'<{OPEN}Result xsi:nil="true"/>',
        f"<{OPEN}Result></{OPEN}Result>",
        f'<{OPEN}Result><WSContactOpen xsi:nil="true"/><WSContactOpen xsi:nil="true"/></{OPEN}Result>',
    ],
    ids=["absent", "empty", "nil", "no items", "nil items"],
)
def test_every_shape_of_an_empty_result_is_no_rows(nothing: str) -> None:
    assert parse(opens(nothing)) == ([], {})


TRICKY = opens(
    f"<{OPEN}Result>{open_row(1, '<Extra>&#x1;&#65;&#1;x</Extra>')}{open_row(2)}"
    f"<WSContactOpen><ContactID>&#x1F600;&amp;&#x0;\ufffeü</ContactID></WSContactOpen></{OPEN}Result>"
)


@given(st.lists(st.integers(min_value=1, max_value=40), min_size=1))
def test_the_pieces_in_which_a_body_arrives_do_not_matter(sizes: list[int]) -> None:
    assert parse(TRICKY, sizes) == parse(TRICKY)


def test_illegal_characters_are_removed_and_counted() -> None:
    records, findings = parse(TRICKY)
    assert records[2]["ContactID"] == "😀&ü"
    assert findings[Finding.SCRUBBED, ""] == 4
    assert findings[Finding.UNKNOWN, "Extra"] == 1


@given(st.binary(max_size=200), st.lists(st.integers(min_value=1, max_value=7), min_size=1))
def test_scrubbing_does_not_depend_on_the_pieces_and_leaves_no_control_characters(
    data: bytes, sizes: list[int]
) -> None:
    whole = Scrubber()
    expected = whole.scrub(data) + whole.rest()
    scrubber = Scrubber()
    out = b""
    position = at = 0
    while position < len(data):
        out += scrubber.scrub(data[position : position + sizes[at % len(sizes)]])
        position += sizes[at % len(sizes)]
        at += 1
    assert out + scrubber.rest() == expected
    assert scrubber.removed == whole.removed
    assert not set(expected) & (set(range(32)) - {9, 10, 13})


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff")))
def test_scrubbing_leaves_legal_text_alone(text: str) -> None:
    scrubber = Scrubber()
    assert (scrubber.scrub(text.encode()) + scrubber.rest()).decode() == text or "&#" in text


@pytest.mark.parametrize("soap", SOAP_NAMESPACES)
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Server was unable to process request. ---> [InvalidLogonAttempt]", LoginRefusedError),
        ("[LoginAttemptsExceeded] Locked", LoginLockedError),
        ("[ProhibitedIPAddress]", AddressRefusedError),
        ("[SomethingElse] Server was unable to process request.", FaultError),
        ("", FaultError),
    ],
)
def test_a_fault_is_told_by_its_bracketed_code(soap: Any, text: str, error: Any) -> None:
    inner = (
        f"<faultcode>soap:Server</faultcode><faultstring>{text}</faultstring>"
        if soap == SOAP_NAMESPACES[0]
        else f"<soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code><soap:Reason>"
        f'<soap:Text xml:lang="en">{text}</soap:Text></soap:Reason>'
    )
    with pytest.raises(error):
        parse(envelope(f"<soap:Fault>{inner}</soap:Fault>", soap))


def activity(exception: str) -> bytes:
    name = "ReportListMessageActivity"
    return envelope(f'<{name}Response xmlns="{NAMESPACE}">{exception}</{name}Response>')


def parse_activity(exception: str) -> tuple[list[Any], Counter[Any]] | None:
    return parse(activity(exception), operation="ReportListMessageActivity", row="WSMessageActivity", columns=MESSAGES)


def test_a_nil_wsexception_is_the_normal_case() -> None:
    assert parse_activity('<WSException xsi:nil="true"/>') == ([], {})


def test_a_wsexception_is_an_error_and_not_an_empty_page() -> None:
    with pytest.raises(RefusedError, match="List is being rebuilt"):
        parse_activity(
            "<WSException><SoapMethod>ReportListMessageActivity</SoapMethod><DateTime>2024-01-01T00:00:00</DateTime>"
            "<Description>List is being rebuilt</Description></WSException>"
        )


def test_a_wsexception_with_a_login_code_is_a_login_error() -> None:
    with pytest.raises(LoginRefusedError):
        parse_activity("<WSException><Description>[InvalidLogonAttempt]</Description></WSException>")


WHOLE = opens(f"<{OPEN}Result>{open_row(1)}</{OPEN}Result>")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Service Unavailable",
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-5],
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body>404 - File or directory not found.</body></html>',
        envelope(""),
        envelope(f'<SomethingElseResponse xmlns="{NAMESPACE}"/>'),
        opens(f"<{OPEN}Result><WSContactOpened/></{OPEN}Result>"),
        WHOLE.replace(NAMESPACE.encode(), b"https://webservices.listrak.com/v31/"),
    ],
    ids=["nothing", "text", "half", "no end", "html", "empty body", "other", "other rows", "other namespace"],
)
def test_what_is_no_answer_to_the_call_is_never_taken_for_an_empty_one(body: Any) -> None:
    with pytest.raises(NotSoapError) as caught:
        parse(body)
    assert "example.com" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!ENTITY a SYSTEM "file:///etc/passwd">',
        b'<!ENTITY a SYSTEM "http://127.0.0.1:9/">',
        b'<!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY b "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY c "person">',
        b"",
    ],
)
def test_an_answer_that_declares_anything_is_refused_before_its_first_row(declaration: bytes) -> None:
    bomb = WHOLE.replace(b"<soap:Envelope", b"<!DOCTYPE x [%s]><soap:Envelope" % declaration)
    with pytest.raises(NotSoapError, match="document type declaration"):
        parse(bomb.replace(b"person1@example.com", b"&a;" if declaration else b"nobody"))


def test_a_character_reference_of_thousands_of_digits_is_bad_xml_and_no_mistake() -> None:
    with pytest.raises(NotSoapError, match="not well-formed"):
        parse(WHOLE.replace(b"person1@example.com", b"&#" + b"1" * 5_000 + b";"))


@pytest.mark.parametrize("what", [b"<x/>", b"<soap:Header>", b"<!-- never mind -->", b"nothing "])
def test_an_answer_that_goes_on_without_rows_is_not_read_for_ever(what: bytes) -> None:
    parser = AnswerParser(OPEN, RowReader(RowLayout("WSContactOpen", OPENS, ()), ZONE))
    parser.feed(b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">')
    with pytest.raises(NotSoapError):  # noqa: PT012 - which piece is one too many is not what matters
        for _ in range(LARGEST_GAP // len(what) // 1000 + 2):
            parser.feed(what * 1000)


def test_a_row_of_thousands_of_unknown_elements_is_refused() -> None:
    row = b"".join(b"<x%d/>" % number for number in range(MOST_FINDINGS + 1))
    with pytest.raises(NotSoapError, match="without the rows"):
        parse(WHOLE.replace(b"<WSContactOpen>", b"<WSContactOpen>" + row, 1))


def test_an_endless_text_of_a_fault_is_looked_through_in_no_time() -> None:
    begun = time.perf_counter()
    with pytest.raises(FaultError) as caught:
        parse(envelope(f"<soap:Fault><faultstring>{'a' * 3_000_000}</faultstring></soap:Fault>"))
    assert time.perf_counter() - begun < 1
    assert len(str(caught.value)) < 300


def test_messages_of_faults_hold_no_addresses_and_stay_short() -> None:
    with pytest.raises(FaultError) as caught:
        parse(
            envelope(
                f"<soap:Fault><faultstring>No jane@example.com +1 212 555 0100 {'x' * 500}</faultstring></soap:Fault>"
            )
        )
    message = str(caught.value)
    assert "jane" not in message
    assert "0100" not in message
    assert len(message) < 300
