"""Programs that the demo starts, and that end with it whatever happens."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE_SECONDS = 10
# Meltano's own lines of this level stand above pictures of tracebacks, and are empty.
_ERROR = re.compile(r"\[(error|critical) *\] +[\w-]+ +\S")


class DemoError(Exception):
    """The demo cannot go on; the message says why and what to do."""


class Stopped(BaseException):
    """Somebody asked the demo to stop: Ctrl-C, or a signal. No `except Exception` may swallow it.

    Attributes:
        signal: Its number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = number


class _Interrupts:
    """Turns the first signal into `Stopped`, and ignores all that follow: clean-up is under way."""

    def __init__(self) -> None:
        self.shields = 0
        self.pending: int | None = None

    def arrive(self, number: int, _frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        self.pending = number
        self.raise_pending()

    def raise_pending(self) -> None:
        if self.pending is not None and not self.shields:
            number, self.pending = self.pending, None
            raise Stopped(number)


_interrupts = _Interrupts()


def stop_on_signals() -> None:
    """Raise `Stopped` in the main thread when a signal arrives."""
    for each in _SIGNALS:
        signal.signal(each, _interrupts.arrive)


@contextmanager
def shielded() -> Iterator[None]:
    """Let signals wait until the block ends, so that a program just started is known before it must be stopped."""
    _interrupts.shields += 1
    try:
        yield
    finally:
        _interrupts.shields -= 1
    _interrupts.raise_pending()


@contextmanager
def running(
    command: Sequence[str | Path], errors: IO[str] | int, *, folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Run a program, and end it and whatever it started when the block ends.

    Args:
        command: The program and its arguments.
        errors: Where its standard error goes: a file, or `subprocess.STDOUT`. Its output is for the block to read.
        folder: Where it runs.
        environment: What it runs in.
    """
    process: subprocess.Popen[str] | None = None
    try:
        with shielded():
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
                cwd=folder,
                env=environment,
                # Ctrl-C reaches all processes of a terminal's group: these are ended in their order instead.
                start_new_session=True,
            )
        yield process
    finally:
        if process is not None:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def complaint(log: Path) -> str:
    """Return what a log says of a failure: its last errors, or else its last lines."""
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if _ERROR.search(line)]
    return "\n".join(errors[-5:] or lines[-15:])
