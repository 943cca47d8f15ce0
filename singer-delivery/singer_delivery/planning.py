"""From rows to deliveries: route, consent, plan, dedupe, diff. No call changes anything here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec.json

from singer_delivery.comparison import Comparison, Plan
from singer_delivery.gathering import Gathering
from singer_delivery.outcomes import (
    DELETED_ROW,
    NO_CONSENT,
    SUPERSEDED,
    SUPPRESSED,
    UNCHANGED,
    Verdict,
    rejected,
    skipped,
)
from singer_delivery.rows import Item, Settled, Unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from singer_delivery.actions import Action, Delivery
    from singer_delivery.ledger import Ledger
    from singer_delivery.people import People
    from singer_delivery.rows import Row

_encode = msgspec.json.Encoder(order="deterministic", decimal_format="number", enc_hook=str).encode

LEFT_ALONE_SECONDS = 7 * 86_400
"""Seconds for which the vendor's word to leave somebody alone holds, while their record stays as it is."""
_AS_BEFORE = "The vendor said so in the last days, and the record has not changed: it was not asked again."

_NOT_UNICODE = rejected(
    "not_unicode",
    "A text holds half of a character: it was cut in the middle of an emoji or the like. Cut it elsewhere.",
)


@dataclass(slots=True, eq=False)
class _Step:
    """A row on its way through planning: `verdict`, or `key` and where it is new `item`, get filled in.

    Of what is gathered only `gathered` is: rows of one key do not take each other's place.
    """

    row: Row
    action: Action
    scope: int = 0
    source: bytes = b""
    key: bytes = b""
    verdict: Verdict | None = None
    item: Item | None = None
    gathered: Delivery | None = None


class Planning:
    """Plans rows.

    Args:
        ledger: What was accepted before.
        people: Reads phones, e-mails and consent.
        pending: Returns the keys of deliveries that are not settled yet.
        wait: Waits until nothing is pending.
        resend: Send what is unchanged, too, where a repeat does no harm.
    """

    def __init__(
        self,
        ledger: Ledger,
        people: People,
        pending: Callable[[], AbstractSet[bytes]],
        wait: Callable[[], None],
        *,
        resend: bool,
    ) -> None:
        self._ledger = ledger
        self._people = people
        self._resend = resend
        self._pending = pending
        self._wait = wait
        self._scopes: dict[str, int] = {}
        self._comparison = Comparison(ledger, resend=resend)
        self._gathering = Gathering()

    def plan(self, rows: Sequence[Row]) -> Iterator[Plan]:
        """Plan rows in their order.

        Yields:
            One plan, or several where a person is the subject of different actions: each is to be dispatched before
            the next one is asked for.
        """
        while rows:
            pending = self._pending()  # before the ledger is asked: of what is settled meanwhile it knew nothing
            steps = self._steps(rows)
            _let_the_last_word_stand(steps)
            part = _until_another_action(steps)
            steps = steps[:part]
            if pending and any(step.key in pending for step in steps):
                # The ledger did not know yet what becomes of them.
                self._wait()
                continue
            yield self._sorted(_without_superseded(steps))
            rows = rows[part:]

    def gathered(self) -> Plan:
        """Plan what was kept for the end of the input, when everything else is settled."""
        plan = Plan()
        if self._gathering:
            self._wait()
            self._comparison.add(list(self._gathering.items(self._ledger.digest, self._payload)), plan)
        return plan

    def _steps(self, rows: Sequence[Row]) -> list[_Step]:
        steps = [self._routed(row) for row in rows]
        self._look_for_sources(steps)
        for step in steps:
            if step.verdict is None:
                self._plan_row(step)
        return steps

    def _routed(self, row: Row) -> _Step:
        action: Action | Verdict | None = row.binding.action
        if row.verdict is not None:
            return _Step(row, row.binding.action, verdict=row.verdict)
        action = (
            row.binding.action.on_deleted_row()
            if row.deleted
            else row.binding.action.route(row.record, row.binding.columns)
        )
        if action is None:
            return _Step(row, row.binding.action, verdict=DELETED_ROW)
        if isinstance(action, Verdict):
            return _Step(row, row.binding.action, verdict=action)
        try:
            source = self._ledger.digest(row.binding.rules + _encode(row.record))
        except UnicodeEncodeError:
            return _Step(row, action, verdict=_NOT_UNICODE)
        return _Step(row, action, self._scope(action), source)

    def _look_for_sources(self, steps: Sequence[_Step]) -> None:
        """Find the records that are byte for byte those of an accepted delivery: they need no planning."""
        by_scope: dict[int, list[_Step]] = {}
        for step in steps:
            if step.verdict is None and not (step.action.gathers or (self._resend and step.action.repeatable)):
                by_scope.setdefault(step.scope, []).append(step)
        for scope, of_scope in by_scope.items():
            keys = self._ledger.by_source(scope, [step.source for step in of_scope])
            for step in of_scope:
                key = keys.get(step.source)
                if key is not None:
                    step.key = key
                    step.verdict = UNCHANGED
            if unknown := [step for step in of_scope if step.verdict is None]:
                self._look_who_is_left_alone(scope, unknown)

    def _look_who_is_left_alone(self, scope: int, steps: Sequence[_Step]) -> None:
        """Find the records of whose people the vendor said lately to leave them alone."""
        left = self._ledger.left_alone(scope, [step.source for step in steps], int(time.time()) - LEFT_ALONE_SECONDS)
        for step in steps:
            found = left.get(step.source)
            if found is not None:
                step.key = found.key
                step.verdict = skipped(found.reason, _AS_BEFORE)

    def _plan_row(self, step: _Step) -> None:
        row, action = step.row, step.action
        if action.needs_consent and not self._people.consent(row.record):
            step.verdict = NO_CONSENT
            return
        person = self._people.person(
            row.record,
            row.binding.columns,
            action.identity,
            only_identity=action.removes,
            needs_mobile=action.needs_mobile and not action.removes,
        )
        if isinstance(person, Verdict):
            step.verdict = person
            return
        if self._people.suppressed(person):
            step.verdict = SUPPRESSED
            return
        planned = row.binding.planner(action)(row.record, person)
        if isinstance(planned, Verdict):
            step.verdict = planned
            return
        if planned.action.gathers:
            step.gathered = planned
            return
        step.key = self._ledger.digest(planned.key.encode())
        step.item = Item(row, planned, step.scope, step.key, step.source, self._payload(planned))

    def _payload(self, delivery: Delivery) -> bytes:
        return self._ledger.digest(_encode(delivery.payload))

    def _sorted(self, steps: Sequence[_Step]) -> Plan:
        """Sort out what is unchanged, what waits for the end, and what the ledger says of the rest."""
        plan = Plan()
        unchanged: dict[tuple[int, int], Unchanged] = {}
        items = [step.item for step in steps if step.verdict is None and step.item is not None]
        for step in steps:
            if step.verdict is UNCHANGED:
                place = (id(step.row.binding), id(step.action))
                group = unchanged.get(place)
                if group is None:
                    group = unchanged[place] = Unchanged([], step.action)
                group.rows.append(step.row)
            elif step.verdict is not None:
                plan.settled.append(Settled(step.row, step.verdict, step.action))
            elif step.gathered is not None:
                self._gathering.add(step.row, step.gathered, step.scope)
        plan.unchanged.extend(unchanged.values())
        self._comparison.add(items, plan)
        return plan

    def _scope(self, action: Action) -> int:
        scope = self._scopes.get(action.scope)
        if scope is None:
            scope = self._scopes[action.scope] = self._ledger.scope(action.scope)
        return scope


