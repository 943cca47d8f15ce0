"""Signals, a loader that goes away, and a run that is watched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from terminals import run_in_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sandboxes import Sandbox

    from .conftest import Run

COMMAND = [sys.executable, "-m", "tap_listrak", "--config"]


@pytest.fixture
def start_tap(config: dict[str, Any], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start the tap in the background: `start_tap(**popen) -> Popen`."""
    (tmp_path / "config.json").write_text(json.dumps(config))
    started = []

    def start(**options: Any) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([*COMMAND, str(tmp_path / "config.json")], **options))
        return started[-1]

    yield start
    for process in started:
        with process:  # which closes its pipes and waits for it
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_behind_a_whole_line(
    clean_sandbox: Sandbox, start_tap: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, number: int
) -> None:
    clean_sandbox.faults("hang", "ReportRangeMessageContactClick", after=20)
    with (tmp_path / "stderr").open("w+b") as errors:
        process = start_tap(stdout=subprocess.PIPE, stderr=errors)
        lines = []
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if b'"message_clicks"' in line and b"RECORD" in line:
                process.send_signal(number)
                break
        lines += process.stdout.readlines()
        assert process.wait(20) == 128 + number
        errors.seek(0)
        said = errors.read()
    messages = [json.loads(line) for line in lines]
    activated = [message["stream"] for message in messages if message["type"] == "ACTIVATE_VERSION"]
    assert activated == ["lists", "messages", "message_sends", "message_opens", "message_reads"]
    assert f"Signal {int(number)}: the run ends here".encode() in said
    assert b"Traceback" not in said


def test_a_killed_run_leaves_nothing_behind_and_the_next_one_is_whole(
    clean_sandbox: Sandbox,
    start_tap: Callable[..., subprocess.Popen[bytes]],
    run_tap: Callable[..., Run],
    config: dict[str, Any],
    full_run: Run,
) -> None:
    clean_sandbox.faults("hang", "ReportRangeMessageContactClick", after=20)
    process = start_tap(stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stdout.readline()
    process.kill()
    process.communicate()
    clean_sandbox.reset()
    assert run_tap(config).content == full_run.content


def test_a_loader_that_goes_away_is_one_message(start_tap: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start_tap(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"The loader closed the pipe before the end" in errors
    assert b"Traceback" not in errors
    assert b"Exception ignored" not in errors


def test_a_disk_without_room_for_the_output_is_one_message(start_tap: Callable[..., subprocess.Popen[bytes]]) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        process = start_tap(stdout=full, stderr=subprocess.PIPE)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"cannot be written to standard output: No space left on device" in b" ".join(errors.split())
    assert b"Traceback" not in errors


def test_a_terminal_shows_a_bar_and_stdout_stays_clean(config: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    shown = run_in_terminal([*COMMAND, tmp_path / "config.json"], tmp_path, pipe=True, columns=120)
    assert shown.code == 0
    assert "━" in shown.terminal
    assert "of 9 streams done" in shown.terminal
    assert "of 9 streams done" not in shown.screen
    for line in shown.stdout.splitlines():
        json.loads(line)
