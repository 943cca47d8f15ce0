"""What the benchmarks make of figures: rates, rounds, exponents, verdicts, and a report of parts of several days."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from bench_reports import section, tables, targets_of

_BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
Import = Callable[[str], ModuleType]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Import]:
    """Import a module of the benchmarks, whose names are nobody else's after the test."""
    monkeypatch.syspath_prepend(str(_BENCHMARKS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(_BENCHMARKS)):
            del sys.modules[name]


def test_a_rate_is_that_between_the_first_contact_and_the_last_call(module: Import) -> None:
    watch = module("watch")
    before = [watch.Look(0.0, 0, 0, 0), watch.Look(1.0, 0, 5, 0)]
    delivering = [watch.Look(2.0 + second, 100 * second + 10, 100 * second + 15, 0) for second in range(4)]
    after = [watch.Look(9.0, 350, 355, 0), watch.Look(12.0, 350, 355, 0)]

    assert watch.summed_up([*before, *delivering, *after]) == watch.Seen(3.0, 100.0, 0, 0)


def test_refused_calls_are_no_share_of_a_rate_and_late_ones_are_told_apart(module: Import) -> None:
    watch = module("watch")
    looks = [
        watch.Look(0.0, 0, 5, 0),
        watch.Look(0.5, 60, 65, 10),
        watch.Look(1.0, 120, 125, 20),
        watch.Look(2.5, 270, 275, 24),
        watch.Look(3.0, 300, 305, 24),
    ]

    assert watch.summed_up(looks) == watch.Seen(2.0, (210 - 14) / 2, 24, 4)


def test_who_has_no_phone_is_told_apart_all_the_same(module: Import) -> None:
    people = module("people")
    records = [people.without_phone(people.record(person, "")) for person in range(1000)]

    assert len({each["client_user_id"] for each in records}) == len({each["email"] for each in records}) == 1000
    assert not [each for each in records if {"phone", "id"} & each.keys()]


def test_people_are_made_up_and_whoever_changes_has_a_number_alone(module: Import) -> None:
    people = module("people")
    numbers = people.numbers(100_000)
    changing = [number for person, number in enumerate(numbers) if people.is_changed(person)]

    assert all(number[-7:-2] == "55501" for number in numbers)
    assert len(set(changing)) == len(changing) == 1000
    assert sum(numbers.count(number) for number in changing[:20]) == 20
    assert people.record(100, "", edition=0) != people.record(100, "", edition=1)
    assert people.record(101, "", edition=0) == people.record(101, "", edition=1)


def test_the_exponent_of_growth_is_the_slope_between_the_logarithms(module: Import) -> None:
    slope = module("growth_verdicts").slope

    assert slope([(10, 5), (100, 50), (1000, 500)]) == pytest.approx(1)
    assert slope([(10, 7), (100, 7), (1000, 7)]) == pytest.approx(0)
    assert slope([(1, 3), (2, 12), (4, 48)]) == pytest.approx(2)
    assert slope([(1, 3)]) is None


def test_growth_is_judged_without_start_up_and_without_what_is_too_short(module: Import) -> None:
    verdicts = module("growth_verdicts")

    def runs(*seconds: float) -> list[dict[str, float]]:
        return [{"wall": each, "cpu": each, "peak_mb": 80.0} for each in seconds]

    scenario = {
        "runs": {"0": runs(0.5, 0.9, 0.5), "1": runs(0.51), "10": runs(1.5), "100": runs(10.5), "1000": runs(100.5)}
    }
    (target,) = verdicts.growth_targets({"growth": {"scenarios": {"tap-rows": scenario}}})
    assert (target.measured, target.met) == ("seconds 1.00, CPU seconds 1.00, memory 0.00", True)

    scenario["runs"]["1000"] = runs(300.5)
    (target,) = verdicts.growth_targets({"growth": {"scenarios": {"tap-rows": scenario}}})
    assert not target.met


def test_growth_is_judged_without_what_starts_differ_by(module: Import) -> None:
    verdicts = module("growth_verdicts")
    memory = {"peak_mb": 80.0}
    starts = [{"wall": each, "cpu": each, **memory} for each in (0.5, 0.6, 0.9)]
    sizes = {str(size): [{"wall": each, "cpu": each, **memory}] for size, each in ((1, 0.65), (10, 5.6), (100, 50.6))}

    assert verdicts.exponent({"runs": {"0": starts, **sizes}}, "cpu") == pytest.approx(1)
    assert verdicts.exponent({"runs": {"0": starts[1:2], **sizes}}, "cpu") > 1.4


def test_a_refused_call_is_one_though_both_sides_count_it(module: Import) -> None:
    subscribe = part("2026-11-20 08:00 UTC", "a machine")
    for run in subscribe["scenarios"]["second"]["runs"]["ours"]:
        run |= {"refused": 2, "rate_limited": 2}

    judged = module("attentive_verdicts").attentive_targets({"subscribe": subscribe})

    assert [each.measured for each in judged if each.what.endswith("429")] == ["2", "2"]


def test_a_ratio_is_the_median_of_the_rounds_with_their_spread(module: Import) -> None:
    ratios = module("ratios")
    ours: dict[str, Any] = {"rows": 1000, "runs": {"ours": [{"wall": each} for each in (10, 20, 10)]}}
    theirs: dict[str, Any] = {"rows": 10, "runs": {"hotglue": [{"wall": each} for each in (5, 5, 10, 99)]}}

    assert ratios.faster(ours, theirs, "hotglue") == ratios.Ratio(50, 25, 100)
    assert str(ratios.faster(ours, theirs, "hotglue")) == "50.0x (25.0 to 100.0)"
    assert str(ratios.ratio_of([450], [1])) == "450x"
    assert (
        ratios.without_start(ours | {"runs": ours["runs"] | theirs["runs"]}, "hotglue", "ours", "wall", (5, 1)) is None
    )


def test_everybody_has_a_turn_before_anybody_has_another(module: Import) -> None:
    kept = module("kept")
    order: list[str] = []

    def take(name: str) -> dict[str, Any]:
        order.append(name)
        return {}

    turns = {"a": kept.Turn(partial(take, "a"), 2), "b": kept.Turn(partial(take, "b"), 3)}

    done = kept.in_turns(3, turns)

    assert order == ["a", "b", "a", "b", "b"]
    assert {name: len(runs) for name, runs in done.items()} == {"a": 2, "b": 3}


def part(when: str, machine: str, seconds: float = 10.0) -> dict[str, Any]:
    """The figures of a part that measures no more than subscribing."""
    run = {"wall": seconds, "watched_rate": 9.9, "watched_seconds": 33.0, "refused": 0, "rate_limited": 0}
    scenario = {"rows": 330, "runs": {"ours": [{**run, "calls": {"Eligibility": 330}}]}}
    about = {"when": when, "load": 0.1, "minutes": 3.5, "commit": "abc1234"}
    versions = {"ours": "Python 3", "hotglue": "hotglue-singer-sdk 1"}
    return {**about, "machine": machine, "versions": versions, "scenarios": {"second": scenario, "sliding": scenario}}


def test_parts_of_several_days_and_machines_stand_in_one_report(module: Import, tmp_path: Path) -> None:
    run = module("run")
    earlier, later = part("2026-11-20 08:00 UTC", "a small machine"), part("2026-11-21 09:00 UTC", "a large one", 20.0)
    messages = {"messages": {"rows": 10, "runs": {"ours": [{"wall": 1.0, "cpu": 1.0, "peak_mb": 80.0, "calls": {}}]}}}
    figures = tmp_path / "figures.json"
    figures.write_text(json.dumps({"subscribe": earlier}))
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"subscribe": later, "messages": {**earlier, "scenarios": messages}}))
    report = tmp_path / "RESULTS.md"

    places = ["--figures", str(figures), "--folder", str(tmp_path), "--output", str(report)]
    run.main(["--report", "--add", str(other), *places])

    text = report.read_text(encoding="utf-8")
    measured = next(block for block in tables(text) if block[0][0] == "subscribe")
    assert [row[:2] for row in measured] == [
        ["subscribe", "2026-11-21 09:00 UTC"],
        ["messages", "2026-11-20 08:00 UTC"],
    ]
    assert "20.0 s" in text
    limits = ["target-attentive, subscribing", "the vendor's rate", "10.0", "9.9", "0.99"]
    assert section(text, "How far from the limit")[0] == [limits]
    assert (
        text.index("subscribe:") < text.index("a large one") < text.index("messages:") < text.index("a small machine")
    )
    assert json.loads(figures.read_text())["subscribe"] == later