def _let_the_last_word_stand(steps: Sequence[_Step]) -> None:
    """Leave out what a later row about the same person makes vain, where to do both can mean to text them.

    Nobody is added whom a later row took off again in an earlier run: rows come again when a run broke off, and all of
    them whenever a tap keeps no state. Nobody is taken off because their row was deleted, whom a later row adds: they
    signed up anew, and the deleted row comes again as well.
    """
    if not any(action.removes for action in {step.action for step in steps}):  # as nearly always
        return
    off: set[bytes] = set()
    on: dict[bytes, set[Action]] = {}
    for step in reversed(steps):
        new = step.verdict is None and step.item is not None
        if not (new or step.verdict is UNCHANGED):
            continue
        if not step.action.removes:
            if new and step.key in off:
                step.verdict = SUPERSEDED
            else:
                on.setdefault(step.key, set()).add(step.action)
        elif new and step.row.deleted and any(_brings_back(each, step.action) for each in on.get(step.key, ())):
            step.verdict = SUPERSEDED
        else:
            on.pop(step.key, None)
            if not new:
                off.add(step.key)


def _brings_back(action: Action, removal: Action) -> bool:
    """Say whether people are again where they were, once an action is done behind a removal."""
    return removal.scope.startswith(tuple(action.undoes())) and not action.yields_to()


def _until_another_action(steps: Sequence[_Step]) -> int:
    """Return how many steps come before one that wants something else for the key of an earlier one: order matters."""
    if len({step.scope for step in steps if step.key}) <= 1:  # as nearly always
        return len(steps)
    seen: dict[bytes, int] = {}
    for place, step in enumerate(steps):
        if step.key and step.verdict is not SUPERSEDED and seen.setdefault(step.key, step.scope) != step.scope:
            return place
    return len(steps)


def _without_superseded(steps: Sequence[_Step]) -> Sequence[_Step]:
    """Let the last step of each key win."""
    with_key = [step for step in steps if step.key and step.verdict is not SUPERSEDED]
    last = {step.key: step for step in with_key}
    if len(last) < len(with_key):
        for step in with_key:
            if last[step.key] is not step:
                step.verdict = SUPERSEDED
    return steps
