"""From rows to deliveries: route, consent, plan, dedupe, diff. No call changes anything here."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec.json

from singer_delivery.ledger import EntryState
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
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from singer_delivery.actions import Action
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
    """A row on its way through planning: `verdict`, or `key` and where it is new `item`, get filled in."""

    row: Row
    action: Action
    scope: int = 0
    source: bytes = b""
    key: bytes = b""
    verdict: Verdict | None = None
    item: Item | None = None


@dataclass(slots=True)
class Plan:
    """What is to be done about some rows.

    Attributes:
        settled: Rows whose outcome is clear.
        unchanged: Rows that are equal to what was accepted before, by action.
        touched: Their deliveries where only the record looks different: the ledger learns the new look.
        items: What is to be sent, in order.
    """

    settled: list[Settled] = field(default_factory=list)
    unchanged: list[Unchanged] = field(default_factory=list)
    touched: list[Item] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


class Planning:
    """Plans rows.

    Args:
        ledger: What was accepted before.
        people: Reads phones, e-mails and consent.
        pending: Says whether a delivery of one of these keys is not settled yet.
        wait: Waits until nothing is pending.
        resend: Send what is unchanged, too, where a repeat does no harm.
    """

    def __init__(
        self,
        ledger: Ledger,
        people: People,
        pending: Callable[[Iterable[bytes]], bool],
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

    def plan(self, rows: Sequence[Row]) -> Iterator[Plan]:
        """Plan rows in their order.

        Yields:
            One plan, or several where a person is the subject of different actions: each is to be dispatched before
            the next one is asked for.
        """
        while rows:
            steps = self._steps(rows)
            part = _until_another_action(steps)
            steps = steps[:part]
            if self._pending(step.key for step in steps):
                # The ledger does not know yet what becomes of them.
                self._wait()
                continue
            yield self._diff(_without_superseded(steps))
            rows = rows[part:]

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
            if step.verdict is None and not (self._resend and step.action.repeatable):
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
        person = self._people.person(row.record, row.binding.columns, action.identity, only_identity=action.removes)
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
        digest = self._ledger.digest
        step.key = digest(planned.key.encode())
        payload = digest(_encode(planned.payload))
        step.item = Item(row, planned, step.scope, step.key, step.source, payload)

    def _diff(self, steps: Sequence[_Step]) -> Plan:
        """Sort out what is unchanged, and what the ledger says of the rest."""
        plan = Plan()
        unchanged: dict[tuple[int, int], Unchanged] = {}
        entries = self._entries(steps)
        for step in steps:
            item = step.item
            if step.verdict is UNCHANGED:
                group = unchanged.setdefault((id(step.row.binding), id(step.action)), Unchanged([], step.action))
                group.rows.append(step.row)  # type: ignore[attr-defined]
            elif step.verdict is not None:
                plan.settled.append(Settled(step.row, step.verdict, step.action))
            elif item is not None:
                entry = entries.get((item.scope, item.key))
                if entry is not None and entry.state is EntryState.ACCEPTED:
                    item.delivery.known = True
                    if entry.payload == item.payload and not (self._resend and step.action.repeatable):
                        plan.touched.append(item)
                        plan.settled.append(Settled(step.row, UNCHANGED, step.action))
                        continue
                elif entry is not None:  # it was being sent when an earlier run ended
                    item.uncertain = True
                plan.items.append(item)
        plan.unchanged.extend(unchanged.values())
        return plan

    def _entries(self, steps: Sequence[_Step]) -> dict[tuple[int, bytes], Any]:
        keys: dict[int, list[bytes]] = {}
        for step in steps:
            if step.item is not None and step.verdict is None:
                keys.setdefault(step.scope, []).append(step.key)
        return {
            (scope, key): entry
            for scope, wanted in keys.items()
            for key, entry in self._ledger.by_key(scope, wanted).items()
        }

    def _scope(self, action: Action) -> int:
        scope = self._scopes.get(action.scope)
        if scope is None:
            scope = self._scopes[action.scope] = self._ledger.scope(action.scope)
        return scope


def _until_another_action(steps: Sequence[_Step]) -> int:
    """Return how many steps come before one that wants something else for the key of an earlier one: order matters."""
    seen: dict[bytes, int] = {}
    for place, step in enumerate(steps):
        if step.key and seen.setdefault(step.key, step.scope) != step.scope:
            return place
    return len(steps)


def _without_superseded(steps: Sequence[_Step]) -> Sequence[_Step]:
    """Let the last step of each key win."""
    last = {step.key: step for step in steps if step.key}
    for step in steps:
        if step.key and last[step.key] is not step:
            step.verdict = SUPERSEDED
    return steps
