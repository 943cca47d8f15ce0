"""What Textlocal says was sent: for texts whose call broke off, so that nobody knows whether it arrived.

Rows of `get_history_api` and `get_history_single` have `id`, `datetime`, `number` and `sender` (one client reads
these); which of the two has what the API sent is not known, so both are read. Rows of `get_scheduled` have no number:
their text and time have to do. Each row tells of one text: a row that a call of this run was answered with, or that
has told of another text already, tells of no further one.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError
from target_textlocal.histories import OF_NUMBERS, PAGE_SIZE
from target_textlocal.paging import number_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_textlocal.client import TextlocalClient
    from target_textlocal.sending import Text

LOOKS = (0.5, 1.0, 2.0, 4.0)
"""Seconds between looks for texts whose call broke off just now."""
WINDOW = 3600
"""Seconds after a call began, or after the time it was to send at, in which its texts are looked for."""
_ZONES = (0, 3600, 19_800)
"""Seconds that the times of `get_scheduled` may be ahead by, for it does not say whose they are: London's, India's."""
_SCHEDULED_FOR = re.compile(r"(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)", re.ASCII)


class SentTexts:
    """Finds texts among what was sent and what is scheduled. Safe to use from several threads.

    Args:
        client: Who calls.
    """

    def __init__(self, client: TextlocalClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._told: set[str] = set()
        self._waits: dict[float, list[float]] = {}
        self._by_number: dict[tuple[float, int], list[Mapping[str, Any]]] = {}
        self._scheduled: Sequence[Mapping[str, Any]] | None = None
        self._claimed: Counter[str] = Counter()

    def answered(self, ids: frozenset[str]) -> None:
        """Take note of texts and batches that a call of this run was answered with: they tell of no other text."""
        with self._lock:
            self._told |= ids

    def has(self, number: str, text: Text, since: float, *, just_now: bool) -> bool:
        """Say whether a text was sent, or is scheduled. False means that it was not found, not that it was not sent.

        Args:
            number: Whom it was for.
            text: The text.
            since: When its call began, in seconds since 1970, or a little earlier.
            just_now: Whether that was a moment ago: then it is looked for several times.
        """
        with self._lock:
            if since not in self._waits:
                self._waits[since] = [*LOOKS] if just_now else []
                self._look(since, text)
            waits = self._waits[since]  # shared by all texts of a call
            found = self._claims(number, text, since)
            while waits and not found:
                self._client.pause(waits.pop(0))
                self._look(since, text)
                found = self._claims(number, text, since)
            return found

    def _look(self, begun: float, text: Text) -> None:
        """Read what was sent after a call began, and what is scheduled."""
        after = max(begun, float(text.send_at or 0))
        if text.send_at is not None:
            self._scheduled = self._page("get_scheduled", "scheduled")
        if after > time.time() + WINDOW:
            return
        for row in self._sent(int(after)):
            number = number_of(row)
            if number is not None:
                rows = self._by_number.setdefault((begun, number), [])
                if all(each.get("id") != row.get("id") for each in rows):
                    rows.append(row)

    def _claims(self, number: str, text: Text, begun: float) -> bool:
        for row in self._by_number.get((begun, int(number)), ()):
            key = str(row.get("id"))
            if key not in self._told and row.get("message", text.content) == text.content:
                self._told.add(key)
                return True
        return text.send_at is not None and self._claims_scheduled(text)

    def _claims_scheduled(self, text: Text) -> bool:
        for row in self._scheduled or ():
            key = str(row.get("id"))
            if key in self._told or row.get("message") != text.content or not _is_at(row, text.send_at or 0):
                continue
            if self._claimed[key] < (whole(row.get("howmany")) or 0):
                self._claimed[key] += 1
                return True
        return False

    def _sent(self, after: int) -> Iterator[Mapping[str, Any]]:
        """Read both histories of an hour, page by page."""
        fields = {
            "min_time": str(after),
            "max_time": str(after + WINDOW),
            "sort_order": "asc",
            "limit": str(PAGE_SIZE),
        }
        for history in OF_NUMBERS:
            start, page = 0, self._page(history, "messages", **fields, start="0")
            while page:
                yield from page
                start += len(page)
                page = self._page(history, "messages", **fields, start=str(start))

    def _page(self, command: str, name: str, **fields: str) -> Sequence[Mapping[str, Any]]:
        """Read a list. A refusal may mean that there is nothing in it, as of an empty inbox: so it is none."""
        try:
            rows = (self._client.read_if_known(command, **fields) or {}).get(name)
        except RefusedError:
            return ()
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else ()


def _is_at(row: Mapping[str, Any], send_at: int) -> bool:
    found = _SCHEDULED_FOR.fullmatch(str(row.get("scheduledFor")))
    if not found:
        return False
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        there = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc).timestamp()
    except ValueError:
        return False
    return there - send_at in _ZONES
