"""Deliveries against the ledger: what need not be sent, what is in doubt, who is to be left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from singer_delivery.ledger import EntryState
from singer_delivery.outcomes import OPTED_OUT, UNCHANGED
from singer_delivery.rows import Settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

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
        opted_out = self._opted_out(items)
        self._tell_what_is_undone(items)
        for item in items:
            delivery = item.delivery
            action = delivery.action
            if item in opted_out:
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

    def _opted_out(self, items: Sequence[Item]) -> AbstractSet[Item]:
        """Return those that something stands against which this target did, or was asked for and could not do."""
        done = {item for item, *_ in self._elsewhere(items, lambda action: action.yields_to())}
        wanted = self._elsewhere(items, lambda action: action.yields_to_wanted())
        return done | {item for item, _, entry in wanted if entry.state is EntryState.SENDING}

    def _tell_what_is_undone(self, items: Sequence[Item]) -> None:
        """Tell deliveries when the ledger noted what they undo, and items what it is to doubt before they are sent."""
        for item, scope, undone in self._elsewhere(items, lambda action: action.undoes()):
            delivery, at = item.delivery, float(undone.at)
            if delivery.action.removes:
                delivery.added_at = max(at, delivery.added_at or 0.0)
                continue
            delivery.removed_at = max(at, delivery.removed_at or 0.0)
            if undone.state is EntryState.ACCEPTED:
                item.undoing = (*item.undoing, scope)

    def _entries(self, items: Sequence[Item]) -> dict[tuple[int, bytes], Entry]:
        keys: dict[int, list[bytes]] = {}
        for item in items:
            keys.setdefault(item.scope, []).append(item.key)
        return {
            (scope, key): entry
            for scope, wanted in keys.items()
            for key, entry in self._ledger.by_key(scope, wanted).items()
        }

    def _elsewhere(
        self, items: Sequence[Item], scopes_of: Callable[[Action], Sequence[str]]
    ) -> Iterator[tuple[Item, int, Entry]]:
        """Yield what other actions did, or began, for the keys of deliveries: with the id of its scope.

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
            for scope in self._ledger.scopes_below(names) if names else ():
                entries = self._ledger.by_key(scope, [item.key for item in of_action])
                yield from ((item, scope, entries[item.key]) for item in of_action if item.key in entries)


def _as_before(item: Item, verdict: Verdict) -> Iterator[Settled]:
    """Settle what was accepted before. Of what was gathered, single rows may have been rejected then."""
    action = item.delivery.action
    return (Settled(row, verdict, action, is_through=not action.gathers) for row in item.rows)
