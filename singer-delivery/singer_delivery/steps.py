"""Rows on their way through planning, and which of several about one person counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_delivery.ledger.rows import below
from singer_delivery.outcomes import SUPERSEDED, UNCHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from singer_delivery.actions import Action, Delivery
    from singer_delivery.outcomes import Verdict
    from singer_delivery.rows import Item, Row


@dataclass(slots=True, eq=False)
class Step:
    """A row on its way through planning: `verdict`, or `key` and where it is new `item`, get filled in.

    Of what is gathered only `gathered` is: rows of one key do not take each other's place.

    Attributes:
        row: The row.
        action: What is done with it.
        scope: Id of the action's scope.
        source: Digest of the record and its rules.
        is_for_deletion: It is done because the row was deleted, and not because the record says so.
        key: Digest of who it is about.
        verdict: Its outcome, once that is clear.
        item: What is to be sent.
        stands: A removal that the ledger holds already, though the record looks different now.
        gathered: What waits for the end of the input.
        holds_back: Whether it says, in place of anything to be done, that the person is not to be added: they have not
            agreed, are suppressed, or nobody can read whether they opted out.
    """

    row: Row
    action: Action
    scope: int = 0
    source: bytes = b""
    is_for_deletion: bool = False
    key: bytes = b""
    verdict: Verdict | None = None
    item: Item | None = None
    stands: bool = False
    gathered: Delivery | None = None
    holds_back: bool = False

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Digests of all that it is about, as far as is known; none where that does not matter."""
        if self.item is not None:
            return self.item.keys
        return (self.key,) if self.key else ()

    @property
    def is_new(self) -> bool:
        """Whether it is to be sent, as far as is known yet."""
        return self.verdict is None and self.item is not None


def hold_back(steps: Sequence[Step], key_of: Callable[[Step], bytes | None]) -> None:
    """Leave out additions behind which another row says that the person is not to be added.

    Args:
        steps: In the order of their rows.
        key_of: Says whom a row is about that holds somebody back, if that can be said. Asked only behind an addition.
    """
    first = next((place for place, step in enumerate(steps) if step.is_new and not step.action.removes), len(steps))
    held_back: set[tuple[int, bytes]] = set()
    for step in reversed(steps[first:]):
        if step.holds_back and (key := key_of(step)) is not None:
            held_back.add((step.scope, key))
        elif step.is_new and not step.action.removes and (step.scope, step.key) in held_back:
            step.verdict = SUPERSEDED


def let_the_last_word_stand(steps: Sequence[Step]) -> None:
    """Leave out what a later row about the same person makes vain, where to do both can mean to text them.

    Nobody is added whom a later row took off again in an earlier run: rows come again when a run broke off, and all of
    them whenever a tap keeps no state. Nobody is taken off because their row was deleted, whom a later row adds: they
    signed up anew, and the deleted row comes again as well.
    """
    off: dict[bytes, set[Action]] = {}
    on: dict[bytes, set[Action]] = {}
    for step in reversed(steps):
        if not (step.is_new or step.verdict is UNCHANGED):
            continue
        if not step.action.removes:
            if step.is_new and any(_concern_the_same(step.action, each) for each in off.get(step.key, ())):
                step.verdict = SUPERSEDED
            else:
                on.setdefault(step.key, set()).add(step.action)
            continue
        added = on.get(step.key, set())
        if step.is_new and step.is_for_deletion and any(_brings_back(each, step.action) for each in added):
            step.verdict = SUPERSEDED
            continue
        added -= {each for each in added if _concern_the_same(each, step.action)}
        if step.stands or not step.is_new:
            off.setdefault(step.key, set()).add(step.action)


def until_another_action(steps: Sequence[Step]) -> int:
    """Return how many steps come before one that wants something else for the key of an earlier one: order matters."""
    if len({step.scope for step in steps if step.key}) <= 1:  # as nearly always
        return len(steps)
    seen: dict[bytes, int] = {}
    for place, step in enumerate(steps):
        if step.verdict is not SUPERSEDED and any(seen.setdefault(key, step.scope) != step.scope for key in step.keys):
            return place
    return len(steps)


def without_superseded(steps: Sequence[Step]) -> Sequence[Step]:
    """Let the last step of each key win."""
    with_key = [step for step in steps if step.key and step.verdict is not SUPERSEDED]
    last = {step.key: step for step in with_key}
    if len(last) < len(with_key):
        for step in with_key:
            if last[step.key] is not step:
                step.verdict = SUPERSEDED
    return steps


def _concern_the_same(addition: Action, removal: Action) -> bool:
    """Say whether one of them undoes the other: to leave a segment says nothing of texts."""
    return _is_below(removal.scope, addition.undoes()) or _is_below(addition.scope, removal.undoes())


def _brings_back(addition: Action, removal: Action) -> bool:
    """Say whether people are again where they were, once the one is done behind the other."""
    return _is_below(removal.scope, addition.undoes()) and not _is_below(removal.scope, addition.yields_to())


def _is_below(scope: str, prefixes: Sequence[str]) -> bool:
    return any(below(scope, each) for each in prefixes)
