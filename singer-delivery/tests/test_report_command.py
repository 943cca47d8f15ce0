"""`--report`: the last run again, from what it wrote."""

from __future__ import annotations

import json
import sys
import webbrowser
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import accepted, rejected
from singer_delivery.report import Report
from singer_delivery.report_command import show_report

if TYPE_CHECKING:
    from pathlib import Path

BAD_PHONE = rejected("invalid_phone", "The phone number cannot exist. Correct it at its source.", "E1")


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """The report of a run, written."""
    report = Report("target-sms", dry_run=False)
    report.read("customers", "subscribe", 5)
    report.settled("customers", "subscribe", accepted("created"), 3)
    report.settled("customers", "subscribe", BAD_PHONE)
    report.note("A note.")
    report.traffic.request("Create")
    report.traffic.spend("credits", 7)
    report.rejects_file("/data/rejects.jsonl", 1)
    report.finish("interrupted", None, 1)
    report.write(tmp_path / "report.json")
    return report


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was opened in a browser."""
    addresses: list[str] = []
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    monkeypatch.setenv("DISPLAY", ":0")
    return addresses


@pytest.mark.parametrize("named", ["report.json", "report.html"])
def test_it_prints_where_the_report_is_and_the_summary_that_the_run_printed(
    report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str], opened: list[Any], named: str
) -> None:
    show_report("target-sms", str(tmp_path / named))
    said = capsys.readouterr().out
    assert said == (
        f"report  {tmp_path / 'report.json'}\npage    {tmp_path / 'report.html'}\n"
        f"run     {report.started_at.isoformat(timespec='seconds')}\n\n{report.summary()}\n"
    )
    assert opened == []  # stdout is no terminal


def test_on_a_terminal_with_windows_the_page_is_opened(
    report: Report, tmp_path: Path, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_report("target-sms", str(tmp_path / "report.json"))
    assert opened == [(tmp_path / "report.html").as_uri()]


def test_on_a_terminal_without_windows_no_browser_takes_it(
    report: Report, tmp_path: Path, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    show_report("target-sms", str(tmp_path / "report.json"))
    assert opened == []


def test_a_report_of_an_older_release_is_shown_as_far_as_it_goes(
    report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    content = json.loads(path.read_text())
    for name in ("causes", "next_steps", "rejects_sample", "spent", "latency", "timeline"):
        del content[name]
    path.write_text(json.dumps(content))
    show_report("target-sms", str(path))
    assert "customers  subscribe     5" in capsys.readouterr().out


@pytest.mark.parametrize("path", [None, "", 7])
def test_without_the_setting_it_says_what_to_set(path: str | int | None) -> None:
    with pytest.raises(SetupError, match=r"is not set\. Set it, for instance to reports/target-sms\.json"):
        show_report("target-sms", path)


def test_without_a_report_yet_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no report at .*none\.json \(`report_path`\) yet: no run has written one\."):
        show_report("target-sms", str(tmp_path / "none.json"))


@pytest.mark.parametrize("text", ["", "canary", "[]", '{"canary": 1}', '{"target": "canary", "dry_run": "canary"}'])
def test_what_is_no_report_is_told_without_a_word_of_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(SetupError, match="is no run report") as told:
        show_report("target-sms", str(tmp_path / "report.json"))
    assert "canary" not in str(told.value)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(SetupError, match="cannot be read: Is a directory"):
        show_report("target-sms", str(tmp_path / "report.json"))
