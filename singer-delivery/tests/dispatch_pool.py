"""A dispatcher without a vendor, for tests: actions stand for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from singer_delivery.actions import Action, Delivery
from singer_delivery.dispatch import Dispatcher
from singer_delivery.rows import Item
from singer_delivery.sending import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_delivery.rows import Row, Settled


class Stub:
    """What the dispatcher needs of a client."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def stop(self) -> None:
        self.stopped.set()

    def close(self) -> None:
        pass

    def take_planned(self) -> list[Any]:
        return []

    def take_lasting(self) -> bool:
        return False


def items(action: Action, keys: Sequence[str]) -> list[Item]:
    return [Item(cast("Row", None), Delivery(action, key, {}), 1, key.encode(), b"", b"") for key in keys]


def _item(settled: Settled) -> Item:
    assert settled.item is not None
    return settled.item


class Pool:
    """A dispatcher, what it settled, and what it marked as being sent."""

    def __init__(self, concurrency: int = 2, *, dry_run: bool = False) -> None:
        self.settled: list[Settled] = []
        self.marked: list[str] = []
        self.dispatcher = Dispatcher(
            Stub(), self._take, self._mark, concurrency=concurrency, check=self._check, dry_run=dry_run
        )

    def submit(self, action: Action, keys: Sequence[str]) -> Sequence[Item]:
        """Hand over a group."""
        group = Group(action, items(action, keys))
        self.dispatcher.submit([group])
        return group.items

    def submit_each(self, action: Action, keys: Sequence[str]) -> None:
        """Hand over a group for each key, all at once."""
        self.dispatcher.submit([Group(action, items(action, [key])) for key in keys])

    def reasons(self) -> dict[str, str]:
        """What became of each key; of every key once."""
        assert len({id(each.item) for each in self.settled}) == len(self.settled)
        return {_item(each).delivery.key: each.verdict.reason for each in self.settled}

    def _take(self, settled: Sequence[Settled]) -> None:
        self.settled += settled
        self.dispatcher.settled([_item(each) for each in settled])

    def _mark(self, marked: Sequence[Item]) -> None:
        self.marked += [item.delivery.key for item in marked]

    def _check(self) -> None:
        if self.dispatcher.failure:
            raise self.dispatcher.failure
