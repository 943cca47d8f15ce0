"""The report as a page: the numbers of the JSON, nothing that is loaded or could run, whatever stands in a record."""

from __future__ import annotations

import itertools
import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import UNCHANGED, Outcome, Verdict, accepted, rejected
from singer_delivery.report import Report
from singer_delivery.report_files import files_of, write_report
from singer_delivery.report_page import report_page

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement

    from singer_delivery.rows import Row

BAD_PHONE = rejected("invalid_phone", "The phone number cannot exist. Correct it at its source.")
FOREIGN = re.compile(r"https?://|//[a-z]|@import|url\(", re.IGNORECASE)


def _report(*, dry_run: bool = False) -> Report:
    report = Report("target-sms", dry_run)
    report.read("customers", "subscribe", 110)
    report.settled("customers", "subscribe", UNCHANGED, 60)
    report.settled("customers", "subscribe", accepted("created"), 40)
    report.settled("customers", "subscribe", BAD_PHONE, 10)
    for _ in range(40):
        report.traffic.request("Create")
        report.traffic.took("Create", 0.05)
        report.traffic.timeline.allow("default", 10.0)
    return report


def _page(report: Report, *finish: Any) -> HtmlElement:
    report.finish(*finish or ("completed",))
    return html.fromstring(_text(report))


def _text(report: Report) -> str:
    return report_page(report.content(), cast("Path", SimpleNamespace(__str__=lambda self: "report.json")))


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _tiles(page: HtmlElement) -> dict[str, int]:
    return {each.get("data-value"): _number(each.text) for each in page.xpath("//*[@data-value]")}


_verdicts = st.builds(
    Verdict,
    st.sampled_from(Outcome),
    st.sampled_from("xyz"),
    st.sampled_from(["", "m", "n"]),
    st.none(),
    st.just(False),
)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["add", "drop"]), _verdicts, st.integers(1, 9000))),
    st.integers(0, 5),
)
def test_the_numbers_of_the_page_are_those_of_the_json(
    records: list[tuple[str, str, Verdict, int]], unsettled: int
) -> None:
    report = Report("target-sms", dry_run=False)
    report.read("a", "add", unsettled)
    for stream, action, verdict, n in records:
        report.read(stream, action, n)
        report.settled(stream, action, verdict, n)
        report.traffic.request(action)
    page = _page(report, "failed", "No more.", unsettled)
    content = report.as_dict()
    assert _tiles(page) == {
        "read": content["read"],
        **content["outcomes"],
        **({"unsettled": unsettled} if unsettled else {}),
    }
    rows = [[_words(cell) for cell in row] for row in page.xpath("//section[@aria-labelledby='outcomes']//tbody/tr")]
    expected = [
        [stream, action, counts["read"], *counts["outcomes"].values()]
        for stream, of_stream in content["streams"].items()
        for action, counts in of_stream["actions"].items()
    ]
    assert [[*row[:2], *map(_number, row[2:8])] for row in rows] == expected
    reasons = {}
    for each in page.xpath("//div[@data-outcome]"):
        key = (each.get("data-outcome"), each.xpath(".//code")[0].text)
        reasons[key] = _number(each.xpath(".//div[@class='count']")[0].text)
    counted: dict[tuple[str, str], int] = {}
    for cause in content["causes"]:
        key = (cause["outcome"], cause["reason"])
        counted[key] = counted.get(key, 0) + cause["records"]
    assert reasons == {key: n for key, n in counted.items() if key[0] != "unchanged"}
    steps = [[_words(cell) for cell in row[1:]] for row in page.xpath("//table[@id='timeline']/tbody/tr")]
    for place, name in enumerate((*content["outcomes"], "requests", "retries", "rate_limited")):
        assert [_number(row[place]) for row in steps] == (content["timeline"][name] if steps else [])
    operations = {row[0].text: _number(row[1].text) for row in page.xpath("//table[@id='operations']/tbody/tr")}
    assert operations == content["operations"]


@pytest.mark.parametrize(
    ("dry_run", "finish", "title", "meaning"),
    [
        (False, ("completed",), "Completed, 10 rejected", "10 of 110 records cannot be delivered as they are"),
        (False, ("failed", "The login was refused. Check `api_key`."), "Failed", "The login was refused."),
        (False, ("interrupted", None, 5), "Interrupted", "the next run goes on from there"),
        (True, ("completed",), "Dry run completed", "Nothing was sent. 10 records would be rejected"),
        (True, ("failed", "No."), "Dry run failed", "No."),
    ],
)
def test_the_page_says_first_how_the_run_went_and_what_that_means(
    *, dry_run: bool, finish: tuple[Any, ...], title: str, meaning: str
) -> None:
    page = _page(_report(dry_run=dry_run), *finish)
    assert _words(page.find(".//h1")) == title
    assert meaning in _words(page.xpath("//p[@class='meaning']")[0])
    assert page.find(".//title").text == f"target-sms: {title}"


def test_a_run_without_records_is_a_page_too() -> None:
    page = _page(Report("target-sms", dry_run=False))
    assert _words(page.find(".//h1")) == "Completed: no records came in"
    assert _tiles(page)["read"] == 0
    assert "No calls were made." in _words(page)
    assert not page.xpath("//figure")


