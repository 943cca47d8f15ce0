"""`make bench`: both taps side by side, the whole pipe, and the targets; writes benchmarks/RESULTS.md.

`--only PART` measures one part anew and keeps the others as they were measured last; `tap`, `delivery`, `attentive`
and `textlocal` are all parts of the tap, of target-listrak-sms, of target-attentive and of target-textlocal.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attentive
import delivery
import textlocal
from attentive import measure_attentive
from delivery import measure_delivery
from kept import UnequalError
from measure import Measured, RunError, run
from pipe import run_pipe
from report import render
from sandbox import sandbox
from scenarios import PIPE_ACCOUNT, chosen, small
from taps import HERE, STREAMS, ours, peer
from textlocal import measure_textlocal
from versions import machine, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox import Sandbox
    from scenarios import Contender, Scenario

ROOT = HERE.parent
_TAP = ("cpu", "latency", "memory", "pipe")
_GROUPS = {"tap": _TAP, "delivery": delivery.PARTS, "attentive": attentive.PARTS, "textlocal": textlocal.PARTS}
PARTS = (*_TAP, *delivery.PARTS, *attentive.PARTS, *textlocal.PARTS)
_ENGINE = "singer-delivery/singer_delivery"
_CODE = {
    **dict.fromkeys(_TAP, ("tap-listrak/tap_listrak",)),
    **dict.fromkeys(delivery.PARTS, (_ENGINE, "target-listrak-sms/target_listrak_sms")),
    **dict.fromkeys(attentive.PARTS, (_ENGINE, "target-attentive/target_attentive")),
    **dict.fromkeys(textlocal.PARTS, (_ENGINE, "target-textlocal/target_textlocal")),
}
_PIPE_RUNS = 3


def measure(scenario: Scenario, runs: int, folder: Path) -> dict[str, Any]:
    """Run a scenario's contenders in turns.

    Args:
        scenario: What to run.
        runs: How often.
        folder: For configs and logs.

    Returns:
        `rows` (how many the account holds of these streams) and `runs` (by contender).

    Raises:
        UnequalError: A run wrote more or fewer records than the account holds.
    """
    print(f"{scenario.part}: {scenario.title}", flush=True)
    with sandbox(scenario.account, scenario.latency) as server:
        rows = sum(count for stream, count in server.rows().items() if stream in scenario.streams)
        done: dict[str, list[dict[str, Any]]] = {each.name: [] for each in scenario.contenders}
        for turn in range(runs):
            for contender in scenario.contenders:
                if turn < contender.most_runs:
                    measured = _measured(contender, scenario, server, folder)
                    if measured.records != rows:
                        raise UnequalError(f"{contender.name} wrote {measured.records:,} records of {rows:,}")
                    done[contender.name].append(asdict(measured))
    return {"rows": rows, "runs": done}


def _measured(contender: Contender, scenario: Scenario, server: Sandbox, folder: Path) -> Measured:
    if contender.concurrency is None:
        command = peer(server, scenario.streams, folder)
    else:
        command = ours(server, scenario.streams, contender.concurrency, folder)
    measured = run(command, folder / "log.txt")
    print(
        f"  {contender.name:<20} {measured.wall:7.1f} s wall {measured.cpu:7.1f} s CPU {measured.peak_mb:6.0f} MB"
        f"  {measured.records:>10,} rows",
        flush=True,
    )
    return measured


def measure_pipe(runs: int, folder: Path, *, quick: bool) -> dict[str, Any]:
    """Run the pipe and our tap alone in turns; like `measure`, with the CPU seconds of the pipe's processes."""
    print("pipe: meltano run tap-listrak target-jsonl", flush=True)
    account = small(PIPE_ACCOUNT) if quick else PIPE_ACCOUNT
    piped, alone = [], []
    with sandbox(account) as server:
        rows = sum(server.rows().values())
        for _ in range(min(runs, _PIPE_RUNS)):
            took = run_pipe(server, folder / "pipe")
            one = run(ours(server, STREAMS, None, folder), folder / "log.txt")
            if took.loaded != rows or one.records != rows:
                raise UnequalError(f"the loader wrote {took.loaded:,}, the tap {one.records:,} of {rows:,} rows")
            print(f"  {took.wall:.1f} s wall, CPU {took.cpu}; the tap alone {one.wall:.1f} s", flush=True)
            piped.append(asdict(took))
            alone.append(asdict(one))
    return {"rows": rows, "runs": {"pipe": piped, "alone": alone}}


def measure_part(part: str, runs: int, folder: Path, *, quick: bool) -> dict[str, Any]:
    """Measure all of a part, with when and in what company that was."""
    begun, load = time.perf_counter(), os.getloadavg()[0]
    when = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"
    if part in delivery.PARTS:
        results = measure_delivery(part, runs, folder, quick=quick)
    elif part in attentive.PARTS:
        results = measure_attentive(part, runs, folder, quick=quick)
    elif part in textlocal.PARTS:
        results = measure_textlocal(part, runs, folder, quick=quick)
    elif part == "pipe":
        results = {"pipe": measure_pipe(runs, folder, quick=quick)}
    else:
        results = {each.name: measure(each, runs, folder) for each in chosen(part, quick=quick)}
    return {
        "when": when,
        "load": round(load, 1),
        "minutes": round((time.perf_counter() - begun) / 60, 1),
        "commit": _commit(part),
        "scenarios": results,
    }


def _commit(part: str) -> str:
    """Return the last commit of the measured code, and whether it was changed since."""
    code = ["--", *_CODE[part]]
    last = ["git", "log", "-1", "--format=%h", *code]
    changed = ["git", "status", "--porcelain", *code]
    said = [subprocess.run(each, cwd=ROOT, capture_output=True, text=True, check=False) for each in (last, changed)]
    return (said[0].stdout.strip() or "unknown") + (" with changes" if said[1].stdout else "")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each tap (5), and of the targets, three at most")
    parser.add_argument(
        "--only", choices=(*PARTS, *_GROUPS), action="append", help="measure this part, keep the others"
    )
    parser.add_argument("--quick", action="store_true", help="tiny accounts: does everything work?")
    parser.add_argument("--output", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench" / "run", help="for configs, logs, raw figures")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    raw = asked.folder / ("quick.json" if asked.quick else "figures.json")
    figures: dict[str, Any] = json.loads(raw.read_text(encoding="utf-8")) if raw.exists() else {}
    for part in dict.fromkeys(each for name in asked.only or PARTS for each in _GROUPS.get(name, (name,))):
        figures[part] = measure_part(part, asked.runs, asked.folder, quick=asked.quick)
        raw.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    asked.output.write_text(render(figures, machine(), versions(), quick=asked.quick), encoding="utf-8")
    print(f"written: {asked.output}")


if __name__ == "__main__":
    # So that the programs it started end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        main()
    except (RunError, UnequalError) as error:
        sys.exit(str(error))