def test_a_report_is_not_written_over_by_one_that_has_fewer_parts(
    module: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, report, figures = module("run"), tmp_path / "RESULTS.md", tmp_path / "figures.json"
    folder = tmp_path / "run"
    places = ["--report", "--figures", str(figures), "--folder", str(folder), "--output", str(report)]
    messages = {"messages": {"rows": 10, "runs": {"ours": [{"wall": 1.0, "cpu": 1.0, "peak_mb": 80.0, "calls": {}}]}}}
    when = part("2026-11-20 08:00 UTC", "a machine")
    figures.write_text(json.dumps({"subscribe": when, "messages": {**when, "scenarios": messages}}))
    run.main(places)
    whole = report.read_text(encoding="utf-8")
    figures.write_text(json.dumps({"messages": {**when, "scenarios": messages}}))

    run.main(places)

    assert "no figures of (subscribe)" in capsys.readouterr().out
    assert report.read_text(encoding="utf-8") == whole
    assert "| messages |" in (folder / "RESULTS.md").read_text(encoding="utf-8")


def test_a_target_that_is_missed_comes_first_and_says_what_holds_it_back(module: Import, tmp_path: Path) -> None:
    figures: dict[str, Any] = {"subscribe": part("2026-11-20 08:00 UTC", "a small machine")}
    slow = {"wall": 99.0, "cpu": 99.0, "peak_mb": 80.0, "calls": 1}
    quick = {"wall": 10.0, "cpu": 9.0, "peak_mb": 80.0, "calls": 1}
    scenario = {"rows": 1000, "runs": {"peer": [slow], "ours, 10 at a time": [quick], "ours, 32 at a time": [slow]}}
    names = ("latency-start", "latency-one", "latency-all")
    figures["latency"] = {**figures["subscribe"], "scenarios": dict.fromkeys(names, scenario)}

    text = module("report").render(figures)

    assert [row[3] for row in targets_of(text)][:3] == ["**not met**", "**not met**", "**met**"]
    missed = targets_of(text)[0]
    assert (missed[0], missed[2]) == ("100 ms latency, one report stream, concurrency 32", "1.0x")
    assert missed[4].startswith("start-up and the calls that must come first")


def test_a_report_says_how_fast_a_core_is_by_what_never_changes(module: Import) -> None:
    report, yardstick = module("report"), module("why").YARDSTICK
    run = {"wall": 9.0, "cpu": 8.0, "peak_mb": 80.0}
    who = {"peer": [run], "ours, 1 at a time": [run], "ours, 10 at a time": [run]}
    scenarios = {name: {"rows": 100_000, "runs": who} for name in ("start-up", yardstick.scenario, "cpu-2500")}
    figures = {"cpu": {**part("2026-11-20 08:00 UTC", "a slow machine"), "scenarios": scenarios}}

    assert f"wrote 12,500 rows a CPU second in the part `cpu`,\nand {yardstick.rows:,}" in report.render(figures)
    assert "How fast a core is" not in report.render({"subscribe": part("2026-11-20 08:00 UTC", "a machine")})


class Times(NamedTuple):
    """What Linux tells of a machine's CPU seconds, in the order of `psutil.cpu_times()`."""

    user: float
    nice: float
    system: float
    idle: float
    iowait: float
    irq: float
    softirq: float
    steal: float
    guest: float
    guest_nice: float


def test_what_the_host_took_is_a_share_of_all_time(module: Import) -> None:
    stolen = module("run").stolen
    before, after = Times(10, 0, 0, 10, 0, 0, 0, 0, 5, 0), Times(40, 0, 10, 45, 0, 0, 0, 25, 35, 0)

    assert stolen(before, after) == 0.25
    assert stolen(before, before) == 0
    assert stolen((10.0, 0.0, 0.0, 10.0), (40.0, 0.0, 0.0, 20.0)) == 0  # where no host tells


def test_an_older_measurement_does_not_replace_a_newer_one(module: Import) -> None:
    earlier, later = {"when": "2026-11-20 08:00 UTC"}, {"when": "2026-11-21 09:00 UTC"}

    assert module("run").merged({"cpu": later}, {"cpu": earlier, "pipe": earlier}) == {"cpu": later, "pipe": earlier}


def test_memory_that_grows_from_the_second_quarter_to_the_last_is_no_flat_one(module: Import) -> None:
    soak, report = module("soak"), module("soak_report")
    growing = [float(each) for each in range(50, 130)]
    judged = {}
    for name, looks in {"listrak": [*growing[:40], *[90.0] * 120], "textlocal": growing}.items():
        judged[name] = {"rows": 9, "runs": {"ours": [{"quarters_mb": soak.pieces(looks, 4)}]}}

    flat, other = report.soak_targets({"soak": {"scenarios": judged}})
    assert (flat.met, flat.measured) == (True, "1.000x")
    assert not other.met
    assert soak.pieces([1.0, 1.0, 4.0], 10)[-1] == 4.0
