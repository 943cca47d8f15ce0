"""Deliveries shared out to calls, as their actions want it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.errors import InternalError
from singer_delivery.sending import Group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.rows import Item


def groups_of(items: Sequence[Item]) -> Sequence[tuple[Action, Sequence[Group]]]:
    """Put deliveries of the same action together, as it shares them out to calls.

    Raises:
        InternalError: An action leaves some out, or sends some twice.
    """
    by_action: dict[Action, dict[int, Item]] = {}
    for item in items:
        by_action.setdefault(item.delivery.action, {})[id(item.delivery)] = item
    return [(action, _calls(action, of_action)) for action, of_action in by_action.items()]


def _calls(action: Action, items: Mapping[int, Item]) -> Sequence[Group]:
    calls = action.bundles([item.delivery for item in items.values()])
    shared_out = [id(delivery) for call in calls for delivery in call]
    if len(shared_out) != len(items) or items.keys() != set(shared_out):
        raise InternalError(
            f"A mistake in this program: `{action.name}` leaves deliveries out of its calls, or makes some twice. "
            "Nothing unsettled is acknowledged: please report this line."
        )
    return [Group(action, [items[id(delivery)] for delivery in call]) for call in calls]
