"""What the console shows of the account: people, what they are subscribed to, segments, bulk jobs and events."""

from __future__ import annotations

import json
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.console_people import (
    ANY_TYPE,
    EVENT_COLUMNS,
    EVENTS,
    IDENTIFIED,
    SUBSCRIPTION_COLUMNS,
    SUBSCRIPTIONS,
    WHO,
    Persons,
    subscription,
)
from vendor_sandbox.attentive.fields import CHANNELS, TEXT, TYPES
from vendor_sandbox.attentive.jobs import COMPLETED, RUNNING, refusals
from vendor_sandbox.attentive.subscriptions import PENDING, SUBSCRIBED, UNSUBSCRIBED
from vendor_sandbox.exhibits import Column, Exhibit, Figure, Kind, View, after, page
from vendor_sandbox.listings import Listing, contains

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_sandbox.attentive.later import Later
    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.switches import Switchboard

_SEGMENTS = Listing(
    "attentive_segments",
    "external, name, description, created, updated, IIF(archived, 'archived', 'active'),"
    " (SELECT COUNT(*) FROM attentive_members m WHERE m.segment = external)",
    "number DESC",
    search=contains("external", "name", "description"),
)
_MEMBERS = Listing(
    "attentive_members",
    "segment, person",
    "segment, person",
    {"segment": "segment = ?"},
    f"person IN ({IDENTIFIED}) OR {contains('segment')}",
)
_JOBS = Listing(
    "attentive_jobs",
    "id, operation, at, status, total, results",
    "number DESC",
    {"operation": "operation = ?", "status": "status = ?"},
    contains("id", "operation"),
)
_TEXTS = f"subscriptions?channel={TEXT}&state="


class Showcase:
    """The views of the account, and its figures."""

    def __init__(self, store: Store, switches: Switchboard) -> None:
        self._store = store
        self._state = store.state
        self._persons = Persons(store, switches)

    def exhibit(self, later: Later) -> Exhibit:
        """All of it, as of now by the sandbox's clock."""
        views = (
            self._persons.view(),
            self._subscriptions(),
            self._segments(),
            self._members(),
            self._jobs(),
            self._events(),
            self._attributes(),
        )
        return after(later.run_due, Exhibit(views, self._figures, self._persons.known_as, self._persons.sections))

    def _figures(self) -> list[Figure]:
        return [
            Figure("People", self._count("attentive_people"), "people"),
            Figure("Subscribed to texts", self._standing(SUBSCRIBED), f"{_TEXTS}{SUBSCRIBED}"),
            Figure("Yet to answer Y", self._standing(PENDING), f"{_TEXTS}{PENDING}"),
            Figure("Opted out of texts", self._standing(UNSUBSCRIBED), f"{_TEXTS}{UNSUBSCRIBED}"),
            Figure("Segments", self._count("attentive_segments WHERE NOT archived"), "segments"),
            Figure("Jobs running", self._count("attentive_jobs WHERE status IN (?, ?)", *RUNNING), "jobs"),
        ]

    def _count(self, what: str, *values: str) -> int:
        return int(self._state.execute(f"SELECT COUNT(*) FROM {what}", values).fetchone()[0])  # noqa: S608 - from above

    def _standing(self, state: str) -> int:
        return self._count(f"attentive_subscriptions WHERE state = ? AND {ANY_TYPE} AND channel = ?", state, TEXT)

    def _subscriptions(self) -> View:
        return View(
            "subscriptions",
            "Subscriptions",
            SUBSCRIPTION_COLUMNS,
            SUBSCRIPTIONS.reader(self._state, subscription),
            {"type": "Type", "channel": "Channel", "state": "State"},
            "Each is of a type and a channel, and belongs to a phone number or an e-mail address. "
            "Search looks for a part of the address, or of the sign-up unit.",
            {"type": TYPES, "channel": CHANNELS, "state": (SUBSCRIBED, PENDING, UNSUBSCRIBED)},
        )

    def _segments(self) -> View:
        return View(
            "segments",
            "Segments",
            (
                Column("external_id", "External id", leads_to="members?segment"),
                Column("name", "Name"),
                Column("description", "Description"),
                Column("members", "Members", Kind.NUMBER),
                Column("state", "State", Kind.STATE),
                Column("created", "Created", Kind.TIME),
                Column("updated", "Updated", Kind.TIME),
            ),
            _SEGMENTS.reader(self._state, _segment),
            about="The newest first. An archived segment keeps its members.",
        )

    def _members(self) -> View:
        return View(
            "members",
            "Segment members",
            (Column("segment", "Segment"), *WHO),
            _MEMBERS.reader(self._state, lambda row: {"segment": row[0], **self._persons.who(row[1])}),
            {"segment": "Segment"},
            "Who is in which segment, by its external id. No call of the API reads this.",
        )

    def _jobs(self) -> View:
        return View(
            "jobs",
            "Bulk jobs",
            (
                Column("id", "Job"),
                Column("operation", "Operation"),
                Column("at", "Submitted", Kind.TIME),
                Column("status", "Status", Kind.STATE),
                Column("records", "Records", Kind.NUMBER),
                Column("outcomes", "What became of them", Kind.PARTS),
                Column("reasons", "Why not", Kind.DATA),
            ),
            _JOBS.reader(self._state, _job),
            {"operation": "Operation", "status": "Status"},
            "The newest first. That a job is completed does not mean that every record of it was accepted.",
            {"operation": ("BulkAttributes", "AddMembers", "RemoveMembers")},
        )

    def _events(self) -> View:
        return View(
            "events",
            "Events",
            EVENT_COLUMNS,
            EVENTS.reader(self._state, self._persons.event),
            {"operation": "Operation", "type": "Type"},
            "The newest first. Search looks into types and bodies.",
            {"operation": ("CustomEvent", "ProductView", "AddToCart", "Purchase")},
        )

    def _attributes(self) -> View:
        return View(
            "attributes",
            "Custom attributes",
            (
                Column("name", "Name"),
                Column("type", "Type", Kind.STATE),
                Column("source", "Made by", Kind.STATE),
                Column("choices", "Choices"),
            ),
            lambda asked: page([_attribute(each) for each in self._store.registry()], asked),
            about="The account's registry. The first value that anybody sends settles an attribute's type, for good.",
        )


def _segment(row: Sequence[Any]) -> dict[str, Any]:
    names = ("external_id", "name", "description", "created", "updated", "state", "members")
    return dict(zip(names, row, strict=True))


def _job(row: Sequence[Any]) -> dict[str, Any]:
    number, operation, at, status, total, results = row
    lines = refusals(results)
    reasons = Counter(line["message"] for line in lines)
    refused = sum(line["status"] >= HTTPStatus.BAD_REQUEST for line in lines)
    silent = sum(line is None for line in json.loads(results).values())
    parts = {"refused": refused, "passed over": len(lines) - refused, "not reported": silent}
    ended = {"accepted": total - len(lines) - silent, **parts} if status == COMPLETED else {}
    return {
        "id": number,
        "operation": operation,
        "at": at,
        "status": status,
        "records": total,
        "outcomes": {name: count for name, count in ended.items() if count},
        "reasons": dict(reasons) or None,
    }


def _attribute(each: Mapping[str, Any]) -> dict[str, Any]:
    return {**each, "choices": ", ".join(each["choices"]) or None}
