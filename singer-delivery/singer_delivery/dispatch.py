"""Worker threads that hand deliveries to the vendor, in groups of the vendor's size."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_delivery.actions import Doubt, Job
from singer_delivery.errors import (
    AbandonedError,
    DeliveryError,
    OutcomeUnknownError,
    RefusedError,
    UnavailableError,
    internal_error,
)
from singer_delivery.outcomes import UNKNOWN, Outcome, rejected, skipped
from singer_delivery.rows import Settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.clients import Calls
    from singer_delivery.outcomes import Verdict
    from singer_delivery.planned_calls import PlannedCall
    from singer_delivery.rows import Item

GROUPS_PER_WORKER = 2
"""Groups at most under way for each worker: one in its hands, one that waits for it."""
DEEPEST = 1_000
"""Deliveries up to which more groups than that may wait."""
MOST_UNSETTLED = 2_000
"""Deliveries at most that are sent and not settled yet: they wait in memory."""
MOST_OF_LARGE_CALLS = 20_000
"""The same where a vendor's calls take many at once."""
MOST_BROKEN_IN_A_ROW = 5
"""Records that break the vendor one after the other before it counts as the vendor's trouble, not the records'."""
_TICK = 0.2
"""Seconds between two looks at whether the run is to end, while waiting."""


@dataclass(slots=True, eq=False)
class Group:
    """Deliveries of one action that go out in one call."""

    action: Action
    items: Sequence[Item]


