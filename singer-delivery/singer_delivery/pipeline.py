"""A record's way, put together: chunks of rows are planned, dispatched and settled while the next ones are read."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from singer_delivery.bundling import groups_of
from singer_delivery.dispatch import Dispatcher
from singer_delivery.errors import LimitError
from singer_delivery.outcomes import BEYOND_MAX_RECORDS
from singer_delivery.planning import Planning
from singer_delivery.rows import Chunk, Row
from singer_delivery.settling import Outcomes, Settler, taken_back
from singer_delivery.tallies import counts_of, rejected_of_tried

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from singer_delivery.actions import Action, Record
    from singer_delivery.books import Books
    from singer_delivery.clients import Calls
    from singer_delivery.comparison import Plan
    from singer_delivery.outcomes import Verdict
    from singer_delivery.people import People
    from singer_delivery.rows import Binding, Item
    from singer_delivery.sending import Group
    from singer_delivery.settings import DeliverySettings

CHUNK_SECONDS = 1.0
"""Seconds after which a chunk is planned although it is not full."""
MANY_REJECTS = 10_000
"""Rejects from which on `max_rejected_percent` ends a run in the middle of it; fewer are judged at its end."""
FEWEST_ROWS = 20
"""Rows of a chunk at least, for an action whose calls take one each; with larger calls so many calls."""
FEWEST_FOR_A_GUARD = 100
"""People that the ledger knows at least, for `max_removal_percent` to say anything."""


class Pipeline:
    """The way of all records of a run.

    Args:
        settings: The settings that every target has.
        client: The vendor's transport.
        people: Reads phones, e-mails and consent.
        books: What the run writes.
        interrupted: Raises, in the caller's thread, when a signal has come; called while waiting.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        client: Calls,
        people: People,
        books: Books,
        interrupted: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._ledger = books.ledger
        self._report = books.report
        self._checkpoints = books.checkpoints
        self._interrupted = interrupted
        self._dispatcher = Dispatcher(
            client,
            lambda settled: self._settler.put(Outcomes(settled, delivered=True)),
            self._mark,
            concurrency=settings.concurrency,
            check=self._check,
            dry_run=settings.dry_run,
        )
        self._settler = Settler(books, self._dispatcher.settled, self._dispatcher.fail)
        self._planning = Planning(books.ledger, people, self._dispatcher.pending, self._wait, resend=settings.resend)
        self._chunk = Chunk()
        self._chunk_is_due = 0.0
        self._rows = settings.batch_size_rows
        self._largest_batch = 1
        self._read = 0
        self._removals: dict[str, _Removals] = {}
        self._rows_are_left_out = False

    def add(
        self, binding: Binding, record: Record, raw: Record, *, deleted: bool = False, verdict: Verdict | None = None
    ) -> None:
        """Take a record.

        Args:
            binding: Its stream and action.
            record: The record after stream maps.
            raw: The record as the tap sent it.
            deleted: Whether its row was deleted at the source.
            verdict: Its outcome, where it is clear already.

        Raises:
            DeliveryError: The run is to end.
        """
        self._read += 1
        limit = self._settings.max_records
        if limit is not None and self._read > limit:
            verdict = BEYOND_MAX_RECORDS
            self._rows_are_left_out = True
        chunk = self._chunk
        rows = chunk.rows
        if not rows:
            self._chunk_is_due = time.monotonic() + CHUNK_SECONDS
        rows.append(Row(binding, record, raw, self._read, chunk, deleted, verdict))
        # A chunk fills at least one call: deliveries of different chunks go out in different ones.
        full = len(rows) >= self._rows and len(rows) >= binding.action.batch_size
        if full or time.monotonic() >= self._chunk_is_due:
            self._plan()

    def state(self, value: dict[str, Any]) -> None:
        """Take a state: it goes out when everything before it is settled.

        A dry run lets none out, and neither does a run that has left records out: the next run is to read them again.
        """
        if self._settings.dry_run or self._rows_are_left_out:
            return
        self._chunk.state = value
        if not self._chunk.rows:
            self._plan()

    def finish(self) -> None:
        """Settle everything that was taken.

        Raises:
            DeliveryError: The run is to end without that.
        """
        self._plan()
        gathered = self._planning.gathered()
        if gathered.items:
            self._checkpoints.settle_together()
        self._hand_over(gathered)
        self._wait()
        self._dispatcher.close()
        self._settler.close()
        self._check()
        self._checkpoints.advance(final=True)
        self._check_rejects()

    def _wait(self) -> None:
        """Wait until everything that was handed over is settled."""
        with self._settler.hurried():
            self._dispatcher.wait()

    def abandon(self) -> None:
        """End early: calls under way are finished and settled, everything else stays unsettled."""
        self._take_chunk()  # its rows were read: they count as unsettled
        left = self._dispatcher.abandon()
        self._settler.close()
        self._unmark(left)
        self._checkpoints.advance(final=True)

    def _check_rejects(self, fewest: int = 0) -> None:
        """Raise if so many records were rejected, and more than `max_rejected_percent` of those that were tried."""
        rejects, tried = rejected_of_tried(counts_of(self._report.total_read, self._report.cells()))
        percent = self._settings.max_rejected_percent
        if rejects >= fewest and rejects * 100 > tried * percent:
            raise LimitError(
                f"{rejects:,} of {tried:,} records were rejected, more than {percent} % (`max_rejected_percent`). "
                f"{self._after_rejects()}"
            )

    def _after_rejects(self) -> str:
        """Say where rejects and state are when too much was rejected."""
        if self._settings.dry_run:
            return (
                "Nothing was sent, and state stays where it was; the plan (`plan_path`) says what is wrong with each."
            )
        kept = "They are in the rejects file, to be replayed, and state"
        if self._rows_are_left_out:
            return f"{kept} stays before the records beyond `max_records`."
        return f"{kept} has moved on past what is settled."

    def _check(self) -> None:
        """Raise what ends the run, if something does."""
        if self._dispatcher.failure:
            raise self._dispatcher.failure
        self._interrupted()

    def _plan(self) -> None:
        """Plan the chunk in hand, and hand it over."""
        started = time.monotonic()
        for plan in self._planning.plan(self._take_chunk()):
            self._hand_over(plan)
        self._dispatcher.rest()
        self._adapt(time.monotonic() - started)
        self._check()
        self._check_rejects(MANY_REJECTS)

    def _hand_over(self, plan: Plan) -> None:
        self._settler.put(Outcomes(plan.settled, plan.unchanged, plan.touched, plan.begun))
        self._dispatch(plan.items)

    def _adapt(self, seconds: float) -> None:
        """Make chunks smaller where the vendor is slow: state goes out at a chunk's end, and that is to be often."""
        if seconds > 2 * CHUNK_SECONDS:
            self._rows = max(self._rows // 2, FEWEST_ROWS * self._largest_batch)
        elif seconds < CHUNK_SECONDS:
            self._rows *= 2
        self._rows = min(self._rows, self._settings.batch_size_rows)

    def _take_chunk(self) -> Sequence[Row]:
        """Close the chunk in hand, and begin another."""
        chunk, self._chunk = self._chunk, Chunk()
        chunk.unsettled = len(chunk.rows)
        rows, chunk.rows = chunk.rows, []  # the chunk outlives its rows: they are not to stay in memory with it
        self._checkpoints.add(chunk)
        self._count(rows)
        return rows

    def _count(self, rows: Sequence[Row]) -> None:
        for binding, of_binding in groupby(rows, key=attrgetter("binding")):  # rows of a stream come together
            self._report.read(binding.stream, binding.action.name, sum(1 for _ in of_binding))

    def _dispatch(self, items: Sequence[Item]) -> None:
        """Group deliveries into calls and hand them to the workers."""
        for action, groups in groups_of(items):
            self._largest_batch = max(self._largest_batch, action.batch_size)
            once = not (action.repeatable or self._settings.dry_run)
            if not (once or action.removes):
                self._doubt([item for group in groups for item in group.items])
                self._dispatcher.submit(groups)
                continue
            for group in groups:
                if action.removes:
                    self._guard(action, sum(item.takes_off for item in group.items))
                if once:
                    self._submit_once(group)
                else:
                    self._dispatcher.submit([group])

    def _submit_once(self, group: Group) -> None:
        """Hand over what must not be repeated: the ledger knows of it before the vendor does."""
        marked = [item for item in group.items if not item.uncertain]
        self._mark(marked)
        with ExitStack() as on_error:
            on_error.callback(self._unmark, marked)  # nobody has taken it
            self._dispatcher.submit([group])
            on_error.pop_all()

    def _mark(self, items: Sequence[Item]) -> None:
        """Write that deliveries are being sent, as of now. From any thread."""
        for scope in {item.scope for item in items}:
            self._ledger.mark_sending(scope, [(item.key, item.payload) for item in items if item.scope == scope])
        self._doubt(items)

    def _doubt(self, items: Sequence[Item]) -> None:
        """Write that what deliveries undo may be so no more: a run that is killed now leaves nobody as taken off."""
        self._ledger.doubt([entry for item in items for entry in item.undoing])

    def _unmark(self, items: Sequence[Item]) -> None:
        undone = [item for item in items if not (item.delivery.action.repeatable or item.uncertain)]
        before, clear = taken_back(undone)
        if before or clear:
            self._ledger.settle(before, [], clear, [])
        self._ledger.restore([entry for item in undone for entry in item.undoing])

    def _guard(self, action: Action, removals: int) -> None:
        """Stop before a run takes more people off than `max_removal_percent` of those that the ledger knows."""
        count = self._removals.get(action.scope)
        if count is None:
            count = self._removals[action.scope] = _Removals(self._ledger.known_count(action.undoes()))
        count.removals += removals
        percent = self._settings.max_removal_percent
        if count.known >= FEWEST_FOR_A_GUARD and count.removals * 100 > count.known * percent:
            so_far = "nobody was taken off" if self._settings.dry_run else "those before this one were taken off"
            raise LimitError(
                f"`{action.name}` would take off more than {percent} % of the {count.known:,} people that were added "
                f"before (`max_removal_percent`). The run stops here; {so_far}. If it is right, run again with a "
                "higher `max_removal_percent`."
            )


@dataclass(slots=True)
class _Removals:
    """Removals of one action in this run.

    Attributes:
        known: People that the ledger knew as added at the run's first removal.
        removals: How many were to be removed so far.
    """

    known: int
    removals: int = 0