def test_what_to_do_next_holds_the_commands_as_one_types_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MELTANO_LOADER_NAME", raising=False)
    report = _report()
    report.rejects_file("/my data/rejects.jsonl", 10)
    commands = [each.text_content() for each in _page(report).xpath("//ol//pre")]
    assert commands == [
        "singer-rejects list '/my data/rejects.jsonl'",
        "singer-rejects replay '/my data/rejects.jsonl' | target-sms --config config.json",
    ]


def test_names_and_messages_cannot_bring_code_into_the_page() -> None:
    report = Report("target-sms", dry_run=False)
    evil = "<script>alert(1)</script>\"'\x1b\u202e\ud83d"
    report.read(evil, "a", 1)
    report.settled(evil, "a", rejected(evil, f"`{evil}` {evil}", evil))
    report.note(evil)
    report.traffic.request(evil)
    row = SimpleNamespace(
        raw={evil: evil}, binding=SimpleNamespace(source=SimpleNamespace(stream=evil, columns=[evil]))
    )
    report.sample(cast("Row", row), "a", evil)
    report.finish("failed", evil)
    text = _text(report)
    text.encode()
    page: Any = html.fromstring(text)
    assert not page.xpath("//script")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<script>alert(1)</script>" in page.xpath("//section[@aria-labelledby='notes']//li")[0].text


def test_nothing_is_loaded_from_anywhere_and_nothing_can_run() -> None:
    report = _report()
    report.finish("completed")
    text = _text(report)
    assert not FOREIGN.search(text)
    page = html.fromstring(text)
    assert not page.xpath("//script | //iframe | //img | //object | //form")
    assert page.xpath("//link/@href") == ["data:,"]
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_headings_are_in_order_charts_have_names_and_tables_say_what_heads_what() -> None:
    report = _report()
    row = SimpleNamespace(
        raw={"phone": "917"}, binding=SimpleNamespace(source=SimpleNamespace(stream="customers", columns=["phone"]))
    )
    report.sample(cast("Row", row), "subscribe", "invalid_phone")
    page = _page(report)
    levels = [int(each.tag[1]) for each in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for drawing in page.xpath("//svg"):
        hidden = drawing.xpath("ancestor-or-self::*[@aria-hidden='true']")
        assert hidden or (drawing.get("role") == "img" and drawing.get("aria-label"))
    tables = page.xpath("//table")
    assert len(tables) == 4
    for each in tables:
        assert each.find("caption") is not None
        assert all(head.get("scope") for head in each.xpath(".//th"))


def test_a_flood_of_messages_and_streams_leaves_a_page_that_can_be_opened() -> None:
    report = Report("target-sms", dry_run=False)
    for number in range(100_000):
        verdict = rejected(f"reason_{number % 40}", f"`items.{number}` does not match `type` {'x' * 60}")
        report.settled(f"stream {number % 3}", "a", verdict)
    for number in range(1000):
        report.settled(f"many {number}", "a", UNCHANGED)
    report.finish("completed")
    text = _text(report)
    assert len(text) < 1_000_000
    words = _words(html.fromstring(text))
    assert "25 other reasons: see the JSON." in words
    assert "903 more streams and actions are in the JSON." in words


def test_a_day_of_records_and_calls_is_a_small_page() -> None:
    report = _report()
    now = [0.0]
    report.traffic.timeline._clock = lambda: now[0]
    report.traffic.timeline._start = 0.0
    for second in range(0, 86_400, 60):
        now[0] = float(second)
        report.traffic.timeline.allow("default", 10 + second / 1e5)
        for kind in ("accepted", "unchanged", "rejected", "requests", "rate_limited"):
            report.traffic.timeline.add(kind, 1000)
    text = _text(report)
    assert len(text) < 300_000
    page: Any = html.fromstring(text)
    assert len(page.xpath("//table[@id='timeline']/tbody/tr")) == 169


@pytest.mark.parametrize(
    ("named", "data", "page"),
    [
        ("report.json", "report.json", "report.html"),
        ("report.html", "report.json", "report.html"),
        ("REPORT.HTM", "REPORT.json", "REPORT.HTM"),
        ("report", "report", "report.html"),
        ("report.2026-11-21", "report.2026-11-21", "report.2026-11-21.html"),
    ],
)
def test_a_path_names_the_json_or_the_page_and_the_other_is_beside_it(
    tmp_path: Path, named: str, data: str, page: str
) -> None:
    assert files_of(tmp_path / named) == (tmp_path / data, tmp_path / page)
    report = _report()
    report.finish("completed")
    report.write(tmp_path / named)
    assert json.loads((tmp_path / data).read_text())["read"] == 110
    assert (tmp_path / page).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_that_cannot_be_written_is_told_like_the_json(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    report = _report()
    report.finish("completed")
    with pytest.raises(SetupError, match=r"report\.html \(`report_path`\): Is a directory"):
        write_report(report.content(), tmp_path / "report.json")


def test_the_numbers_of_a_timeline_take_one_line_of_the_json(tmp_path: Path) -> None:
    report = _report()
    report.note("a list: [\n1,\n2]")
    report.finish("completed")
    report.write(tmp_path / "report.json")
    text = (tmp_path / "report.json").read_text()
    assert json.loads(text) == report.as_dict()
    assert re.search(r'"requests": \[40\]', text)
