"""What is done to the first run of a tap's trial."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from chaos.processes_faults import FULL, SHORT
from chaos.processes_scene import HELD_SECONDS
from chaos.processes_vendor import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from chaos.processes_vendor import Vendor
    from chaos.taps_subjects import TapRun, TapRunner

_SIGNALLED = 128
_MOST_TIMES = 9


@dataclass
class TapScene:
    """What the first run of a trial is made with.

    Attributes:
        runner: The tap.
        vendor: Its vendor.
        chance: All of the trial's choices.
        calls: How many calls an undisturbed run makes.
        was: What was chosen.
    """

    runner: TapRunner
    vendor: Vendor
    chance: Random
    calls: int
    was: str = ""

    def fault(self, kind: str, *, times: int | None, **parameters: Any) -> None:
        """Let some call, and some after it, meet a fault."""
        after = self.chance.randrange(self.calls)
        self.was = f"{kind} of call {after}, {times or 'all'} times"
        rule = {"vendor": self.runner.subject.vendor, "after": after, "times": times, **parameters}
        self.vendor.sandbox.faults(kind, **rule)

    def started(self, seconds: float) -> subprocess.Popen[bytes]:
        """Start a run, and wait until some call is held."""
        self.fault("hang", times=None, seconds=seconds)
        process = self.runner.start()
        wait_for(lambda: process.poll() is not None or self.vendor.hits() > 0)
        return process


@dataclass(frozen=True)
class TapFirst:
    """What became of a trial's first run.

    Attributes:
        run: The run.
        codes: Exit codes that are right.
        breaks_lines: Whether it may have been ended in the middle of a line.
    """

    run: TapRun
    codes: tuple[int, ...]
    breaks_lines: bool = False


def _killed(scene: TapScene) -> TapFirst:
    process = scene.started(HELD_SECONDS)
    process.kill()
    return TapFirst(scene.runner.finish(process), (0, -signal.SIGKILL), breaks_lines=True)


def _signalled(scene: TapScene, signals: tuple[signal.Signals, ...]) -> TapFirst:
    process = scene.started(SHORT)
    for number in signals:
        process.send_signal(number)
    # The second one may come when Python has let go of its signals, everything being written.
    codes = (0, _SIGNALLED + signals[0], *(-number for number in signals[1:]))
    return TapFirst(scene.runner.finish(process), codes)


def _restarted(scene: TapScene, *, kill: bool) -> TapFirst:
    process = scene.started(HELD_SECONDS)
    scene.vendor.restart(kill=kill)
    return TapFirst(scene.runner.finish(process), (0, 1))


def _answered(scene: TapScene, kind: str, **parameters: Any) -> TapFirst:
    times = scene.chance.choice([*range(1, _MOST_TIMES), None])
    scene.fault(kind or scene.runner.subject.truncated, times=times, **parameters)
    return TapFirst(scene.runner.finish(scene.runner.start()), (0, 1) if times else (1,))


def _slow(scene: TapScene) -> TapFirst:
    scene.fault("slow-body", times=3, seconds=SHORT)
    return TapFirst(scene.runner.finish(scene.runner.start()), (0,))


def _loader_goes(scene: TapScene) -> TapFirst:
    """Let the loader end after some of the output."""
    process = scene.runner.start(stdout=subprocess.PIPE)
    assert process.stdout
    taken = process.stdout.read(scene.chance.randint(1, 60_000))
    process.stdout.close()
    scene.was = f"after {len(taken)} bytes"
    run = replace(scene.runner.finish(process), stdout=taken.decode(errors="replace"))
    return TapFirst(run, (0, 1), breaks_lines=True)


def _full_disk(scene: TapScene) -> TapFirst:
    with open(FULL, "wb") as full:  # noqa: PTH123 - a device
        process = scene.runner.start(stdout=full)
    return TapFirst(scene.runner.finish(process), (1,))


TAP_FAULTS: dict[str, Callable[[TapScene], TapFirst]] = {
    "kill -9": _killed,
    "SIGTERM": partial(_signalled, signals=(signal.SIGTERM,)),
    "SIGINT": partial(_signalled, signals=(signal.SIGINT,)),
    "SIGINT, then SIGTERM": partial(_signalled, signals=(signal.SIGINT, signal.SIGTERM)),
    "vendor restarted": partial(_restarted, kill=False),
    "vendor killed and started": partial(_restarted, kill=True),
    "dropped connection": partial(_answered, kind="drop-before"),
    "dropped in mid-answer": partial(_answered, kind="drop-mid-body"),
    "truncated answer": partial(_answered, kind=""),
    "no bytes in an answer": partial(_answered, kind="empty-body"),
    "a web page for an answer": partial(_answered, kind="html-200"),
    "slow answer": _slow,
    "429": partial(_answered, kind="http-429"),
    "429 with Retry-After": partial(_answered, kind="http-429", retry_after=0),
    "503": partial(_answered, kind="http-503"),
    "loader goes away": _loader_goes,
    "full disk for output": _full_disk,
}
