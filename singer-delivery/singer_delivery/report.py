"""The run report: what became of every record, as JSON for programs and as a summary for people."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_delivery.errors import InternalError, SetupError
from singer_delivery.outcomes import Outcome
from singer_delivery.summary import summary
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from singer_delivery.outcomes import Verdict

MOST_MESSAGES = 100
"""Different messages that are kept for a stream, an action and a reason: a report stays small, whatever happens."""
OTHER_MESSAGES = "(for other causes see the rejects file)"


class Cell(NamedTuple):
    """What is counted apart."""

    stream: str
    action: str
    outcome: Outcome
    reason: str
    message: str
    vendor_code: str | None


class Report:
    """What became of the records of a run. Any thread may count.

    Args:
        target: Name of the target, as it is called on the command line.
        dry_run: Whether nothing was sent.
        traffic: The calls that were made, where they are counted elsewhere.
    """

    def __init__(self, target: str, dry_run: bool, traffic: Traffic | None = None) -> None:  # noqa: FBT001 - a state
        self.target = target
        self.dry_run = dry_run
        self.traffic = traffic or Traffic()
        self.notes: list[str] = []
        self.finished: str | None = None
        self.error: str | None = None
        self.unsettled = 0
        self.left_out = 0
        self.rejects_path: str | None = None
        self.open_rejects: int | None = None
        self.started_at = datetime.now(timezone.utc)
        self._start = time.monotonic()
        self._seconds: float | None = None
        self._lock = threading.Lock()
        self._read: Counter[tuple[str, str]] = Counter()
        self._cells: dict[Cell, int] = {}
        self._messages: Counter[tuple[str, str, Outcome, str]] = Counter()

    def read(self, stream: str, action: str, n: int = 1) -> None:
        """Count records as read.

        Args:
            stream: Their stream.
            action: What the stream is bound to.
            n: How many.
        """
        with self._lock:
            self._read[stream, action] += n

    def settled(self, stream: str, action: str, verdict: Verdict, n: int = 1) -> None:
        """Count records as settled.

        Args:
            stream: Their stream.
            action: What they were really for.
            verdict: What became of them.
            n: How many.
        """
        # A tuple finds its equal cell, and is made faster.
        key: Any = (stream, action, verdict.outcome, verdict.reason, verdict.message, verdict.vendor_code)
        with self._lock:
            if key in self._cells:
                self._cells[key] += n
                return
            cell = self._cell(Cell(*key))
            self._cells[cell] = self._cells.get(cell, 0) + n

    def filtered(self, n: int = 1) -> None:
        """Count records that the stream maps left out. They do not count as read."""
        with self._lock:
            self.left_out += n

    def note(self, text: str) -> None:
        """Add what a reader should know. The same text counts once."""
        with self._lock:
            if text not in self.notes:
                self.notes.append(text)

    def rejects_file(self, path: str | Path, open_rows: int) -> None:
        """Say where rejects are.

        Args:
            path: The rejects file.
            open_rows: How many of its rows are still to be replayed, of this run and of earlier ones.
        """
        self.rejects_path = str(Path(path).expanduser().absolute())
        self.open_rejects = open_rows

    def finish(self, finished: str, error: str | None = None, unsettled: int = 0) -> None:
        """Say how the run ended, and stop its clock.

        Args:
            finished: `completed`, `interrupted` or `failed`.
            error: What it failed of, for people.
            unsettled: Records that were read and have no outcome.
        """
        self.finished, self.error, self.unsettled = finished, error, unsettled
        self._seconds = time.monotonic() - self._start

    def check_sums(self, unsettled: int) -> None:
        """Check that every record that was read is accounted for.

        Args:
            unsettled: Records that were read and have no outcome.

        Raises:
            InternalError: Outcomes and unsettled records are not those that were read.
        """
        with self._lock:
            read, settled = Counter[str](), Counter[str]()
            for (stream, _), n in self._read.items():
                read[stream] += n
            for cell, n in self._cells.items():
                settled[cell.stream] += n
        wrong = [stream for stream in read | settled if settled[stream] > read[stream]]
        if wrong or unsettled < 0 or settled.total() + unsettled != read.total():
            raise InternalError(
                f"A mistake in this program: of {read.total():,} records read, {settled.total():,} have an outcome "
                f"and {unsettled:,} have none, which does not add up{' in ' + ', '.join(wrong) if wrong else ''}. "
                "Please report this line."
            )

    @property
    def seconds(self) -> float:
        """How long the run took, so far or in all."""
        return time.monotonic() - self._start if self._seconds is None else self._seconds

    def read_of(self, stream: str) -> int:
        """Return how many records of a stream were read."""
        with self._lock:
            return sum(count for (name, _), count in self._read.items() if name == stream)

    @property
    def total_read(self) -> int:
        """How many records were read."""
        with self._lock:
            return sum(self._read.values())

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """How many records ended in each outcome; all five are there."""
        return _outcomes(self.cells().items())

    def cells(self) -> dict[Cell, int]:
        """Return what was counted, by stream, action, outcome, reason and message."""
        with self._lock:
            return dict(self._cells)

    def lines(self) -> dict[tuple[str, str], tuple[int, dict[Outcome, int]]]:
        """Return how many records of each stream were for each action, and their outcomes.

        A record that was routed to another action than its stream's (`subscribe` of someone who opted out) was for
        that one: so every line adds up.
        """
        cells = self.cells()
        with self._lock:
            read = dict(self._read)
        places = dict.fromkeys([*read, *((cell.stream, cell.action) for cell in cells)])
        outcomes = {
            place: _outcomes((cell, n) for cell, n in cells.items() if (cell.stream, cell.action) == place)
            for place in places
        }
        without = {place: read.get(place, 0) - sum(outcomes[place].values()) for place in places}
        for place in places:
            for other in places:
                if other[0] == place[0] and without[place] < 0 < without[other]:
                    moved = min(-without[place], without[other])
                    without[other] -= moved
                    without[place] += moved
        return {place: (sum(each.values()) + without[place], each) for place, each in outcomes.items()}

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON can hold it. Nothing in it is a record's."""
        cells = self.cells()
        traffic = self.traffic
        streams: dict[str, Any] = {}
        for (stream, action), (read, _) in sorted(self.lines().items()):
            of_stream = {cell: n for cell, n in cells.items() if cell.stream == stream}
            entry = streams.setdefault(stream, {**_counts(0, of_stream), "actions": {}})
            entry["read"] += read
            of_action = {cell: n for cell, n in of_stream.items() if cell.action == action}
            entry["actions"][action] = _counts(read, of_action)
        return {
            "target": self.target,
            "dry_run": self.dry_run,
            "finished": self.finished,
            "error": self.error,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 3),
            **_counts(self.total_read, cells),
            "unsettled": self.unsettled,
            "filtered": self.left_out,
            "requests": traffic.requests,
            "retries": traffic.retries,
            "rate_limited": traffic.rate_limited,
            "requests_per_second": round(traffic.requests_per_second, 3),
            "operations": dict(traffic.per_operation),
            "rejects_path": self.rejects_path,
            "open_rejects": self.open_rejects,
            "notes": list(self.notes),
            "streams": streams,
        }

    def write(self, path: str | Path) -> None:
        """Write the report as JSON, all of it or nothing.

        Raises:
            SetupError: It cannot be written.
        """
        text = json.dumps(self.as_dict(), indent=2) + "\n"
        try:
            _write(Path(path).expanduser().resolve(), text)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise SetupError(f"The run report cannot be written to {path} (`report_path`): {why}.") from None

    def summary(self) -> str:
        """Return the report for people: plain text, several lines."""
        return summary(self)

    def _cell(self, cell: Cell) -> Cell:
        """Return the cell to count in: one for all messages beyond those that are kept."""
        alike = cell[:4]
        if self._messages[alike] >= MOST_MESSAGES:
            return cell._replace(message=OTHER_MESSAGES, vendor_code=None)
        self._messages[alike] += 1
        return cell


def _outcomes(cells: Iterable[tuple[Cell, int]]) -> dict[Outcome, int]:
    outcomes = dict.fromkeys(Outcome, 0)
    for cell, n in cells:
        outcomes[cell.outcome] += n
    return outcomes


def _counts(read: int, cells: Mapping[Cell, int]) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    for cell, n in cells.items():
        reasons[cell.reason] += n
    outcomes = {outcome.value: n for outcome, n in _outcomes(cells.items()).items()}
    return {"outcomes": outcomes, "read": read, "reasons": dict(reasons.most_common())}


def _write(path: Path, text: str) -> None:
    """Write a file by way of another one, so that a reader never sees half of it. Devices are written to directly."""
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        path.write_text(text, encoding="utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
