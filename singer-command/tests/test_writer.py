"""Signals and the lines that a tap writes: a loader never sees half of one."""

from __future__ import annotations

import signal

import pytest
from singer_command.writer import LineWriter


def test_the_same_signal_again_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = LineWriter()
    monkeypatch.setattr(writer, "_writing", True)
    writer.interrupt(signal.SIGTERM)
    with pytest.raises(SystemExit):
        writer.interrupt(signal.SIGTERM)


def test_another_signal_while_the_first_ends_the_run_is_passed_over() -> None:
    writer = LineWriter()
    with pytest.raises(SystemExit) as caught:
        writer.interrupt(signal.SIGINT)
    writer.interrupt(signal.SIGTERM)
    assert caught.value.code == 130


def test_a_signal_between_lines_ends_at_once() -> None:
    with pytest.raises(SystemExit) as caught:
        LineWriter().interrupt(signal.SIGINT)
    assert caught.value.code == 130
