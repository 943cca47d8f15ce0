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


def targets_of(report):
    """The rows of both tables of targets, those that are not met first."""
    return [row for block in tables(report) for row in block if len(row) > 3 and row[3].startswith("**")]


def section(report, heading):
    """The tables below a heading."""
    return tables(report.partition(f" {heading}\n\n")[2])


@pytest.mark.slow
def test_both_taps_are_run_in_turns_and_compared(bench):
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
def test_the_pipe_shows_each_process(bench):
    report, figures = bench("pipe")

    assert [row[0] for row in section(report, "The whole pipe")[0]] == ["tap-listrak", "target-jsonl", "meltano"]
    (piped,) = figures["pipe"]["scenarios"]["pipe"]["runs"]["pipe"]
    assert piped["loaded"] == figures["pipe"]["scenarios"]["pipe"]["rows"]
    assert all(spent > 0 for spent in piped["cpu"].values())


@pytest.mark.slow
def test_memory_is_stated_for_every_scenario(bench):
    report, figures = bench("memory")

    (rows,) = section(report, "Peak memory")
    assert len(rows) == len(figures["memory"]["scenarios"])
    assert "MB" in rows[0][2]


@pytest.mark.slow
def test_the_target_is_measured_in_all_its_parts(bench):
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
def test_the_attentive_target_is_measured_in_all_its_parts(bench):
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
def test_the_textlocal_target_is_measured_in_all_its_parts(bench):
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
def test_growth_is_measured_of_everything_that_grows(bench):
    report, figures = bench("growth")

    slopes, costs = section(report, "How cost grows as work grows")
    assert len(slopes) == len(targets_of(report)) == len(figures["growth"]["scenarios"]) == 8
    assert slopes[0][1:3] == ["rows", "1,000 to 10,000"]
    assert len(costs) == 8 * 2
    assert float(slopes[-1][5]) < 1.1, "memory"


@pytest.fixture
def module(monkeypatch):
    """Import a module of the benchmarks, whose names are nobody else's after the test."""
    monkeypatch.syspath_prepend(str(_BENCHMARKS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(_BENCHMARKS)):
            del sys.modules[name]


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


def test_the_exponent_of_growth_is_the_slope_between_the_logarithms(module):
    slope = module("growth_verdicts").slope

    assert slope([(10, 5), (100, 50), (1000, 500)]) == pytest.approx(1)
    assert slope([(10, 7), (100, 7), (1000, 7)]) == pytest.approx(0)
    assert slope([(1, 3), (2, 12), (4, 48)]) == pytest.approx(2)
    assert slope([(1, 3)]) is None


def test_growth_is_judged_without_start_up_and_without_what_is_too_short(module):
    verdicts = module("growth_verdicts")

    def runs(*seconds):
        return [{"wall": each, "cpu": each, "peak_mb": 80.0} for each in seconds]

    scenario = {
        "runs": {"0": runs(0.5, 0.9, 0.5), "1": runs(0.51), "10": runs(1.5), "100": runs(10.5), "1000": runs(100.5)}
    }
    (target,) = verdicts.growth_targets({"growth": {"scenarios": {"tap-rows": scenario}}})
    assert (target.measured, target.met) == ("seconds 1.00, CPU seconds 1.00, memory 0.00", True)

    scenario["runs"]["1000"] = runs(300.5)
    (target,) = verdicts.growth_targets({"growth": {"scenarios": {"tap-rows": scenario}}})
    assert not target.met


def test_a_ratio_is_the_median_of_the_rounds_with_their_spread(module):
    ratios = module("ratios")
    ours = {"rows": 1000, "runs": {"ours": [{"wall": each} for each in (10, 20, 10)]}}
    theirs = {"rows": 10, "runs": {"hotglue": [{"wall": each} for each in (5, 5, 10, 99)]}}

    assert ratios.faster(ours, theirs, "hotglue") == ratios.Ratio(50, 25, 100)
    assert str(ratios.faster(ours, theirs, "hotglue")) == "50.0x (25.0 to 100.0)"
    assert str(ratios.ratio_of([450], [1])) == "450x"
    assert (
        ratios.without_start(ours | {"runs": ours["runs"] | theirs["runs"]}, "hotglue", "ours", "wall", (5, 1)) is None
    )


def test_everybody_has_a_turn_before_anybody_has_another(module):
    kept = module("kept")
    order = []
    turns = {name: kept.Turn(lambda name=name: order.append(name) or {}, most) for name, most in (("a", 2), ("b", 3))}

    done = kept.in_turns(3, turns)

    assert order == ["a", "b", "a", "b", "b"]
    assert {name: len(runs) for name, runs in done.items()} == {"a": 2, "b": 3}


def part(when, machine, seconds=10.0):
    """The figures of a part that measures no more than subscribing."""
    run = {"wall": seconds, "watched_rate": 9.9, "watched_seconds": 33.0, "refused": 0, "rate_limited": 0}
    scenario = {"rows": 330, "runs": {"ours": [{**run, "calls": {"Eligibility": 330}}]}}
    about = {"when": when, "load": 0.1, "minutes": 3.5, "commit": "abc1234"}
    versions = {"ours": "Python 3", "hotglue": "hotglue-singer-sdk 1"}
    return {**about, "machine": machine, "versions": versions, "scenarios": {"second": scenario, "sliding": scenario}}


def test_parts_of_several_days_and_machines_stand_in_one_report(module, tmp_path):
    run = module("run")
    earlier, later = part("2026-11-20 08:00 UTC", "a small machine"), part("2026-11-21 09:00 UTC", "a large one", 20.0)
    messages = {"messages": {"rows": 10, "runs": {"ours": [{"wall": 1.0, "cpu": 1.0, "peak_mb": 80.0, "calls": {}}]}}}
    (tmp_path / "figures.json").write_text(json.dumps({"subscribe": earlier}))
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"subscribe": later, "messages": {**earlier, "scenarios": messages}}))
    report = tmp_path / "RESULTS.md"

    run.main(["--report", "--add", str(other), "--folder", str(tmp_path), "--output", str(report)])

    text = report.read_text(encoding="utf-8")
    measured = next(block for block in tables(text) if block[0][0] == "subscribe")
    assert [row[:2] for row in measured] == [
        ["subscribe", "2026-11-21 09:00 UTC"],
        ["messages", "2026-11-20 08:00 UTC"],
    ]
    assert "20.0 s" in text
    assert (
        text.index("subscribe:") < text.index("a large one") < text.index("messages:") < text.index("a small machine")
    )
    assert json.loads((tmp_path / "figures.json").read_text())["subscribe"] == later


def test_an_older_measurement_does_not_replace_a_newer_one(module):
    earlier, later = {"when": "2026-11-20 08:00 UTC"}, {"when": "2026-11-21 09:00 UTC"}

    assert module("run").merged({"cpu": later}, {"cpu": earlier, "pipe": earlier}) == {"cpu": later, "pipe": earlier}
