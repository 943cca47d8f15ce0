"""Pages fetched ahead by a bounded pool, and handed on in order.

The reports of a stream are a row of page sequences: one per message, or one per list. Each is read from page 1 until
a page is empty (there is no count to go by). The order in which pages are handed on is that of the sequences and of
their pages, whatever the order in which the answers come in; so the output does not depend on the concurrency.

What is fetched ahead, in this order:

1. the next page of the sequence whose turn it is. Once two pages came full, several of its pages at once, half as
   many as there were before: a long report is not read one page at a time, and a short one costs no call in vain;
2. one page each of the sequences behind it.
"""

from __future__ import annotations

import queue
import threading
import weakref
from collections import deque
from concurrent.futures import Future
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Key = TypeVar("Key")
Page = TypeVar("Page")

_PAGE_AND_END = 2
"""Pages that a short report takes: its one page, and the empty one behind it."""
TICK = 1.0
"""Seconds after which a reader that waits for its next page looks up, to show progress."""


_Work: TypeAlias = "queue.SimpleQueue[Callable[[], None] | None]"


class Workers:
    """A fixed number of threads that take up work in the order it was handed in.

    They are daemons, unlike those of `concurrent.futures`: a call that hangs must not keep a process alive that was
    told to end. They end when this object does.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.finished = threading.Event()
        """Set whenever a piece of work is done; whoever waits clears it."""
        self._work: _Work = queue.SimpleQueue()
        self._threads = 0

    def submit(self, function: Callable[[], Page]) -> Future[Page]:
        """Hand in work; threads begin with the first of it."""
        if self._threads < self.count:
            self._threads += 1
            threading.Thread(target=_run, args=(self._work,), name=f"fetch-{self._threads}", daemon=True).start()
            weakref.finalize(self, self._work.put, None)
        future: Future[Page] = Future()
        self._work.put(partial(_do, future, function, self.finished))
        return future


def _run(work: _Work) -> None:
    while (do := work.get()) is not None:
        do()


def _do(future: Future[Page], function: Callable[[], Page], finished: threading.Event) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        page = function()
    except BaseException as error:  # noqa: BLE001  (handed to whoever asks for the page, as concurrent.futures does)
        future.set_exception(error)
    else:
        future.set_result(page)
    finished.set()


class _Sequence(Generic[Key, Page]):
    """The pages of one report that were asked for and not yet handed on, in page order."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.futures: deque[Future[Page]] = deque()
        self.next_page = 1
        self.good = 0
        self._looked_at = 0
        self._ended = False

    def look(self, is_last: Callable[[Page], bool]) -> None:
        """Take note of answers that came in since the last look."""
        for future in islice(self.futures, self._looked_at, None):
            if not future.done():
                break
            self._looked_at += 1
            if future.exception() or is_last(future.result()):
                self._ended = True
                break
            self.good += 1

    def wants(self, *, first: bool, most: int) -> bool:
        """Say whether one more page should be asked for now."""
        if self._ended:
            return False
        if not first:
            return self._looked_at == len(self.futures) < _PAGE_AND_END
        under_way = len(self.futures) - self._looked_at
        return under_way < max(1, min(most, self.good // 2))

    @property
    def may_go_on(self) -> bool:
        """Whether a second page may have to be asked for."""
        return not self._ended and len(self.futures) < _PAGE_AND_END

    def take(self) -> Page:
        """Hand on the first page.

        Raises:
            Exception: What the call raised.
        """
        self._looked_at = max(0, self._looked_at - 1)
        return self.futures.popleft().result()


class FetchAhead:
    """Reads page sequences ahead, and yields their pages in order.

    Args:
        concurrency: How many calls may be under way at once. Up to twice as many pages are held.
        on_wait: Called about once a second while the next page is not there yet.
    """

    def __init__(self, concurrency: int, on_wait: Callable[[], None] = lambda: None) -> None:
        self._workers = Workers(concurrency)
        self._on_wait = on_wait

    def pages(
        self, keys: Iterable[Key], fetch: Callable[[Key, int], Page], is_last: Callable[[Page], bool]
    ) -> Iterator[tuple[Key, Page]]:
        """Read sequences of pages.

        Args:
            keys: One for each sequence; taken up lazily.
            fetch: Gets page `n` (from 1) of a sequence; called in worker threads.
            is_last: Says whether no page comes behind this one.

        Yields:
            Each sequence's key with each of its pages, the last one included.

        Raises:
            Exception: What `fetch` raised for the page whose turn it is.
        """
        waiting = iter(keys)
        active: deque[_Sequence[Key, Page]] = deque()
        try:
            while True:
                self._fill(active, waiting, fetch, is_last)
                if not active:
                    return
                first = active[0]
                if not first.futures[0].done():
                    self._wait_for(first.futures[0])
                    continue
                page = first.take()
                if is_last(page):
                    _cancel(active.popleft())
                yield first.key, page
        finally:
            for sequence in active:
                _cancel(sequence)

    def _wait_for(self, future: Future[Page]) -> None:
        # Cleared before the look: what finishes in between is seen by one of the two.
        self._workers.finished.clear()
        if not future.done() and not self._workers.finished.wait(TICK):
            self._on_wait()

    def _fill(
        self,
        active: deque[_Sequence[Key, Page]],
        waiting: Iterator[Key],
        fetch: Callable[[Key, int], Page],
        is_last: Callable[[Page], bool],
    ) -> None:
        concurrency = self._workers.count
        room = 2 * concurrency - sum(len(sequence.futures) for sequence in active)
        for position, sequence in enumerate(active):
            sequence.look(is_last)
            while room > 0 and sequence.wants(first=position == 0, most=concurrency):
                self._ask(sequence, fetch)
                room -= 1
        # A place is kept for the second page of every sequence: without one, sequences whose first page has come would
        # wait for their turn, and the workers for them.
        room -= sum(sequence.may_go_on for sequence in active)
        for key in islice(waiting, max(0, room + 1) // 2):
            sequence = _Sequence[Key, Page](key)
            active.append(sequence)
            self._ask(sequence, fetch)

    def _ask(self, sequence: _Sequence[Key, Page], fetch: Callable[[Key, int], Page]) -> None:
        key, page = sequence.key, sequence.next_page
        sequence.next_page += 1
        sequence.futures.append(self._workers.submit(lambda: fetch(key, page)))


def _cancel(sequence: _Sequence[Key, Page]) -> None:
    for future in sequence.futures:
        future.cancel()
