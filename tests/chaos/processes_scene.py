"""A trial's scene: a subject, its vendor, a folder for its files, and a moment at which its first run is disturbed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chaos.processes_vendor import wait_for
from singer_delivery.testing.runs import TargetRunner

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path
    from random import Random

    from chaos.processes_subjects import Subject
    from chaos.processes_vendor import Vendor
    from singer_delivery.testing.runs import TargetRun

HELD_SECONDS = 20.0
"""Seconds for which a call is held that nobody is to see the end of."""


@dataclass
class Scene:
    """What the first run of a trial is made with.

    Attributes:
        subject: The target and its action.
        vendor: Its vendor, as new.
        folder: For the target's files.
        chance: All of the trial's choices.
        calls: How many calls an undisturbed run makes.
    """

    subject: Subject
    vendor: Vendor
    folder: Path
    chance: Random
    calls: int
    runner: TargetRunner = field(init=False)

    def __post_init__(self) -> None:
        self.runner = self.another("run")

    def another(self, name: str, **settings: Any) -> TargetRunner:
        """Return a runner in a folder of its own."""
        config = {**self.subject.settings(self.vendor.sandbox), **settings}
        return TargetRunner(self.subject.program, self.folder / name, config)

    def fault(self, kind: str, *, times: int | None, **parameters: Any) -> None:
        """Let some call, and some of those after it, meet a fault."""
        after = self.chance.randrange(self.calls)
        rule = {"vendor": self.subject.vendor, "after": after, "times": times, **parameters}
        self.vendor.sandbox.faults(kind, **rule)

    def hold(self, seconds: float) -> str:
        """Let some call and all after it wait: before they take effect, or with their answer after it."""
        kind = self.chance.choice(["hang", "latency"])
        self.fault(kind, times=None, seconds=seconds)
        return kind

    def started(self, **settings: Any) -> subprocess.Popen[str]:
        """Start a run, and wait until a call is held; or until it is over, if all of its calls were made before."""
        process = self.runner.start(self.subject.messages(), **settings)
        wait_for(lambda: process.poll() is not None or self.vendor.hits() > 0)
        return process


@dataclass(frozen=True)
class First:
    """What became of a trial's first run.

    Attributes:
        run: The run.
        codes: Exit codes that are right.
        reports: Whether it had the time and the room for a report.
        says: What its last words must hold, if its exit code is not 0.
        problems: What else was not as it is to be.
        was: What was done to it, for the note.
    """

    run: TargetRun
    codes: tuple[int, ...]
    reports: bool = True
    says: str = ""
    problems: tuple[str, ...] = ()
    was: str = ""
