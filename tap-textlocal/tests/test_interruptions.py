"""Signals, and a loader that goes away."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Run, Textlocal

COMMAND = [sys.executable, "-m", "tap_textlocal", "--config"]


@pytest.fixture
def start_tap(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start the tap in the background: `start_tap(config, catalog) -> Popen`."""
    started = []

    def start(config: dict[str, Any], catalog: dict[str, Any]) -> subprocess.Popen[bytes]:
        (tmp_path / "config.json").write_text(json.dumps(config))
        (tmp_path / "catalog.json").write_text(json.dumps(catalog))
        options = [str(tmp_path / "config.json"), "--catalog", str(tmp_path / "catalog.json")]
        with (tmp_path / "stderr").open("wb") as errors:
            started.append(subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=errors))
        return started[-1]

    yield start
    for process in started:
        with process:  # which closes its pipes and waits for it
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_behind_a_whole_line_and_the_next_goes_on(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    start_tap: Callable[..., subprocess.Popen[bytes]],
    tmp_path: Path,
    number: int,
) -> None:
    batches = [textlocal.send("447700900001") for _ in range(4)]
    settings, catalog = {**config, "batch_ids": batches}, select("campaign_metrics")
    textlocal.fault("hang", "status_batch", after=2, times=1)
    process = start_tap(settings, catalog)
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if sum(b'"RECORD"' in each for each in lines) == 2:
            break
    process.send_signal(number)
    lines += process.stdout.readlines()
    assert process.wait(30) == 128 + number
    said = (tmp_path / "stderr").read_text()
    assert f"Signal {int(number)}: the run ends here" in said
    assert "Traceback" not in said
    state = [json.loads(line) for line in lines if b'"STATE"' in line][-1]["value"]
    # The call that would hang may not have been made yet.
    rest = run_tap({**settings, "request_timeout": 1}, catalog=catalog, state=state)
    asked = [json.loads(line)["record"]["batch_id"] for line in lines if b'"RECORD"' in line]
    assert {*asked, *(each["batch_id"] for each in rest.records["campaign_metrics"])} == set(batches)


def test_a_loader_that_goes_away_is_one_message(
    config: dict[str, Any],
    textlocal: Textlocal,
    select: Callable[..., dict[str, Any]],
    start_tap: Callable[..., subprocess.Popen[bytes]],
    tmp_path: Path,
) -> None:
    process = start_tap(config, select("contacts", "history"))
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 1
    said = (tmp_path / "stderr").read_text()
    assert "The loader closed the pipe before the end" in said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
