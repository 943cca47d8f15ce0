"""What the console shows of the site: segments with their members, and why calls were refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_sandbox.exhibits import Column, Exhibit, Figure, Kind, Section, View
from vendor_sandbox.listings import Listing, contains, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sandbox.state import State

_NAMES = ("name", "type", "fromDate", "toDate", "status", "externalId", "externalName")
_STATUS = "json_extract(fields, '$.status')"
_SEGMENTS = Listing(
    "annex_cloud_segments",
    "id, fields, (SELECT COUNT(*) FROM annex_cloud_members m WHERE m.segment = id)",
    "id DESC",
    {"status": f"{_STATUS} = ?"},
    contains("id", *(f"json_extract(fields, '$.{name}')" for name in ("name", "externalId", "externalName"))),
)
_MEMBERS = Listing(
    "annex_cloud_members m",
    "segment, lower(member), (SELECT json_extract(fields, '$.name') FROM annex_cloud_segments WHERE id = segment)",
    "segment, place",
    {"segment": "segment = ?"},
    contains("member"),
)
_REFUSALS = Listing("annex_cloud_refusals", "at, why", "id DESC", search=contains("why"))
_SEGMENT = (
    Column("id", "Segment id", leads_to="members?segment"),
    Column("name", "Name"),
    Column("type", "Type", Kind.STATE),
    Column("fromDate", "From", Kind.TIME),
    Column("toDate", "To", Kind.TIME),
    Column("status", "Status", Kind.STATE),
    Column("externalId", "External id"),
    Column("externalName", "External name"),
)


def exhibit(state: State) -> Exhibit:
    """All of it."""

    def figures() -> list[Figure]:
        return [
            Figure("Segments", count("annex_cloud_segments"), "segments"),
            Figure("Members of segments", count("annex_cloud_members"), "members"),
            Figure("Calls refused", count("annex_cloud_refusals"), "refusals"),
        ]

    def count(what: str) -> int:
        return int(state.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])  # noqa: S608 - names from above

    def person(addresses: frozenset[str]) -> list[Section]:
        rows = state.execute(
            f"SELECT {_SEGMENTS.columns} FROM annex_cloud_segments WHERE id IN"  # noqa: S608 - question marks
            f" (SELECT segment FROM annex_cloud_members WHERE lower(member) IN ({numbered(len(addresses))}))"
            " ORDER BY id",
            sorted(addresses),
        ).fetchall()
        return [Section("Segments", _SEGMENT, [_segment(row) for row in rows])] if rows else []

    # The site knows e-mail addresses only, so nobody is known by another address.
    return Exhibit(_views(state), figures, person=person)


def _views(state: State) -> tuple[View, ...]:
    return (
        View(
            "segments",
            "Segments",
            (*_SEGMENT, Column("members", "Members", Kind.NUMBER)),
            _SEGMENTS.reader(state, _segment),
            {"status": "Status"},
            "The newest first. Search looks for a part of an id or a name.",
            {"status": ("ACTIVE", "INACTIVE")},
        ),
        View(
            "members",
            "Members",
            (
                Column("segment", "Segment id"),
                Column("name", "Segment"),
                Column("member", "Member", Kind.ADDRESS),
            ),
            _MEMBERS.reader(state, _member),
            {"segment": "Segment id"},
            "The e-mail addresses of each segment, as they came.",
        ),
        View(
            "refusals",
            "Refusals",
            (Column("at", "When", Kind.TIME), Column("why", "Why")),
            _REFUSALS.reader(state, lambda row: {"at": row[0], "why": row[1]}),
            about="Callers are told nothing but one error: here is the reason.",
        ),
    )


def _segment(row: Sequence[Any]) -> dict[str, Any]:
    number, fields, members = row
    known: dict[str, Any] = json.loads(fields)
    return {"id": number, **{name: known[name] for name in _NAMES}, "members": members}


def _member(row: Sequence[Any]) -> dict[str, Any]:
    segment, member, name = row
    return {"segment": segment, "name": name, "member": member}
