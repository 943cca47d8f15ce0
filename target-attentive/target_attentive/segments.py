"""The segment that the settings mean: found by its name or external id, made if it is not there.

Nothing is asked before it is needed, and everything once. Calls and their limits are of Attentive's description of its
API v2 (segments are an open beta); what becomes of a name or an id that is there twice, it does not say.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from singer_delivery.errors import OutcomeUnknownError, RefusedError, SetupError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings

PAGE_SIZE = 1000
"""Segments of a page: the most that Attentive gives."""
MOST_NAMES = 10
"""Segments that a message names."""
_PATH = "/v2/segments"
_QUOTA = "segments"
_NOT_SET = "`segment` or `segment_external_id` is missing: people are added to one segment, and taken out of one."


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment."""

    external_id: str
    name: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"'{self.name}' ({self.external_id})"


def segment_scope(settings: AttentiveSettings) -> str:
    """Return the segment as the settings name it, for the ledger, so that what was accepted is known without a call.

    A name and an external id of the same letters are different things, and no slash in one leads to another's.
    """
    named = f"id:{settings.segment_external_id}" if settings.segment_external_id else settings.segment or ""
    return f"{quote(named, safe=': ')}{settings.host_scope}"


class Segments:
    """The segment of the settings. Safe to use from several threads.

    Args:
        client: Who calls.
        settings: Which segment, and whether it may be made.
    """

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings) -> None:
        self._client = client
        self._name = settings.segment
        self._external_id = settings.segment_external_id
        self._may_create = settings.create_segment
        self._lock = threading.RLock()
        self._segment: Segment | None = None
        self._looked = False
        self._was_made = False

    def notes(self) -> Iterator[str]:
        """Say that the segment was made: who the ledger thinks is in it was in another one, then."""
        if self._was_made and self._segment is not None:
            yield (
                f"Attentive had no segment {self._wanted}, so it was made: {self._segment}. If there was one of this "
                "name before, those who were in it are `unchanged` and not in the new one: run once with `resend`."
            )

    def find(self) -> Segment | None:
        """Look for the segment.

        Returns:
            It; None where it is not there and is to be made by who first needs it.

        Raises:
            SetupError: None or several are meant, or it is not there and cannot be made.
        """
        with self._lock:
            if not self._looked:
                self._segment = self._look()
                self._looked = True
            return self._segment

    def made(self) -> Segment:
        """Return the segment; make it, if it is not there. In a dry run nothing is made, and its id is not known.

        Raises:
            SetupError: As of `find`; or Attentive refuses to make it.
            UnavailableError: Nobody knows whether it was made.
        """
        with self._lock:
            found = self.find()
            if found is None:
                found = self._segment = self._make()
            return found

    def is_there(self) -> bool:
        """Look whether the segment that was found, or made, is still there.

        Raises:
            SetupError: Attentive refuses to say.
        """
        return self._by_external_id(self.made().external_id) is not None

    def _look(self) -> Segment | None:
        found = self._by_external_id(self._external_id) if self._external_id else self._by_name()
        if found is not None:
            return found
        if not self._may_create:
            raise SetupError(
                f"Attentive has no segment {self._wanted}, or it was archived. Check `segment` and "
                "`segment_external_id`, restore it in Attentive, or let it be made: `create_segment`."
            )
        if self._name is None:
            raise SetupError(
                f"Attentive has no segment {self._wanted}, or it was archived. Restore it in Attentive, or give it a "
                "name by `segment`, so that it can be made."
            )
        return None

    @property
    def _wanted(self) -> str:
        return f"with the external id '{self._external_id}'" if self._external_id else f"'{self._name}'"

    def _by_external_id(self, external_id: str) -> Segment | None:
        path = f"{_PATH}/external/{quote(external_id, safe='')}"
        try:
            body = self._client.call("GetSegment", "GET", path, quota=_QUOTA, changes=False).body
        except RefusedError as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise _refused("GetSegment", refusal) from refusal
        return _segment(body)

    def _by_name(self) -> Segment | None:
        if self._name is None:
            raise SetupError(_NOT_SET)
        similar = [_segment(each) for each in self._rows(name=self._name)]
        same = [each for each in similar if each.name.strip() == self._name]
        if len(same) > 1:
            raise SetupError(
                f"`segment` means several segments: {_named(same)}. Give the external id of one of them as "
                "`segment_external_id`."
            )
        if same:
            return same[0]
        folded = [each for each in similar if each.name.strip().casefold() == self._name.casefold()]
        if folded:  # to make another one beside it is hardly what is meant
            raise SetupError(
                f"Attentive has no segment {self._wanted}, but one whose name differs in case: {_named(folded)}. "
                "Write `segment` as it is there, or give `segment_external_id`."
            )
        return None

    def _rows(self, **params: str) -> Iterator[Mapping[str, Any]]:
        """Read all pages of the list; what is archived is not in it."""
        cursor: str | None = None
        seen = set()
        while cursor not in seen:
            seen.add(cursor)
            query = {**params, "limit": str(PAGE_SIZE), **({"cursor": cursor} if cursor else {})}
            try:
                answer = self._client.call("ListSegments", "GET", _PATH, params=query, quota=_QUOTA, changes=False)
            except RefusedError as refusal:
                raise _refused("ListSegments", refusal) from refusal
            page = answer.body if isinstance(answer.body, dict) else {}
            rows = page.get("segments")
            if not isinstance(rows, list):
                raise _no_segments()
            yield from rows
            cursor = page.get("cursor") or None
            if cursor is None or not page.get("hasMore", True):
                return
        raise UnavailableError("Attentive's pages of segments do not come to an end. Run again later.")

    def _make(self) -> Segment:
        body = {"name": self._name, **({"externalId": self._external_id} if self._external_id else {})}
        try:
            # A repeat could make a second one: what broke off is looked for instead.
            answer = self._client.call("CreateSegment", "POST", _PATH, json=body, quota=_QUOTA, repeatable=False)
        except OutcomeUnknownError:
            return self._found_after(
                UnavailableError("Attentive did not say whether it made the segment, and does not have it. Run again.")
            )
        except RefusedError as refusal:
            if refusal.status != HTTPStatus.CONFLICT:
                raise _refused("CreateSegment", refusal) from refusal
            return self._found_after(SetupError(self._there_already()))
        if answer.pretended:
            return Segment(self._external_id or "(given by Attentive)", self._name or "")
        self._was_made = True
        return _segment(answer.body)

    def _found_after(self, problem: SetupError | UnavailableError) -> Segment:
        """Look once more: another run may have made it at the same time, or this one without hearing of it."""
        found = self._look()
        if found is None:
            raise problem
        return found

    def _there_already(self) -> str:
        why = "it, or another one of its name, was archived" if self._external_id else "one of its name was archived"
        return (
            f"Attentive does not show a segment {self._wanted}, and does not make one. Perhaps {why}: restore it in "
            "Attentive, or choose another by `segment` or `segment_external_id`."
        )


def _segment(row: Any) -> Segment:
    external = row.get("externalId") if isinstance(row, dict) else None
    if not isinstance(external, str) or not external:
        raise _no_segments()
    return Segment(external, str(row.get("name") or ""))


def _no_segments() -> SetupError:
    return SetupError("What answers is no list of Attentive's segments. Check `api_url`.")


def _refused(operation: str, error: RefusedError) -> SetupError:
    return SetupError(
        f"Attentive refused {operation} ({error.code}). {error.rule.cause} Check `segment` and `segment_external_id`."
    )


def _named(segments: Sequence[Segment]) -> str:
    names = "; ".join(map(str, segments[:MOST_NAMES]))
    return names if len(segments) <= MOST_NAMES else f"{names}; and {len(segments) - MOST_NAMES} more"
