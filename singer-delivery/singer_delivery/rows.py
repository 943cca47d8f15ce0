"""A record on its way, and what it was bound to."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any

from singer_delivery.ledger.rows import DIGEST_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from singer_delivery.actions import Action, Delivery, Gathered, Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from singer_delivery.reject_lines import StreamSchema


_HALF = DIGEST_SIZE // 2
"""Bytes that tell apart what was asked for one key."""


@dataclass(frozen=True)
class Source:
    """A stream as the tap gave it, before stream maps: what rejects are told and replayed by.

    Attributes:
        stream: Its name.
        columns: Names of its columns, in their order.
        key_properties: Its key; where the tap gives none, that of the stream maps.
        schema: Its schema.
    """

    stream: str
    columns: AbstractSet[str]
    key_properties: Sequence[str]
    schema: StreamSchema


@dataclass
class Binding:
    """A stream and the action that its records are for.

    Attributes:
        stream: Name of the stream, after stream maps.
        source: The stream as the tap gave it.
        action: What is to be done with its records.
        columns: Which of its columns holds what.
        rules: Digest of everything but the record that decides what is planned.
    """

    stream: str
    source: Source
    action: Action
    columns: Columns
    rules: bytes
    _planners: dict[Action, Planner] = field(default_factory=dict)

    def planner(self, action: Action) -> Planner:
        """Return the planner of an action for this stream. The first may make calls that read."""
        planner = self._planners.get(action)  # not by name: a counterpart may share it
        if planner is None:
            planner = self._planners[action] = action.planner(self.columns)
        return planner


@dataclass(slots=True, eq=False)
class Chunk:
    """Rows that are planned together, in the order in which they were read.

    Attributes:
        rows: The rows.
        unsettled: How many of them have no outcome yet.
        state: The last STATE message that came while the chunk was filled.
    """

    rows: list[Row] = field(default_factory=list)
    unsettled: int = 0
    state: dict[str, Any] | None = None


@dataclass(slots=True, eq=False)
class Row:
    """One record on its way.

    Attributes:
        binding: Its stream and action.
        record: The record after stream maps.
        raw: The record as the tap sent it: what a replay sends again.
        number: Its place among all that were read.
        chunk: The rows it is planned with.
        deleted: Whether the row was deleted at its source.
        verdict: Its outcome, where it was clear before planning.
    """

    binding: Binding
    record: Record
    raw: Record
    number: int
    chunk: Chunk
    deleted: bool = False
    verdict: Verdict | None = None


@dataclass(slots=True, eq=False)
class Item:
    """A delivery of a row, with its digests in the ledger.

    Attributes:
        row: The row; of several, the one that was read first.
        delivery: What is to be done.
        scope: The ledger's id of the action's scope.
        key: Digest of the delivery's key.
        source: Digest of the record and the rules.
        payload: Digest of the payload; of a removal that each new record asks for anew, of the record too: half of
            each (see `of_removal`).
        uncertain: Whether an earlier run ended while this was sent.
        others: The other rows that it delivers, where an action gathers.
        undoing: Entries of the ledger, by scope and key, that are accepted and that this makes untrue (what took the
            person off, say). They are in doubt from before the call until the outcome is written.
        also: The ledger's entries under which other actions find it, beside its own: id of a scope, and digest of one
            of the delivery's other keys.
    """

    row: Row
    delivery: Delivery
    scope: int
    key: bytes
    source: bytes
    payload: bytes
    uncertain: bool = False
    others: Sequence[Row] = ()
    undoing: Sequence[tuple[int, bytes]] = ()
    also: Sequence[tuple[int, bytes]] = ()

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Digests of all that it is about, its own key first."""
        return (self.key, *(key for _, key in self.also)) if self.also else (self.key,)

    @property
    def rows(self) -> Iterator[Row]:
        """All rows that it delivers."""
        yield self.row
        yield from self.others

    @property
    def takes_off(self) -> bool:
        """Whether it may take somebody off, for all that the ledger knows: not one that repeats what was done."""
        return self.delivery.added_at is not None or not self.delivery.known

    def does_the_same(self, payload: bytes | None) -> bool:
        """Whether a removal does what another one did, whatever record either came from.

        Args:
            payload: Digest of the other one, as the ledger holds it.
        """
        return payload is not None and payload[:_HALF] == self.payload[:_HALF]


def of_removal(payload: bytes, record: bytes) -> bytes:
    """Return what the ledger is to know a removal by, that each new record asks for anew.

    Args:
        payload: Digest of its payload (16 bytes).
        record: Digest of its record alone (16 bytes).
    """
    return payload[:_HALF] + record[:_HALF]


@dataclass(slots=True, eq=False)
class Settled:
    """A row and its outcome.

    Attributes:
        row: The row.
        verdict: Its outcome.
        action: The action that it was really for.
        item: Its delivery, where it got that far.
        planned_calls: What a dry run would have called.
        gathered: The outcomes of all rows of the delivery, this one's first, where they are not the same.
        is_through: Whether the outcome says so of the row itself, and not only of the call that it would go out in: if
            not, a reject of it stays open.
    """

    row: Row
    verdict: Verdict
    action: Action
    item: Item | None = None
    planned_calls: Sequence[Any] = ()
    gathered: Gathered | None = None
    is_through: bool = True

    @property
    def rows(self) -> Iterator[tuple[Row, Verdict]]:
        """All rows that it is about, with their outcomes."""
        yield self.row, self.verdict
        if self.item is not None and self.item.others:
            others = self.item.others
            verdicts = repeat(self.verdict, len(others)) if self.gathered is None else self.gathered.verdicts[1:]
            yield from zip(others, verdicts, strict=True)


@dataclass(slots=True, eq=False)
class Unchanged:
    """Rows of one stream that are equal to what was accepted before."""

    rows: list[Row]
    action: Action
