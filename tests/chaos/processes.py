"""Trials with targets as processes, as users start them; their vendor is the sandbox, over HTTP."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chaos.checker import Findings, Left, Texts, check_people
from chaos.processes_faults import FAULTS
from chaos.processes_scene import Scene
from chaos.processes_targets import SUBJECTS
from chaos.processes_told import Told
from chaos.processes_vendor import Vendor
from chaos.told import IN_DOUBT, OUTCOMES, listening, told_of
from chaos.vendors import look
from chaos.verdicts import Verdict, mixed
from singer_delivery.testing.runs import TargetRunner

if TYPE_CHECKING:
    from chaos.processes_subjects import Subject
    from chaos.vendors import Seen

_LATER = 60.0
"""Seconds of the sandbox's clock after which everything that a vendor has taken has taken effect."""


@dataclass(frozen=True)
class _Twin:
    """What an undisturbed run leaves at its vendor, and how many calls it makes."""

    held: Seen
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
        with (
            tempfile.TemporaryDirectory(prefix="chaos-run-") as folder,
            listening(Path(folder) / OUTCOMES) as heard,
        ):
            scene = Scene(subject, self._vendor, Path(folder), random.Random(seed), twin.calls)
            first = FAULTS[fault](scene)
            told.add_first(first)
            self._vendor.clear_faults()
            told.add_whole(scene.runner(subject.messages(told.behind)), len(subject.records) - 1 - told.behind)
            in_doubt = told_of(heard(), IN_DOUBT) if subject.once else Counter[str]()
            left = Left(self._held(subject), {}, in_doubt)
            # Whoever was left out behind a state would be delivered now; and whoever is texted again, is so now.
            told.add_whole(scene.runner(subject.messages()), len(subject.records))
        found = Findings()
        check_people(found, left, Left(twin.held, {}), texts_are=Texts.EACH)
        twice = self._held(subject).texts - twin.held.texts
        return Verdict(
            "process",
            subject.name,
            fault,
            seed,
            lost=found.lost,
            texted_twice=twice.total(),
            unaccounted=told.unaccounted + len(told.problems),
            note="; ".join(filter(None, [first.was, f"{in_doubt.total()} in doubt", found.words, *told.problems])),
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

    def _held(self, subject: Subject) -> Seen:
        """Return what the vendor holds, when everything that it has taken has taken effect."""
        self._vendor.sandbox.advance(_LATER)
        return look(self._vendor.sandbox, subject.vendor)
