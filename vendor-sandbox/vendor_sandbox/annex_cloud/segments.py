"""Segments: what the call may hold, and what it makes."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from vendor_sandbox.annex_cloud.errors import AnnexError
from vendor_sandbox.asgi import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard

_TABLES = {
    "annex_cloud_segments": "(id INTEGER PRIMARY KEY, fields TEXT)",
    "annex_cloud_members": (
        "(segment INTEGER, place INTEGER, member TEXT, PRIMARY KEY (segment, place)) WITHOUT ROWID"
    ),
    "annex_cloud_refusals": "(id INTEGER PRIMARY KEY, at REAL, why TEXT)",
}
_MEMBERS = "CREATE INDEX IF NOT EXISTS annex_cloud_segments_of ON annex_cloud_members (lower(member))"
_FIELDS = ("name", "type", "fromDate", "toDate", "member", "status", "externalId", "externalName")
_NEEDED = ("name", "fromDate", "toDate")
_CHOICES = {"type": ("Current Data", "Past Data"), "status": ("ACTIVE", "INACTIVE")}
_FIRST = 101
_DAY = 10


class Segments:
    """The segments of the site, and the calls that were refused."""

    def __init__(self, state: State, clock: Clock, switches: Switchboard) -> None:
        self._state = state
        self._clock = clock
        self._switches = switches
        state.own(_TABLES)
        state.execute(_MEMBERS)

    def make(self, body: bytes) -> dict[str, Any]:
        """Make a segment; returns it as the API shows it.

        Raises:
            AnnexError: It cannot be.
        """
        fields = _read(body)
        old = self._same(fields) if self._switches["repeated-segment"] == "same" else None
        number = (
            old
            or self._state.execute(
                "SELECT MAX(COALESCE(MAX(id), 0) + 1, ?) FROM annex_cloud_segments", (_FIRST,)
            ).fetchone()[0]
        )
        self._state.execute("REPLACE INTO annex_cloud_segments VALUES (?, ?)", (number, json.dumps(fields)))
        self._put_members(number, fields["member"] or "")
        return _view(number, fields)

    def _put_members(self, number: int, members: str) -> None:
        """Keep each of the members by itself, too, so that whoever looks can look for one."""
        self._state.execute("DELETE FROM annex_cloud_members WHERE segment = ?", (number,))
        each = [member for given in members.split(",") if (member := given.strip())]
        self._state.execute_many(
            "INSERT INTO annex_cloud_members VALUES (?, ?, ?)",
            ((number, place, member) for place, member in enumerate(each)),
        )

    def _same(self, fields: Mapping[str, Any]) -> int | None:
        for number, kept in self._state.execute("SELECT id, fields FROM annex_cloud_segments").fetchall():
            known = json.loads(kept)
            if all(known[name] == fields[name] for name in ("externalId", "name")):
                return int(number)
        return None

    def refuse(self, why: str) -> None:
        """Note why a call was refused."""
        self._state.execute("INSERT INTO annex_cloud_refusals (at, why) VALUES (?, ?)", (self._clock.now(), why))

    def describe(self) -> list[dict[str, Any]]:
        """Every segment, as the API shows it."""
        rows = self._state.execute("SELECT id, fields FROM annex_cloud_segments ORDER BY id").fetchall()
        return [_view(number, json.loads(fields)) for number, fields in rows]

    def refusals(self) -> list[str]:
        """Why calls were refused, in order."""
        return [row[0] for row in self._state.execute("SELECT why FROM annex_cloud_refusals ORDER BY id").fetchall()]


def _read(body: bytes) -> dict[str, str | None]:
    try:
        given = read_json(body)
    except ValueError as error:
        raise AnnexError(400, "the body is no JSON") from error
    if not isinstance(given, dict):
        raise AnnexError(400, "the body must be an object")
    fields = {name: _text(given, name) for name in _FIELDS}
    for name, choices in _CHOICES.items():
        if fields[name] not in (None, *choices):
            raise AnnexError(400, f"{name} must be one of {', '.join(choices)}")
    if _day(fields, "fromDate") > _day(fields, "toDate"):
        raise AnnexError(400, "fromDate must not be after toDate")
    return fields


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise AnnexError(400, f"{name} must be a string")
    if name in _NEEDED and not (value or "").strip():
        raise AnnexError(400, f"{name} is required")
    return value


def _day(fields: Mapping[str, str | None], name: str) -> date:
    value = fields[name] or ""
    try:
        # Only yyyy-mm-dd: newer Pythons read more.
        if len(value) == _DAY:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise AnnexError(400, f"{name} must be yyyy-mm-dd")


def _view(number: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "segmentId": number,
        "segmentName": fields["name"],
        "segmentType": fields["type"],
        "segmentFromDate": f"{fields['fromDate']}T00:00:00+0000",
        "segmentToDate": f"{fields['toDate']}T23:59:00+0000",
        **{name: fields[name] for name in ("member", "status", "externalId", "externalName")},
    }
