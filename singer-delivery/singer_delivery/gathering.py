"""Rows that go out together at the end of the run: what a vendor takes as one call, however many people it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from singer_delivery.rows import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from singer_delivery.actions import Action, Delivery
    from singer_delivery.rows import Row


@dataclass(slots=True, eq=False)
class _Group:
    """The rows of one key so far, and what was planned of each."""

    scope: int
    rows: list[Row] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)


class Gathering:
    """The rows of actions that gather, by action and key, in the order in which they were read.

    They stay in memory until the end: a row, and what its planner made of it.
    """

    def __init__(self) -> None:
        self._groups: dict[tuple[Action, str], _Group] = {}

    def __bool__(self) -> bool:
        return bool(self._groups)

    def add(self, row: Row, delivery: Delivery, scope: int) -> None:
        """Keep a row.

        Args:
            row: The row. Its record is given up for the one that the tap sent: only that is still needed.
            delivery: What was planned of it.
            scope: The ledger's id of the action's scope.
        """
        group = self._groups.setdefault((delivery.action, delivery.key), _Group(scope))
        row.record = row.raw
        group.rows.append(row)
        group.deliveries.append(delivery)

    def items(self, digest: Callable[[bytes], bytes], payload: Callable[[Delivery], bytes]) -> Iterator[Item]:
        """Make one delivery of each key's rows, and forget them here.

        Args:
            digest: Of the ledger.
            payload: Returns the digest of what a delivery holds.
        """
        while self._groups:
            (action, _) = place = next(iter(self._groups))
            group = self._groups.pop(place)
            delivery = action.together(group.deliveries)
            content = payload(delivery)
            # No record is ever looked up as the source of such a delivery: its content stands in for it.
            first, *others = group.rows
            yield Item(first, delivery, group.scope, digest(delivery.key.encode()), content, content, others=others)
