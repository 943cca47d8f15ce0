"""The run report: what became of every record is counted here, and told as JSON, as a page and as a summary."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import InternalError
from singer_delivery.next_steps import next_steps
from singer_delivery.outcomes import Outcome
from singer_delivery.report_content import Content, StreamCounts
from singer_delivery.report_files import write_report
from singer_delivery.samples import Samples
from singer_delivery.summary import summary
from singer_delivery.tallies import Cell, causes_of, counts_of, outcomes_of
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.outcomes import Verdict
    from singer_delivery.rows import Row

MOST_MESSAGES = 100
"""Different messages that are kept for a stream, an action and a reason: a report stays small, whatever happens."""
OTHER_MESSAGES = "(for other causes see the rejects file)"
_LOOK = 0.2
"""Seconds between two looks at the outcomes for the timeline: so much may a record be late in it."""


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
        self._samples = Samples()
        self._seen = dict.fromkeys(Outcome, 0)
        self._look_at = 0.0

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

    def look(self, *, now: bool = False) -> None:
        """Enter in the timeline what was settled since the last look, if that is some time ago.

        Args:
            now: Do it in any case.
        """
        if not now and time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + _LOOK
        before, self._seen = self._seen, self.outcomes
        for outcome, n in self._seen.items():
            if n > before[outcome]:
                self.traffic.timeline.add(outcome.value, n - before[outcome])

    def sample(self, row: Row, action: str, reason: str) -> None:
        """Show a rejected record in the report, without its content. The first few of a reason are kept.

        Args:
            row: The record.
            action: What it was for.
            reason: Why it was rejected.
        """
        source = row.binding.source
        self._samples.add((source.stream, action), reason, row.raw, source.columns)

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
        self.rejects_path = str(Path(path).absolute())
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
        self.look(now=True)
        self.traffic.timeline.end()

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
        return outcomes_of(self.cells().items())

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
        outcomes = {place: dict.fromkeys(Outcome, 0) for place in places}
        for cell, n in cells.items():
            outcomes[cell.stream, cell.action][cell.outcome] += n
        without = {place: read.get(place, 0) - sum(outcomes[place].values()) for place in places}
        for place in [each for each in places if without[each] < 0]:
            for other in places:
                if other[0] == place[0] and without[place] < 0 < without[other]:
                    moved = min(-without[place], without[other])
                    without[other] -= moved
                    without[place] += moved
        return {place: (sum(each.values()) + without[place], each) for place, each in outcomes.items()}

    def content(self) -> Content:
        """Return the report as it is now. Nothing in it is a record's."""
        self.look(now=True)
        cells, traffic = self.cells(), self.traffic
        counts = counts_of(self.total_read, cells)
        content = Content(
            target=self.target,
            dry_run=self.dry_run,
            finished=self.finished,
            error=self.error,
            started_at=self.started_at.isoformat(timespec="seconds"),
            seconds=round(self.seconds, 3),
            outcomes=counts.outcomes,
            read=counts.read,
            reasons=counts.reasons,
            unsettled=self.unsettled,
            filtered=self.left_out,
            requests=traffic.requests,
            retries=traffic.retries,
            rate_limited=traffic.rate_limited,
            requests_per_second=round(traffic.requests_per_second, 3),
            operations=dict(traffic.per_operation),
            rejects_path=self.rejects_path,
            open_rejects=self.open_rejects,
            notes=list(self.notes),
            streams=self._streams(cells),
            causes=causes_of(cells),
            rejects_sample=self._samples.content(),
            spent=dict(traffic.spent),
            latency=traffic.latencies.content(),
            timeline=traffic.timeline.content(),
        )
        content.next_steps = list(next_steps(content))
        return content

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON can hold it."""
        return self.content().as_dict()

    def write(self, path: str | Path) -> None:
        """Write the report, as JSON and as a page.

        Raises:
            SetupError: It cannot be written.
        """
        write_report(self.content(), path)

    def summary(self) -> str:
        """Return the report for people: plain text, several lines."""
        return summary(self.content())

    def _streams(self, cells: Mapping[Cell, int]) -> dict[str, StreamCounts]:
        by_place: dict[tuple[str, str], dict[Cell, int]] = {}
        by_stream: dict[str, dict[Cell, int]] = {}
        for cell, n in cells.items():
            by_place.setdefault((cell.stream, cell.action), {})[cell] = n
            by_stream.setdefault(cell.stream, {})[cell] = n
        streams: dict[str, StreamCounts] = {}
        for (stream, action), (read, _) in sorted(self.lines().items()):
            if stream not in streams:
                counts = counts_of(0, by_stream.get(stream, {}))
                streams[stream] = StreamCounts(outcomes=counts.outcomes, read=0, reasons=counts.reasons, actions={})
            streams[stream].read += read
            streams[stream].actions[action] = counts_of(read, by_place.get((stream, action), {}))
        return streams

    def _cell(self, cell: Cell) -> Cell:
        """Return the cell to count in: one for all messages beyond those that are kept."""
        alike = cell[:4]
        if self._messages[alike] >= MOST_MESSAGES:
            return cell._replace(message=OTHER_MESSAGES, vendor_code=None)
        self._messages[alike] += 1
        return cell
