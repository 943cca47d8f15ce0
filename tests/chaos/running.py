"""Runs of a target, each in a process forked for it, with its gates."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk import plugin_base
from singer_sdk.helpers._packaging import get_package_version

from chaos.gates import Gates, Plan, Step, steps_of
from chaos.patches import install
from chaos.places import put
from chaos.told import OUTCOMES, write_outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_delivery.target import DeliveryTarget

# Versions are looked for on the disk: a seventh of what a short run takes, and the same each time.
put(plugin_base, get_package_version=cache(get_package_version))

LONGEST = 60.0
"""Seconds after which a run counts as hung."""


class HungError(Exception):
    """A run does not come to an end."""


@dataclass(frozen=True)
class Ended:
    """What a run left.

    Attributes:
        code: Its exit code; minus the signal's number if one ended it.
        states: The whole lines of state that it let out.
        report: Its report, None if it wrote none.
        stderr: What it said.
        trace: The places of its steps, in order.
    """

    code: int
    states: Sequence[dict[str, Any]]
    report: dict[str, Any] | None
    stderr: str
    trace: list[str]

    def came_to(self, step: Step) -> bool:
        """Whether it came to a step."""
        return step in steps_of(self.trace)


def run(target: type[DeliveryTarget], folder: Path, messages: Sequence[dict[str, Any]], plan: Plan) -> Ended:
    """Run a target in a folder that has its `config.json`; the ledger and rejects of earlier runs are there, too.

    Args:
        target: The target.
        folder: Where it runs.
        messages: What it reads.
        plan: What happens to it.

    Raises:
        HungError: It does not end.
    """
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    (folder / "stdin").write_text("".join(json.dumps(each) + "\n" for each in messages), encoding="utf-8")
    child = os.fork()
    if not child:
        _be(target, folder, plan)
    code = _waited_for(child)
    lines = (folder / "stdout").read_text(encoding="utf-8").splitlines(keepends=True)
    return Ended(
        code,
        [json.loads(line) for line in lines if line.endswith("\n")],
        json.loads(report.read_text(encoding="utf-8")) if report.exists() else None,
        (folder / "stderr").read_text(encoding="utf-8"),
        json.loads((folder / "trace").read_text(encoding="utf-8")),
    )


def warm_up(target: type[DeliveryTarget], folder: Path, messages: Sequence[dict[str, Any]]) -> None:
    """Run a target in this process: what a program does once (imports, templates) is done in all that are forked.

    Args:
        target: The target.
        folder: Where it runs; it has its `config.json`.
        messages: What it reads.
    """
    (folder / "stdin").write_text("".join(json.dumps(each) + "\n" for each in messages), encoding="utf-8")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    objects, before, streams = (sys.stdout, sys.stderr, sys.argv), Path.cwd(), [os.dup(number) for number in (0, 1, 2)]
    try:
        _enter(folder, target)
        with suppress(SystemExit):
            target.cli()
    finally:
        sys.stdout.flush()
        os.chdir(before)
        sys.stdout, sys.stderr, sys.argv = objects
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        for name, handler in handlers.items():
            signal.signal(name, handler)


def _enter(folder: Path, target: type[DeliveryTarget]) -> None:
    """Be in a folder, with its files as the standard streams, and a command line."""
    os.chdir(folder)
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (name, flags) in enumerate((("stdin", os.O_RDONLY), ("stdout", write), ("stderr", write))):
        file = os.open(name, flags, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    sys.argv = [target.name, "--config", "config.json", "--input", "stdin"]


def _be(target: type[DeliveryTarget], folder: Path, plan: Plan) -> None:
    """Be the run, and nothing after it."""
    code: object = 70
    try:
        _enter(folder, target)
        gates = Gates(plan, folder / "trace")
        install(gates, plan.broken)
        write_outcomes(folder / OUTCOMES)
        try:
            target.cli()
        except SystemExit as end:
            code = end.code
        gates.write_trace()
        sys.stdout.flush()
    finally:
        os._exit(code if isinstance(code, int) else 0 if code is None else 71)


def _waited_for(child: int) -> int:
    """Wait for the end of a process; its exit code."""
    deadline = time.monotonic() + LONGEST
    pause = 0.002
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise HungError(f"a run did not end within {LONGEST:.0f} s")
        time.sleep(pause)
