"""The tables, and people: identifiers that lead to somebody, and what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from vendor_sandbox.attentive import seed
from vendor_sandbox.attentive.account import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vendor_sandbox.attentive.who import Identifier
    from vendor_sandbox.state import State

_PORTION = 200
_TABLES = {
    "attentive_people": "(id INTEGER PRIMARY KEY, profile TEXT, attributes TEXT)",
    "attentive_identifiers": (
        "(kind TEXT, value TEXT, person INTEGER, PRIMARY KEY (kind, value), UNIQUE (person, kind, value))"
        " WITHOUT ROWID"
    ),
    "attentive_subscriptions": (
        "(type TEXT, channel TEXT, address TEXT, state TEXT, by TEXT, unit TEXT, at REAL,"
        " PRIMARY KEY (type, channel, address)) WITHOUT ROWID"
    ),
    "attentive_attributes": "(name TEXT PRIMARY KEY, type TEXT, source TEXT, choices TEXT) WITHOUT ROWID",
    "attentive_members": "(segment TEXT, person INTEGER, PRIMARY KEY (segment, person)) WITHOUT ROWID",
    "attentive_events": (
        "(id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT, type TEXT, key TEXT, external TEXT, person INTEGER,"
        " occurred REAL, received REAL, body TEXT)"
    ),
    "attentive_event_types": "(type TEXT PRIMARY KEY, app TEXT) WITHOUT ROWID",
}
# What the console counts and looks up; bulk attributes write neither of the two.
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS attentive_standings ON attentive_subscriptions (state, type, channel)",
    "CREATE INDEX IF NOT EXISTS attentive_events_of ON attentive_events (person)",
)


class Store:
    """The account's memory."""

    def __init__(self, state: State) -> None:
        self.state = state
        state.own(_TABLES)
        for index in _INDEXES:
            state.execute(index)
        self._seed()
        state.on_change.append(self._seed)

    def _seed(self) -> None:
        """Plant the people, once; a reset empties the tables and makes it once again."""
        self.state.plant(NAME, "seeded", "people", lambda: seed.plant(self))

    def find(self, identifiers: Iterable[Identifier]) -> list[int]:
        """The people that some identifiers lead to, the first known first."""
        found: set[int] = set()
        for given in _portions(list(identifiers)):
            # A row value in a list would not use the index.
            where = " OR ".join(["(kind = ? AND value = ?)"] * len(given))
            rows = self.state.execute(
                f"SELECT person FROM attentive_identifiers WHERE {where}",  # noqa: S608 - question marks
                [part for each in given for part in each],
            ).fetchall()
            found.update(row[0] for row in rows)
        return sorted(found)

    def resolve(self, identifiers: Iterable[Identifier]) -> int:
        """The person that identifiers lead to: a new one if there is none, and one out of several, for good."""
        given = list(identifiers)
        known = self.find(given)
        if not known:
            return self.add(given, {}, {})
        person, *others = known
        for other in others:
            self._merge(person, other)
        self._tie(given, person)
        return person

    def add(self, given: Sequence[Identifier], profile: Mapping[str, Any], attributes: Mapping[str, Any]) -> int:
        """Make someone, whom no identifier leads to yet."""
        person = int(
            self.state.execute(
                "INSERT INTO attentive_people (profile, attributes) VALUES (?, ?)",
                (_text(profile), _text(attributes)),
            ).lastrowid
            or 0
        )
        self._tie(given, person)
        return person

    def _tie(self, given: Sequence[Identifier], person: int) -> None:
        for portion in _portions(given):
            self.state.execute(
                "INSERT OR IGNORE INTO attentive_identifiers VALUES "  # noqa: S608 - question marks
                + ", ".join(["(?, ?, ?)"] * len(portion)),
                [part for each in portion for part in (*each, person)],
            )

    def _merge(self, person: int, other: int) -> None:
        """Make two people one; what both have is the first one's."""
        old, new = self.known(other), self.known(person)
        self.put(person, {**old[0], **new[0]}, {**old[1], **new[1]})
        self.state.execute("UPDATE attentive_identifiers SET person = ? WHERE person = ?", (person, other))
        self.state.execute("UPDATE OR IGNORE attentive_members SET person = ? WHERE person = ?", (person, other))
        self.state.execute("UPDATE attentive_events SET person = ? WHERE person = ?", (person, other))
        self._drop(other)

    def known(self, person: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Someone's built-in fields and custom attributes."""
        row = self.state.execute("SELECT profile, attributes FROM attentive_people WHERE id = ?", (person,)).fetchone()
        return (msgspec.json.decode(row[0]), msgspec.json.decode(row[1])) if row else ({}, {})

    def put(self, person: int, profile: Mapping[str, Any], attributes: Mapping[str, Any]) -> None:
        """Write someone's built-in fields and custom attributes, all of them."""
        self.state.execute(
            "UPDATE attentive_people SET profile = ?, attributes = ? WHERE id = ?",
            (_text(profile), _text(attributes), person),
        )

    def identifiers(self, person: int) -> list[Identifier]:
        """Someone's identifiers."""
        return self.state.execute(
            "SELECT kind, value FROM attentive_identifiers WHERE person = ? ORDER BY 1, 2", (person,)
        ).fetchall()

    def erase(self, person: int) -> None:
        """Forget someone, with identifiers, events and the subscriptions that belong to them."""
        for kind, value in self.identifiers(person):
            if kind in {"phone", "email"}:
                self.state.execute("DELETE FROM attentive_subscriptions WHERE address = ?", (value,))
        for table in ("attentive_identifiers", "attentive_events"):
            self.state.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 - names from above
        self._drop(person)

    def _drop(self, person: int) -> None:
        self.state.execute("DELETE FROM attentive_people WHERE id = ?", (person,))
        self.state.execute("DELETE FROM attentive_members WHERE person = ?", (person,))

    def subscription(self, kind: str, channel: str, address: str) -> tuple[str, str] | None:
        """State and by whom, of a subscription; None if there never was one."""
        row = self.state.execute(
            "SELECT state, by FROM attentive_subscriptions WHERE type = ? AND channel = ? AND address = ?",
            (kind, channel, address),
        ).fetchone()
        return (row[0], row[1]) if row else None

    def subscriptions(self, channel: str, address: str) -> list[tuple[str, str]]:
        """Type and state of every subscription of an address, by type."""
        return self.state.execute(
            "SELECT type, state FROM attentive_subscriptions WHERE channel = ? AND address = ? ORDER BY type",
            (channel, address),
        ).fetchall()

    def registry(self) -> list[dict[str, Any]]:
        """Every custom attribute: its name, its locked type, where it comes from, and its choices."""
        rows = self.state.execute("SELECT name, type, source, choices FROM attentive_attributes ORDER BY 1").fetchall()
        return [
            {"name": name, "type": kind, "source": source, "choices": msgspec.json.decode(choices)}
            for name, kind, source, choices in rows
        ]

    def put_subscription(  # noqa: PLR0913, PLR0917 - a row of the table
        self, kind: str, channel: str, address: str, state: str, by: str, unit: str, at: float
    ) -> None:
        """Write a subscription; `state` is pending, subscribed or unsubscribed."""
        self.state.execute(
            "INSERT OR REPLACE INTO attentive_subscriptions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (kind, channel, address, state, by, unit, at),
        )


def _portions(given: Sequence[Identifier]) -> Iterator[Sequence[Identifier]]:
    """So many of them as one statement takes: SQLite limits how deep an expression is, and how many values it has."""
    for start in range(0, len(given), _PORTION):
        yield given[start : start + _PORTION]


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
