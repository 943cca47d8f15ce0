"""Rows to records: by name, with honest types, and nothing lost in silence."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tap_listrak.columns import CLICKS, LISTS, MESSAGES, SUBSCRIBERS
from tap_listrak.mapping import NAMESPACE, Finding, Kind, converter, json_schema, zoned
from tap_listrak.rows import RowLayout, RowReader

if TYPE_CHECKING:
    from tap_listrak.mapping import Column

EASTERN = ZoneInfo("America/New_York")
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def row(inner: str) -> etree._Element:
    return etree.fromstring(f'<Row xmlns="{NAMESPACE}" xmlns:xsi="{XSI}">{inner}</Row>')


def read(
    columns: tuple[Column, ...],
    inner: str | etree._Element,
    message: int | None = None,
    keys: tuple[str, ...] = (),
    wanted: set[str] | None = None,
) -> tuple[Any, Counter[Any]]:
    """Read one row; what there is no record of is None."""
    findings: Counter[Any] = Counter()
    reader = RowReader(RowLayout("Row", columns, keys, "MsgID" if message else ""), EASTERN, wanted)
    records = reader.read([inner if isinstance(inner, etree._Element) else row(inner)], message, findings)
    return (records[0] if records else None), findings


CLICK = (
    "<ContactID>7</ContactID><EmailAddress>a@example.com</EmailAddress><LinkDescription>Shop</LinkDescription>"
    "<LinkUrl>https://example.com/?a=1&amp;b=2</LinkUrl><ClickDate>2024-07-01T10:00:00</ClickDate>"
)


def test_a_row_becomes_a_record_with_every_column_in_order() -> None:
    record, findings = read(CLICKS, CLICK, 5)
    assert list(record.items()) == [
        ("MsgID", 5),
        ("ContactID", "7"),
        ("EmailAddress", "a@example.com"),
        ("LinkDescription", "Shop"),
        ("LinkUrl", "https://example.com/?a=1&b=2"),
        ("ClickDate", "2024-07-01T10:00:00-04:00"),
    ]
    assert not findings


def test_the_order_of_elements_does_not_matter() -> None:
    parts = CLICK.replace("><", ">\n<").split("\n")
    assert read(CLICKS, "".join(reversed(parts)))[0] == read(CLICKS, CLICK)[0]


def test_what_a_row_lacks_or_declares_nil_is_null_and_what_is_empty_stays_empty() -> None:
    record, _ = read(CLICKS, '<ContactID xsi:nil="true"/><LinkDescription/><EmailAddress>a@example.com</EmailAddress>')
    assert record["ContactID"] is None
    assert record["LinkUrl"] is None
    assert record["LinkDescription"] == ""


def test_unknown_elements_are_counted_by_name_and_unwanted_ones_are_not() -> None:
    record, findings = read(CLICKS, f"{CLICK}<Loyalty>gold</Loyalty>", wanted={"EmailAddress"})
    assert record == {"EmailAddress": "a@example.com"}
    assert findings == {(Finding.UNKNOWN, "Loyalty"): 1}


@pytest.mark.parametrize("email", ["", "<EmailAddress/>", '<EmailAddress xsi:nil="true"/>'])
def test_a_record_without_its_key_is_dropped_and_counted(email: str) -> None:
    record, findings = read(CLICKS, f"<ContactID>7</ContactID>{email}", 5, ("MsgID", "EmailAddress"))
    assert record is None
    assert findings == {(Finding.KEYLESS, "EmailAddress"): 1}


def test_a_nil_row_is_nothing_at_all() -> None:
    nil = etree.fromstring(f'<Row xmlns="{NAMESPACE}" xmlns:xsi="{XSI}" xsi:nil="true"/>')
    assert read(CLICKS, nil, 5, ("MsgID", "EmailAddress")) == (None, {})


def test_an_element_that_is_no_row_is_counted_by_name() -> None:
    other = etree.fromstring(f'<Total xmlns="{NAMESPACE}">5</Total>')
    assert read(CLICKS, other, 5) == (None, {(Finding.UNKNOWN, "Total"): 1})


@pytest.mark.parametrize("text", ["NaN", "INF", "-INF"])
def test_numbers_that_json_does_not_know_become_null_and_are_counted(text: str) -> None:
    record, findings = read(MESSAGES, f"<OpenPercent>{text}</OpenPercent>")
    assert record["OpenPercent"] is None
    assert findings == {(Finding.NOT_A_NUMBER, "OpenPercent"): 1}


@pytest.mark.parametrize(
    ("column", "text"),
    [("OpenCount", "many"), ("OpenPercent", "1,5"), ("SendDate", "yesterday"), ("SendDate", "2024-13-01T00:00:00")],
)
def test_a_value_that_does_not_fit_becomes_null_and_is_counted(column: str, text: str) -> None:
    record, findings = read(MESSAGES, f"<{column}>{text}</{column}>")
    assert record[column] is None
    assert findings == {(Finding.UNREADABLE, column): 1}


def test_a_boolean_that_is_none_becomes_null_and_is_counted() -> None:
    assert read(LISTS, "<EnableRSS>perhaps</EnableRSS>")[1] == {(Finding.UNREADABLE, "EnableRSS"): 1}
    assert read(LISTS, "<EnableRSS>1</EnableRSS>")[0]["EnableRSS"] is True


def test_numbers_keep_their_digits() -> None:
    record, _ = read(MESSAGES, "<OrderTotal>1234567890.10</OrderTotal><OpenPercent>1.5E-3</OpenPercent>")
    assert str(record["OrderTotal"]) == "1234567890.10"
    assert record["OpenPercent"] == Decimal("0.0015")


def test_repeated_elements_become_one_array_and_nested_ones_an_object() -> None:
    record, findings = read(
        LISTS,
        "<ListID>1</ListID><Vmta><VmtaID>3</VmtaID><Description>Pool</Description></Vmta>"
        "<GoogleTrackingDomains>a.example.com</GoogleTrackingDomains>"
        "<GoogleTrackingDomains>b.example.com</GoogleTrackingDomains><bounceHandling>1</bounceHandling>",
    )
    assert record["Vmta"] == {"VmtaID": 3, "Description": "Pool"}
    assert record["GoogleTrackingDomains"] == ["a.example.com", "b.example.com"]
    assert record["bounceHandling"] == 1
    assert not findings


def test_a_text_date_that_is_none_passes_unchanged() -> None:
    record, findings = read(CLICKS, "<ClickDate>7/1/2024 10:00:00 AM</ClickDate>")
    assert record["ClickDate"] == "7/1/2024 10:00:00 AM"
    assert not findings


def test_dotnets_year_one_is_no_date() -> None:
    record, findings = read(SUBSCRIBERS, "<AdditionDate>0001-01-01T00:00:00</AdditionDate>")
    assert record["AdditionDate"] is None
    assert not findings


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "0001-01-01T00:00:00.0000000", "0001-01-01T00:00:00Z"])
def test_dotnets_year_one_is_no_date_in_a_text_either(text: str) -> None:
    record, findings = read(CLICKS, f"<ClickDate>{text}</ClickDate>")
    assert record["ClickDate"] is None
    assert not findings


@pytest.mark.parametrize(
    ("wire", "written"),
    [
        ("2024-01-15T08:30:00", "2024-01-15T08:30:00-05:00"),
        ("2024-07-15T08:30:00", "2024-07-15T08:30:00-04:00"),
        ("2024-07-15T08:30:00.5", "2024-07-15T08:30:00.500000-04:00"),
        ("2024-07-15T08:30:00.751", "2024-07-15T08:30:00.751000-04:00"),
        ("2024-07-15T08:30:00.1234567", "2024-07-15T08:30:00.123456-04:00"),
        ("2024-07-15T08:30:00.000", "2024-07-15T08:30:00-04:00"),
        ("2024-07-15T08:30:00.0000001", "2024-07-15T08:30:00-04:00"),
        ("2024-07-15T08:30:00.12345678", None),
        ("2024-07-15 08:30:00", "2024-07-15T08:30:00-04:00"),
        ("2024-07-15T08:30:00Z", "2024-07-15T08:30:00+00:00"),
        ("2024-07-15T08:30:00+02:00", "2024-07-15T08:30:00+02:00"),
        ("2024-11-03T01:30:00", "2024-11-03T01:30:00-04:00"),  # twice that night: the first is taken
        ("2024-03-10T02:30:00", "2024-03-10T02:30:00-05:00"),  # never that night
        ("1883-01-01T00:00:00", None),
        ("2024-07-15", None),
        ("20240715T083000.000", None),
        ("Monday", None),
        ("", None),
    ],
)
def test_dates_are_read_in_the_zone_and_written_with_their_offset(wire: str, written: str | None) -> None:
    assert zoned(wire, EASTERN) == written


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2200, 1, 1)))
def test_every_date_keeps_its_wall_clock(moment: datetime) -> None:
    written = zoned(moment.isoformat(), EASTERN)
    assert written == moment.replace(tzinfo=EASTERN, fold=0).isoformat()  # the text says nothing of a fold


@given(st.text())
def test_no_text_breaks_the_reading_of_a_date(text: str) -> None:
    zoned(text, EASTERN)


@given(st.dictionaries(st.sampled_from([column.name for column in MESSAGES]), st.text(st.characters(codec="utf-8"))))
def test_a_record_always_has_every_column_whatever_the_row_holds(values: dict[str, str]) -> None:
    element = etree.Element(f"{{{NAMESPACE}}}Row")
    for name, text in values.items():
        child = etree.SubElement(element, f"{{{NAMESPACE}}}{name}")
        try:
            child.text = text
        except ValueError:  # not a text that XML could carry
            continue
    record, _ = read(MESSAGES, element)
    assert list(record) == [column.name for column in MESSAGES]


def test_the_schema_describes_every_column_and_allows_null_but_for_the_key() -> None:
    schema = json_schema(SUBSCRIBERS, ("ContactID", "ListID"))
    assert schema["required"] == ["ListID", "ContactID"]
    for name, column in schema["properties"].items():
        assert column["description"]
        assert ("null" in column["type"]) is (name not in schema["required"])


@pytest.mark.parametrize("kind", [Kind.BOOLEAN, Kind.DATETIME, Kind.NUMBER])
def test_a_text_that_is_no_value_of_its_kind_is_refused_without_a_word_of_it(kind: Kind) -> None:
    convert = converter(kind, EASTERN)
    assert convert is not None
    with pytest.raises(ValueError, match=r"^$"):
        convert("c4nary-value")


def test_a_moment_gets_its_offset() -> None:
    convert = converter(Kind.DATETIME, EASTERN)
    assert convert is not None
    assert convert("2026-07-01T12:00:00") == "2026-07-01T12:00:00-04:00"
    assert convert("0001-01-01T00:00:00") is None
