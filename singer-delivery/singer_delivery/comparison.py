"""Deliveries against the ledger: what need not be sent, what is in doubt, who is to be left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from singer_delivery.ledger import EntryState, noted_below
from singer_delivery.outcomes import OPTED_OUT, UNCHANGED
from singer_delivery.rows import Settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.ledger import Entry, Ledger
    from singer_delivery.outcomes import Verdict
    from singer_delivery.rows import Item, Row, Unchanged


@dataclass(slots=True)
class Plan:
    """What is to be done about some rows.

    Attributes:
        settled: Rows whose outcome is clear.
        unchanged: Rows that are equal to what was accepted before, by action.
        touched: Their deliveries where only the record looks different: the ledger learns the new look.
        items: What is to be sent, in order.
        begun: Rows that are settled later: those of the deliveries, and those that wait for the end of the input.
    """

    settled: list[Settled] = field(default_factory=list)
    unchanged: list[Unchanged] = field(default_factory=list)
    touched: list[Item] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    begun: list[Row] = field(default_factory=list)


class _Found(NamedTuple):
    """What the ledger has of a delivery's key by another action: the place is scope and digest."""

    item: Item
    key: str
    place: tuple[int, bytes]
    entry: Entry


class Comparison:
    """Compares deliveries with what was accepted before.

    Args:
        ledger: What was accepted before.
        resend: Send what is unchanged, too, where a repeat does no harm.
    """

    def __init__(self, ledger: Ledger, *, resend: bool) -> None:
        self._ledger = ledger
        self._resend = resend

    def add(self, items: Sequence[Item], plan: Plan) -> None:
        """Add to a plan what is to be done about deliveries.

        Args:
            items: Each with a key of its own. They are told whether they are known, and whether they are in doubt.
            plan: The plan.
        """
        entries = self._entries(items)
        self._look_elsewhere(items)
        for item in items:
            delivery = item.delivery
            action = delivery.action
            if delivery.opted_out and action.yields(delivery):
                plan.settled.extend(Settled(row, OPTED_OUT, action) for row in item.rows)
                continue
            entry = entries.get((item.scope, item.key))
            if entry is not None and entry.state is EntryState.ACCEPTED:
                delivery.known = True
                is_same = entry.payload == item.payload or (
                    # It was repeatable then, by the settings.
                    action.removes and not action.repeatable and item.does_the_same(entry.payload)
                )
                if is_same and not (self._resend and action.repeatable):
                    plan.touched.append(item)
                    plan.settled.extend(_as_before(item, UNCHANGED))
                    continue
                if not is_same and (verdict := action.again(delivery)) is not None:
                    plan.settled.extend(_as_before(item, verdict))
                    continue
            elif entry is not None and not action.repeatable:  # it was being sent when an earlier run ended
                item.uncertain = True
                delivery.in_doubt_since = float(entry.at)
            plan.items.append(item)

    def _entries(self, items: Sequence[Item]) -> dict[tuple[int, bytes], Entry]:
        keys: dict[int, list[bytes]] = {}
        for item in items:
            keys.setdefault(item.scope, []).append(item.key)
        return {
            (scope, key): entry
            for scope, wanted in keys.items()
            for key, entry in self._ledger.by_key(scope, wanted).items()
        }

    def _look_elsewhere(self, items: Sequence[Item]) -> None:
        """Tell deliveries what the ledger knows of their keys by other actions, and what was noted of them."""
        for item, key, *_ in self._elsewhere(items, lambda action: action.yields_to()):
            item.delivery.opted_out |= {key}
        for item, key, _, entry in self._elsewhere(items, lambda action: action.yields_to_wanted()):
            if entry.state is EntryState.SENDING:
                item.delivery.opted_out |= {key}
        for found in self._elsewhere(items, lambda action: action.undoes()):
            _tell_what_is_undone(found)
        taking = [item for item in items if item.delivery.action.takes_notes]
        for item, key, *_ in self._elsewhere(taking, lambda action: [noted_below(action.scope)]):
            item.delivery.noted |= key == item.delivery.key
        for item in items:
            if opted_out := item.delivery.opted_out:  # what is left out is not done
                also = zip(item.also, item.delivery.also, strict=True)
                item.also = [entry for entry, key in also if key not in opted_out]

    def _elsewhere(self, items: Sequence[Item], scopes_of: Callable[[Action], Sequence[str]]) -> Iterator[_Found]:
        """Yield what other actions did, or began, for the keys of deliveries.

        What is in doubt counts: who perhaps was taken off, and wanted to be, is not added again.

        Args:
            items: The deliveries.
            scopes_of: Which other scopes matter to an action.
        """
        by_action: dict[Action, list[Item]] = {}
        for item in items:
            by_action.setdefault(item.delivery.action, []).append(item)
        for action, of_action in by_action.items():
            names = scopes_of(action)
            if not names:
                continue
            named = [(digest, key, item) for item in of_action for digest, key in _named(item)]
            for scope in self._ledger.scopes_below(names):
                entries = self._ledger.by_key(scope, [digest for digest, _, _ in named])
                yield from (
                    _Found(item, key, (scope, digest), entries[digest])
                    for digest, key, item in named
                    if digest in entries
                )


def _tell_what_is_undone(found: _Found) -> None:
    """Tell a delivery when the ledger noted what it undoes, and its item what is to be doubted before it is sent."""
    item, key, place, entry = found
    delivery, at = item.delivery, float(entry.at)
    if delivery.action.removes:
        delivery.added[key] = max(at, delivery.added.get(key, 0.0))
    elif key not in delivery.opted_out:
        delivery.removed_at = max(at, delivery.removed_at or 0.0)
        if entry.state is EntryState.ACCEPTED:
            item.undoing = (*item.undoing, place)


def _named(item: Item) -> Iterator[tuple[bytes, str]]:
    """Yield the keys of a delivery by their digests."""
    delivery = item.delivery
    return zip(item.keys, (delivery.key, *delivery.also), strict=True)


def _as_before(item: Item, verdict: Verdict) -> Iterator[Settled]:
    """Settle what was accepted before. Of what was gathered, single rows may have been rejected then."""
    action = item.delivery.action
    return (Settled(row, verdict, action, is_through=not action.gathers) for row in item.rows)
