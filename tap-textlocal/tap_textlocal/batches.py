"""Which batches there are to fetch figures of, and which of them are due. Pure, but for reading the ledger.

target-textlocal remembers each batch in its ledger, by its id, as a JSON: campaign, template and group, when it was
taken (`sent_at`), when it is to go out (`send_at`, null for at once), and whether it was only a test. The setting
`batch_ids` names others, of which nothing else is known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from singer_delivery.memory import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping, Sequence

    from tap_textlocal.settings import Settings

OWNER = "target-textlocal"
_SCOPES = ("messages", "campaigns")
"""Actions of target-textlocal that text people. Their scopes go on with the API's host."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch.

    Attributes:
        id: Textlocal's.
        sent_at: When it went out, or goes out, in UTC; None where only the id is known.
    """

    id: str
    sent_at: datetime | None = None
    campaign: str | None = None
    template: str | None = None
    group_id: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in the order in which batches are asked about: by time, then by id."""
        return (self.sent_at.isoformat() if self.sent_at else "", self.id)


def known_batches(settings: Settings) -> list[Batch]:
    """Return the batches of the ledger and of the setting, in order; those of the setting alone come first.

    Raises:
        LedgerError: The ledger cannot be read.
    """
    found: dict[str, Batch] = {}
    tests: set[str] = set()
    for batch_id, fact in _facts(settings):
        batch = read_fact(batch_id, fact)
        if batch is None:
            tests.add(batch_id)
        else:
            found[batch_id] = batch
    for batch_id in settings.batch_ids:
        if batch_id not in tests:
            found.setdefault(batch_id, Batch(batch_id))
    return sorted(found.values(), key=lambda batch: batch.place)


def _facts(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.ledger_url:
        for scope in _SCOPES:
            for facts in remembered(settings.ledger_url, OWNER, f"{scope}/{settings.host}").values():
                yield from ((name, fact) for name, fact in facts.items() if name.isdecimal())


def read_fact(batch_id: str, fact: str) -> Batch | None:
    """Read what the ledger remembers of a batch; None for a test, which Textlocal cannot look up.

    Args:
        batch_id: Its id.
        fact: The JSON. What cannot be read leaves a batch of which only the id is known.
    """
    try:
        told = json.loads(fact)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return Batch(batch_id)
    if told.get("test"):
        return None
    sent_at = _utc(told.get("send_at")) or _utc(told.get("sent_at"))
    campaign, template, group_id = (_text(told.get(name)) for name in ("campaign", "template", "group_id"))
    return Batch(batch_id, sent_at, campaign, template, group_id)


def _utc(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


class Diary:
    """What was asked on which day, in a stream's state: of a size that does not grow with the batches.

    ::

        {"day": "2026-11-21",                                        the day that batches were asked about last,
         "through": ["2026-11-20T12:00:00+00:00", "700000007"],      in order, up to this one
         "done": "2026-11-20",                                       the last day on which all were
         "named": {"700000001": ["2026-11-14", "2026-11-20"]}}       first and last day, of batches without a time

    Args:
        kept: That, to be read and changed.
        settings: Which day it is, and for how long batches are asked about.
    """

    def __init__(self, kept: MutableMapping[str, Any], settings: Settings) -> None:
        self._kept = kept
        self._settings = settings
        self._today = settings.today

    def due(self, batches: Sequence[Batch]) -> list[Batch]:
        """Return whom to ask about today: went out, not asked about today, and within the days, or never after them.

        Args:
            batches: All that are known, in order.
        """
        return [batch for batch in batches if self._is_due(batch)]

    def _is_due(self, batch: Batch) -> bool:
        if batch.sent_at is None:
            return self._named_is_due(batch.id)
        settings = self._settings
        if batch.sent_at > settings.now or (settings.start and batch.sent_at < settings.start):
            return False
        if self._kept.get("day") == self._today.isoformat() and batch.place <= tuple(self._kept.get("through", ())):
            return False
        last_day = batch.sent_at.astimezone(settings.zone).date() + timedelta(days=settings.metrics_days)
        done = self._kept.get("done")
        return self._today <= last_day or not done or date.fromisoformat(done) < last_day

    def _named_is_due(self, batch_id: str) -> bool:
        days = self._named.get(batch_id)
        if not days:
            return True
        first, last = map(date.fromisoformat, days)
        return last < min(self._today, first + timedelta(days=self._settings.metrics_days))

    def asked(self, batch: Batch) -> None:
        """Take note that a batch was asked about today."""
        today = self._today.isoformat()
        if batch.sent_at is None:
            named = self._kept.setdefault("named", {})
            named[batch.id] = [named.get(batch.id, [today])[0], today]
        else:
            self._kept.update(day=today, through=list(batch.place))

    def finished(self, batches: Sequence[Batch]) -> None:
        """Take note that all that was due was asked about; forget what is not named any more."""
        if any(batch.sent_at for batch in batches):
            self._kept["done"] = self._today.isoformat()
        unnamed = {batch.id for batch in batches if batch.sent_at is None}
        if left := {batch_id: days for batch_id, days in self._named.items() if batch_id in unnamed}:
            self._kept["named"] = left
        else:
            self._kept.pop("named", None)

    @property
    def _named(self) -> Mapping[str, list[str]]:
        return dict(self._kept.get("named", {}))
