"""Trials with targets as processes, as users start them; their vendor is the sandbox, over HTTP."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chaos.processes_faults import FAULTS
from chaos.processes_scene import Scene
from chaos.processes_targets import SUBJECTS
from chaos.processes_told import Told
from chaos.processes_vendor import Vendor
from chaos.processes_views import LATER
from chaos.verdicts import Verdict, mixed
from singer_delivery.testing.runs import TargetRunner

if TYPE_CHECKING:
    from chaos.processes_subjects import Subject
    from chaos.processes_views import Held


@dataclass(frozen=True)
class _Twin:
    """What an undisturbed run leaves at its vendor, and how many calls it makes."""

    held: Held
    calls: int


# Mixed, so that fewer trials than there are combinations meet every fault all the same.
_COMBINATIONS = mixed([(subject, fault) for fault in FAULTS for subject in SUBJECTS])


class Processes:
    """The trials of every target and action with every fault. One sandbox, restarted where a fault says so."""

    def __init__(self) -> None:
        self._vendor = Vendor()
        self._twins: dict[str, _Twin] = {}

    def names(self) -> list[str]:
        """Return target, action and fault of each combination, in the order in which seeds take them."""
        return [f"{subject.name}: {fault}" for subject, fault in _COMBINATIONS]

    def run(self, seed: int) -> Verdict:
        """Run a trial: a disturbed run, and another one; then look at the vendor and at both reports."""
        subject, fault = _COMBINATIONS[seed % len(_COMBINATIONS)]
        return self.trial(subject, fault, seed)

    def trial(self, subject: Subject, fault: str, seed: int) -> Verdict:
        """Run a trial of any subject."""
        twin = self._twin(subject)
        told = Told(subject)
        self._begin(subject)
        with tempfile.TemporaryDirectory(prefix="chaos-run-") as folder:
            scene = Scene(subject, self._vendor, Path(folder), random.Random(seed), twin.calls)  # noqa: S311 - no secret
            first = FAULTS[fault](scene)
            told.add_first(first)
            self._vendor.clear_faults()
            report = told.add_whole(
                scene.runner(subject.messages(told.behind)), len(subject.records) - 1 - told.behind
            )
            held = self._held(subject)
            # Whoever was left out behind a state would be delivered now; and whoever is texted again, is so now.
            told.add_whole(scene.runner(subject.messages()), len(subject.records))
        missing = held.differing(twin.held)
        unknown = told.unknown + int(report["reasons"].get("unknown", 0)) if subject.once else 0
        twice = self._held(subject).more_texts(twin.held)
        return Verdict(
            "process",
            subject.name,
            fault,
            seed,
            lost=max(0, len(missing) - unknown),
            texted_twice=len(twice),
            unaccounted=told.unaccounted + len(told.problems),
            note="; ".join([first.was, f"{unknown} unknown, {len(missing)} missing", *told.problems]),
        )

    def close(self) -> None:
        """End the sandbox."""
        self._vendor.close()

    def _begin(self, subject: Subject) -> None:
        self._vendor.sandbox.reset()
        subject.prepare(self._vendor.sandbox)

    def _twin(self, subject: Subject) -> _Twin:
        """Return what an undisturbed run leaves."""
        if subject.name not in self._twins:
            self._begin(subject)
            sandbox = self._vendor.sandbox
            before = sum(sandbox.calls(subject.vendor).values())
            with tempfile.TemporaryDirectory(prefix="chaos-run-") as folder:
                run = TargetRunner(subject.program, Path(folder) / "run", subject.settings(sandbox))(
                    subject.messages()
                )
                if run.code or not run.outcomes.get("accepted"):
                    raise RuntimeError(f"{subject.name} does not run undisturbed: {run.stderr}")
            calls = sum(sandbox.calls(subject.vendor).values()) - before
            self._twins[subject.name] = _Twin(self._held(subject), calls)
        return self._twins[subject.name]

    def _held(self, subject: Subject) -> Held:
        """Return what the vendor holds, when everything that it has taken has taken effect."""
        self._vendor.sandbox.advance(LATER)
        return subject.held(self._vendor.sandbox)
