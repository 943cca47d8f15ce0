"""The benchmark's programs run through, with accounts too small to say anything about speed."""

from __future__ import annotations

import importlib
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


@pytest.mark.slow
def test_both_taps_are_run_in_turns_and_compared(bench):
    report, figures = bench("cpu", "latency")

    _measured, targets, rows, waiting = tables(report)
    assert {
        "rows per CPU second, nine streams, 1,000-row pages",
        "rows per CPU second, nine streams, 2,500-row pages",
    } < {row[0] for row in targets}
    verdicts = [row[-1] for row in targets]
    assert set(verdicts) <= {"**met**", "**not met**"}
    assert verdicts == sorted(verdicts, reverse=True), "what is not met comes first"
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


@pytest.mark.slow
def test_the_pipe_shows_each_process(bench):
    report, figures = bench("pipe")

    assert [row[0] for row in tables(report)[-1]] == ["tap-listrak", "target-jsonl", "meltano"]
    (piped,) = figures["pipe"]["scenarios"]["pipe"]["runs"]["pipe"]
    assert piped["loaded"] == figures["pipe"]["scenarios"]["pipe"]["rows"]
    assert all(spent > 0 for spent in piped["cpu"].values())


@pytest.mark.slow
def test_memory_is_stated_for_every_scenario(bench):
    report, figures = bench("memory")

    assert len(tables(report)[-1]) == len(figures["memory"]["scenarios"])
    assert "MB" in tables(report)[-1][0][2]


@pytest.mark.slow
def test_the_target_is_measured_in_all_its_parts(bench):
    report, figures = bench("delivery")

    _measured, targets, rates, speeds, known = tables(report)
    assert len(targets) == 3 + 2 + 2 + 2 * 3
    assert [row[0] for row in rates] == ["100", "200"]
    assert [row[0] for row in speeds] == ["ours, 64 workers", "plain SDK target, one at a time"]
    assert [row[0] for row in known] == ["the ledger filled", "all unchanged", "1 % changed"] * 2
    scenarios = figures["million"]["scenarios"]
    assert [run["other_calls"] for run in scenarios["unchanged-1m"]["runs"]["ours"]] == [{}]
    assert [run["updates"] for run in scenarios["changed-1m"]["runs"]["ours"]] == [20]


@pytest.mark.slow
def test_the_attentive_target_is_measured_in_all_its_parts(bench):
    report, figures = bench("attentive")

    _measured, targets, subscribing, attributes = tables(report)
    assert len(targets) == 2 * 2 + 4
    assert [row[0] for row in subscribing] == ["each second of the clock", "any second"]
    assert [row[6] for row in subscribing] == ["25", "25"], "everybody's eligibility was asked for"
    assert [row[1] for row in attributes] == ["at once", "at once", "50 ms late", "50 ms late"]
    (run,) = figures["attributes"]["scenarios"]["million"]["runs"]["ours"]
    assert run["calls"] == {"BulkAttributes": 8, "Job": 8, "JobResults": 8}
    assert run["sandbox_cpu"] > 0


@pytest.mark.slow
def test_the_textlocal_target_is_measured_in_all_its_parts(bench):
    report, figures = bench("textlocal")

    _measured, targets, filled, messages = tables(report)
    assert len(targets) == 2 + 1
    assert [row[0][:4] for row in filled] == ["ours", "ours", "ours", "plai"]
    (run,) = figures["contacts"]["scenarios"]["in-turn"]["runs"]["ours"]
    assert run["calls"] == {"get_groups": 1, "create_group": 1, "create_contacts_bulk": 3}
    assert run["created"] == 4000
    (run,) = figures["messages"]["scenarios"]["messages"]["runs"]["ours"]
    assert run["calls"]["bulk_json"] == 3
    assert messages[0][:2] == ["1,200", "3"]


@pytest.fixture
def module(monkeypatch):
    """Import a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(_BENCHMARKS))
    return importlib.import_module


def test_a_rate_is_that_between_the_first_contact_and_the_last_call(module):
    watch = module("watch")
    before = [watch.Look(0.0, 0, 0, 0), watch.Look(1.0, 0, 5, 0)]
    delivering = [watch.Look(2.0 + second, 100 * second + 10, 100 * second + 15, 0) for second in range(4)]
    after = [watch.Look(9.0, 350, 355, 0), watch.Look(12.0, 350, 355, 0)]

    assert watch.summed_up([*before, *delivering, *after]) == watch.Seen(3.0, 100.0, 0, 0)


def test_refused_calls_are_no_share_of_a_rate_and_late_ones_are_told_apart(module):
    watch = module("watch")
    looks = [
        watch.Look(0.0, 0, 5, 0),
        watch.Look(0.5, 60, 65, 10),
        watch.Look(1.0, 120, 125, 20),
        watch.Look(2.5, 270, 275, 24),
        watch.Look(3.0, 300, 305, 24),
    ]

    assert watch.summed_up(looks) == watch.Seen(2.0, (210 - 14) / 2, 24, 4)


def test_who_has_no_phone_is_told_apart_all_the_same(module):
    people = module("people")
    records = [people.without_phone(people.record(person, "")) for person in range(1000)]

    assert len({each["client_user_id"] for each in records}) == len({each["email"] for each in records}) == 1000
    assert not [each for each in records if {"phone", "id"} & each.keys()]


def test_people_are_made_up_and_whoever_changes_has_a_number_alone(module):
    people = module("people")
    numbers = people.numbers(100_000)
    changing = [number for person, number in enumerate(numbers) if people.is_changed(person)]

    assert all(number[-7:-2] == "55501" for number in numbers)
    assert len(set(changing)) == len(changing) == 1000
    assert sum(numbers.count(number) for number in changing[:20]) == 20
    assert people.record(100, "", edition=0) != people.record(100, "", edition=1)
    assert people.record(101, "", edition=0) == people.record(101, "", edition=1)
