"""The command: `make chaos`, or `TRIALS=500 make chaos`; one trial again by `--source steps --seed 12`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chaos.sources import SOURCES, shared_out
from chaos.steps import Steps
from chaos.table import page, replay
from chaos.workers import run_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.verdicts import Verdict

PAGE = Path(__file__).resolve().parents[2] / "docs" / "chaos.md"
FULL = 10_000
"""Trials of a whole run."""
WORTH_A_PAGE = 1_000
"""Trials of all sources from which on the page in docs is written anew: it says how many there were."""

_TELL_EVERY = 100
"""Trials between two lines about them, where nobody can see a bar."""


def main() -> int:
    """Run trials; the exit code is 1 if one of them is bad."""
    options = _parser().parse_args()
    console = Console(width=None if sys.stdout.isatty() else 160)
    if options.names:
        return _tell_names(console, options.source or list(SOURCES))
    if options.seed is not None:
        return _again(console, options.source or ["steps"], options.seed, options.step)
    trials = shared_out(options.trials, options.source or list(SOURCES))
    begun = time.monotonic()
    verdicts: list[tuple[str, Verdict]] = []
    try:
        _run(console, trials, options.workers, verdicts)
    except KeyboardInterrupt:
        console.print(f"Stopped behind {len(verdicts):,} of {len(trials):,} trials.")
    text = page(verdicts, f"TRIALS={options.trials} make chaos", time.monotonic() - begun)
    if len(verdicts) >= WORTH_A_PAGE and not options.source:
        PAGE.write_text(text, encoding="utf-8")
    console.print(text, markup=False, soft_wrap=True)
    return 0 if all(verdict.is_well for _, verdict in verdicts) else 1


def _run(
    console: Console, trials: Sequence[tuple[str, int]], workers: int, verdicts: list[tuple[str, Verdict]]
) -> None:
    """Run trials and tell how it goes; the verdicts come into the list one by one, so that they outlive a Ctrl-C."""
    bad = 0
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    ) as progress:
        task = progress.add_task("no trial was bad", total=len(trials))
        for name, verdict in run_all(trials, workers):
            verdicts.append((name, verdict))
            if not verdict.is_well:
                bad += 1
                console.print(f"{verdict}\n  {replay(name, verdict)}", markup=False)
            words = f"{bad} bad" if bad else "no trial was bad"
            progress.update(task, advance=1, description=words)
            if not console.is_terminal and not len(verdicts) % _TELL_EVERY:
                console.print(f"{len(verdicts):,} of {len(trials):,}: {words}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--trials", type=int, default=int(os.environ.get("TRIALS", FULL)), help="how many")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="how many at once")
    parser.add_argument("--source", action="append", choices=SOURCES, help="only of this source; may be repeated")
    parser.add_argument("--seed", type=int, help="only this one, again")
    parser.add_argument("--step", help="of the source `steps`, and the seed: at this step, `request #3`")
    parser.add_argument("--names", action="store_true", help="say what is tried, and try nothing")
    return parser


def _tell_names(console: Console, names: list[str]) -> int:
    """Say what each source tries."""
    for name in names:
        with closing(SOURCES[name].open()) as trials:
            for each in trials.names():
                console.print(f"{name}: {each}", markup=False, highlight=False)
    return 0


def _again(console: Console, names: list[str], seed: int, step: str | None) -> int:
    """Run one trial of each source again, and say what came of it."""
    verdicts = []
    for name in names:
        with closing(SOURCES[name].open()) as trials:
            verdicts.append(trials.run(seed, step) if step and isinstance(trials, Steps) else trials.run(seed))
    for verdict in verdicts:
        console.print(verdict)
    return 0 if all(verdict.is_well for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
