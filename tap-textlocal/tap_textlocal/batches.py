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
         "since": "2026-11-01T00:00:00+00:00",                       the `start_date` of that day, if there was one
         "broken": ["700000009"],                                    of which nothing could be read, and is due again
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

        One of which nothing could be read is due in the next run again, behind all others, to keep none of them back.

        Args:
            batches: All that are known, in order.
        """
        due = [batch for batch in batches if self._is_due(batch)]
        return sorted(due, key=lambda batch: batch.id in self._broken)

    def _is_due(self, batch: Batch) -> bool:
        if batch.sent_at is None:
            return self._named_is_due(batch.id)
        settings = self._settings
        if batch.sent_at > settings.now or (settings.start and batch.sent_at < settings.start):
            return False
        if batch.id in self._broken or self._was_left_out(batch.sent_at):
            return True
        if self._kept.get("day") == self._today.isoformat() and batch.place <= tuple(self._kept.get("through", ())):
            return False
        last_day = self._last_day(batch)
        done = self._kept.get("done")
        return self._today <= last_day or not done or date.fromisoformat(done) < last_day

    def _was_left_out(self, sent_at: datetime) -> bool:
        """Whether an older `start_date` left a batch out, of which `done` says nothing then."""
        since: str = self._kept.get("since", "")
        return bool(since) and sent_at < datetime.fromisoformat(since)

    def _last_day(self, batch: Batch) -> date:
        days = timedelta(days=self._settings.metrics_days)
        if batch.sent_at is None:
            return date.fromisoformat(self._named.get(batch.id, [self._today.isoformat()])[0]) + days
        return batch.sent_at.astimezone(self._settings.zone).date() + days

    def _named_is_due(self, batch_id: str) -> bool:
        days = self._named.get(batch_id)
        if not days or batch_id in self._broken:
            return True
        first, last = map(date.fromisoformat, days)
        return last < min(self._today, first + timedelta(days=self._settings.metrics_days))

    def asked(self, batch: Batch) -> None:
        """Take note that a batch was asked about today."""
        today = self._today.isoformat()
        self._set("broken", [each for each in self._broken if each != batch.id])
        if batch.sent_at is None:
            named = self._kept.setdefault("named", {})
            named[batch.id] = [named.get(batch.id, [today])[0], today]
        elif self._kept.get("day") != today or batch.place > tuple(self._kept["through"]):
            self._kept.update(day=today, through=list(batch.place))

    def failed(self, batch: Batch) -> bool:
        """Take note that a batch was asked about and nothing could be read.

        Returns:
            Whether it is due again: until its last day, and once more behind it.
        """
        again = self._today <= self._last_day(batch) or batch.id not in self._broken
        self.asked(batch)
        if again:
            self._set("broken", [*self._broken, batch.id])
        return again

    def finished(self, batches: Sequence[Batch]) -> None:
        """Take note that all that was due was asked about; forget what is not known any more."""
        start = self._settings.start
        self._set("since", start.astimezone(timezone.utc).isoformat() if start else None)
        known = {batch.id for batch in batches}
        self._set("broken", [each for each in self._broken if each in known])
        if any(batch.sent_at for batch in batches):
            self._kept["done"] = self._today.isoformat()
        unnamed = {batch.id for batch in batches if batch.sent_at is None}
        self._set("named", {batch_id: days for batch_id, days in self._named.items() if batch_id in unnamed})

    def _set(self, name: str, value: Any) -> None:
        """Keep a value; an empty one is not kept."""
        if value:
            self._kept[name] = value
        else:
            self._kept.pop(name, None)

    @property
    def _broken(self) -> Sequence[str]:
        return list(self._kept.get("broken", ()))

    @property
    def _named(self) -> Mapping[str, list[str]]:
        return dict(self._kept.get("named", {}))
