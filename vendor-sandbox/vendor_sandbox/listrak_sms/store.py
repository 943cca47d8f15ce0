"""The tables, and who reads and writes them: profiles by company, contacts by sender code, subscriptions by list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sandbox.listrak_sms import seed
from vendor_sandbox.listrak_sms.account import LISTS_OF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vendor_sandbox.listrak_sms.account import SenderCode
    from vendor_sandbox.state import State

NAME = "listrak-sms"
SYSTEM_FIELDS = ("emailAddress", "firstName", "lastName", "birthday", "postalCode")
TABLES = {
    "listrak_sms_profiles": (
        "(company INTEGER, phone TEXT, emailAddress TEXT, firstName TEXT, lastName TEXT, birthday TEXT,"
        " postalCode TEXT, fields TEXT, PRIMARY KEY (company, phone)) WITHOUT ROWID"
    ),
    "listrak_sms_contacts": (
        "(sender INTEGER, phone TEXT, subscribed TEXT, opted_out TEXT, reason TEXT, handset INTEGER,"
        " PRIMARY KEY (sender, phone)) WITHOUT ROWID"
    ),
    "listrak_sms_subscriptions": (
        "(list INTEGER, phone TEXT, state TEXT, subscribed TEXT, unsubscribed TEXT, pending TEXT, opt_in INTEGER,"
        " age_gate INTEGER, PRIMARY KEY (list, phone)) WITHOUT ROWID"
    ),
    "listrak_sms_standing": ("(sender INTEGER, phone TEXT, standing TEXT, PRIMARY KEY (sender, phone)) WITHOUT ROWID"),
    "listrak_sms_tokens": "(token TEXT PRIMARY KEY, client TEXT, expires REAL) WITHOUT ROWID",
    "listrak_sms_sends": "(id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT)",
    "listrak_sms_imports": (
        "(id INTEGER PRIMARY KEY AUTOINCREMENT, sender INTEGER, name TEXT, request TEXT, started REAL, ends REAL,"
        " result TEXT)"
    ),
}
OPTED_OUT = "opted_out IS NOT NULL"
"""The condition of contacts who opted out, as an index has it."""
# What the console counts and looks up.
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS listrak_sms_states ON listrak_sms_subscriptions (list, state)",
    "CREATE INDEX IF NOT EXISTS listrak_sms_emails ON listrak_sms_profiles (lower(emailAddress))",
    f"CREATE INDEX IF NOT EXISTS listrak_sms_out ON listrak_sms_contacts (sender, phone, opted_out) WHERE {OPTED_OUT}",
)
_PROFILE = "SELECT emailAddress, firstName, lastName, birthday, postalCode, fields FROM listrak_sms_profiles"


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone on a sender code; times are Eastern.

    Attributes:
        phone: Eleven digits.
        subscribed: When, last.
        opted_out: When, or None.
        reason: Why.
        handset: Whether by a STOP from the handset.
    """

    phone: str
    subscribed: str | None
    opted_out: str | None
    reason: str | None
    handset: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """Someone and a list; `state` is subscribed, unsubscribed or pending."""

    list: int
    phone: str
    state: str
    subscribed: str | None
    unsubscribed: str | None
    pending: str | None
    opt_in: bool
    age_gate: bool

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Subscription:
        """A row of the table."""
        return cls(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]), bool(row[7]))


