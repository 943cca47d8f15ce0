"""Watches the sandbox while a target delivers: how many calls it lets through, and how many it answers with 429."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

_LOOK_SECONDS = 0.1
_GRACE_SECONDS = 1.0


@dataclass(frozen=True)
class Look:
    """What the sandbox had counted at a moment.

    Attributes:
        at: Seconds of a monotonic clock.
        done: Calls of the kind that the rate begins with, refused ones too.
        calls: All calls that the rate is of, refused ones too.
        refused: Calls that were answered with 429.
    """

    at: float
    done: int
    calls: int
    refused: int


@dataclass(frozen=True)
class Seen:
    """What came of watching.

    Attributes:
        seconds: Between the first look that saw something done, and the last one before the last call.
        rate: Calls a second that were let through in this time.
        refused: Calls that were answered with 429, in all.
        refused_late: Those of them that came after the first second in which something was done.
    """

    seconds: float
    rate: float
    refused: int
    refused_late: int


class Watch:
    """Looks at the sandbox ten times a second, in a thread, while its `with` block runs.

    Args:
        count: Returns what there is to be seen: `done`, `calls` and `refused` of a `Look`.
    """

    def __init__(self, count: Callable[[], tuple[int, int, int]]) -> None:
        self._count = count
        self._looks: list[Look] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._look()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """End, after a last look."""
        self._stop.set()
        self._thread.join()
        self._look()

    def seen(self) -> Seen:
        """Say what was seen."""
        return summed_up(self._looks)

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        begun = time.monotonic()
        done, calls, refused = self._count()
        self._looks.append(Look((begun + time.monotonic()) / 2, done, calls, refused))


def summed_up(looks: list[Look]) -> Seen:
    """Turn looks into rates.

    What comes before the first thing done is left out: tokens, lists and fields are asked for one by one, and no limit
    is in their way. The end is the last look before the last call, so that no idle time is counted in, and no
    time is left out in which the target still had calls to make.
    """
    final = looks[-1]
    first = next((place for place, look in enumerate(looks) if look.done), len(looks) - 1)
    window = [look for look in looks[first:] if look.calls < final.calls] or [final]
    begin, end = window[0], window[-1]
    seconds = end.at - begin.at
    granted = (end.calls - end.refused) - (begin.calls - begin.refused)
    late_from = looks[max(first - 1, 0)].at + _GRACE_SECONDS
    early = next((look for look in looks if look.at >= late_from), final)
    return Seen(seconds, granted / seconds if seconds else 0.0, final.refused, final.refused - early.refused)
