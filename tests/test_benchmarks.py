"""The benchmark's programs run through, with accounts too small to say anything about speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from bench_reports import section, targets_of

if TYPE_CHECKING:
    Figures = dict[str, Any]

_BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
_PROGRAM = _BENCHMARKS / "run.py"


class Bench(Protocol):
    """Runs parts of the benchmark."""

    def __call__(self, *parts: str, runs: str = "1") -> tuple[str, Figures]:
        """Run them; the report, and the raw figures."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Run parts of the benchmark; the report, and the raw figures."""

    def run(*parts: str, runs: str = "1") -> tuple[str, Figures]:
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


@pytest.mark.slow
def test_both_taps_are_run_in_turns_and_compared(bench: Bench) -> None:
    report, figures = bench("cpu", "latency")

    targets, rows = targets_of(report), section(report, "Rows per CPU second")[0]
    assert {
        "rows per CPU second, nine streams, 1,000-row pages",
        "rows per CPU second, nine streams, 2,500-row pages",
    } < {row[0] for row in targets}
    verdicts = [row[3] for row in targets]
    assert set(verdicts) <= {"**met**", "**not met**"}
    assert verdicts == sorted(verdicts, reverse=True), "what is not met comes first"
    assert [row[0] for row in rows] == [
        "nine streams, 1,000-row pages",
        "nine streams, 2,500-row pages",
        "message_sends",
        "message_opens",
        "message_clicks",
    ]
    assert [row[1] for row in section(report, "Each answer 100 ms late")[0]].count("peer") == 2
    assert "run.py --only latency`" in report
    for part in figures.values():
        for scenario in part["scenarios"].values():
            for runs in scenario["runs"].values():
                assert [run["records"] for run in runs] == [scenario["rows"]]


@pytest.mark.slow
def test_the_pipe_shows_each_process(bench: Bench) -> None:
    report, figures = bench("pipe")

    assert [row[0] for row in section(report, "The whole pipe")[0]] == ["tap-listrak", "target-jsonl", "meltano"]
    (piped,) = figures["pipe"]["scenarios"]["pipe"]["runs"]["pipe"]
    assert piped["loaded"] == figures["pipe"]["scenarios"]["pipe"]["rows"]
    assert all(spent > 0 for spent in piped["cpu"].values())


@pytest.mark.slow
def test_memory_is_stated_for_every_scenario(bench: Bench) -> None:
    report, figures = bench("memory")

    (rows,) = section(report, "Peak memory")
    assert len(rows) == len(figures["memory"]["scenarios"])
    assert "MB" in rows[0][2]


@pytest.mark.slow
def test_the_target_is_measured_in_all_its_parts(bench: Bench) -> None:
    report, figures = bench("delivery")

    assert len(targets_of(report)) == 3 + 2 + 2 + 2 * 3
    rates, speeds, known = section(report, "target-listrak-sms")
    assert [row[0] for row in rates] == ["100", "200"]
    assert [row[0] for row in speeds] == [
        "ours, 64 workers",
        "plain SDK target, one at a time",
        "hotglue-singer-sdk target, one at a time",
    ]
    assert [row[0] for row in known] == ["the ledger filled", "all unchanged", "1 % changed"] * 2
    scenarios = figures["million"]["scenarios"]
    assert [run["other_calls"] for run in scenarios["unchanged-1m"]["runs"]["ours"]] == [{}]
    assert [run["updates"] for run in scenarios["changed-1m"]["runs"]["ours"]] == [20]


@pytest.mark.slow
def test_the_attentive_target_is_measured_in_all_its_parts(bench: Bench) -> None:
    report, figures = bench("attentive")

    assert len(targets_of(report)) == 2 * 2 + 4
    subscribing, attributes = section(report, "target-attentive")
    assert [row[0] for row in subscribing] == ["each second of the clock", "any second"]
    assert [row[6] for row in subscribing] == ["25", "25"], "everybody's eligibility was asked for"
    assert [row[1] for row in attributes] == ["at once"] * 3 + ["50 ms late"] * 3
    (run,) = figures["attributes"]["scenarios"]["million"]["runs"]["ours"]
    assert run["calls"] == {"BulkAttributes": 8, "Job": 8, "JobResults": 8}
    assert run["sandbox_cpu"] > 0


@pytest.mark.slow
def test_the_textlocal_target_is_measured_in_all_its_parts(bench: Bench) -> None:
    report, figures = bench("textlocal")

    assert len(targets_of(report)) == 2 + 1
    filled, messages = section(report, "target-textlocal")
    assert [row[0][:4] for row in filled] == ["ours", "ours", "ours", "plai", "hotg"]
    (run,) = figures["contacts"]["scenarios"]["in-turn"]["runs"]["ours"]
    assert run["calls"] == {"get_groups": 1, "create_group": 1, "create_contacts_bulk": 3}
    assert run["created"] == 4000
    (run,) = figures["messages"]["scenarios"]["messages"]["runs"]["ours"]
    assert run["calls"]["bulk_json"] == 3
    assert messages[0][:2] == ["1,200", "3"]


@pytest.mark.slow
def test_growth_is_measured_of_everything_that_grows(bench: Bench) -> None:
    report, figures = bench("growth")

    slopes, costs = section(report, "How cost grows as work grows")
    assert len(slopes) == len(targets_of(report)) == len(figures["growth"]["scenarios"]) == 8
    assert slopes[0][1:3] == ["rows", "1,000 to 10,000"]
    assert len(costs) == 8 * 2
    assert float(slopes[-1][5]) < 1.1, "memory"


@pytest.mark.slow
def test_memory_over_many_records_is_stated_for_each_target(bench: Bench) -> None:
    report, figures = bench("soak")

    quarters, over_time = section(report, "Memory over millions of records")
    targets = ["target-listrak-sms", "target-attentive", "target-attentive", "target-textlocal"]
    assert [row[0].partition(":")[0] for row in quarters] == targets
    assert [row[2] for row in quarters] == ["40", "4,000", "40", "4,000"]
    assert [len(row) for row in over_time] == [1 + 10] * 4
    assert len(targets_of(report)) == 4
    for scenario in figures["soak"]["scenarios"].values():
        (run,) = scenario["runs"]["ours"]
        assert 0 < min(run["quarters_mb"]) <= max(run["quarters_mb"]) <= run["peak_mb"] + 1
