"""What runs told of themselves: exit codes, last words, states, reports; and whether it is right and adds up."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chaos.processes_scene import First
    from chaos.processes_subjects import Subject
    from singer_delivery.testing.runs import TargetRun

_KILLED = -9


@dataclass
class Told:
    """What the runs of a trial told, one after the other.

    Attributes:
        subject: What ran.
        problems: What was not as it is to be.
        unaccounted: Records that were read and have no outcome, or two.
        behind: The place of the last record that need not be read again, by the last STATE; -1 if there is none.
    """

    subject: Subject
    problems: list[str] = field(default_factory=list)
    unaccounted: int = 0
    behind: int = -1

    def add_first(self, first: First) -> None:
        """Take a run that was disturbed."""
        run = first.run
        self.problems += first.problems
        self._words(run)
        if run.code not in first.codes:
            self.problems.append(f"exit code {run.code}, not {' or '.join(map(str, first.codes))}")
        if run.code > 0 and first.says not in " ".join(run.stderr.split()):
            self.problems.append(f"it does not say `{first.says}`")
        report = _report(run)
        if report is not None:
            self._sums(report)
            if run.code == 0 and report["unsettled"]:
                self.problems.append("exit code 0, and not everything is settled")
        elif first.reports and run.code != _KILLED:
            self.problems.append("no report")
        self.behind = max([-1, *(each["bookmark"] for each in self._states(run))])

    def add_whole(self, run: TargetRun, records: int) -> None:
        """Take a run that nothing disturbed, over so many records."""
        self._words(run)
        report = _report(run)
        if run.code != 0 or report is None:
            self.problems.append(f"undisturbed, exit code {run.code}: {run.stderr.strip().splitlines()[-1:]}")
            return
        self._sums(report)
        self.unaccounted += abs(report["read"] - records) + int(report["unsettled"])
        last = [each["bookmark"] for each in self._states(run)][-1:]
        if records and last != [len(self.subject.records) - 1]:
            self.problems.append(f"the last state is {last}")

    def _sums(self, report: dict[str, Any]) -> None:
        self.unaccounted += abs(report["read"] - sum(report["outcomes"].values()) - report["unsettled"])

    def _words(self, run: TargetRun) -> None:
        for word in ("Traceback", "A mistake in this program"):
            if word in run.stderr:
                self.problems.append(f"{word}: {run.stderr.strip().splitlines()[-1]}")
        if any(len(each["phone"]) > 2 and each["phone"][1:] in run.stderr for each in self.subject.records):
            self.problems.append("somebody's phone in stderr")

    def _states(self, run: TargetRun) -> list[dict[str, Any]]:
        try:
            return [json.loads(line) for line in run.stdout.splitlines()]
        except ValueError:
            self.problems.append("half a line of state")
            return []


def _report(run: TargetRun) -> dict[str, Any] | None:
    """Return a run's report, and take it away: the next run's is not to be mistaken for it."""
    file = run.folder / "report.json"
    if not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    return found
