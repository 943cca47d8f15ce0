"""What was sent, and what waits for its time: batches and their messages."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_sandbox.state import State

SCHEDULED, SENT, CANCELLED, TEST, FAILED = "scheduled", "sent", "cancelled", "test", "failed"
API, SINGLE, GROUP, EMAIL = "api", "single", "group", "email"
"""Where a batch came from: the API; the web tool, to one number or to a group; an e-mail."""
_FIRST_BATCH, _FIRST_MESSAGE = 700_000_001, 900_000_001


@dataclass(frozen=True, slots=True)
class Batch:
    """One send, or one message of a bulk: each has a batch of its own.

    Attributes:
        id: Its id.
        account: Whose it is.
        operation: The call that made it.
        origin: `api`, `single`, `group` or `email`.
        state: `scheduled`, `sent`, `cancelled`, `test` (nothing went out), or `failed` (nobody was left to send to).
        made: When it was asked for; seconds since 1970, UTC, as all times here.
        due: When it goes out, or went out.
        sender: Who it comes from.
        text: What it says.
        parts: How many parts that has.
        cost: What it cost; 0 if nothing was taken yet.
        group_id: The group it was sent to, or 0.
        group_name: Its name at that time, for the group may go.
        custom: The caller's own text.
        receipt_url: Where receipts are to go.
        valid: Seconds that its messages may be on their way.
        optouts: 1 if those who opted out are left out.
    """

    id: int
    account: str
    operation: str
    origin: str
    state: str
    made: float
    due: float
    sender: str
    text: str
    parts: int
    cost: float
    group_id: int = 0
    group_name: str = ""
    custom: str = ""
    receipt_url: str = ""
    valid: int = 72 * 3600
    optouts: int = 0


_COLUMNS = tuple(each.name for each in fields(Batch))
_TABLES = {
    "textlocal_batches": f"({', '.join('id INTEGER PRIMARY KEY' if each == 'id' else each for each in _COLUMNS)})",
    "textlocal_messages": "(id INTEGER PRIMARY KEY, batch INTEGER, phone TEXT, UNIQUE (batch, id))",
}
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS textlocal_waiting ON textlocal_batches (due) WHERE state = 'scheduled'",
    # For the console; plain sends are not in it.
    "CREATE INDEX IF NOT EXISTS textlocal_plans ON textlocal_batches (due) WHERE state IN ('cancelled', 'scheduled')",
    "CREATE INDEX IF NOT EXISTS textlocal_times ON textlocal_batches (account, due)",
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM textlocal_batches"  # noqa: S608 - names from above
_INSERT = f"INSERT INTO textlocal_batches VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - question marks
_INSERT_MESSAGES = "INSERT INTO textlocal_messages SELECT " + ", ".join(
    f"json_extract(value, '$[{place}]')" for place in range(3)
)
_INSERT_MESSAGES += " FROM json_each(?)"
_NEXT_DUE = "SELECT MIN(due) FROM textlocal_batches WHERE state = 'scheduled'"


class Batches:
    """The batches of all accounts."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.own(_TABLES)
        for index in _INDEXES:
            state.execute(index)

    def new_id(self, least: int = _FIRST_BATCH) -> int:
        """The id of the next batch, which is not below `least`."""
        return self._after("textlocal_batches", least)

    def _after(self, table: str, first: int) -> int:
        last = self._state.execute(f"SELECT MAX(id) FROM {table}").fetchone()[0]  # noqa: S608 - names from above
        return first if last is None else max(first, int(last) + 1)

    def add(self, batch: Batch, phones: Sequence[str], first: int = _FIRST_MESSAGE) -> list[int]:
        """Keep a batch and a message for each number; returns the messages' ids.

        Args:
            batch: The batch.
            phones: Digits with country code.
            first: The lowest id that a message may have.
        """
        self._state.execute(_INSERT, [getattr(batch, name) for name in _COLUMNS])
        return self._add_messages(batch.id, phones, first)

    def _add_messages(self, batch: int, phones: Sequence[str], least: int) -> list[int]:
        """Keep a message for each number; returns their ids."""
        first = self._after("textlocal_messages", least)
        rows = [(first + place, batch, phone) for place, phone in enumerate(phones)]
        self._state.execute(_INSERT_MESSAGES, (json.dumps(rows),))
        return [row[0] for row in rows]

    def keep_messages(self, batch: int, phones: Sequence[str]) -> None:
        """Let a batch have a message for each of these numbers: others go, those that are there keep their ids."""
        messages = self.messages(batch)
        there = {phone for _, phone in messages}
        wanted = set(phones)
        # A number that stands twice in a send has two messages.
        gone = [message for message, phone in messages if phone not in wanted]
        self._state.execute(
            "DELETE FROM textlocal_messages WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(gone),)
        )
        self._add_messages(batch, [phone for phone in phones if phone not in there], _FIRST_MESSAGE)

    def set(self, batch: int, **values: Any) -> None:
        """Change a batch."""
        assigned = ", ".join(f"{name} = ?" for name in values)
        self._state.execute(
            f"UPDATE textlocal_batches SET {assigned} WHERE id = ?",  # noqa: S608 - names from our own code
            [*values.values(), batch],
        )

    def find(self, account: str, batch: int) -> Batch | None:
        """A batch of an account."""
        return next(self.where("account = ? AND id = ?", account, batch), None)

    def where(self, condition: str, *values: Any) -> Iterator[Batch]:
        """The batches for which a condition of SQL holds, which may end in an order of its own."""
        for row in self._state.execute(f"{_SELECT} WHERE {condition}", values).fetchall():
            yield Batch(*row)

    def messages(self, batch: int) -> list[tuple[int, str]]:
        """Id and number of each message of a batch."""
        return self._state.execute(
            "SELECT id, phone FROM textlocal_messages WHERE batch = ? ORDER BY id", (batch,)
        ).fetchall()

    def ids(self, batch: int) -> range | tuple[int, ...]:
        """The ids of a batch's messages, in order; a range, unless some were taken away."""
        first, last, count = self._state.execute(
            "SELECT MIN(id), MAX(id), COUNT(*) FROM textlocal_messages WHERE batch = ?", (batch,)
        ).fetchone()
        if not count or last - first + 1 == count:
            return range(first, last + 1) if count else range(0)
        return tuple(message for message, _ in self.messages(batch))

    def count(self, batch: int) -> int:
        """How many messages a batch has."""
        return int(
            self._state.execute("SELECT COUNT(*) FROM textlocal_messages WHERE batch = ?", (batch,)).fetchone()[0]
        )

    def of_phones(self, phones: Sequence[str], limit: int) -> list[tuple[int, int, str]]:
        """Id, batch and number of each message to some numbers, the last ones first."""
        return self._state.execute(
            "SELECT id, batch, phone FROM textlocal_messages WHERE phone IN (SELECT value FROM json_each(?))"
            " ORDER BY id DESC LIMIT ?",
            (json.dumps(phones), limit),
        ).fetchall()

    def message(self, account: str, message: int) -> tuple[Batch, str] | None:
        """The batch and the number of a message of an account."""
        row = self._state.execute("SELECT batch, phone FROM textlocal_messages WHERE id = ?", (message,)).fetchone()
        batch = self.find(account, row[0]) if row else None
        return (batch, row[1]) if batch else None

    def next_due(self) -> float | None:
        """When the next scheduled batch goes out."""
        due = self._state.execute(_NEXT_DUE).fetchone()[0]
        return None if due is None else float(due)
