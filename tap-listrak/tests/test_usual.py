"""Usual rows are read by a pattern: the same records as off the tree, where whatever is not usual is still read."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_listrak.errors import CallError
from tap_listrak.mapping import NAMESPACE, XSI, Kind, converter
from tap_listrak.rows import RowLayout, RowReader
from tap_listrak.soap import SOAP_NAMESPACES, AnswerParser
from tap_listrak.streams import STREAMS, Lists, MessageBounces, MessageClicks, MessageReport, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_listrak.mapping import Column

ZONE = ZoneInfo("America/New_York")
USUAL_TEXTS = ("Ünusual &amp; &lt;b&gt; &quot;x&quot; &apos;", "a\ttab and\na line", "", " ", "字 👋")
REPORTS = [each for each in STREAMS if issubclass(each, Report)]
HEAD = f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{SOAP_NAMESPACES[0]}" xmlns:xsi="{XSI}">'
Reading = tuple[list[list[tuple[str, Any]]], dict[Any, int]]


def keys_of(stream: type[Report[Any]]) -> tuple[str, ...]:
    return tuple(vars(stream).get("primary_keys") or vars(MessageReport)["primary_keys"])


@dataclass
class Answers:
    """Answers to the operation of a stream, and how they are read.

    Attributes:
        stream: The stream.
        by_pattern: Whether usual rows are read by the pattern.
        off_the_tree: How many rows were not.
    """

    stream: type[Report[Any]]
    by_pattern: bool = True
    off_the_tree: int = 0

    def row(self, **texts: str) -> str:
        names = [column.name for column in self.stream.columns if column.name != self.stream.subject_column]
        inner = "".join(f"<{name}>{texts[name]}</{name}>" for name in names if name in texts)
        return f"<{self.stream.row}>{inner}</{self.stream.row}>"

    def answer(self, rows: str, head: str = HEAD, declared: str = f'xmlns="{NAMESPACE}"') -> bytes:
        operation = self.stream.operation
        result = f"<{operation}Result>{rows}</{operation}Result>"
        response = f"<{operation}Response {declared}>{result}</{operation}Response>"
        return f"{head}<soap:Body>{response}</soap:Body></soap:Envelope>".encode()

    def read(self, body: bytes, sizes: Sequence[int] = (65536,)) -> Reading | type[CallError]:
        layout = RowLayout(self.stream.row, self.stream.columns, keys_of(self.stream), self.stream.subject_column)
        reader = RowReader(layout, ZONE)
        if not self.by_pattern:
            reader.usual = None
        off_the_tree = reader._record

        def counted(*given: Any) -> Any:
            self.off_the_tree += 1
            return off_the_tree(*given)

        vars(reader)["_record"] = counted
        parser = AnswerParser(self.stream.operation, reader, 7)
        records, at, turn = [], 0, 0
        try:
            while at < len(body):
                piece = body[at : at + sizes[turn % len(sizes)]]
                records += parser.feed(piece)
                at += len(piece)
                turn += 1
            records += parser.close()
        except CallError as error:
            return type(error)
        return [list(record.items()) for record in records], dict(parser.findings)


def texts_of(column: Column, usual: str = "Ünusual text") -> str:
    return {Kind.INTEGER: "12", Kind.STRING: usual}.get(column.kind, "2024-07-01T10:00:00.250")


def read_in_both_ways(stream: type[Report[Any]], body: bytes, sizes: Sequence[int] = (65536,)) -> int:
    """See that both ways agree; how many rows were read off the tree where they could have been read faster."""
    fast, slow = Answers(stream), Answers(stream, by_pattern=False)
    assert fast.read(body, sizes) == slow.read(body, sizes)
    return fast.off_the_tree


@pytest.mark.parametrize("stream", REPORTS)
@pytest.mark.parametrize("text", USUAL_TEXTS)
def test_usual_rows_of_every_report_are_not_read_off_the_tree(stream: type[Report[Any]], text: str) -> None:
    answers = Answers(stream)
    texts = {column.name: texts_of(column, text) for column in stream.columns}
    texts["EmailAddress"] = texts["ContactID"] = "person@example.com"
    assert read_in_both_ways(stream, answers.answer(answers.row(**texts) * 50)) == 0


@pytest.mark.parametrize("stream", REPORTS)
def test_what_a_row_lacks_declares_nil_or_leaves_empty_is_usual_too(stream: type[Report[Any]]) -> None:
    answers = Answers(stream)
    keys = {name: "7" for name in keys_of(stream) if name != stream.subject_column}
    start = answers.row(**keys).partition("</WS")[0]
    others = [column.name for column in stream.columns if column.name not in {*keys_of(stream), "ContactID"}]
    nil, empty = ("".join(f"<{name}{how}/>" for name in others) for how in (' xsi:nil="true" ', " "))
    rows = [answers.row(**keys), f"{start}{nil}</{stream.row}>", f"{start}{empty}</{stream.row}>"]
    rows.append(f'<{stream.row} xsi:nil="true" />')
    assert read_in_both_ways(stream, answers.answer("".join([*rows * 3, rows[0]]))) == 0


def test_rows_with_parts_of_their_own_are_read_off_the_tree() -> None:
    layout = RowLayout("WSContactList", Lists.columns, ("ListID",))
    assert RowReader(layout, ZONE).usual is None


CLICKS = Answers(MessageClicks)
CLICK = CLICKS.row(ContactID="1", EmailAddress="ana@example.com", LinkUrl="https://example.com/?a=1&amp;b=2")
EVIL = CLICKS.row(ContactID="2", EmailAddress="eve@example.com")
ODD_ROWS = {
    "an unknown element": CLICK.replace("<LinkUrl>", "<Loyalty>gold</Loyalty><LinkUrl>"),
    "another order": CLICKS.row(ContactID="1") + "<WSContactClick><EmailAddress>a@example.com</EmailAddress>"
    "<ContactID>1</ContactID></WSContactClick>",
    "an element twice": CLICK.replace("<LinkUrl>", "<LinkUrl>https://example.com/</LinkUrl><LinkUrl>"),
    "an attribute": CLICK.replace("<ContactID>", '<ContactID kind="x">'),
    "no key": CLICKS.row(ContactID="1"),
    "an empty key": CLICKS.row(ContactID="1", EmailAddress=""),
    "a character reference": CLICK.replace("ana@", "&#97;na@"),
    "a character that XML forbids": CLICK.replace("ana@", "a\x01na@"),
    "no character": CLICK.replace("ana@", "a\ufffena@"),
    "a reference to what XML forbids": CLICK.replace("ana@", "a&#x1;na@"),
    "an entity that nobody knows": CLICK.replace("ana@", "&nbsp;ana@"),
    "an ampersand": CLICK.replace("&amp;", "&"),
    "the end of CDATA": CLICK.replace("ana@", "ana]]>@"),
    "a greater-than sign": CLICK.replace("ana@", "ana>@"),
    "a carriage return": CLICK.replace("ana@", "ana\r\n@"),
    "CDATA": CLICK.replace("ana@example.com", "<![CDATA[ana@example.com]]>"),
    "a row within CDATA": f"<![CDATA[{EVIL}]]>",
    "a row within CDATA in a row": CLICK.replace("ana@example.com", f"<![CDATA[{EVIL}]]>"),
    "a row within a comment": f"<!-- {EVIL} -->",
    "a row within a row": CLICK.replace("<LinkUrl>", f"<Extra>{EVIL}</Extra><LinkUrl>"),
    "a row in another namespace": EVIL.replace("<WSContactClick>", '<WSContactClick xmlns="urn:other">'),
    "blanks between rows": f"\n  {CLICK}\n  ",
    "text between rows": f"{CLICK}text{CLICK}",
    "the start of a row": CLICK[:40],
    "the end of a row": CLICK[40:],
    "another row element": "<WSContactOpen><ContactID>1</ContactID></WSContactOpen>",
}


@pytest.mark.parametrize("odd", ODD_ROWS.values(), ids=[*ODD_ROWS])
@pytest.mark.parametrize("sizes", [(65536,), (300,), (7,)])
def test_from_a_row_that_looks_different_on_the_tree_is_read(odd: str, sizes: Sequence[int]) -> None:
    for rows in (CLICK * 3 + odd + CLICK * 3, odd + CLICK, CLICK + odd, odd):
        read_in_both_ways(MessageClicks, CLICKS.answer(rows), sizes)


ODD_ANSWERS: dict[str, Callable[[], bytes]] = {
    "another namespace": lambda: CLICKS.answer(CLICK, declared='xmlns="urn:other"'),
    "no namespace": lambda: CLICKS.answer(CLICK, declared=""),
    "a prefix that means something else": lambda: CLICKS.answer(
        CLICK.replace("<LinkUrl>", '<LinkDescription xsi:nil="true" /><LinkUrl>'),
        declared=f'xmlns="{NAMESPACE}" xmlns:xsi="urn:other"',
    ),
    "another encoding": lambda: CLICKS.answer(CLICK.replace("ana", "zoë"), HEAD.replace("utf-8", "iso-8859-1")),
    "bytes that are no UTF-8": lambda: CLICKS.answer(CLICK).replace(b"ana@", b"an\xff@"),
    "a mark of the byte order": lambda: b"\xef\xbb\xbf" + CLICKS.answer(CLICK),
    "a document type": lambda: CLICKS.answer(CLICK, HEAD.replace("<soap:Env", "<!DOCTYPE x><soap:Env")),
    "a comment before the rows": lambda: CLICKS.answer(f"<!--{CLICK}-->{CLICK}"),
    "a comment that holds the result": lambda: CLICKS.answer(
        f"<!-- <{MessageClicks.operation}Result>{EVIL}</{MessageClicks.operation}Result> -->{CLICK}"
    ),
    "an instruction that holds the result": lambda: CLICKS.answer(
        f"<?x <{MessageClicks.operation}Result>{EVIL} ?>{CLICK}"
    ),
    "a second result": lambda: CLICKS.answer(
        f"{CLICK}</{MessageClicks.operation}Result><{MessageClicks.operation}Result>{EVIL}"
    ),
    "rows behind the result": lambda: CLICKS.answer(CLICK).replace(b"</soap:Body>", f"{EVIL}</soap:Body>".encode()),
    "half an answer": lambda: CLICKS.answer(CLICK * 9)[:-400],
    "nothing behind the rows": lambda: CLICKS.answer(CLICK * 9).partition(b"</ReportRange")[0],
    "a long head": lambda: CLICKS.answer(CLICK, HEAD.replace("xmlns:soap", f'x="{"y" * 5000}" xmlns:soap')),
    "a row that does not end": lambda: CLICKS.answer(CLICK + CLICK.replace("ana@", "a" * 200_000)),
}


@pytest.mark.parametrize("body", ODD_ANSWERS.values(), ids=[*ODD_ANSWERS])
@pytest.mark.parametrize("sizes", [(1 << 20,), (700,), (41,)])
def test_an_answer_in_which_names_or_places_mean_something_else_is_read_off_the_tree(
    body: Callable[[], bytes], sizes: Sequence[int]
) -> None:
    read_in_both_ways(MessageClicks, body(), sizes)


_PARTS = st.sampled_from(
    ["ana@example.com", "é", "&amp;", "&lt;", "&#9;", "&#1;", "&", "]]>", ">", "\n", "\t", "\r", "\x01", "\uffff", '"']
)
_TEXTS = st.one_of(
    st.lists(_PARTS, max_size=4).map("".join),
    st.text(st.characters(exclude_characters="<", exclude_categories=["Cs"]), max_size=8),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.integers().map(str),
)
_ELEMENTS = st.tuples(
    st.sampled_from([*(column.name for column in MessageBounces.columns), "Extra"]),
    _TEXTS,
    st.sampled_from(["<{0}>{1}</{0}>"] * 5 + ["<{0} />", '<{0} xsi:nil="true" />', "<{0}/>", "<!--{1}-->"]),
).map(lambda drawn: drawn[2].format(*drawn[:2]))
_USUAL = st.tuples(_TEXTS, _TEXTS).map(
    lambda drawn: Answers(MessageBounces).row(ContactID="1", EmailAddress=f"a{drawn[0]}", BounceDetail=drawn[1])
)
_ANY = st.lists(_ELEMENTS, max_size=5).map(lambda inner: f"<WSContactBounce>{''.join(inner)}</WSContactBounce>")


@given(
    st.lists(st.one_of(_USUAL, _USUAL, _ANY, st.just('<WSContactBounce xsi:nil="true" />')), max_size=8),
    st.lists(st.integers(1, 400), min_size=1, max_size=4),
)
def test_whatever_rows_hold_both_ways_agree(rows: list[str], sizes: list[int]) -> None:
    read_in_both_ways(MessageBounces, Answers(MessageBounces).answer("".join(rows)), sizes)


@given(
    st.lists(st.one_of(st.datetimes().map(lambda moment: moment.isoformat()), st.text(max_size=5)), max_size=5),
)
def test_dates_all_at_once_are_the_dates_one_by_one(values: list[str]) -> None:
    layout = RowLayout("Row", [column for column in MessageBounces.columns if column.name == "BounceDate"], ())
    texts = [value for value in values if not set(value) & set("<>&\0\r") and value.isprintable()]
    body = "".join(f"<Row><BounceDate>{text}</BounceDate></Row>" for text in texts).encode()
    usual, convert = RowReader(layout, ZONE).usual, converter(Kind.DATE_STRING, ZONE)
    assert usual is not None
    assert convert is not None
    assert usual.read(body, None) == [{"BounceDate": convert(text) if text else None} for text in texts]


@pytest.mark.parametrize("usual", [0, 1, 50])
def test_dotnets_year_one_among_usual_dates_is_null_in_both_ways(usual: int) -> None:
    dates = ["2024-07-01T10:00:00"] * usual + ["0001-01-01T00:00:00"]
    rows = "".join(CLICKS.row(ContactID="1", EmailAddress="ana@example.com", ClickDate=date) for date in dates)
    assert read_in_both_ways(MessageClicks, CLICKS.answer(rows)) == 0
    found = CLICKS.read(CLICKS.answer(rows))
    assert isinstance(found, tuple)
    assert [dict(record)["ClickDate"] for record in found[0]] == ["2024-07-01T10:00:00-04:00"] * usual + [None]


def test_records_that_are_only_written_are_written_alike_and_become_dictionaries_on_disk() -> None:
    layout = RowLayout(MessageClicks.row, MessageClicks.columns, keys_of(MessageClicks), "MsgID")
    records, compact = (
        RowReader(layout, ZONE, compact=compact).usual.read((CLICK + EVIL).encode(), 7)  # type: ignore[union-attr] # clicks have a pattern
        for compact in (False, True)
    )
    assert records
    assert compact
    assert not isinstance(compact[0], dict)
    assert msgspec.json.encode(compact) == msgspec.json.encode(records)
    assert pickle.loads(pickle.dumps(compact)) == records  # noqa: S301 - its own
