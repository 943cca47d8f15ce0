"""The source of trials in which a run is killed, or meets a full disk or another time of day, at one of its steps.

A first pass goes over the steps of every scenario (an action, and what else goes wrong); what comes after it is drawn
by chance: the input, the size of chunks, the workers, the fault, the step.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import sandboxes

from chaos.cases import CASES
from chaos.checker import Texts
from chaos.gates import Plan, Step, steps_of
from chaos.inputs import drawn, fixed
from chaos.trials import DisturbedError, Laboratory, Trial, Twin
from chaos.vendors import FAULTS
from chaos.verdicts import Verdict

if TYPE_CHECKING:
    from chaos.case import Case

KILLED = "kill -9"
FULL_DISK = "disk full"
CLOCK = "clock set, kill -9"
_FULL = {
    "rejects": "disk full for rejects",
    "rejects written": "disk full for rejects",
    "ledger": "disk full for the ledger",
}
_JUMPS = {"clock set forwards, kill -9": 3 * 3600.0, "clock set back, kill -9": -3 * 3600.0}
_FAULTS = {f"{fault.name}, kill -9": fault for fault in FAULTS}
WHAT_GOES_WRONG = (KILLED, *_FAULTS, CLOCK, FULL_DISK)
SCENARIOS = [
    (case, wrong)
    for wrong in WHAT_GOES_WRONG
    for case in CASES
    if not case.in_postgresql or wrong in {KILLED, CLOCK}  # what else goes wrong is not the ledger's
]
TURNS = [*range(len(SCENARIOS)), *(number for number, (_, wrong) in enumerate(SCENARIOS) if wrong == KILLED)]
"""Whose turn it is, by number. Those that are only killed have two in a round, so that all their steps are tried."""
_AGAIN = 0.2
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there


@dataclass(frozen=True)
class _Scenario:
    """A scenario of the first pass, once it was gone through without a crash: its steps, each of them to be tried."""

    twin: Twin
    trials: list[Trial]


class Steps:
    """Crashes at every step; made once in each worker process."""

    def __init__(self) -> None:
        self._sandbox = sandboxes.start(scale="small", seed=7)
        self._folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=_MEMORY if _MEMORY.is_dir() else None))
        self.laboratory = Laboratory(self._sandbox, self._folder)
        self._scenarios: dict[int, _Scenario] = {}

    def names(self) -> list[str]:
        """Return the scenarios."""
        return [f"{case.name}: {wrong}" for case, wrong in SCENARIOS]

    def run(self, seed: int, step: str = "") -> Verdict:
        """Run a trial: the scenarios take turns, each with its next step.

        Args:
            seed: Which trial.
            step: The step, as its verdict's note names it, in the place of the one that the seed leads to: which steps
                there are depends a little on how threads take turns.
        """
        rounds, place = divmod(seed, len(TURNS))
        number = TURNS[place]
        case, wrong = SCENARIOS[number]
        turn = 2 * rounds + (place >= len(SCENARIOS)) if wrong == KILLED else rounds
        if number not in self._scenarios:
            self._scenarios[number] = self._scenario(case, wrong, Random(number))
        scenario = self._scenarios[number]
        if turn < len(scenario.trials):
            trial, twin = scenario.trials[turn], scenario.twin
        else:
            trial, twin = self._by_chance(case, wrong, Random(seed))
        return self._tried(seed, wrong, replace(trial, plan=trial.plan.at(step)) if step else trial, twin)

    def broken(self, name: str, wrong: str, broken: str) -> Verdict | None:
        """Break the engine on purpose, and look for a step at which that is found; None if it never is.

        Args:
            name: Of the case.
            wrong: What else goes wrong.
            broken: What is broken, of `chaos.broken.BROKEN`.
        """
        case = next(each for each in CASES if each.name == name)
        scenario = self._scenario(case, wrong, Random(0))
        for trial in scenario.trials:
            plan = replace(trial.plan, broken=broken)
            verdict = self._tried(0, wrong, replace(trial, plan=plan), scenario.twin)
            if not verdict.is_well:
                return verdict
        return None

    def close(self) -> None:
        """Stop the sandbox, and remove the files."""
        self.laboratory.close()
        self._sandbox.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _scenario(self, case: Case, wrong: str, chance: Random) -> _Scenario:
        first = Trial(case, fixed(case.kind), fault=_FAULTS.get(wrong), after=chance.randint(0, 6))
        twin = self.laboratory.twin(first)
        if case.texts is not Texts.NONE and not twin.left.seen.texts:  # then nothing could be found
            raise DisturbedError(f"the undisturbed run of {case.name} texted nobody")
        rehearsal = twin.ended if first.fault is None else self.laboratory.rehearsed(first)
        steps = steps_of(rehearsal.trace)
        trials = [
            replace(first, plan=_plan(wrong, step, steps, chance))
            for step in sorted(_where(wrong, steps), key=lambda step: zlib.crc32(f"{case.name} {step}".encode()))
        ]
        return _Scenario(twin, trials)

    def _by_chance(self, case: Case, wrong: str, chance: Random) -> tuple[Trial, Twin]:
        trial = Trial(
            case,
            drawn(case.kind, chance),
            fault=_FAULTS.get(wrong),
            after=chance.randint(0, 12),
            rows=chance.randint(1, 6),
            concurrency=chance.randint(1, 3),
            again=chance.random() < _AGAIN,
        )
        twin = self.laboratory.twin(trial)
        steps = steps_of(twin.ended.trace)
        step = chance.choice(_where(wrong, steps))
        return replace(trial, plan=_plan(wrong, step, steps, chance)), twin

    def _tried(self, seed: int, wrong: str, trial: Trial, twin: Twin) -> Verdict:
        first, found = self.laboratory.tried(trial, twin)
        plan = trial.plan
        if plan.full:
            wrong = _FULL[plan.full.place]
        elif plan.jump:
            wrong = next(name for name, seconds in _JUMPS.items() if seconds == plan.jump_seconds)
        note = f"ended with {first.code}{'; ' if found.words else ''}{found.words}"
        numbers = (found.lost, found.texted_twice, found.unaccounted)
        step = plan.die or plan.full
        happened = step is not None and first.came_to(step)
        return Verdict("step", trial.case.name, wrong, seed, *numbers, note, str(step), happened)


def _where(wrong: str, steps: list[Step]) -> list[Step]:
    """Return the steps at which it can happen."""
    return [step for step in steps if step.place in _FULL] if wrong == FULL_DISK else steps


def _plan(wrong: str, step: Step, steps: list[Step], chance: Random) -> Plan:
    if wrong == FULL_DISK:
        return Plan(full=step)
    if wrong == CLOCK:
        before = steps[: steps.index(step) + 1]
        return Plan(die=step, jump=chance.choice(before), jump_seconds=chance.choice([*_JUMPS.values()]))
    return Plan(die=step)
