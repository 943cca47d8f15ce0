"""Trials with taps as processes: a disturbed run, another one, and a loader that has taken both."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chaos.processes_vendor import Vendor
from chaos.taps_faults import TAP_FAULTS, TapScene
from chaos.taps_loader import Loader, last_state, messages, until_last_state
from chaos.taps_subjects import TAPS, TapRunner
from chaos.verdicts import Verdict, mixed

if TYPE_CHECKING:
    from chaos.taps_faults import TapFirst
    from chaos.taps_loader import Rows
    from chaos.taps_subjects import TapRun, TapSubject


@dataclass(frozen=True)
class _Twin:
    """What an undisturbed run gives, and how many calls it makes."""

    loaded: Loader
    calls: int


_COMBINATIONS = mixed([(subject, fault) for fault in TAP_FAULTS for subject in TAPS])


class Taps:
    """The trials of both taps with every fault. One sandbox, restarted where a fault says so."""

    def __init__(self) -> None:
        self._vendor = Vendor()
        # Taps only read: the accounts are filled once, and their rows are the same in all trials, times too.
        self._settings = {each.name: each.prepare(self._vendor.sandbox) for each in TAPS}
        self._twins: dict[str, _Twin] = {}

    def names(self) -> list[str]:
        """Return tap and fault of each combination, in the order in which seeds take them."""
        return [f"{subject.name}: {fault}" for subject, fault in _COMBINATIONS]

    def run(self, seed: int) -> Verdict:
        """Run a trial: two warehouses take both runs, one of which holds the rows of earlier runs already."""
        subject, fault = _COMBINATIONS[seed % len(_COMBINATIONS)]
        with tempfile.TemporaryDirectory(prefix="chaos-tap-") as folder:
            runner = self._runner(subject, Path(folder))
            twin = self._twin(subject, runner)
            scene = TapScene(runner, self._vendor, random.Random(seed), twin.calls)
            first = TAP_FAULTS[fault](scene)
            self._vendor.clear_faults()
            found, is_whole = messages(first.run.stdout)
            second = runner.finish(runner.start(last_state(found)))
        problems = [*_problems(first), *([] if is_whole or first.breaks_lines else ["half a line"])]
        problems += [] if second.code == 0 else [f"undisturbed, exit code {second.code}"]
        rest, _ = messages(second.stdout)
        old = Loader()
        old.copy_of_old(twin.loaded)
        old.haunt(twin.loaded.activated)
        old.take(found)
        gone = twin.loaded.rows.keys() - old.rows.keys()  # a key that repeats may have the value of an earlier row
        old.take(rest)
        fresh = Loader()
        fresh.take(until_last_state(found))
        fresh.take(rest)
        missing = gone | _missing(old.rows, twin.loaded.rows) | _missing(fresh.rows, twin.loaded.rows)
        foreign = len(fresh.rows.keys() - twin.loaded.rows.keys()) + old.wrong + len(old.ghosts())
        return Verdict(
            "tap",
            subject.name,
            fault,
            seed,
            lost=len(missing),
            texted_twice=0,
            unaccounted=foreign + len(problems),
            note="; ".join([scene.was, f"exit code {first.run.code}", f"{len(found)} lines", *problems]),
        )

    def close(self) -> None:
        """End the sandbox."""
        self._vendor.close()

    def _runner(self, subject: TapSubject, folder: Path) -> TapRunner:
        """Return a runner of a tap."""
        return TapRunner(subject, {**subject.config(self._vendor.sandbox), **self._settings[subject.name]}, folder)

    def _twin(self, subject: TapSubject, runner: TapRunner) -> _Twin:
        """Return what an undisturbed run gives."""
        if subject.name not in self._twins:
            sandbox = self._vendor.sandbox
            before = sum(sandbox.calls(subject.vendor).values())
            run = runner.finish(runner.start())
            if run.code:
                raise RuntimeError(f"{subject.name} does not run undisturbed: {run.stderr}")
            calls = sum(sandbox.calls(subject.vendor).values()) - before
            loaded = Loader()
            loaded.take(messages(run.stdout)[0])
            self._twins[subject.name] = _Twin(loaded, calls)
        return self._twins[subject.name]


def _problems(first: TapFirst) -> list[str]:
    run: TapRun = first.run
    codes = " or ".join(map(str, first.codes))
    found = [] if run.code in first.codes else [f"exit code {run.code}, not {codes}"]
    found += [word for word in ("Traceback", "A mistake in this program") if word in run.stderr]
    return [*found, *(run.stderr.strip().splitlines()[-1:] if found else [])]


def _missing(rows: Rows, wanted: Rows) -> set[tuple[str, tuple[object, ...]]]:
    """Return where a row is not as it should be."""
    return {place for place, row in wanted.items() if rows.get(place) != row}
