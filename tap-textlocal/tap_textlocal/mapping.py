"""From the values of an answer to those of a Singer record: pure functions.

Textlocal writes ids and numbers now as JSON numbers, now as texts, and times without a zone.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

Record: TypeAlias = "dict[str, Any]"

_DASHED = re.compile(r"\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d", re.ASCII)
"""`2026-11-21-12-00-00`, as `scheduledFor` is written."""
_TRUE = frozenset({"1", "true", "yes"})
_FALSE = frozenset({"0", "false", "no"})
_FIRST_UNIX_TIME, _LAST_UNIX_TIME = 10**9, 10**10 - 1
STATUSES: Mapping[str, str] = {
    "D": "delivered",
    "U": "undelivered",
    "E": "expired",
    "?": "unknown",
    "I": "invalid",
    "P": "pending",
}
"""Letters of messages' states, by the vendor's page "Helpful information"."""
_COUNTED = ("delivered", "undelivered", "expired", "unknown", "invalid")


def text(value: Any) -> str | None:
    """Return a text, or an id as text, whichever way it was written; None for nothing, an empty text, or a list."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value) or None


def identifier(value: Any) -> str | None:
    """Return an id as text; None where there is none."""
    found = text(value)
    return found.strip() or None if found else None


def number(value: Any) -> str | None:
    """Return a phone number as digits with its country code, without the plus; None where there is none."""
    found = identifier(value)
    return found.removeprefix("+") or None if found else None


def whole(value: Any) -> int | None:
    """Return a count; None where it is none."""
    try:
        return None if isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def decimal(value: Any) -> float | None:
    """Return an amount, of credits or, on upgraded accounts, of money; None where it is none."""
    try:
        found = None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found is not None and abs(found) < float("inf") else None


def boolean(value: Any) -> bool | None:
    """Return yes or no; None for neither."""
    said = str(value).strip().lower()
    return True if said in _TRUE else False if said in _FALSE else None


def moment(value: Any, zone: ZoneInfo) -> str | None:
    """Return a time with its offset.

    Args:
        value: `2026-11-21 12:00:00`, `2026-11-21-12-00-00`, ISO 8601, or seconds since 1970.
        zone: Where one without a zone was written.

    Returns:
        ISO 8601 with an offset; None where it is no such time.
    """
    seconds = whole(value)
    if seconds is not None and _FIRST_UNIX_TIME <= seconds <= _LAST_UNIX_TIME:
        return datetime.fromtimestamp(seconds, timezone.utc).isoformat()
    said = text(value)
    if said is None:
        return None
    found = _parsed(said.strip())
    return (found if found.tzinfo else found.replace(tzinfo=zone)).isoformat() if found else None


def _parsed(said: str) -> datetime | None:
    if _DASHED.fullmatch(said):
        day, hour, minute, second = said[:10], *said[11:].split("-")
        said = f"{day} {hour}:{minute}:{second}"
    try:
        # Python 3.10 knows no `Z`.
        return datetime.fromisoformat(f"{said[:-1]}+00:00" if said[-1:] == "Z" else said)
    except ValueError:
        return None


def rows_of(body: Mapping[str, Any], name: str) -> list[Any] | None:
    """Return the rows of an answer; None where it has no such list. PHP writes a list with holes as an object."""
    found = body.get(name)
    if isinstance(found, dict):
        return list(found.values())
    return found if isinstance(found, list) else None


def message_statuses(body: Mapping[str, Any]) -> list[tuple[str | None, str | None]] | None:
    """Return number and letter of each message of a `status_batch`; None where it has no list of them.

    What the answer does not tell of a message is None: it is one of the batch all the same.
    """
    rows = rows_of(body, "messages")
    if rows is None:
        return None
    told = (row if isinstance(row, dict) else {} for row in rows)
    return [(number(row.get("recipient")), text(row.get("status"))) for row in told]


def figures(body: Mapping[str, Any], letters: Iterable[str | None] | None) -> Record:
    """Return the counts of a `status_batch`, and the share that was delivered.

    Args:
        body: The answer.
        letters: Of its messages; None where it does not list them. They are counted where the answer lacks a counter:
            older accounts have no `num_expired`, and may count those messages among others.

    Returns:
        `total`, the counters, `pending` (what is in none of them, for which Textlocal has no counter) and `rate`:
        delivered of total, from 0 to 1, None of nothing. A counter that nobody can tell is None.
    """
    seen = None if letters is None else list(letters)
    total = whole(body.get("num_messages"))
    if total is None and seen is not None:
        total = len(seen)
    counts = {name: whole(body.get(f"num_{name}")) for name in _COUNTED}
    if None in counts.values() and seen is not None and len(seen) == total and None not in seen:
        by_word = {word: seen.count(letter) for letter, word in STATUSES.items()}
        counts = {name: by_word[name] for name in counts}
    pending = None if total is None else max(0, total - sum(count or 0 for count in counts.values()))
    delivered = counts["delivered"]
    rate = round(delivered / total, 6) if total and delivered is not None else None
    return {"total": total, **counts, "pending": pending, "rate": rate}
