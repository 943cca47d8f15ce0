"""Segments, which are made, changed and archived here and shown in the UI; and who is in them, which no call reads."""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.envelopes import answer, nothing
from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.switches import Switchboard

_TABLES = {
    "attentive_segments": (
        "(number INTEGER PRIMARY KEY AUTOINCREMENT, external TEXT UNIQUE, name TEXT, description TEXT, created REAL,"
        " updated REAL, archived INTEGER)"
    )
}
_DESCRIPTION = "Manual Segment Upload Public API V2"
_ALL = "SELECT number, external, name, description, created, updated, archived FROM attentive_segments"
_USUAL, _MOST = 20, 1000
_LARGEST = 2**63
_LIMITS = {"name": (1, 240), "description": (2, 500), "externalId": (1, 255)}


class Segments:
    """The operations on segments."""

    def __init__(self, store: Store, clock: Clock, switches: Switchboard) -> None:
        self._store = store
        self._state = store.state
        self._clock = clock
        self._switches = switches
        store.state.own(_TABLES)

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {
            "CreateSegment": self._create,
            "ListSegments": self._list,
            "GetSegment": lambda asked: answer(_view(self.find(asked.params["externalId"]))),
            "ChangeSegment": self._change,
            "ArchiveSegment": self._archive,
        }

    def find(self, external: str) -> Any:
        """The row of a segment that is not archived.

        Raises:
            ApiError: There is none.
        """
        row = self._state.execute(f"{_ALL} WHERE external = ? AND NOT archived", (external,)).fetchone()
        if row is None:
            raise ApiError(404, "Segment not found")
        return row

    def restore(self, external: str) -> bool:
        """Bring an archived segment back, as the UI can; whether there was one."""
        changed = self._state.execute(
            "UPDATE attentive_segments SET archived = 0 WHERE external = ? AND archived", (external,)
        )
        return bool(changed.rowcount)

    def describe(self) -> list[dict[str, Any]]:
        """Every segment, archived ones too, with the identifiers of each member."""
        return [
            {**_view(row), "archived": bool(row[6]), "members": self._members(row[1])}
            for row in self._state.execute(f"{_ALL} ORDER BY number").fetchall()
        ]

    def _members(self, external: str) -> list[dict[str, str]]:
        rows = self._state.execute(
            "SELECT person FROM attentive_members WHERE segment = ? ORDER BY person", (external,)
        ).fetchall()
        return [dict(self._store.identifiers(person)) for (person,) in rows]

    def _create(self, asked: Asked) -> Answer:
        name = _text(asked.body, "name")
        if name is None:
            raise ApiError.bad("name must not be blank")
        description = _text(asked.body, "description") or _DESCRIPTION
        external = _text(asked.body, "externalId") or f"SEG_{secrets.token_hex(6)}"
        self._check_name(name, external)
        now = self._clock.now()
        old = self._state.execute(f"{_ALL} WHERE external = ?", (external,)).fetchone()
        if old and (old[6] or self._switches["duplicate-segment"] == "refuse"):
            raise ApiError(409, "A segment with that externalId exists")
        self._state.execute(
            "INSERT INTO attentive_segments (external, name, description, created, updated, archived)"
            " VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (external) DO UPDATE SET name = excluded.name,"
            " description = excluded.description, updated = excluded.updated",
            (external, name, description, now, now),
        )
        return answer({"externalId": external, "name": name, "description": description}, 201)

    def _check_name(self, name: str, external: str) -> None:
        row = self._state.execute(
            "SELECT 1 FROM attentive_segments WHERE name = ? AND external <> ? AND NOT archived", (name, external)
        ).fetchone()
        if row and self._switches["duplicate-name"] == "refuse":
            raise ApiError(409, "A segment with that name exists")

    def _list(self, asked: Asked) -> Answer:
        query = asked.query
        limit = query.get("limit", str(_USUAL))
        if not (limit.isascii() and limit.isdigit()) or not 1 <= int(limit[:9]) <= _MOST:
            raise ApiError.bad(f"limit must be between 1 and {_MOST}")
        since = _since(query["updatedSince"]) if "updatedSince" in query else 0.0
        after = _number(query["cursor"]) if query.get("cursor") else 0
        # The name is a part of a name, upper or lower case.
        rows = self._state.execute(
            f"{_ALL} WHERE NOT archived AND number > ? AND updated >= ? AND instr(casefold(name), ?)"
            " AND (external = ? OR ? IS NULL) ORDER BY number LIMIT ?",
            (
                *(after, since, query.get("name", "").casefold()),
                *(query.get("externalId"), query.get("externalId"), int(limit) + 1),
            ),
        ).fetchall()
        page = rows[: int(limit)]
        more = len(rows) > len(page)
        cursor = base64.urlsafe_b64encode(b"segment:%d" % page[-1][0]).decode() if more else None
        return answer({"segments": [_view(row) for row in page], "cursor": cursor, "hasMore": more})

    def _change(self, asked: Asked) -> Answer:
        external = asked.params["externalId"]
        _, _, old_name, old_description, *_ = self.find(external)
        name, description = _text(asked.body, "name"), _text(asked.body, "description")
        if name is None and description is None:
            raise ApiError.bad("name or description is required")
        self._check_name(name or "", external)
        self._state.execute(
            "UPDATE attentive_segments SET name = ?, description = ?, updated = ? WHERE external = ?",
            (name or old_name, description or old_description, self._clock.now(), external),
        )
        return answer(_view(self.find(external)))

    def _archive(self, asked: Asked) -> Answer:
        self.find(asked.params["externalId"])
        self._state.execute(
            "UPDATE attentive_segments SET archived = 1 WHERE external = ?", (asked.params["externalId"],)
        )
        return nothing(204)


def _text(body: Mapping[str, Any], name: str) -> str | None:
    """A text without the blanks around it, or None.

    Raises:
        ApiError: It is blank, too short or too long.
    """
    value = text(body, name)
    least, most = _LIMITS[name]
    return None if value is None else text({name: value.strip()}, name, most, least)


def _since(value: str) -> float:
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        raise ApiError.bad("updatedSince must be a time with an offset") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _number(cursor: str) -> int:
    try:
        kind, _, number = base64.urlsafe_b64decode(cursor).decode().partition(":")
        if kind == "segment" and 0 <= int(number) < _LARGEST:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise ApiError.bad("cursor is not valid")


def _view(row: Any) -> dict[str, Any]:
    created, updated = (datetime.fromtimestamp(row[n], tz=timezone.utc) for n in (4, 5))
    return {
        "externalId": row[1],
        "name": row[2],
        "description": row[3],
        "created": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "updated": updated.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
