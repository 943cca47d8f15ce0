"""What is said of a long run while it runs."""

from __future__ import annotations

import io
import logging
import math
import sys
import threading
import time

import pytest
from singer_command import display

from singer_delivery.outcomes import UNCHANGED, rejected
from singer_delivery.progress import Progress
from singer_delivery.report import Report
from singer_delivery.traffic import Traffic


@pytest.fixture
def counted() -> tuple[Report, Traffic]:
    report, traffic = Report("target-sms", dry_run=False), Traffic()
    report.read("s", "a", 12_480)
    report.settled("s", "a", UNCHANGED, 12_000)
    report.settled("s", "a", rejected("r", "m"), 4)
    return report, traffic


class _Notice(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Event()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.came.set()


@pytest.fixture
def logger() -> logging.Logger:
    made = logging.Logger("progress", logging.INFO)  # noqa: LOG001 - of this test only
    made.addHandler(_Notice())
    return made


def notice_of(logger: logging.Logger) -> _Notice:
    (handler,) = logger.handlers
    assert isinstance(handler, _Notice)
    return handler


def test_a_line_tells_how_far_the_run_is_and_how_fast(
    counted: tuple[Report, Traffic], logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    shown = Progress(*counted, logger)
    for _ in range(1500):
        counted[1].request("create")
    clock[0] = 15.0
    settled = "12,480 records read, 12,004 settled (12,000 unchanged, 4 rejected), "
    assert shown.line() == f"{settled}100.0 requests/s"
    counted[1].timeline.allow("default", 150.0)
    clock[0] = 30.0
    assert shown.line() == f"{settled}0.0 requests/s of 150 allowed"


def test_of_quotas_the_rates_that_hold_now_are_added_up(
    counted: tuple[Report, Traffic], logger: logging.Logger
) -> None:
    for quota, rate in (("default", 150.0), ("subscribe", 10.0), ("subscribe", 5.0), ("free", math.inf)):
        counted[1].timeline.allow(quota, rate)
    assert Progress(*counted, logger).line().endswith("of 155 allowed")


def test_without_a_terminal_a_log_line_comes_now_and_then_by_itself(
    counted: tuple[Report, Traffic],
    logger: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(display, "LOG_INTERVAL", 0.01)
    notice = notice_of(logger)
    with Progress(*counted, logger):
        assert notice.came.wait(10)
    number = len(notice.lines)
    assert notice.lines[0].startswith("12,480 records read, 12,004 settled (12,000 unchanged, 4 rejected), ")
    assert not [thread for thread in threading.enumerate() if thread.name == "progress"]
    assert len(notice.lines) == number
    assert capsys.readouterr().out == ""


def test_a_short_run_says_nothing(counted: tuple[Report, Traffic], logger: logging.Logger) -> None:
    with Progress(*counted, logger):
        pass
    assert notice_of(logger).lines == []


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_line_moves_and_log_lines_go_above_it(
    counted: tuple[Report, Traffic], logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, terminal = io.StringIO(), _Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(display, "PICTURE_INTERVAL", 0.01)
    handler = logging.StreamHandler(terminal)
    logging.getLogger().addHandler(handler)
    try:
        with Progress(*counted, logger):
            assert handler.stream is not terminal
            sys.stdout.write("STATE\n")
        assert handler.stream is terminal
    finally:
        logging.getLogger().removeHandler(handler)
    assert "12,480 records read" in terminal.getvalue()
    assert out.getvalue() == "STATE\n"
    assert notice_of(logger).lines == []


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("CI", "true"), ("TTY_INTERACTIVE", "0")])
def test_on_a_terminal_where_nothing_should_move_there_are_log_lines(
    counted: tuple[Report, Traffic], logger: logging.Logger, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(display, "LOG_INTERVAL", 0.01)
    with Progress(*counted, logger):
        assert notice_of(logger).came.wait(10)
    assert terminal.getvalue() == ""


def test_what_goes_to_the_same_terminal_is_written_while_the_picture_is_away(
    counted: tuple[Report, Traffic], logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    shown = Progress(*counted, logger)
    states = shown.beside(terminal)
    with shown:
        states.write('{"at": 1}\n')
    before, _, behind = terminal.getvalue().partition('{"at": 1}\n')
    assert "12,480" in before
    assert "12,480" in behind
    assert before.endswith("\x1b[2K")  # the picture's last line was taken away


def test_what_goes_to_a_pipe_is_left_alone(counted: tuple[Report, Traffic], logger: logging.Logger) -> None:
    pipe = io.StringIO()
    assert Progress(*counted, logger).beside(pipe) is pipe
