"""One trial: a run to which something happens, the runs after it, and undisturbed ones to compare them with."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chaos.checker import Findings, Left, check
from chaos.gates import Plan
from chaos.ledgers import PostgresLedger
from chaos.running import Ended, run, warm_up
from chaos.vendors import FEWEST_FOR_ORDER, Fault, begin, let_go_out, look, mend

if TYPE_CHECKING:
    from pathlib import Path

    from sandboxes import Sandbox

    from chaos.case import Case
    from chaos.inputs import Input
    from singer_delivery.target import DeliveryTarget


NOTHING = Plan()


class DisturbedError(Exception):
    """A run that nothing happens to does not go well, or texts nobody: there is nothing to compare others with."""


@dataclass(frozen=True)
class Trial:
    """What is tried.

    Attributes:
        case: The action.
        given: What it reads.
        plan: What happens in its process.
        fault: What happens at the vendor.
        after: Calls that go well before that.
        rows: Records of a chunk.
        concurrency: Workers.
        again: Whether all of the input comes once more in the end, as from a tap that keeps no state.
    """

    case: Case
    given: Input
    plan: Plan = NOTHING
    fault: Fault | None = None
    after: int = 0
    rows: int = 3
    concurrency: int = 1
    again: bool = False


@dataclass(frozen=True)
class Twin:
    """An undisturbed run.

    Attributes:
        left: What it left.
        ended: How it ended.
    """

    left: Left
    ended: Ended


class Laboratory:
    """Where trials are run: a sandbox, and a folder.

    Args:
        sandbox: The sandbox.
        folder: For runs; each trial begins with an empty one.
    """

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder / "run"
        self._postgres = PostgresLedger(folder / "postgresql")
        self._warm: set[type[DeliveryTarget]] = set()

    def close(self) -> None:
        """Stop what was started for trials."""
        self._postgres.close()

    def twin(self, trial: Trial) -> Twin:
        """Run the same as a trial with nothing happening.

        Raises:
            DisturbedError: Something happened.
        """
        self._warm_up(trial)
        self._begin(trial)
        ended = self._run(trial, NOTHING)
        if ended.code:
            raise DisturbedError(f"the undisturbed run of {trial.case.name} ended with {ended.code}: {ended.stderr}")
        if trial.again:
            self._run(trial, NOTHING)
        left = self._left(trial)
        return Twin(left, ended)

    def rehearsed(self, trial: Trial) -> Ended:
        """Run a trial's first run with what happens at the vendor, and nothing else."""
        self._begin(trial)
        self._let_fail(trial)
        return self._run(trial, NOTHING)

    def tried(self, trial: Trial, twin: Twin) -> tuple[Ended, Findings]:
        """Run a trial; its first run, and what is wrong after the second one."""
        self._begin(trial)
        self._let_fail(trial)
        first = self._run(trial, trial.plan)
        mend(self._sandbox)
        since = int(first.states[-1]["bookmark"]) if first.states else 0
        undisturbed, records = Plan(broken=trial.plan.broken), len(trial.given.rows)
        runs = [(first, records), (self._run(trial, undisturbed, since), records - since)]
        if trial.again:
            runs.append((self._run(trial, undisturbed), records))
        return first, check(runs, self._left(trial), twin.left, texts_are=trial.case.texts)

    def _begin(self, trial: Trial) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        concurrency = trial.concurrency
        if trial.fault is not None and trial.fault.is_of_order:
            concurrency = max(concurrency, FEWEST_FOR_ORDER)
        config: dict[str, Any] = {
            **trial.case.config(self._sandbox),
            "batch_size_rows": trial.rows,
            "concurrency": concurrency,
        }
        if trial.case.in_postgresql:
            config["ledger_url"] = self._postgres.emptied()
        (self._folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        begin(self._sandbox, trial.case)

    def _warm_up(self, trial: Trial) -> None:
        """Let this process do once what all runs of a target would do first."""
        if trial.case.target not in self._warm:
            self._warm.add(trial.case.target)
            self._begin(trial)
            warm_up(trial.case.target, self._folder, trial.given.messages())

    def _let_fail(self, trial: Trial) -> None:
        if trial.fault is not None:
            trial.fault.begin(self._sandbox, trial.case.vendor, trial.after)

    def _run(self, trial: Trial, plan: Plan, since: int = 0) -> Ended:
        ended = run(trial.case.target, self._folder, trial.given.messages(since), plan)
        if trial.case.in_postgresql:
            self._postgres.wait_until_left()
        return ended

    def _left(self, trial: Trial) -> Left:
        let_go_out(self._sandbox, trial.case.vendor)
        return Left.of(self._folder, look(self._sandbox, trial.case.vendor))