class Store:
    """The account's memory."""

    def __init__(self, state: State) -> None:
        self.state = state
        state.own(TABLES)
        for index in _INDEXES:
            state.execute(index)
        self._seed()
        state.on_change.append(self._seed)

    def _seed(self) -> None:
        """Plant the contacts, once; a reset empties the tables and makes it once again."""
        self.state.plant(NAME, "seeded", "contacts", lambda: seed.plant(self.state))

    def contact(self, sender: int, phone: str) -> Contact | None:
        """Someone on a sender code."""
        row = self.state.execute(
            "SELECT phone, subscribed, opted_out, reason, handset FROM listrak_sms_contacts"
            " WHERE sender = ? AND phone = ?",
            (sender, phone),
        ).fetchone()
        return Contact(row[0], row[1], row[2], row[3], bool(row[4])) if row else None

    def add_contact(self, sender: int, phone: str) -> None:
        """Put someone on a sender code."""
        self.state.execute(
            "INSERT INTO listrak_sms_contacts VALUES (?, ?, NULL, NULL, NULL, 0)",
            (sender, phone),
        )

    def mark_subscribed(self, sender: int, phone: str, at: str) -> None:
        """Someone is on a list of the sender code since now, and no longer opted out."""
        self.state.execute(
            "UPDATE listrak_sms_contacts SET subscribed = ?, opted_out = NULL, reason = NULL, handset = 0"
            " WHERE sender = ? AND phone = ?",
            (at, sender, phone),
        )

    def mark_opted_out(self, sender: int, phone: str, at: str, reason: str, *, handset: bool) -> None:
        """Someone is opted out of a sender code."""
        self.state.execute(
            "UPDATE listrak_sms_contacts SET opted_out = ?, reason = ?, handset = ? WHERE sender = ? AND phone = ?",
            (at, reason, handset, sender, phone),
        )

    def end_subscriptions(self, sender: int, phone: str, at: str) -> None:
        """Someone is off all lists of a sender code, and waits for none."""
        for each in LISTS_OF[sender]:
            self.state.execute(
                "UPDATE listrak_sms_subscriptions SET state = 'unsubscribed', unsubscribed = ?, pending = NULL,"
                " opt_in = 0, age_gate = 0 WHERE list = ? AND phone = ? AND state <> 'unsubscribed'",
                (at, each.id, phone),
            )

    def subscription(self, list_id: int, phone: str) -> Subscription | None:
        """Someone on a list, or once on it."""
        row = self.state.execute(
            "SELECT * FROM listrak_sms_subscriptions WHERE list = ? AND phone = ?", (list_id, phone)
        ).fetchone()
        return Subscription.from_row(row) if row else None

    def put_subscription(self, new: Subscription) -> None:
        """Write where someone and a list stand."""
        self.state.execute(
            "INSERT OR REPLACE INTO listrak_sms_subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (new.list, new.phone, new.state, new.subscribed, new.unsubscribed, new.pending, new.opt_in, new.age_gate),
        )

    def standing(self, sender: int, phone: str) -> str | None:
        """`banned`, `suspended`, or None."""
        row = self.state.execute(
            "SELECT standing FROM listrak_sms_standing WHERE sender = ? AND phone = ?", (sender, phone)
        ).fetchone()
        return str(row[0]) if row else None

    def profile(self, sender: SenderCode, phone: str) -> dict[str, Any]:
        """Someone's system fields, and custom values as `fields`: id, as text, to value."""
        row = self.state.execute(f"{_PROFILE} WHERE company = ? AND phone = ?", (sender.company, phone)).fetchone()
        *system, fields = row or (*(None for _ in SYSTEM_FIELDS), "{}")
        return {**dict(zip(SYSTEM_FIELDS, system, strict=True)), "fields": json.loads(fields)}

    def put_profile(self, sender: SenderCode, phone: str, changes: Mapping[str, Any]) -> None:
        """Change some of someone's fields; `fields` is merged, an empty value is dropped."""
        old = self.profile(sender, phone)
        fields = {name: value for name, value in {**old["fields"], **changes.get("fields", {})}.items() if value}
        values = [changes.get(name, old[name]) for name in SYSTEM_FIELDS]
        self.state.execute(
            "INSERT OR REPLACE INTO listrak_sms_profiles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (sender.company, phone, *values, json.dumps(fields)),
        )

    def next_send(self, operation: str) -> int:
        """The id of something sent."""
        return int(
            self.state.execute("INSERT INTO listrak_sms_sends (operation) VALUES (?)", (operation,)).lastrowid or 0
        )
