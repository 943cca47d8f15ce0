"""The last step of every record: rejects and ledger written, then counted, then state may pass it.

One thread does it for all workers, and takes what has piled up in one go: one flush of the rejects file and one
transaction of the ledger for many records.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from singer_delivery.boundary import told_to
from singer_delivery.errors import OutputError
from singer_delivery.ledger import NOT_KNOWN, Accepted, Forget, LeftAlone, noted_below
from singer_delivery.outcomes import BEYOND_MAX_RECORDS, SUPERSEDED, UNCHANGED, UNKNOWN, Outcome
from singer_delivery.rejects import Reject
from singer_delivery.rows import Settled
from singer_delivery.versions import Versions, row_id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from singer_delivery.books import Books
    from singer_delivery.errors import DeliveryError
    from singer_delivery.outcomes import Verdict
    from singer_delivery.rejects import RejectsFile
    from singer_delivery.rows import Item, Row, Unchanged

_GATHERING = 0.2
"""Seconds in which deliveries gather before they are written, unless somebody waits for them: a disk takes many at
once as fast as one."""
_GATHERING_OF_MANY = 1.0
"""The same where a call takes many: their keys are scattered over the whole ledger, and the more are written at once,
the fewer of its pages are written again. After a crash, the deliveries of this time are made again:
so this is only for what may be repeated."""
_PAUSE = 0.02
"""Seconds in which everything gathers. Rows that are unchanged fill the memory, so they wait no longer."""
_DONE = frozenset({Outcome.ACCEPTED, Outcome.ALREADY})
_TICK = 0.5
"""Seconds after which the settler looks whether a state is due although nothing was settled."""


@dataclass(slots=True, eq=False)
class Outcomes:
    """What is handed to the settler at once."""

    settled: Sequence[Settled] = ()
    unchanged: Sequence[Unchanged] = ()
    touched: Sequence[Item] = ()
    begun: Sequence[Row] = ()
    """Rows that are on their way to the vendor from now on."""
    delivered: bool = False
    """Whether it comes from a call: then it may gather."""


class Settler:
    """Settles records, on a thread of its own.

    Args:
        books: What is written.
        done: Called with deliveries that are settled.
        fail: Called with what ends the run.
    """

    def __init__(
        self, books: Books, done: Callable[[Iterable[Item]], None], fail: Callable[[DeliveryError], None]
    ) -> None:
        self._books = books
        self._done = done
        self._fail = fail
        self._versions = Versions()
        self._hurry = threading.Event()
        self._queue: queue.SimpleQueue[Outcomes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="settler", daemon=True)
        self._thread.start()

    def put(self, outcomes: Outcomes) -> None:
        """Hand over outcomes; from any thread."""
        self._queue.put(outcomes)

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Let nothing gather meanwhile: somebody waits."""
        self._hurry.set()
        self._queue.put(Outcomes())  # wakes it
        try:
            yield
        finally:
            self._hurry.clear()

    def close(self) -> None:
        """Settle what was handed over, and end."""
        self._hurry.set()
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        with told_to(self._fail):
            self._settle_until_the_end()

    def _settle_until_the_end(self) -> None:
        gathered: list[Outcomes] = []
        due = math.inf
        ending = False
        while not ending:
            taken = self._take(min(_TICK, max(due - time.monotonic(), 0)))
            ending = None in taken
            outcomes = [each for each in taken if each is not None]
            batch = [each for each in outcomes if not each.delivered]
            if deliveries := [each for each in outcomes if each.delivered]:
                gathered += deliveries
                due = min(due, time.monotonic() + longest_wait(deliveries))
            if ending or self._hurry.is_set() or time.monotonic() >= due:
                batch, gathered, due = batch + gathered, [], math.inf
            if batch or ending or not taken:  # what only gathers is no reason to look at everything
                self._settle(batch)

    def _take(self, seconds: float) -> list[Outcomes | None]:
        """Take what there is; wait for something so many seconds at most."""
        taken: list[Outcomes | None] = []
        try:
            taken.append(self._queue.get(timeout=seconds))
            self._hurry.wait(_PAUSE)
            while True:
                taken.append(self._queue.get_nowait())
        except queue.Empty:
            return taken

    def _settle(self, batch: Sequence[Outcomes]) -> None:
        settled = list(_all_rows(each for outcomes in batch for each in outcomes.settled))
        unchanged = [each for outcomes in batch for each in outcomes.unchanged]
        books = self._books
        if books.plan_file is not None:
            books.plan_file.add(settled, unchanged)
        if books.rejects is not None:
            self._versions.begin(row for outcomes in batch for row in outcomes.begun)
            self._write_rejects(books.rejects, settled, unchanged)
            self._write_ledger(settled, [item for outcomes in batch for item in outcomes.touched])
        for each in settled:
            books.report.settled(each.row.binding.stream, each.action.name, each.verdict)
            books.checkpoints.settle(each.row.chunk, 1)
            if each.verdict.outcome is Outcome.REJECTED:
                books.report.sample(each.row, each.action.name, each.verdict.reason)
        for group in unchanged:
            rows = group.rows
            books.report.settled(rows[0].binding.stream, group.action.name, UNCHANGED, len(rows))
            for row in rows:
                row.chunk.unsettled -= 1
        books.report.look()
        self._done([each.item for each in settled if each.item is not None])
        try:
            books.checkpoints.advance()
        except OutputError as error:
            self._fail(error)  # what became of the calls under way is settled all the same: they are not made again

    def _write_rejects(self, rejects: RejectsFile, settled: Sequence[Settled], unchanged: Sequence[Unchanged]) -> None:
        """Write what was rejected, and that earlier rejects have come through.

        Of two records of a row the later one counts, and that need not be the one that is settled later.
        """
        versions = self._versions
        rejected = [each for each in settled if each.verdict.outcome is Outcome.REJECTED]
        well = [each.row for each in settled if _is_well(each)]
        well += [row for group in unchanged for row in group.rows]
        versions.settle([each.row for each in rejected], well)
        rejects.add(_reject(each) for each in rejected if versions.is_newest(each.row))
        if rejects.has_open:
            ids = ((row, row_id_of(row)) for row in well)
            there = rejects.open_rejects
            rejects.resolve(
                (row.binding.source.stream, id_) for row, id_ in ids if id_ in there and versions.is_newest(row)
            )
        versions.end(each.row for each in settled)

    def _write_ledger(self, settled: Sequence[Settled], touched: Sequence[Item]) -> None:
        accepted: list[Accepted] = []
        forget: list[Forget] = []
        undone: list[Item] = []
        left: list[LeftAlone] = []
        wanted: dict[int, list[tuple[bytes, bytes]]] = {}
        restore: list[tuple[int, bytes]] = []
        for each in settled:
            item = each.item
            verdict = each.verdict if each.gathered is None else each.gathered.whole
            if item is None:
                continue
            accepted += self._entries(item, verdict)
            if verdict.outcome in _DONE:
                forget.extend(Forget(scope, key) for scope in each.action.undoes() for key in item.keys)
            elif verdict.still_wanted:
                wanted.setdefault(item.scope, []).append((item.key, item.payload))
            elif verdict is not UNKNOWN:
                restore.extend(item.undoing)
                if verdict.lasting:
                    left.append(LeftAlone(item.scope, item.key, item.source, verdict.reason))
                if not each.action.repeatable:
                    undone.append(item)
        touch = [Accepted(item.scope, item.key, item.source, item.payload) for item in touched]
        before, clear = taken_back(undone)
        self._books.ledger.settle(accepted + before, forget, clear, touch, left)
        self._books.ledger.restore(restore)
        for scope, rows in wanted.items():
            self._books.ledger.mark_sending(scope, rows)

    def _entries(self, item: Item, verdict: Verdict) -> Iterator[Accepted]:
        """Yield what the ledger is to hold of a delivery: by each of its keys, and its note.

        By its other keys also where it is in doubt: who is perhaps on, or off, and wanted to be off, is so for others.
        """
        is_done = verdict.outcome in _DONE
        if is_done:
            yield Accepted(item.scope, item.key, item.source, item.payload)
        if is_done or verdict is UNKNOWN or verdict.still_wanted:
            for scope, key in item.also:
                yield Accepted(scope, key, NOT_KNOWN, NOT_KNOWN)
        if is_done and item.delivery.noted:
            yield Accepted(
                self._books.ledger.scope(noted_below(item.delivery.action.scope)), item.key, NOT_KNOWN, NOT_KNOWN
            )


