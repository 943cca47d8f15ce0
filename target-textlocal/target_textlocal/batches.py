"""What is remembered of each batch of texts, for tap-textlocal: whose figures it is to fetch. Nothing of a person.

It stands in the ledger's memory of the action's scope: the batch's id is the name, a JSON the value::

    {"campaign": "spring", "template": "Sale", "group_id": "123", "send_at": "2026-12-01T12:00:00+00:00",
     "sent_at": "2026-11-21T10:00:00+00:00", "recipients": 2, "test": false}
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_delivery.memory import Memory

KEPT_DAYS = 90
"""Days after it went out that a batch is remembered. Each personal text is one, and figures settle within a week."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch: what Textlocal made of one text, to whomever it went.

    Attributes:
        recipients: How many people.
        campaign: Id of its campaign, as the records have it.
        template: Title of its template.
        group_id: Group that it went to.
        send_at: When it is to go out, in seconds since 1970; None for at once.
        test: Whether it was only tested: Textlocal looks up no such batch.
        sent_at: When Textlocal took it, in seconds since 1970: now.
    """

    recipients: int
    campaign: str | None = None
    template: str | None = None
    group_id: str | None = None
    send_at: int | None = None
    test: bool = False
    sent_at: int = field(default_factory=lambda: int(time.time()))

    def fact(self) -> str:
        """Return it as it is remembered."""
        times = {"send_at": _written(self.send_at), "sent_at": _written(self.sent_at)}
        return json.dumps({**asdict(self), **times}, separators=(",", ":"))


class Batches:
    """What is remembered of the batches of an action. Threads may share it."""

    def __init__(self) -> None:
        self._memory: Memory | None = None

    def recall(self, memory: Memory) -> None:
        """Take where it is remembered; before that, and without it, nothing is. What is too old is dropped.

        Raises:
            LedgerError: The ledger cannot be read or written.
        """
        self._memory = memory
        memory.forget([batch_id for batch_id, fact in memory.known().items() if batch_id.isdigit() and _is_old(fact)])

    def remember(self, batches: Iterable[tuple[str, Batch]]) -> None:
        """Remember batches, by their ids.

        Raises:
            LedgerError: The ledger cannot be written.
        """
        if self._memory is not None:
            self._memory.learn_all({batch_id: batch.fact() for batch_id, batch in batches})


def _is_old(fact: str) -> bool:
    said = json.loads(fact)
    went_out = datetime.fromisoformat(said["send_at"] or said["sent_at"]).timestamp()
    return time.time() - went_out > KEPT_DAYS * 86_400


def _written(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).isoformat()
