"""What is measured of tap-listrak, and how: beside the public tap, and in the whole pipe."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from kept import Turn, UnequalError, in_turns, told
from measure import run
from pipe import run_pipe
from sandbox import sandbox
from scenarios import PIPE_ACCOUNT, chosen, small
from taps import STREAMS, ours, peer

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox import Sandbox
    from scenarios import Contender, Scenario

PARTS: Final = ("cpu", "latency", "memory", "pipe")
_PIPE_RUNS = 3
Results = dict[str, Any]


def measure_tap(part: str, runs: int, folder: Path, *, quick: bool) -> Results:
    """Measure a part.

    Args:
        part: One of `PARTS`.
        runs: How often, at most.
        folder: For configs and logs.
        quick: Whether to take tiny accounts, for a look whether everything works.

    Returns:
        By scenario, `rows` (how many the account holds of the streams) and `runs` (by contender).

    Raises:
        UnequalError: A run wrote more or fewer records than the account holds.
    """
    if part == "pipe":
        return {"pipe": _pipe(runs, folder, quick=quick)}
    return {each.name: _compared(each, runs, folder) for each in chosen(part, quick=quick)}


def _compared(scenario: Scenario, runs: int, folder: Path) -> Results:
    print(f"{scenario.part}: {scenario.title}", flush=True)
    with sandbox(scenario.account, scenario.latency) as server:
        rows = sum(count for stream, count in server.rows().items() if stream in scenario.streams)
        turns = {
            each.name: Turn(partial(_read, each, scenario, server, folder, rows), each.most_runs)
            for each in scenario.contenders
        }
        return {"rows": rows, "runs": in_turns(runs, turns)}


def _read(contender: Contender, scenario: Scenario, server: Sandbox, folder: Path, rows: int) -> Results:
    if contender.concurrency is None:
        command = peer(server, scenario.streams, folder)
    else:
        command = ours(server, scenario.streams, contender.concurrency, folder)
    before = server.soap_calls()
    measured = run(command, folder / "log.txt")
    if measured.records != rows:
        raise UnequalError(f"{contender.name} wrote {measured.records:,} records of {rows:,}")
    return {**told(contender.name, measured, measured.records, "rows"), "calls": server.soap_calls() - before}


def _pipe(runs: int, folder: Path, *, quick: bool) -> Results:
    """Run the pipe and our tap alone in turns; like the others, with the CPU seconds of the pipe's processes."""
    print("pipe: meltano run tap-listrak target-jsonl", flush=True)
    with sandbox(small(PIPE_ACCOUNT) if quick else PIPE_ACCOUNT) as server:
        rows = sum(server.rows().values())

        def piped() -> Results:
            took = run_pipe(server, folder / "pipe")
            print(f"  {took.wall:.1f} s wall, CPU {took.cpu}", flush=True)
            if took.loaded != rows:
                raise UnequalError(f"the loader wrote {took.loaded:,} of {rows:,} rows")
            return asdict(took)

        def alone() -> Results:
            measured = run(ours(server, STREAMS, None, folder), folder / "log.txt")
            if measured.records != rows:
                raise UnequalError(f"the tap wrote {measured.records:,} of {rows:,} rows")
            return told("the tap alone", measured, rows, "rows")

        return {"rows": rows, "runs": in_turns(min(runs, _PIPE_RUNS), {"pipe": Turn(piped), "alone": Turn(alone)})}
