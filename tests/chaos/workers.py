"""Worker processes that run trials; each keeps its sources open from trial to trial."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from chaos.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaos.verdicts import Trials, Verdict

_opened: dict[str, Trials] = {}


class BrokenTrialError(Exception):
    """The harness failed, not what it tries."""


def run_all(trials: Sequence[tuple[str, int]], workers: int) -> Iterator[tuple[str, Verdict]]:
    """Run trials, and yield the name of its source with each one's verdict, as they come.

    Args:
        trials: Source and seed of each.
        workers: How many at once.
    """
    # Not forked: a trial may fork in its turn, and is to begin in a process that has no threads.
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, _begin) as pool:
        yield from pool.imap_unordered(run_one, trials, chunksize=4)
        pool.close()
        pool.join()


def run_one(trial: tuple[str, int]) -> tuple[str, Verdict]:
    """Run a trial of a source, in this process; the source stays open."""
    name, seed = trial
    if name not in _opened:
        _opened[name] = SOURCES[name].open()
    try:
        return name, _opened[name].run(seed)
    except Exception as error:
        raise BrokenTrialError(f"--source {name} --seed {seed}: {type(error).__name__}: {error}") from error


def close_all() -> None:
    """Close this process' sources."""
    if multiprocessing.parent_process() is not None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # this is what it asks for
    while _opened:
        _, trials = _opened.popitem()
        trials.close()


def _begin() -> None:
    # A worker process of the pool ends without `atexit`.
    Finalize(None, close_all, exitpriority=10)
    # A Ctrl-C is for the pool, which ends its workers by another signal, as it does when a trial breaks; they are to
    # stop their sandboxes even then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
