"""What is done to the first run of a trial: by signals, by its vendor, by disks and pipes that fail."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from chaos.processes_scene import HELD_SECONDS, First

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chaos.processes_scene import Scene
    from singer_delivery.testing.programs import Runnable

SHORT = 0.4
"""Seconds for which a call is held whose end is to be waited for."""
FULL = "/dev/full"
"""A disk without room."""
_SIGNALLED = 128
_MOST_TIMES = 9


def _killed(scene: Scene) -> First:
    was = scene.hold(HELD_SECONDS)
    process = scene.started()
    process.kill()
    return First(scene.runner.finish(process), (0, -signal.SIGKILL), reports=False, was=was)


def _signalled(scene: Scene, signals: tuple[signal.Signals, ...]) -> First:
    was = scene.hold(SHORT)
    process = scene.started()
    for number in signals:
        process.send_signal(number)
    scene.vendor.clear_faults()
    return First(scene.runner.finish(process), (0, _SIGNALLED + signals[0]), was=was)


def _restarted(scene: Scene, *, kill: bool) -> First:
    was = scene.hold(HELD_SECONDS)
    process = scene.started()
    scene.vendor.restart(kill=kill)
    return First(scene.runner.finish(process), (0, 1), was=was)


def _answered(scene: Scene, kind: str, **parameters: Any) -> First:
    times = scene.chance.randint(1, _MOST_TIMES)
    scene.fault(kind, times=times, **parameters)
    return First(scene.runner(scene.subject.messages()), (0, 1), was=f"{times} times")


def _rejects_on_a_full_disk(scene: Scene) -> First:
    run = scene.runner(scene.subject.messages(), rejects_path=FULL)
    return First(run, (1,), says="rejects file /dev/full cannot be written: No space left on device")


def _full_disk(scene: Scene) -> First:
    """Let no file grow any more, from some call on."""
    was = scene.hold(SHORT)
    process = scene.started()
    largest = max((each.stat().st_size for each in scene.runner.folder.iterdir()), default=0)
    limit = scene.chance.choice([0, largest])
    if process.poll() is None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
    scene.vendor.clear_faults()
    return First(scene.runner.finish(process), (0, 1), reports=False, was=f"{was}, {limit} bytes")


def _ledger_is_written(scene: Scene) -> First:
    """Let another program write into the ledger for a while, which a run waits for."""
    was = scene.hold(SHORT)
    process = scene.started()
    with closing(sqlite3.connect(scene.runner.folder / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        scene.vendor.clear_faults()
        time.sleep(scene.chance.uniform(SHORT, 2 * SHORT))
        other.execute("COMMIT")
    return First(scene.runner.finish(process), (0,), was=was)


def _second_run_at_once(scene: Scene) -> First:
    """Start another run on the same ledger: it is refused, and leaves the first as it is."""
    scene.fault("latency", times=None, seconds=2.5 * SHORT)
    process = scene.started()
    problems: tuple[str, ...] = ()
    if process.poll() is None:
        refused = scene.another("second", ledger_url=f"sqlite:///{scene.runner.folder / 'ledger.db'}")(
            scene.subject.messages()
        )
        is_still_under_way = process.poll() is None
        if refused.code == 1 and refused.report["requests"]:
            problems = ("a second run at once has made calls",)
        elif is_still_under_way and (refused.code, refused.stdout) != (1, ""):
            problems = (f"a second run at once: exit code {refused.code}",)
        elif refused.code == 1 and "in use by another run" not in refused.stderr:
            problems = ("a second run at once does not say why it ends",)
    scene.vendor.clear_faults()
    return First(scene.runner.finish(process), (0,), problems=problems)


def _half_a_line(scene: Scene) -> First:
    """Let the input end somewhere: in half a line, unless chance has it between two."""
    text = "".join(json.dumps(each) + "\n" for each in scene.subject.messages())
    cut = scene.chance.randrange(1, len(text))
    run = scene.runner([text[:cut]])
    return First(run, (0,) if _ends_whole(text[:cut]) else (1,), was=f"{cut} characters")


def _ends_whole(text: str) -> bool:
    last = text.rpartition("\n")[2]
    try:
        return not last or bool(json.loads(last))
    except ValueError:
        return False


def _nobody_takes_state(scene: Scene) -> First:
    was = scene.hold(SHORT)
    process = scene.started()
    assert process.stdout
    process.stdout.close()
    process.stdout = None
    scene.vendor.clear_faults()
    run = replace(scene.runner.finish(process), stdout="")
    return First(run, (0, 1), was=was)


@dataclass(frozen=True)
class _IntoNothing:
    """A program whose standard output is a disk that is full."""

    program: Runnable

    @property
    def command(self) -> list[str]:
        return ["/bin/sh", "-c", f'exec "$@" > {FULL}', "sh", *self.program.command]

    def run(self, folder: Path, streams: Path, arguments: list[str], environment: dict[str, str]) -> int:
        raise NotImplementedError


def _state_on_a_full_disk(scene: Scene) -> First:
    writer = replace(scene.runner, program=_IntoNothing(scene.runner.program))
    run = writer.finish(writer.start(scene.subject.messages()))
    return First(run, (1,), says="State cannot be written to standard output (No space left on device)")


FAULTS: dict[str, Callable[[Scene], First]] = {
    "kill -9": _killed,
    "SIGTERM": partial(_signalled, signals=(signal.SIGTERM,)),
    "SIGINT": partial(_signalled, signals=(signal.SIGINT,)),
    "SIGINT, then SIGTERM": partial(_signalled, signals=(signal.SIGINT, signal.SIGTERM)),
    "vendor restarted": partial(_restarted, kill=False),
    "vendor killed and started": partial(_restarted, kill=True),
    "dropped before effect": partial(_answered, kind="drop-before"),
    "dropped after effect": partial(_answered, kind="drop-after"),
    "dropped in mid-answer": partial(_answered, kind="drop-mid-body"),
    "truncated answer": partial(_answered, kind="truncated-json"),
    "slow answer": partial(_answered, kind="slow-body", seconds=0.2),
    "no answer in time": partial(_answered, kind="hang", seconds=3.0),
    "429": partial(_answered, kind="http-429"),
    "429 with Retry-After": partial(_answered, kind="http-429", retry_after=0),
    "503": partial(_answered, kind="http-503"),
    "a web page for an answer": partial(_answered, kind="html-200"),
    "full disk for rejects": _rejects_on_a_full_disk,
    "full disk in mid-run": _full_disk,
    "full disk for state": _state_on_a_full_disk,
    "ledger held by a program": _ledger_is_written,
    "second run at once": _second_run_at_once,
    "half a line": _half_a_line,
    "nobody takes state": _nobody_takes_state,
}
