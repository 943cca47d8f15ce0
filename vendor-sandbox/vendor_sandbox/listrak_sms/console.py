"""What the console shows of the account: lists, contacts, who is on which list, who opted out, and imports.

Times of contacts and lists are Eastern, as the vendor writes them.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from vendor_sandbox.exhibits import Column, Exhibit, Figure, Kind, Rows, View, after, page
from vendor_sandbox.listings import Listing, contains
from vendor_sandbox.listrak_sms.account import ACTIVE, INACTIVE, LISTS, SENDER_CODES
from vendor_sandbox.listrak_sms.console_people import CONTACT, SUBSCRIPTION, Persons, as_read, steps, subscription
from vendor_sandbox.listrak_sms.people import REASONS
from vendor_sandbox.listrak_sms.store import OPTED_OUT, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sandbox.exhibits import Asked
    from vendor_sandbox.listrak_sms.imports import Imports
    from vendor_sandbox.listrak_sms.store import Store

_COMPANY = f"CASE c.sender {' '.join(f'WHEN {code.id} THEN {code.company}' for code in SENDER_CODES.values())} END"
_SENDER = f"sender = CASE ? {' '.join(f'''WHEN '{code.code}' THEN {code.id}''' for code in SENDER_CODES.values())} END"
_PROFILE = contains("p.emailAddress", "p.firstName", "p.lastName")
_CONTACTS = Listing(
    "listrak_sms_contacts c",
    "sender, phone",
    "sender, phone",
    {"sender_code": _SENDER},
    f"{contains('c.phone')} OR EXISTS (SELECT 1 FROM listrak_sms_profiles p"  # noqa: S608 - our own words
    f" WHERE p.company = {_COMPANY} AND p.phone = c.phone AND ({_PROFILE}))",
)
_SUBSCRIPTIONS = Listing(
    "listrak_sms_subscriptions",
    "*",
    "list, phone",
    # With the lists the state is found by an index.
    {"list": "list = ?", "state": f"list IN ({', '.join(map(str, LISTS))}) AND state = ?"},
    contains("phone"),
)
_OPT_OUTS = Listing(
    "listrak_sms_contacts",
    "sender, phone, opted_out, reason, handset",
    "sender, phone",
    {"sender_code": _SENDER, "reason": "reason = ?"},
    contains("phone", "reason"),
    OPTED_OUT,
)
_IMPORTS = Listing(
    "listrak_sms_imports",
    "id, sender, name, started, ends, result",
    "id DESC",
    {"sender_code": _SENDER},
    contains("name"),
)
_CODES = {"sender_code": tuple(code.code for code in SENDER_CODES.values())}
_EASTERN = "Times are US Eastern."
_STATES = ("subscribed", "pending", "unsubscribed")


class Showcase:
    """The views of the account, and its figures."""

    def __init__(self, store: Store, imports: Imports) -> None:
        self._store = store
        self._state = store.state
        self._imports = imports
        self._persons = Persons(store)

    def exhibit(self) -> Exhibit:
        """All of it, as of now by the sandbox's clock."""
        views = (self._lists(), self._contacts(), self._subscriptions(), self._opt_outs(), self._show_imports())
        shown = Exhibit(views, self._figures, self._persons.known_as, self._persons.sections)
        return after(self._imports.run_due, shown)

    def _figures(self) -> list[Figure]:
        states: Counter[str] = Counter()
        for (_, state), count in self._counts().items():
            states[state] += count
        return [
            Figure("Contacts", self._count("listrak_sms_contacts"), "contacts"),
            Figure("Subscriptions", states["subscribed"], "subscriptions?state=subscribed"),
            Figure("Yet to answer Y", states["pending"], "subscriptions?state=pending"),
            Figure("Opted out", self._count(f"listrak_sms_contacts WHERE {OPTED_OUT}"), "opt-outs"),
            Figure("Imports running", self._count("listrak_sms_imports WHERE result IS NULL"), "imports"),
        ]

    def _count(self, what: str) -> int:
        return int(self._state.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])  # noqa: S608 - from above

    def _counts(self) -> dict[tuple[int, str], int]:
        """By list and state, how many."""
        rows = self._state.execute("SELECT list, state, COUNT(*) FROM listrak_sms_subscriptions GROUP BY list, state")
        return {(number, state): count for number, state, count in rows.fetchall()}

    def _lists(self) -> View:
        return View(
            "lists",
            "Lists",
            (
                Column("sender_code", "Sender code", leads_to="contacts?sender_code"),
                Column("merchant", "Merchant"),
                Column("id", "List id", leads_to="subscriptions?list"),
                Column("name", "Name"),
                Column("status", "Status", Kind.STATE),
                Column("kind", "Type", Kind.STATE),
                Column("asks", "Asks for"),
                *(Column(state, state.capitalize(), Kind.NUMBER) for state in _STATES),
            ),
            self._read_lists,
            {"sender_code": "Sender code", "status": "Status"},
            "A contact belongs to a sender code, and is subscribed to any of its lists.",
            {**_CODES, "status": (ACTIVE, INACTIVE)},
        )

    def _read_lists(self, asked: Asked) -> Rows:
        counts = self._counts()
        rows = [
            {
                "sender_code": SENDER_CODES[each.sender].code,
                "merchant": SENDER_CODES[each.sender].merchant,
                "id": each.id,
                "name": each.name,
                "status": each.status,
                "kind": each.kind,
                "asks": steps(opt_in=each.opt_in, age_gate=each.age_gate),
                **{state: counts.get((each.id, state), 0) for state in _STATES},
            }
            for each in LISTS.values()
        ]
        return page(rows, asked)

    def _contacts(self) -> View:
        return View(
            "contacts",
            "Contacts",
            CONTACT,
            _CONTACTS.reader(self._state, lambda row: self._persons.contact(*row)),
            {"sender_code": "Sender code"},
            f"{_EASTERN} Search looks for a part of a phone number, a name or an e-mail address.",
            _CODES,
        )

    def _subscriptions(self) -> View:
        return View(
            "subscriptions",
            "Subscriptions",
            SUBSCRIPTION,
            _SUBSCRIPTIONS.reader(self._state, lambda row: subscription(Subscription.from_row(row))),
            {"list": "List id", "state": "State"},
            f"Who is on a list, once was, or has yet to answer from the handset. {_EASTERN} "
            "Search looks for a part of a phone number.",
            {"list": tuple(map(str, LISTS)), "state": _STATES},
        )

    def _opt_outs(self) -> View:
        return View(
            "opt-outs",
            "Opt-outs",
            (
                Column("sender_code", "Sender code"),
                Column("phone", "Phone", Kind.ADDRESS),
                Column("at", "Opted out", Kind.TIME),
                Column("reason", "Reason", Kind.STATE),
                Column("by", "By"),
            ),
            _OPT_OUTS.reader(self._state, _opt_out),
            {"sender_code": "Sender code", "reason": "Reason"},
            f"Whoever opted out of a sender code is on none of its lists. {_EASTERN}",
            {**_CODES, "reason": REASONS},
        )

    def _show_imports(self) -> View:
        return View(
            "imports",
            "Imports",
            (
                Column("id", "Import"),
                Column("sender_code", "Sender code"),
                Column("name", "File"),
                Column("started", "Started", Kind.TIME),
                Column("ends", "Ends", Kind.TIME),
                Column("status", "Status", Kind.STATE),
                Column("rows", "Rows", Kind.NUMBER),
                Column("outcomes", "What became of them", Kind.PARTS),
                Column("problems", "Problems", Kind.DATA),
            ),
            _IMPORTS.reader(self._state, self._import),
            {"sender_code": "Sender code"},
            "The newest first. The vendor tells nobody what became of the rows; numbers it does not know are dropped.",
            _CODES,
        )

    def _import(self, row: Sequence[Any]) -> dict[str, Any]:
        number, sender, name, started, ends, result = row
        ended: dict[str, Any] = json.loads(result or "{}")
        problems = ended.get("problems", [])
        parts = {
            "updated": ended.get("updated", 0),
            "unknown number": ended.get("unknown", 0),
            "invalid": len(problems),
        }
        return {
            "id": number,
            "sender_code": SENDER_CODES[sender].code,
            "name": name,
            "started": started,
            "ends": ends,
            "status": self._imports.status(started, ends, result),
            "rows": ended.get("rows"),
            "outcomes": {words: count for words, count in parts.items() if count},
            "problems": problems or ended.get("problem"),
        }


def _opt_out(row: Sequence[Any]) -> dict[str, Any]:
    sender, phone, at, reason, handset = row
    return {
        "sender_code": SENDER_CODES[sender].code,
        "phone": phone,
        "at": as_read(at),
        "reason": reason,
        "by": "handset" if handset else None,
    }
