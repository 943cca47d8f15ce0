"""The action `annex_segment`: all members of a segment, gathered over the whole run, in one call to Annex Cloud."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Action, Delivery
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, accepted, rejected
from target_attentive.annex.mapping import NEEDED, SPELLINGS, body_of, segment_fields, segment_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_attentive.annex.client import AnnexClient

MOST_IDS = 10
"""Segments that a report names by their ids."""
_NOT_SET_UP = (
    "`annex_cloud` is missing: `annex_segment` needs its `site_id` and `token`, and `token_scheme` `legacy` where the "
    "token is a loyalty token."
)
_CONFLICT = rejected(
    "conflicting_segment",
    "The record says something else of its segment than an earlier record of this run: name, type, dates, status and "
    "external name must be the same in all records of a segment. Correct it at its source; two segments of one name "
    "need an `external_id` each.",
)
_NO_EMAIL = rejected("missing_identity", "The record has no e-mail address, by which Annex Cloud knows a member.")
_COMMA = rejected(
    "invalid_email",
    "The e-mail address holds a comma, by which Annex Cloud tells members apart. Correct it at its source.",
)
_MEMBER = "member"


class AnnexSegment(Action):
    """Makes segments at Annex Cloud. Each run that finds a segment changed makes it anew, with all of its members.

    Args:
        client: Annex Cloud's transport; None where the settings name no account there.
        scope: What the ledger keeps its deliveries under.
    """

    name: ClassVar[str] = "annex_segment"
    identity: ClassVar[tuple[str, ...]] = ("email",)
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS
    gathers: ClassVar[bool] = True
    repeatable = False

    def __init__(self, client: AnnexClient | None, scope: str) -> None:
        super().__init__(scope)
        self._client = client
        self._segments: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()
        self._made: list[str] = []
        self._unnamed = 0

    def planner(self, columns: Columns) -> Planner:
        """Return a planner; the same segment is the same in all streams of a run.

        Raises:
            SetupError: Nothing is set up for Annex Cloud, or the stream lacks what a segment needs.
        """
        self._connected()
        if missing := [each for each in NEEDED if each not in columns.known]:
            raise SetupError(
                f"Stream `{columns.stream}` has no column `{'`, `'.join(missing)}`, which a segment at Annex Cloud "
                "needs. Add it by `stream_maps`."
            )
        return lambda record, person: self._planned(record, columns, person)

    def _planned(self, record: Record, columns: Columns, person: Person) -> Delivery | Verdict:
        if person.email is None:
            return _NO_EMAIL
        if "," in person.email:
            return _COMMA
        fields = segment_fields(record, columns)
        if isinstance(fields, Verdict):
            return fields
        key = segment_key(fields)
        if self._segments.setdefault(key, fields) != fields:
            return _CONFLICT
        return Delivery(self, key, body_of(fields, [person.email]))

    def together(self, deliveries: Sequence[Delivery]) -> Delivery:
        """Return one delivery with the members of all."""
        first = deliveries[0]
        return Delivery(self, first.key, body_of(first.payload, [each.payload[_MEMBER] for each in deliveries]))

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Make segments, each at most once."""
        return [self._send(each) for each in deliveries]

    def _send(self, delivery: Delivery) -> Verdict:
        answer = self._connected().make_segment(delivery.payload)
        if not answer.pretended:
            number = answer.body.get("segmentId") if isinstance(answer.body, dict) else None
            with self._lock:
                if number is None:
                    self._unnamed += 1
                else:
                    self._made.append(str(number))
        return accepted("made")

    def _connected(self) -> AnnexClient:
        if self._client is None:
            raise SetupError(_NOT_SET_UP)
        return self._client

    def notes(self) -> Iterator[str]:
        """Name the segments that were made: a changed one is made anew, and the old ones stay."""
        if self._made:
            more = f" and {len(self._made) - MOST_IDS} more" if len(self._made) > MOST_IDS else ""
            yield (
                f"Annex Cloud has made these segments: {', '.join(self._made[:MOST_IDS])}{more}. One that an earlier "
                "run made under the same name may still be there beside it."
            )
        if self._unnamed:
            yield (
                f"Annex Cloud took {self._unnamed} segments without an error and without an id: look whether they are "
                "there."
            )
