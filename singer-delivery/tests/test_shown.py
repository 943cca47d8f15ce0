"""What is printed for people whose other end is not as usual: a reader that went away, a page that is gone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from singer_delivery.outcomes import accepted, rejected
from singer_delivery.rejects import Reject, RejectsFile
from singer_delivery.replay import cli
from singer_delivery.report import Report
from singer_delivery.report_command import show_report

if TYPE_CHECKING:
    from pathlib import Path


def test_a_reader_of_a_replay_that_goes_away_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rejects = RejectsFile(tmp_path / "rejects.jsonl")
    verdict = rejected("invalid_phone", "The phone number cannot exist.")
    rejects.add(Reject("people", "join", {"id": number}, ("id",), verdict) for number in range(10_000))
    rejects.close()
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as output, monkeypatch.context() as gone:
        gone.setattr(sys, "stdout", output)
        with pytest.raises(SystemExit) as ended:
            cli(["replay", str(tmp_path / "rejects.jsonl")])
    assert ended.value.code == 1


def test_a_report_whose_page_is_gone_is_shown_without_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("target-sms", dry_run=False)
    report.read("customers", "subscribe", 1)
    report.settled("customers", "subscribe", accepted("created"))
    report.finish("completed", None)
    report.write(tmp_path / "report.json")
    (tmp_path / "report.html").unlink()
    show_report("target-sms", str(tmp_path / "report.json"))
    assert "page " not in capsys.readouterr().out.split("run  ")[0]
