"""From rows to deliveries: route, consent, plan, dedupe, diff. No call changes anything here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec.json

from singer_delivery.comparison import Comparison, Plan
from singer_delivery.gathering import Gathering
from singer_delivery.ledger import also_below
from singer_delivery.outcomes import (
    DELETED_ROW,
    NO_CONSENT,
    SUPPRESSED,
    UNCHANGED,
    Verdict,
    rejected,
    skipped,
)
from singer_delivery.rows import Item, Settled, Unchanged, of_removal
from singer_delivery.steps import Step, hold_back, let_the_last_word_stand, until_another_action, without_superseded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from singer_delivery.actions import Action, Delivery, Record
    from singer_delivery.ledger import Ledger
    from singer_delivery.people import People, Person
    from singer_delivery.rows import Row

_encode = msgspec.json.Encoder(order="deterministic", decimal_format="number", enc_hook=str).encode

LEFT_ALONE_SECONDS = 7 * 86_400
"""Seconds for which the vendor's word to leave somebody alone holds, while their record stays as it is."""
_AS_BEFORE = "The vendor said so in the last days, and the record has not changed: it was not asked again."

_NOT_UNICODE = rejected(
    "not_unicode",
    "A text holds half of a character: it was cut in the middle of an emoji or the like. Cut it elsewhere.",
)


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
            if any(step.holds_back for step in steps):
                hold_back(steps, self._key)
            if any(action.removes for action in {step.action for step in steps}):
                self._look_what_stands(steps)
                let_the_last_word_stand(steps)
            part = until_another_action(steps)
            steps = steps[:part]
            if pending and any(not pending.isdisjoint(step.keys) for step in steps):
                # The ledger did not know yet what becomes of them.
                self._wait()
                continue
            yield self._sorted(without_superseded(steps))
            rows = rows[part:]

    def gathered(self) -> Plan:
        """Plan what was kept for the end of the input, when everything else is settled."""
        plan = Plan()
        if self._gathering:
            self._wait()
            self._comparison.add(list(self._gathering.items(self._ledger.digest, self._payload)), plan)
        return plan

    def _steps(self, rows: Sequence[Row]) -> list[Step]:
        steps = [self._routed(row) for row in rows]
        self._look_for_sources(steps)
        for step in steps:
            if step.verdict is None:
                self._plan_row(step)
        return steps

    def _routed(self, row: Row) -> Step:
        if row.verdict is not None:
            return Step(row, row.binding.action, verdict=row.verdict)
        routed = row.binding.action.route(row.record, row.binding.columns)
        is_for_deletion = row.deleted and not _says_more_than_its_deletion(routed, row)
        action = row.binding.action.on_deleted_row() if is_for_deletion else routed
        if action is None:
            return Step(row, row.binding.action, verdict=DELETED_ROW)
        if isinstance(action, Verdict):
            bound = row.binding.action
            return Step(row, bound, self._scope(bound.scope), verdict=action, holds_back=not bound.removes)
        try:
            source = self._ledger.digest(row.binding.rules + _encode(row.record))
        except UnicodeEncodeError:
            return Step(row, action, verdict=_NOT_UNICODE)
        return Step(row, action, self._scope(action.scope), source, is_for_deletion)

    def _look_for_sources(self, steps: Sequence[Step]) -> None:
        """Find the records that are byte for byte those of an accepted delivery: they need no planning."""
        by_scope: dict[int, list[Step]] = {}
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

    def _look_who_is_left_alone(self, scope: int, steps: Sequence[Step]) -> None:
        """Find the records of whose people the vendor said lately to leave them alone."""
        left = self._ledger.left_alone(scope, [step.source for step in steps], int(time.time()) - LEFT_ALONE_SECONDS)
        for step in steps:
            found = left.get(step.source)
            if found is not None:
                step.key = found.key
                step.verdict = skipped(found.reason, _AS_BEFORE)

    def _look_what_stands(self, steps: Sequence[Step]) -> None:
        """Find the removals that were done, or begun, although their records do not look as they did."""
        by_scope: dict[int, list[Step]] = {}
        for step in steps:
            if step.action.removes and step.is_new:
                by_scope.setdefault(step.scope, []).append(step)
        for scope, of_scope in by_scope.items():
            entries = self._ledger.by_key(scope, [step.key for step in of_scope])
            for step in of_scope:
                entry = entries.get(step.key)
                step.stands = entry is not None and step.item is not None and step.item.does_the_same(entry.payload)

    def _plan_row(self, step: Step) -> None:
        row, action = step.row, step.action
        if action.needs_consent and not self._people.consent(row.record):
            step.verdict = NO_CONSENT
            step.holds_back = True
            return
        person = self._person(step, whatever_else=action.removes)
        if isinstance(person, Verdict):
            step.verdict = person
            return
        if self._people.suppressed(person):
            step.verdict = SUPPRESSED
            step.holds_back = not action.removes
            return
        planned = row.binding.planner(action)(row.record, person)
        if isinstance(planned, Verdict):
            step.verdict = planned
            return
        if planned.action.gathers:
            step.gathered = planned
            return
        step.key = self._ledger.digest(planned.key.encode())
        payload = self._payload(planned)
        if action.removes and action.repeatable and action.renewed_by_record:
            payload = of_removal(payload, self._wish(row.record))
        step.item = Item(row, planned, step.scope, step.key, step.source, payload)
        if planned.also:
            scope = self._scope(also_below(action.scope))
            step.item.also = [(scope, self._ledger.digest(key.encode())) for key in planned.also]

    def _person(self, step: Step, *, whatever_else: bool) -> Person | Verdict:
        """Say who a row is about; `whatever_else` it says that is wrong, where it does not add them."""
        row, action = step.row, step.action
        return self._people.person(
            row.record,
            row.binding.columns,
            action.identity,
            only_identity=whatever_else,
            needs_mobile=action.needs_mobile and not whatever_else,
        )

    def _key(self, step: Step) -> bytes | None:
        """Return the key that a row would be delivered by which holds somebody back; None where it has none.

        A gathered call is not about one person: nobody is held back from it by another row.
        """
        person = self._person(step, whatever_else=True)
        if isinstance(person, Verdict) or step.action.gathers:
            return None
        record, columns = step.row.record, step.row.binding.columns
        plan = step.row.binding.planner(step.action)
        planned = plan(record, person)
        if isinstance(planned, Verdict):  # over a value, perhaps, that says nothing of who it is
            identity = {columns.known[name] for name in step.action.identity if name in columns.known}
            planned = plan({name: value for name, value in record.items() if name in identity}, person)
        if isinstance(planned, Verdict):
            return None
        return self._ledger.digest(planned.key.encode(errors="surrogatepass"))  # nobody looked whether it is text

    def _payload(self, delivery: Delivery) -> bytes:
        return self._ledger.digest(_encode(delivery.payload))

    def _wish(self, record: Record) -> bytes:
        """Return the digest of a record alone: other settings are no new wish, nor is a new column that is empty."""
        return self._ledger.digest(_encode({name: value for name, value in record.items() if value is not None}))

    def _sorted(self, steps: Sequence[Step]) -> Plan:
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
                plan.begun.append(step.row)
        plan.unchanged.extend(unchanged.values())
        self._comparison.add(items, plan)
        plan.begun += [row for item in plan.items for row in item.rows]
        return plan

    def _scope(self, name: str) -> int:
        scope = self._scopes.get(name)
        if scope is None:
            scope = self._scopes[name] = self._ledger.scope(name)
        return scope


def _says_more_than_its_deletion(routed: Action | Verdict, row: Row) -> bool:
    """Say whether a record asks itself for people to be taken off: an opt-out is not lost with its row."""
    return not isinstance(routed, Verdict) and routed.removes and not row.binding.action.removes
