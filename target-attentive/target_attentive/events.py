"""Custom events. They may start a journey, and a journey may text: so each is sent once."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Delivery
from singer_delivery.outcomes import Verdict, accepted, already, rejected, skipped
from target_attentive.event_mapping import IDENTIFIERS, EventMapper
from target_attentive.identifiers import reader
from target_attentive.settings import NAME
from target_attentive.single_calls import SingleCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings

SENT_BEFORE = already("sent_before")
TOO_OLD = skipped(
    "too_old", "The event is older than 12 hours: Attentive starts no journey with it, and `old_events` says skip."
)
NOBODY = rejected(
    "missing_identity", "The record does not say who it is about: all of its identifiers are blank. Fill one in."
)
_JOURNEY_SECONDS = 12 * 3600
_LOGGER = logging.getLogger(NAME)


class SentOnce(SingleCalls):
    """What is sent once for each record of a stream, however often the record comes."""

    repeatable: bool = False
    identity: ClassVar[tuple[str, ...]] = IDENTIFIERS
    needs_mobile: ClassVar[bool] = False
    spellings: ClassVar[Mapping[str, str]] = {
        "type": "type",
        "properties": "properties",
        "occurredAt": "occurred_at",
        "shopifyId": "shopify_id",
        "klaviyoId": "klaviyo_id",
    }

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings, scope: str, *, dry_run: bool) -> None:
        super().__init__(client, settings, scope, dry_run=dry_run)
        self._old = 0
        self._warned: set[str] = set()
        self._lock = threading.Lock()

    def notes(self) -> Iterator[str]:
        """Say how many events were too old to start a journey."""
        if self._old:
            yield (
                f"{self._old} events of `{self.name}` were older than 12 hours: Attentive keeps such events, and "
                "starts no journey with them."
            )

    def again(self, delivery: Delivery) -> Verdict | None:
        """Leave an event alone that was sent, whatever its row says now."""
        del delivery
        return None if self.repeatable else SENT_BEFORE

    def _once(self, call: Callable[[], object], occurred_at: str | None) -> Verdict:
        """Make a call, and count what is old."""
        call()
        if self._is_old(occurred_at):
            self._count_old()
        return accepted("sent")

    def _is_old(self, occurred_at: str | None) -> bool:
        if occurred_at is None:
            return False
        return time.time() - datetime.fromisoformat(occurred_at.replace("Z", "+00:00")).timestamp() > _JOURNEY_SECONDS

    def _skips(self, occurred_at: str | None) -> bool:
        """Say whether an event is to be left out for its age."""
        return self._settings.old_events == "skip" and self._is_old(occurred_at)

    def _count_old(self) -> None:
        with self._lock:
            self._old += 1
            first = self._old == 1
        if first:
            _LOGGER.warning(
                "`%s`: an event is older than 12 hours. Attentive keeps such events, and starts no journey with them; "
                "`old_events: skip` leaves them out. Further ones are counted in the report.",
                self.name,
            )

    def _warn_without_key(self, columns: Columns) -> None:
        if not columns.keys:
            self._warn(
                f"Stream `{columns.stream}` has no key. All columns together tell its events apart: an event of which "
                "one value changes is another event, and is sent. Give the stream a key."
            )

    def _warn(self, text: str) -> None:
        """Warn once a run."""
        with self._lock:
            told = text in self._warned
            self._warned.add(text)
        if not told:
            _LOGGER.warning("%s", text)


class Events(SentOnce):
    """Sends custom events.

    With `event_ids_deduplicate`, Attentive is trusted to pass over an event whose id it had before, so that a call
    that broke off is made again.
    """

    name: ClassVar[str] = "events"

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings, scope: str, *, dry_run: bool) -> None:
        super().__init__(client, settings, scope, dry_run=dry_run)
        self.repeatable = settings.event_ids_deduplicate

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that the stream's columns can be those of events."""
        event_of, identifiers_of = EventMapper(columns).event, reader(columns)
        self._warn_without_key(columns)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            found = identifiers_of(record, person)
            if isinstance(found, Verdict):
                return found
            if not (user := found.event_user()):
                return NOBODY
            event = event_of(record, user)
            if isinstance(event, Verdict):
                return event
            return TOO_OLD if self._skips(event.get("occurredAt")) else Delivery(self, event["externalEventId"], event)

        return plan

    def _send(self, delivery: Delivery) -> Verdict:
        return self._once(
            lambda: self._client.call(
                "CustomEvent",
                "POST",
                "/v1/events/custom",
                json=delivery.payload,
                quota="events",
                repeatable=self.repeatable,
                may_be_empty=True,
            ),
            delivery.payload.get("occurredAt"),
        )