def longest_wait(deliveries: Sequence[Outcomes]) -> float:
    """Return for how many seconds what was delivered may gather before it is written."""
    may_gather = all(len(each.settled) > 1 and each.settled[0].action.repeatable for each in deliveries)
    return _GATHERING_OF_MANY if may_gather else _GATHERING


def taken_back(items: Iterable[Item]) -> tuple[list[Accepted], list[tuple[int, bytes]]]:
    """Return what the ledger is to hold of deliveries that were marked as being sent, and were not made.

    Returns:
        Those whose key was accepted before, and is still, with what is not known any more; and those to forget.
    """
    before: list[Accepted] = []
    clear: list[tuple[int, bytes]] = []
    for item in items:
        if item.delivery.known:
            before.append(Accepted(item.scope, item.key, NOT_KNOWN, NOT_KNOWN))
        else:
            clear.append((item.scope, item.key))
    return before, clear


def _all_rows(settled: Iterable[Settled]) -> Iterator[Settled]:
    """Let the other rows of a gathered delivery follow the first, which alone stands for it in the ledger."""
    for each in settled:
        yield each
        yield from (Settled(row, verdict, each.action) for row, verdict in islice(each.rows, 1, None))


def _is_well(settled: Settled) -> bool:
    """Say whether a row that was rejected once is not to be replayed any more."""
    verdict = settled.verdict
    return (
        settled.is_through
        and verdict.outcome is not Outcome.REJECTED
        and verdict not in {SUPERSEDED, BEYOND_MAX_RECORDS}
    )


def _reject(settled: Settled) -> Reject:
    binding = settled.row.binding
    source = binding.source
    return Reject(
        stream=source.stream,
        action=settled.action.name,
        record=settled.row.raw,
        key_properties=tuple(source.key_properties),
        verdict=settled.verdict,
        mapped=binding.stream,
        bound=binding.action.name,
        schema=source.schema,
    )
