"""The tables of accounts, groups and contacts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal import seed
from vendor_sandbox.textlocal.account import ACCOUNTS, BUILT_IN, BUILT_IN_NAMES, NAME
from vendor_sandbox.textlocal.people import FIELDS, Contact, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_sandbox.state import State

_TABLES = {
    "textlocal_accounts": "(account TEXT PRIMARY KEY, sms REAL, mms REAL) WITHOUT ROWID",
    "textlocal_groups": "(id INTEGER PRIMARY KEY, account TEXT, name TEXT, deleted INTEGER DEFAULT 0)",
    "textlocal_contacts": (
        "(id INTEGER PRIMARY KEY, account TEXT, group_id INTEGER, number TEXT, first_name TEXT,"
        " last_name TEXT, custom1 TEXT, custom2 TEXT, custom3 TEXT, at REAL, UNIQUE (account, group_id, number),"
        " UNIQUE (account, group_id, id))"
    ),
}
_COLUMNS = ", ".join(FIELDS)
_INSERT = (
    f"INSERT INTO textlocal_contacts (account, group_id, at, number, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - names from above
    " ON CONFLICT (account, group_id, number) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in FIELDS)
)
_SELECT = f"SELECT id, number, {_COLUMNS}, at FROM textlocal_contacts WHERE account = ? AND group_id = ?"  # noqa: S608 - names from above


class Store:
    """The memory of all accounts.

    Attributes:
        state: What it is kept in.
    """

    def __init__(self, state: State, seed_number: int) -> None:
        self.state = state
        self._seed_number = seed_number
        state.own(_TABLES)
        self._seed()
        state.on_change.append(self._seed)

    def _seed(self) -> None:
        """Plant the accounts, once; a reset empties the tables and makes it once again."""
        self.state.plant(NAME, "seeded", "accounts", lambda: seed.plant(self, self._seed_number))

    def credits(self, account: str) -> tuple[float, float]:
        """What an account can still spend on texts, and on MMS."""
        row = self.state.execute("SELECT sms, mms FROM textlocal_accounts WHERE account = ?", (account,)).fetchone()
        return (row[0], row[1])

    def set_credits(self, account: str, sms: float, mms: float) -> None:
        """Write what an account can spend."""
        self.state.execute("INSERT OR REPLACE INTO textlocal_accounts VALUES (?, ?, ?)", (account, sms, mms))

    def groups(self, account: str) -> list[tuple[int, str, int]]:
        """Id, name and size of every group that was made, the oldest first."""
        return self.state.execute(
            "SELECT id, name, (SELECT COUNT(*) FROM textlocal_contacts c WHERE c.account = g.account"
            " AND c.group_id = g.id) FROM textlocal_groups g WHERE account = ? AND NOT deleted ORDER BY id",
            (account,),
        ).fetchall()

    def all_groups(self, account: str) -> list[tuple[int, str, int]]:
        """Id, name and size of every group, the built-in ones too, and first."""
        built_in = [(number, name, self.size(account, number)) for number, name in BUILT_IN_NAMES.items()]
        return [*built_in, *self.groups(account)]

    def group_name(self, account: str, group: int) -> str | None:
        """The name of a group that was made; None if there is none of that id."""
        row = self.state.execute(
            "SELECT name FROM textlocal_groups WHERE account = ? AND id = ? AND NOT deleted", (account, group)
        ).fetchone()
        return str(row[0]) if row else None

    def has_group(self, account: str, group: int) -> bool:
        """Whether there is such a group, a built-in one too."""
        return group in BUILT_IN or self.group_name(account, group) is not None

    def add_group(self, account: str, name: str) -> int:
        """Make a group; its id."""
        made = self.state.execute("INSERT INTO textlocal_groups (account, name) VALUES (?, ?)", (account, name))
        return int(made.lastrowid or 0)

    def drop_group(self, account: str, group: int) -> None:
        """Delete a group and its contacts; its id is never given again."""
        self.state.execute("DELETE FROM textlocal_contacts WHERE account = ? AND group_id = ?", (account, group))
        self.state.execute("UPDATE textlocal_groups SET deleted = 1 WHERE account = ? AND id = ?", (account, group))

    def put_contacts(self, account: str, group: int, contacts: Iterable[Contact], at: float) -> None:
        """Write contacts; one that is there gets all the new fields, and keeps its id and its time."""
        self.state.execute_many(_INSERT, ((account, group, at, *each) for each in contacts))

    def contacts(self, account: str, group: int, start: int = 0, limit: int = -1) -> list[Row]:
        """Contacts of a group in the order they came; -1 is no limit."""
        rows = self.state.execute(f"{_SELECT} ORDER BY id LIMIT ? OFFSET ?", (account, group, limit, start))
        return [_row(each) for each in rows.fetchall()]

    def contact(self, account: str, group: int, number: str) -> Row | None:
        """The contact of a number."""
        row = self.state.execute(f"{_SELECT} AND number = ?", (account, group, number)).fetchone()
        return _row(row) if row else None

    def memberships(self, number: str) -> list[tuple[Any, ...]]:
        """Account, group, number, fields and time of each contact of a number, in whatever account."""
        keys = [(account, group) for account in ACCOUNTS for group in BUILT_IN]
        made = self.state.execute("SELECT account, id FROM textlocal_groups WHERE NOT deleted ORDER BY id").fetchall()
        found = (
            self.state.execute(
                f"SELECT account, group_id, number, {_COLUMNS}, at FROM textlocal_contacts"  # noqa: S608 - as above
                " WHERE account = ? AND group_id = ? AND number = ?",
                (*key, number),
            ).fetchone()
            for key in [*keys, *made]
        )
        return [row for row in found if row]

    def some_contacts(self, account: str, group: int, numbers: Sequence[str]) -> dict[str, Contact]:
        """Those contacts of some numbers that there are."""
        rows = self.state.execute(
            f"{_SELECT} AND number IN (SELECT value FROM json_each(?))",  # noqa: S608 - names from above
            (account, group, json.dumps(numbers)),
        )
        return {row.contact.number: row.contact for row in map(_row, rows.fetchall())}

    def size(self, account: str, group: int) -> int:
        """How many contacts a group has."""
        return int(
            self.state.execute(
                "SELECT COUNT(*) FROM textlocal_contacts WHERE account = ? AND group_id = ?", (account, group)
            ).fetchone()[0]
        )

    def drop_contact(self, account: str, group: int, number: str) -> bool:
        """Delete a contact; whether it was there."""
        deleted = self.state.execute(
            "DELETE FROM textlocal_contacts WHERE account = ? AND group_id = ? AND number = ?",
            (account, group, number),
        )
        return deleted.rowcount > 0


def _row(row: tuple[int, str, str, str, str, str, str, float]) -> Row:
    number, *fields, at = row
    return Row(number, Contact(*fields), at)
