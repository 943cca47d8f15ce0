"""What is said of a long run where nobody watches a terminal, and what is drawn where somebody does."""

from __future__ import annotations

import io
import logging
import time

import pytest
from singer_command import display
from singer_command.reading import TapProgress
from singer_command.terminal import console


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_line_tells_how_far_the_run_and_its_stream_are(clock: list[float]) -> None:
    progress = TapProgress("tap-listrak", 9, logging.getLogger("t"))
    with progress.stream("lists", "lists") as stream:
        stream.count(5)
    with progress.stream("message_opens", "messages") as stream:
        stream.expect(1200)
        clock[0] = 10.0
        stream.count(2500)
        stream.unit_done()
        assert progress.line() == (
            "1 of 9 streams done; 2,505 rows; message_opens: 1 of 1,200 messages, 2,500 rows, 250 rows/s"
        )
    assert progress.line() == "2 of 9 streams done; 2,505 rows"


def test_a_stream_whose_units_nobody_counts_tells_its_rows(clock: list[float]) -> None:
    progress = TapProgress("tap-listrak", 9, logging.getLogger("t"))
    with progress.stream("contacts") as stream:
        stream.count(3)
        assert progress.line() == "0 of 9 streams done; 3 rows; contacts: 3 rows, 0 rows/s"


def test_a_stream_that_ends_in_an_error_is_not_done() -> None:
    progress = TapProgress("tap-listrak", 9, logging.getLogger("t"))
    with pytest.raises(ValueError, match="broken"), progress.stream("lists"):
        raise ValueError("broken")
    assert progress.line().startswith("0 of 9 streams done")


def test_the_picture_has_a_line_for_each_stream_so_far(clock: list[float]) -> None:
    progress = TapProgress("tap-listrak", 9, logging.getLogger("t"))
    with progress.stream("lists", "lists") as stream:
        stream.count(5)
    with progress.stream("message_opens", "messages") as stream:
        stream.expect(4)
        stream.unit_done()
        stream.count(70)
        file = io.StringIO()
        console(file).print(progress.picture())
    done, in_hand, all_in_all = (line.strip() for line in file.getvalue().splitlines())
    assert done.split() == ["✓", "lists", "5", "rows"]
    assert "message_opens" in in_hand
    assert in_hand.endswith("1 of 4 messages, 70 rows, 0 rows/s")
    assert all_in_all.split(maxsplit=1) == ["tap-listrak", "1 of 9 streams done, 75 rows, 0:00:00"]


def test_log_lines_come_by_themselves_while_a_run_goes_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "LOG_INTERVAL", 0.01)
    with caplog.at_level(logging.INFO), TapProgress("tap-listrak", 9, logging.getLogger("t")) as progress:
        end = time.monotonic() + 10
        while not caplog.messages and time.monotonic() < end:
            time.sleep(0.01)
    assert caplog.messages[0] == progress.line() == "0 of 9 streams done; 0 rows"