class Dispatcher:
    """A pool of workers, and what they have in hand.

    Args:
        client: The vendor's transport; stopped when the run ends early.
        settle: Takes the outcomes of a group, in a worker's thread.
        concurrency: How many workers.
        check: Called while waiting, in the caller's thread; raises when the run is to end.
        dry_run: The client makes no call that changes anything; outcomes are what would happen.
    """

    def __init__(
        self,
        client: Calls,
        settle: Callable[[Sequence[Settled]], None],
        *,
        concurrency: int,
        check: Callable[[], None],
        dry_run: bool = False,
    ) -> None:
        self._client = client
        self._settle = settle
        self._concurrency = concurrency
        self._check = check
        self._dry_run = dry_run
        self._queue: queue.SimpleQueue[Group | None] = queue.SimpleQueue()
        self._left: list[Group] = []
        self._changed = threading.Condition()
        self._under_way = 0
        self._pending: Counter[bytes] = Counter()
        self._workers: list[threading.Thread] = []
        self._ending = False
        self._broken_in_a_row = 0
        self._last_success = time.monotonic()
        self.failure: DeliveryError | None = None
        """What ended the run, once something has."""

    def submit(self, group: Group) -> None:
        """Hand over a group; waits while the workers, or who settles behind them, have enough to do."""
        most = self._concurrency * GROUPS_PER_WORKER
        unsettled = MOST_UNSETTLED if len(group.items) == 1 else MOST_OF_LARGE_CALLS
        with self._changed:
            while not self._has_room(group.action, most, unsettled):
                self._wait()
            self._check()
            self._under_way += 1
            self._pending.update(item.key for item in group.items)
            if len(self._workers) < min(self._concurrency, self._under_way):
                worker = threading.Thread(target=self._work, name=f"delivery-{len(self._workers)}", daemon=True)
                self._workers.append(worker)
                worker.start()
        self._queue.put(group)

    def pending(self, keys: Iterable[bytes]) -> bool:
        """Say whether a delivery of one of these keys is not settled yet."""
        with self._changed:
            return bool(self._pending) and any(key in self._pending for key in keys)

    def wait(self) -> None:
        """Wait until everything that was submitted is settled."""
        with self._changed:
            while self._under_way or self._pending:
                self._wait()
            self._check()

    def settled(self, items: Iterable[Item]) -> None:
        """Take note that deliveries are settled: the ledger holds what became of them."""
        with self._changed:
            for item in items:
                self._pending[item.key] -= 1
                if not self._pending[item.key]:
                    del self._pending[item.key]
            self._changed.notify()

    def fail(self, error: DeliveryError) -> None:
        """End the run because of an error; the first one counts."""
        with self._changed:
            self.failure = self.failure or error
            self._ending = True
            self._changed.notify()
        self._client.stop()

    def abandon(self) -> list[Item]:
        """End early: what no worker has begun is given back, calls under way are waited for.

        Returns:
            The deliveries that were not begun, or broke off before they could have any effect.
        """
        self._ending = True
        self._client.stop()
        self.close()
        return [item for group in self._left for item in group.items]

    def close(self) -> None:
        """End the workers, after what they have in hand."""
        for _ in self._workers:
            self._queue.put(None)
        for worker in self._workers:
            worker.join()

    def _has_room(self, action: Action, most: int, unsettled: int) -> bool:
        """Say whether another group may come.

        More than the usual number may wait where that does no harm: the workers are not to run dry while the next
        chunk is planned. What must not be repeated is in doubt after a crash from the moment it is handed over.
        """
        if self._under_way >= most and not (action.repeatable and len(self._pending) < DEEPEST):
            return False
        return len(self._pending) < unsettled

    def _wait(self) -> None:
        """Wait for a change, and look whether the run is to end."""
        self._check()
        self._changed.wait(_TICK)

    def _work(self) -> None:
        while (group := self._queue.get()) is not None:
            if self._ending:
                self._left.append(group)
            elif settled := self._delivered(group):
                self._settle(settled)
            with self._changed:
                self._under_way -= 1
                self._changed.notify()

    def _delivered(self, group: Group) -> list[Settled]:
        """Deliver a group; what ends the run is told to who waits."""
        self._client.take_lasting()
        try:
            return self._deliver(group.action, group.items)
        except AbandonedError:
            self._give_back(group)
        except DeliveryError as error:
            self._give_back(group)
            self.fail(error)
        except Exception as error:  # noqa: BLE001 - a thread's end: what is not told here is told nowhere
            self.fail(internal_error(error))
        return []

    def _give_back(self, group: Group) -> None:
        """Keep what was certainly not delivered: the next run may try again, even what must not be repeated."""
        if not self._client.take_lasting():
            self._left.append(group)

    def _deliver(self, action: Action, items: Sequence[Item]) -> list[Settled]:
        """Send a group; what fails as a whole is split until the culprit stands alone."""
        settled = [self._resolved(item) for item in items if item.uncertain]
        fresh = [item for item in items if not item.uncertain]
        return settled + (self._sent(action, fresh) if fresh else [])

    def _sent(self, action: Action, items: Sequence[Item]) -> list[Settled]:
        started = time.monotonic()
        try:
            verdicts = action.send([item.delivery for item in items])
        except RefusedError as refusal:
            if len(items) == 1:
                return self._outcome(items, [refusal.rule.verdict(refusal.code)])
        except OutcomeUnknownError:
            return [self._resolved(item) for item in items]
        except UnavailableError as error:
            if not (error.answered and action.repeatable and self._is_the_records_fault(action, started)):
                raise
            if len(items) == 1:
                return self._outcome(items, [VENDOR_BREAKS])
        else:
            self._broken_in_a_row = 0
            self._last_success = time.monotonic()
            return self._outcome(items, verdicts)
        half = len(items) // 2
        return self._halves(action, items[:half], items[half:])

    def _halves(self, action: Action, *halves: Sequence[Item]) -> list[Settled]:
        """Send parts of a group one after the other; what was settled before one of them ends the run is kept."""
        settled: list[Settled] = []
        for half in halves:
            try:
                settled += self._sent(action, half)
            except (AbandonedError, DeliveryError):  # noqa: PERF203 - two halves
                if settled:
                    self._settle(settled)
                raise
        return settled

    def _is_the_records_fault(self, action: Action, started: float) -> bool:
        """Tell a record that breaks the vendor from a vendor that is broken."""
        self._broken_in_a_row += 1
        if self._broken_in_a_row > MOST_BROKEN_IN_A_ROW:
            return False
        return self._last_success > started or action.vendor_works()

    def _resolved(self, item: Item) -> Settled:
        found = Doubt.REMAINS if self._dry_run else item.delivery.action.resolve(item.delivery)
        return Settled(item.row, UNKNOWN if isinstance(found, Doubt) else found, item.delivery.action, item)

    def _outcome(self, items: Sequence[Item], verdicts: Sequence[Verdict] | Job) -> list[Settled]:
        assert not isinstance(verdicts, Job)
        calls: Sequence[PlannedCall] = ()
        if self._dry_run:
            calls = self._client.take_planned()
            verdicts = [_would(verdict) for verdict in verdicts]
        return [
            Settled(item.row, verdict, item.delivery.action, item, calls)
            for item, verdict in zip(items, verdicts, strict=True)
        ]


VENDOR_BREAKS = rejected(
    "vendor_error",
    "The vendor answers this record, and only this one, with an error of its own. Replay it later; if it fails again, "
    "ask the vendor's support.",
)


def _would(verdict: Verdict) -> Verdict:
    """Turn what would happen into the outcome of a dry run, in which nothing happens."""
    if verdict.outcome is not Outcome.ACCEPTED:
        return verdict
    return skipped(f"would_be_{verdict.reason}", "A dry run: nothing was sent.")
