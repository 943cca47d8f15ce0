"""Runs a program and measures what it took: its CPU seconds, its wall time, its peak memory, its records."""

from __future__ import annotations

import fcntl
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PIECE = 1 << 20
# Both taps write it once per record, and no text of the sandbox's data holds it: JSON escapes quotes.
_RECORD = b'"RECORD"'
_MB = 1_000_000
_TICKS = os.sysconf("SC_CLK_TCK")


class RunError(Exception):
    """A measured program failed; the message holds the end of its log."""


@dataclass(frozen=True)
class Measured:
    """What one run took.

    Attributes:
        wall: Seconds from the start of the process to its end.
        cpu: CPU seconds of the process, in user and kernel mode, its start-up included.
        peak_mb: The most resident memory it ever had, in millions of bytes.
        records: How many RECORD messages it wrote.
        written_mb: How much it wrote, in millions of bytes.
    """

    wall: float
    cpu: float
    peak_mb: float
    records: int
    written_mb: float


def plain_environment() -> dict[str, str]:
    """Return this program's environment without what changes how Python runs.

    PYTHONUNBUFFERED slows the output down, PYTHONDONTWRITEBYTECODE lets each start compile all modules anew.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def run(
    command: Sequence[str | Path],
    log: Path,
    given: Path | None = None,
    *,
    started: Callable[[int], None] | None = None,
) -> Measured:
    """Run a program with its output into a pipe that is counted and thrown away.

    Args:
        command: The program and its arguments.
        log: Where its standard error goes.
        given: A file that is its standard input.
        started: Is told its process id.

    Raises:
        RunError: It failed.
    """
    with log.open("w", encoding="utf-8") as errors, (given or Path(os.devnull)).open("rb") as fed:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdin=fed, stdout=subprocess.PIPE, stderr=errors, env=plain_environment())
        assert process.stdout
        if started:
            started(process.pid)
        try:
            records, written = _count(process.stdout)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
            process.stdout.close()
    if process.returncode:
        raise RunError(f"{command[0]} ended with {process.returncode}; {log} ends with:\n{_tail(log)}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / _MB, records, written)


def _count(output: IO[bytes]) -> tuple[int, float]:
    """Read everything, and count records across the seams of the pieces."""
    descriptor = output.fileno()
    fcntl.fcntl(descriptor, getattr(fcntl, "F_SETPIPE_SZ", 1031), _PIECE)
    records = written = 0
    seam = b""
    while piece := os.read(descriptor, _PIECE):
        written += len(piece)
        piece = seam + piece  # a mark may lie across the seam of two pieces
        records += piece.count(_RECORD)
        seam = piece[1 - len(_RECORD) :]
    return records, written / _MB


def _tail(log: Path, characters: int = 1500) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-characters:]


def cpu_of(pid: int) -> float | None:
    """Return a running process's CPU seconds, without those of its children; None if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICKS


def middle(runs: Sequence[Measured], attribute: str) -> float:
    """Return the median of an attribute of some runs."""
    return median(float(getattr(each, attribute)) for each in runs)
