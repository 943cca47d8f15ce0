"""Worker threads that hand deliveries to the vendor, in groups of the vendor's size."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from contextlib import suppress
from typing import TYPE_CHECKING

from singer_delivery.boundary import told_to
from singer_delivery.errors import AbandonedError, SetupError
from singer_delivery.parking import Parking
from singer_delivery.sending import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.clients import Calls
    from singer_delivery.errors import DeliveryError
    from singer_delivery.rows import Item, Settled
    from singer_delivery.sending import Group

GROUPS_PER_WORKER = 2
"""Groups at most under way for each worker: one in its hands, one that waits for it."""
DEEPEST = 1_000
"""Deliveries up to which more groups than that may wait."""
MOST_UNSETTLED = 2_000
"""Deliveries of an action at most that are sent and not settled yet, if it says nothing: they wait in memory."""
MOST_OF_LARGE_CALLS = 20_000
"""The same where its calls take many at once."""
_SOON = 0.003
"""Seconds that a call may take, shared out over all workers, for `rest` to wait for it."""
_FEW = 200
"""Groups under way up to which `rest` waits for them: more take longer than what is planned meanwhile."""
_RESTLESS = 10
"""How often `rest` waits for nothing after calls took longer than that."""
_HANDFUL = 25
"""Groups for which one worker is woken where they are soon over."""
_TICK = 0.2
"""Seconds between two looks at whether the run is to end, while waiting."""


class Dispatcher:
    """A pool of workers, and what they have in hand.

    Args:
        client: The vendor's transport; stopped when the run ends early.
        settle: Takes the outcomes of a group, in a worker's thread.
        mark: Writes into the ledger that deliveries are being sent, as of now; in a worker's thread.
        concurrency: How many workers.
        check: Called while waiting, in the caller's thread; raises when the run is to end.
        dry_run: The client makes no call that changes anything; outcomes are what would happen.
    """

    def __init__(  # noqa: PLR0913 - whom it works with
        self,
        client: Calls,
        settle: Callable[[Sequence[Settled]], None],
        mark: Callable[[Sequence[Item]], None],
        *,
        concurrency: int,
        check: Callable[[], None],
        dry_run: bool = False,
    ) -> None:
        self._client = client
        self._settle = settle
        self._concurrency = concurrency
        self._check = check
        self._parking = Parking(self._begin_again)
        self._left: list[Group] = []
        self._sender = Sender(client, settle, self._parking.add, mark, self._left.append, dry_run=dry_run)
        self._queue: deque[Group] = deque()
        lock = threading.RLock()
        self._changed = threading.Condition(lock)
        self._filled = threading.Condition(lock)
        self._under_way = 0
        self._unsettled: Counter[Action] = Counter()
        self._pending: Counter[bytes] = Counter()
        self._workers: list[threading.Thread] = []
        self._resting = False
        self._restless = 1
        self._closed = False
        self._ending = False
        self.failure: DeliveryError | None = None
        """What ended the run, once something has."""

    def submit(self, groups: Iterable[Group]) -> None:
        """Hand over groups; waits while the workers, or who settles behind them, have enough to do."""
        with self._changed:
            try:
                for group in groups:
                    while not self._has_room(group.action):
                        self._wake_all()
                        self._wait()
                    self._check()
                    self._put(group)
            finally:
                self._wake()

    def rest(self) -> None:
        """Wait for the calls under way, if they are soon over.

        Python runs one thread at a time, and a call hands over to others a dozen times. Where the caller has work to
        do meanwhile, that costs more than the call itself.
        """
        with self._changed:
            if self._restless or self._under_way > _FEW:
                self._restless = max(self._restless - 1, 0)
                return
            until = time.monotonic() + _SOON * self._under_way
            self._resting = True
            try:
                while self._under_way and (left := until - time.monotonic()) > 0:
                    self._check()
                    self._changed.wait(min(left, _TICK))
            finally:
                self._resting = False
            if self._under_way:
                self._restless = _RESTLESS
                self._wake_all()

    def pending(self) -> frozenset[bytes]:
        """Return the keys of deliveries that are not settled yet."""
        with self._changed:
            return frozenset(self._pending)

    def wait(self) -> None:
        """Wait until everything that was submitted is settled."""
        with self._changed:
            self._wake_all()
            while self._under_way or self._pending:
                self._wait()
            self._check()

    def settled(self, items: Iterable[Item]) -> None:
        """Take note that deliveries are settled: the ledger holds what became of them."""
        with self._changed:
            for item in items:
                self._unsettled[item.delivery.action] -= 1
                for key in item.keys:
                    self._pending[key] -= 1
                    if not self._pending[key]:
                        del self._pending[key]
            self._changed.notify()

    def fail(self, error: DeliveryError) -> None:
        """End the run because of an error; the first one counts."""
        with self._changed:
            self.failure = self.failure or error
            self._ending = True
            self._changed.notify()
        self._client.stop()

    def abandon(self) -> list[Item]:
        """End early: what no worker has begun is given back, calls under way are waited for, jobs are not.

        Returns:
            The deliveries that were not begun, or broke off before they could have any effect.
        """
        self._ending = True
        self._client.stop()
        self.close()
        return [item for group in self._left for item in group.items]

    def close(self) -> None:
        """End the workers, after what they have in hand. Jobs are dropped."""
        self._parking.close()
        with self._changed:
            self._closed = True
            self._filled.notify_all()
        for worker in self._workers:
            worker.join()

    def _has_room(self, action: Action) -> bool:
        """Say whether another group may come.

        More than the usual number may wait where that does no harm: the workers are not to run dry while the next
        chunk is planned. What must not be repeated is in doubt after a crash from the moment it is handed over.
        """
        unsettled = self._unsettled[action]
        many_groups = self._under_way >= self._concurrency * GROUPS_PER_WORKER
        if many_groups and not (action.repeatable and unsettled < DEEPEST):
            return False
        return unsettled < (action.most_unsettled or _usually_unsettled(action))

    def _begin_again(self, group: Group) -> None:
        """Hand over a group whose job is to be looked at."""
        with self._changed:
            self._under_way += 1
            self._queue.append(group)
            self._filled.notify()

    def _put(self, group: Group) -> None:
        if len(self._workers) < min(self._concurrency, self._under_way + 1 + len(self._parking)):
            self._hire()  # before anybody can take the group: it may fail
        self._under_way += 1
        self._unsettled[group.action] += len(group.items)
        self._pending.update(key for item in group.items for key in item.keys)
        self._queue.append(group)

    def _hire(self) -> None:
        """Start another worker; those that there are do, where the system allows no more threads."""
        worker = threading.Thread(target=self._work, name=f"delivery-{len(self._workers)}", daemon=True)
        try:
            worker.start()
        except RuntimeError:
            if not self._workers:
                raise SetupError(
                    "This machine lets the target start no more threads. Raise its limit of processes or threads "
                    "(`ulimit -u`, the container's pids limit)."
                ) from None
        else:
            self._workers.append(worker)

    def _wake(self) -> None:
        """Wake workers: few where each is soon ready for the next group, for they get into each other's way."""
        if self._restless or self._under_way > _FEW:
            self._wake_all()
        else:
            self._filled.notify(math.ceil(len(self._queue) / _HANDFUL))

    def _wake_all(self) -> None:
        """Wake a worker for each group: nobody has anything to do but to wait for them."""
        self._filled.notify(len(self._queue))

    def _wait(self) -> None:
        """Wait for a change, and look whether the run is to end."""
        self._check()
        self._changed.wait(_TICK)

    def _work(self) -> None:
        while (group := self._next()) is not None:
            if self._ending:
                self._left.append(group)
            elif settled := self._delivered(group):
                self._settle(settled)
            with self._changed:
                self._under_way -= 1
                if not (self._resting and self._under_way):
                    self._changed.notify()

    def _next(self) -> Group | None:
        """Wait for a group, and take it; None at the end."""
        with self._changed:
            while not (self._queue or self._closed):
                self._filled.wait()
            return self._queue.popleft() if self._queue else None

    def _delivered(self, group: Group) -> Sequence[Settled]:
        """Deliver a group; what ends the run is told to who waits, and what was not delivered is in `_left` then."""
        with told_to(self.fail), suppress(AbandonedError):
            return self._sender.deliver(group)
        return []


def _usually_unsettled(action: Action) -> int:
    """Return how many deliveries may be sent and not settled, of an action that says nothing about it."""
    return MOST_UNSETTLED if action.batch_size == 1 else MOST_OF_LARGE_CALLS
