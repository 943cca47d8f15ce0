"""The people of the account as the console shows them: a view of all, and all that is known of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.fields import CHANNELS, TYPES
from vendor_sandbox.attentive.registry import shown
from vendor_sandbox.exhibits import Asked, Column, Kind, Section, View
from vendor_sandbox.listings import Listing, contains, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.switches import Switchboard

ANY_TYPE = f"type IN ({', '.join(map(repr, TYPES))})"
"""What the keys of the table and of its index begin with, where no type is named."""
SUBSCRIPTIONS = Listing(
    "attentive_subscriptions",
    "type, channel, address, state, by, unit, at",
    "type, channel, address",
    {"type": "type = ?", "channel": f"{ANY_TYPE} AND channel = ?", "state": "state = ?"},
    contains("address", "unit"),
)
SUBSCRIPTION_COLUMNS = (
    Column("type", "Type", Kind.STATE),
    Column("channel", "Channel", Kind.STATE),
    Column("address", "Address", Kind.ADDRESS),
    Column("state", "State", Kind.STATE),
    Column("by", "Ended by"),
    Column("unit", "Sign-up unit"),
    Column("at", "Since", Kind.TIME),
)
EVENTS = Listing(
    "attentive_events",
    "operation, type, person, occurred, received, body",
    "id DESC",
    {"operation": "operation = ?", "type": "type = ?", "person": "person = ?"},
    contains("type", "body"),
)
EVENT_COLUMNS = (
    Column("occurred", "Occurred", Kind.TIME),
    Column("received", "Received", Kind.TIME),
    Column("operation", "Operation"),
    Column("type", "Type"),
    Column("address", "Person", Kind.ADDRESS),
    Column("body", "Body", Kind.DATA),
)
WHO = (
    Column("phone", "Phone", Kind.ADDRESS),
    Column("email", "E-mail", Kind.ADDRESS),
    Column("others", "Other identifiers"),
    Column("first_name", "First name"),
    Column("last_name", "Last name"),
)
_NAMES = ("json_extract(profile, '$.firstName')", "json_extract(profile, '$.lastName')")
IDENTIFIED = f"SELECT person FROM attentive_identifiers WHERE {contains('value')}"  # noqa: S608 - our own words
"""Whoever has an identifier that contains what is searched for."""
# Few profiles have the text at all: only those are read as JSON, which takes longer.
_NAMED = f"SELECT id FROM attentive_people WHERE {contains('profile')} AND ({contains(*_NAMES)})"  # noqa: S608 - our own words
_PEOPLE = Listing("attentive_people", "id", "id DESC", search=f"id IN ({IDENTIFIED} UNION {_NAMED})")
_FIND = {"fold": "value = ?", "keep": "value = ? COLLATE NOCASE"}
"""By the switch `email-case`: addresses come in lower case, and are kept so, or as somebody wrote them."""
_LAST_EVENTS = 20


class Persons:
    """Finds people and shows them."""

    def __init__(self, store: Store, switches: Switchboard) -> None:
        self._store = store
        self._state = store.state
        self._switches = switches

    def view(self) -> View:
        """Everybody."""
        return View(
            "people",
            "People",
            (*WHO, Column("attributes", "Attributes", Kind.NUMBER)),
            _PEOPLE.reader(self._state, lambda row: self.who(row[0])),
            about="Those who came last are first. Search looks for a part of an identifier or a name.",
        )

    def who(self, person: int | None) -> dict[str, Any]:
        """Somebody's values of the columns `WHO`, and the number of attributes."""
        identifiers = self._store.identifiers(person) if person else []
        profile, attributes = self._store.known(person) if person else ({}, {})
        first = dict(reversed(identifiers))
        others = [
            f"{kind} {value}" for kind, value in identifiers if value not in {first.get("phone"), first.get("email")}
        ]
        return {
            **{kind: as_shown(first[kind]) if kind in first else None for kind in ("phone", "email")},
            "others": ", ".join(others) or None,
            "first_name": profile.get("firstName"),
            "last_name": profile.get("lastName"),
            "attributes": len(attributes),
        }

    def known_as(self, address: str) -> set[str]:
        """All addresses of whom an address leads to."""
        return {as_shown(value) for person in self.find([address]) for value in self._addresses(person)}

    def find(self, addresses: Iterable[str]) -> list[int]:
        """The people some addresses lead to."""
        condition = f"kind = ? AND {_FIND[self._switches['email-case']]}"
        found: set[int] = set()
        for address in addresses:
            identifier = ("email", address) if "@" in address else ("phone", f"+{address}")
            rows = self._state.execute(f"SELECT person FROM attentive_identifiers WHERE {condition}", identifier)  # noqa: S608 - from above
            found.update(row[0] for row in rows.fetchall())
        return sorted(found)

    def _addresses(self, person: int) -> list[str]:
        return [value for kind, value in self._store.identifiers(person) if kind in {"phone", "email"}]

    def sections(self, addresses: frozenset[str]) -> list[Section]:
        """What the account holds of somebody."""
        people = self.find(addresses)
        sections = (
            Section(
                "Profile", (Column("field", "Field"), Column("value", "Value")), self._of_each(people, self._profile)
            ),
            Section(
                "Custom attributes",
                (Column("field", "Attribute"), Column("value", "Value")),
                self._of_each(people, self._attributes),
            ),
            Section("Subscriptions", SUBSCRIPTION_COLUMNS, self._of_each(people, self._subscriptions)),
            Section(
                "Segments",
                (Column("segment", "External id", leads_to="members?segment"), Column("name", "Name")),
                self._of_each(people, self._segments),
            ),
            Section("Last events", EVENT_COLUMNS, self._of_each(people, self._events)),
        )
        return [section for section in sections if section.rows]

    @staticmethod
    def _of_each(people: Iterable[int], read: Callable[[int], list[dict[str, Any]]]) -> list[dict[str, Any]]:
        return [row for person in people for row in read(person)]

    def _profile(self, person: int) -> list[dict[str, Any]]:
        """Identifiers and built-in fields; those that stand inside another one, as `location.city`."""
        profile, _ = self._store.known(person)
        fields = [*self._store.identifiers(person)]
        for name, value in profile.items():
            inner = value.items() if isinstance(value, dict) else ()
            fields += [(f"{name}.{each}", part) for each, part in inner] or [(name, value)]
        return [{"field": name, "value": value} for name, value in fields]

    def _attributes(self, person: int) -> list[dict[str, Any]]:
        _, attributes = self._store.known(person)
        return [{"field": name, "value": shown(value)} for name, value in sorted(attributes.items())]

    def _subscriptions(self, person: int) -> list[dict[str, Any]]:
        addresses = self._addresses(person)
        # With type and channel the addresses are found by the table's key.
        keys = (TYPES, CHANNELS, addresses)
        condition = " AND ".join(
            f"{name} IN ({numbered(len(values))})"
            for name, values in zip(("type", "channel", "address"), keys, strict=True)
        )
        rows = self._state.execute(
            f"SELECT {SUBSCRIPTIONS.columns} FROM attentive_subscriptions WHERE {condition} ORDER BY 1, 2, 3",  # noqa: S608 - question marks
            [value for values in keys for value in values],
        )
        return [subscription(row) for row in rows.fetchall()]

    def _segments(self, person: int) -> list[dict[str, Any]]:
        # From the segments, which are few, for who is a member is kept by segment.
        rows = self._state.execute(
            "SELECT external, name FROM attentive_segments s CROSS JOIN attentive_members m"
            " ON m.segment = s.external AND m.person = ? ORDER BY number",
            (person,),
        )
        return [{"segment": external, "name": name} for external, name in rows.fetchall()]

    def _events(self, person: int) -> list[dict[str, Any]]:
        rows, _ = EVENTS.page(self._state, Asked(filters={"person": str(person)}, limit=_LAST_EVENTS))
        return [self.event(row) for row in rows]

    def event(self, row: Sequence[Any]) -> dict[str, Any]:
        """A row of `EVENTS` by the names of its columns."""
        operation, kind, person, occurred, received, body = row
        who = self.who(person)
        return {
            "occurred": occurred,
            "received": received,
            "operation": operation,
            "type": kind,
            "address": who["phone"] or who["email"],
            "body": json.loads(body),
        }


def subscription(row: Sequence[Any]) -> dict[str, Any]:
    """A row of `SUBSCRIPTIONS` by the names of its columns."""
    kind, channel, address, state, by, unit, at = row
    return {
        "type": kind,
        "channel": channel,
        "address": as_shown(address),
        "state": state,
        "by": by or None,
        "unit": unit or None,
        "at": at,
    }


def as_shown(address: str) -> str:
    """An address as the console has it: a phone number without the plus, e-mail in lower case."""
    return address.removeprefix("+").lower()
