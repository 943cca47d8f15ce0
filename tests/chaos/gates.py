"""Gates: every place at which a target touches the outside world counts who passes, and one of them may be the end.

They are put into a process that was forked for one run. Its end is a real `kill -9`, by its own hand: nothing after it
reaches the disk or the network, from no thread, and the system lets go of its locks.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Step:
    """A step of a run: a place, and which time it is passed, from 1.

    Counted by place and not over all: threads take turns as they please, and what each one does is the same each time.
    """

    place: str
    number: int

    def __str__(self) -> str:
        return f"{self.place} #{self.number}"

    @classmethod
    def of(cls, text: str) -> Step:
        """Read what `str` writes."""
        place, _, number = text.rpartition(" #")
        return cls(place, int(number))


@dataclass(frozen=True)
class Plan:
    """What happens to a run within its process.

    Attributes:
        die: The step at which it is killed.
        full: The step from which on the disk is full, for what is written there.
        jump: The step at which somebody sets the machine's clock.
        jump_seconds: By how much.
        broken: What of the engine is broken on purpose, of `BROKEN`; nothing where the engine is what is tried.
    """

    die: Step | None = None
    full: Step | None = None
    jump: Step | None = None
    jump_seconds: float = 0.0
    broken: str = ""

    def at(self, step: str) -> Plan:
        """Return the same at another step."""
        wanted = Step.of(step)
        return replace(self, full=wanted) if self.full else replace(self, die=wanted)


class Gates:
    """The gates of one run.

    Args:
        plan: What happens.
        trace: Where the steps are written when the run ends.
    """

    def __init__(self, plan: Plan, trace: Path) -> None:
        self._plan = plan
        self._trace = trace
        self._lock = threading.Lock()
        self._passed: Counter[str] = Counter()
        self._steps: list[str] = []
        self._full = ""
        self.offset = 0.0

    def at(self, place: str, half: Callable[[], object] | None = None) -> None:
        """Pass a gate, if this is not the end.

        Args:
            place: Where.
            half: What is done of what follows if this is the end, or if the disk is full.

        Raises:
            OSError: The disk is full.
            OperationalError: The same, of the ledger.
        """
        with self._lock:
            self._passed[place] += 1
            self._steps.append(place)
            step = Step(place, self._passed[place])
            if step == self._plan.jump:
                self.offset += self._plan.jump_seconds
            if step == self._plan.full:
                self._full = place
            if step == self._plan.die:
                if half:
                    half()
                self.write_trace()
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)  # until it comes; the lock keeps all other threads here
        if place == self._full:
            if half:
                half()
            if place.startswith("ledger"):
                raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write_trace(self) -> None:
        """Write down the steps so far."""
        self._trace.write_text(json.dumps(self._steps), encoding="utf-8")


def steps_of(trace: list[str]) -> list[Step]:
    """Number the steps of a trace."""
    passed: Counter[str] = Counter()
    steps = []
    for place in trace:
        passed[place] += 1
        steps.append(Step(place, passed[place]))
    return steps
