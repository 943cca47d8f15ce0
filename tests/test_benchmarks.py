"""The benchmark's programs run through, with accounts too small to say anything about speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
_PROGRAM = _BENCHMARKS / "run.py"


@pytest.fixture
def bench(tmp_path):
    """Run parts of the benchmark; the report, and the raw figures."""

    def run(*parts, runs="1"):
        report = tmp_path / "RESULTS.md"
        asked = [argument for part in parts for argument in ("--only", part)]
        done = subprocess.run(
            [sys.executable, _PROGRAM, "--quick", "--runs", runs, *asked, "--output", report, "--folder", tmp_path],
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        if "needs Python" in done.stderr:
            pytest.skip(done.stderr.splitlines()[-1])
        assert done.returncode == 0, done.stderr[-2000:]
        return report.read_text(encoding="utf-8"), json.loads((tmp_path / "quick.json").read_text(encoding="utf-8"))

    return run


def tables(report):
    """The tables of a report as lists of rows of cells, each cut off its head."""
    blocks = [block.splitlines() for block in report.split("\n\n") if block.startswith("|")]
    return [[line.strip("| ").split(" | ") for line in block[2:]] for block in blocks]


def test_both_taps_are_run_in_turns_and_compared(bench):
    report, figures = bench("cpu", "latency")

    _measured, targets, rows, waiting = tables(report)
    assert [row[0] for row in targets][:2] == [
        "rows per CPU second, nine streams, 1,000-row pages",
        "rows per CPU second, nine streams, 2,500-row pages",
    ]
    assert all(row[-1] in ("**met**", "**not met**") for row in targets)
    assert [row[0] for row in rows] == [
        "nine streams, 1,000-row pages",
        "nine streams, 2,500-row pages",
        "message_sends",
        "message_opens",
        "message_clicks",
    ]
    assert [row[1] for row in waiting].count("peer") == 2
    for part in figures.values():
        for scenario in part["scenarios"].values():
            for runs in scenario["runs"].values():
                assert [run["records"] for run in runs] == [scenario["rows"]]


def test_the_pipe_shows_each_process(bench):
    report, figures = bench("pipe")

    assert [row[0] for row in tables(report)[-1]] == ["tap-listrak", "target-jsonl", "meltano"]
    (piped,) = figures["pipe"]["scenarios"]["pipe"]["runs"]["pipe"]
    assert piped["loaded"] == figures["pipe"]["scenarios"]["pipe"]["rows"]
    assert all(spent > 0 for spent in piped["cpu"].values())


def test_memory_is_stated_for_every_scenario(bench):
    report, figures = bench("memory")

    assert len(tables(report)[-1]) == len(figures["memory"]["scenarios"])
    assert "MB" in tables(report)[-1][0][2]
