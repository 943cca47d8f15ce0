"""One thing to be done at the vendor, and what becomes of several that were done as one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from singer_delivery.outcomes import UNKNOWN, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.outcomes import Verdict


@dataclass(slots=True)
class Delivery:
    """One thing to be done at the vendor.

    Attributes:
        action: What is to be done.
        key: Who or what it is about, in the vendor's eyes (an E.164 number). Deliveries of one key keep their order.
        payload: Everything that decides what the vendor will hold afterwards, as JSON. Two deliveries of the same
            action and key with equal payloads are the same.
        also: Other keys that it is about, in the order in which they count less: an address beside a number. For other
            actions the ledger knows it by each of them, and the order of deliveries is kept for each. Not where an
            action gathers.
        known: Whether the ledger holds an accepted delivery of this action and key, whatever its payload. Set by the
            engine.
        in_doubt_since: When an earlier run began to send it, in seconds since 1970, if that run ended before it knew
            the outcome; else None. Set by the engine. For `Action.resolve`.
        added: When the ledger noted what this one undoes (`Action.undoes`), in seconds since 1970, by those of `key`
            and `also` for which it did. Set by the engine, for actions that remove.
        removed_at: The same, for actions that do not: when this target took off, or was asked to, whom it adds. None
            if it knows of nothing.
        opted_out: Those of `key` and `also` for which this one is forbidden (`Action.yields_to`). Set by the engine.
        noted: Whether what is done once for each key was done, however the payload changes. Set by `Action.send`, and
            by the engine once the vendor took such a delivery of the key. Only where the action `takes_notes`.
    """

    action: Action
    key: str
    payload: Mapping[str, Any]
    also: Sequence[str] = field(default=(), compare=False)
    known: bool = field(default=False, compare=False)
    in_doubt_since: float | None = field(default=None, compare=False)
    added: dict[str, float] = field(default_factory=dict, compare=False)
    removed_at: float | None = field(default=None, compare=False)
    opted_out: frozenset[str] = field(default=frozenset(), compare=False)
    noted: bool = field(default=False, compare=False)

    @property
    def added_at(self) -> float | None:
        """When the ledger last noted what this one undoes, for any of its keys; None if it knows of nothing."""
        return max(self.added.values(), default=None)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of each record of a gathered delivery, where that is not the same for all of them.

    For the ledger the delivery was accepted if one of them was, or was so already; otherwise it is in doubt if one of
    them is `outcomes.UNKNOWN`.

    Attributes:
        verdicts: One for each of the deliveries that `Action.together` was given, in their order.
    """

    verdicts: Sequence[Verdict]

    @property
    def whole(self) -> Verdict:
        """What counts for the delivery: the best of them, as the ledger sees it."""
        for outcome in (Outcome.ACCEPTED, Outcome.ALREADY):
            for each in self.verdicts:
                if each.outcome is outcome:
                    return each
        return UNKNOWN if UNKNOWN in self.verdicts else self.verdicts[0]

    def would_be(self) -> Gathered:
        """Return the outcomes of a dry run."""
        return Gathered([each.would_be() for each in self.verdicts])
