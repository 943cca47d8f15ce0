"""What the console shows of the accounts: groups and contacts, what was sent, what waits, and how it was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.exhibits import Column, Exhibit, Figure, Kind, Rows, View, after, page
from vendor_sandbox.listings import Listing, contains
from vendor_sandbox.textlocal.account import ACCOUNTS, OPTOUT_GROUP
from vendor_sandbox.textlocal.batches import CANCELLED, FAILED, SCHEDULED, SENT, TEST
from vendor_sandbox.textlocal.console_rows import (
    ANY_ACCOUNT,
    BATCH,
    CONTACT,
    CONTACTS,
    MESSAGE,
    OPT_OUT,
    Lines,
)

if TYPE_CHECKING:
    from vendor_sandbox.exhibits import Asked
    from vendor_sandbox.textlocal.messaging import Messaging
    from vendor_sandbox.textlocal.store import Store

_OPT_OUTS = Listing(
    CONTACTS.table,
    CONTACTS.columns,
    CONTACTS.order,
    {"account": "account = ?"},
    contains("number"),
    f"{ANY_ACCOUNT} AND group_id = {OPTOUT_GROUP}",
)
_BATCHES = Listing(
    "textlocal_batches",
    "id",
    "id DESC",
    # With the plus no index of accounts is used: all of an account would be put in order for a page of it.
    {"account": "+account = ?", "state": "state = ?"},
    contains("id", "sender", "text", "group_name", "custom"),
)
_SCHEDULED = Listing(
    "textlocal_batches",
    "id",
    "due, id",
    _BATCHES.filters,
    _BATCHES.search,
    "state IN ('cancelled', 'scheduled')",
)
_MESSAGES = Listing(
    "textlocal_messages", "id, batch, phone", "id DESC", {"batch": "batch = ?"}, contains("phone", "id")
)
_FILTERS = {"account": "Account", "state": "State"}
_ACCOUNTS = {"account": tuple(ACCOUNTS)}


class Showcase:
    """The views of all accounts, and their figures."""

    def __init__(self, store: Store, messaging: Messaging) -> None:
        self._store = store
        self._state = store.state
        self._messaging = messaging
        self._lines = Lines(store, messaging.batches, messaging.fates)

    def exhibit(self) -> Exhibit:
        """All of it, as of now by the sandbox's clock."""
        views = (
            self._batches(),
            self._scheduled(),
            self._messages(),
            self._groups(),
            self._contacts(),
            self._optouts(),
            self._templates(),
            self._accounts(),
        )
        # No account knows an e-mail address of anybody, so nobody is known by another address.
        return after(self._messaging.run_due, Exhibit(views, self._figures, person=self._lines.person))

    def _figures(self) -> list[Figure]:
        waiting = self._count(f"textlocal_batches WHERE state = '{SCHEDULED}'")
        opted_out = self._count(f"textlocal_contacts WHERE {_OPT_OUTS.where}")
        main = next(iter(ACCOUNTS))
        return [
            Figure("Batches", self._count("textlocal_batches"), "batches"),
            Figure("Messages", self._count("textlocal_messages"), "messages"),
            Figure("Waiting for their time", waiting, f"scheduled?state={SCHEDULED}"),
            Figure("Contacts in groups", self._count("textlocal_contacts") - opted_out, "contacts"),
            Figure("Opted out", opted_out, "optouts"),
            Figure(f"Credits left of {main}", self._store.credits(main)[0], "accounts"),
        ]

    def _count(self, what: str) -> int:
        return int(self._state.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])  # noqa: S608 - from above

    def _batches(self) -> View:
        return View(
            "batches",
            "Batches",
            BATCH,
            _BATCHES.reader(self._state, lambda row: self._lines.batch(row[0])),
            _FILTERS,
            "Every send, the newest first, with what its accounts sent before anybody called the API. Delivery is as "
            "the status report says by the sandbox's clock now.",
            {**_ACCOUNTS, "state": (SENT, SCHEDULED, CANCELLED, FAILED, TEST)},
        )

    def _scheduled(self) -> View:
        return View(
            "scheduled",
            "Scheduled",
            BATCH,
            _SCHEDULED.reader(self._state, lambda row: self._lines.batch(row[0])),
            _FILTERS,
            "What goes out when the sandbox's clock gets there, the soonest first, and what was cancelled before.",
            {**_ACCOUNTS, "state": (SCHEDULED, CANCELLED)},
        )

    def _messages(self) -> View:
        return View(
            "messages",
            "Messages",
            MESSAGE,
            _MESSAGES.reader(self._state, lambda row: self._lines.message(*row)),
            {"batch": "Batch"},
            "One for each number that a batch goes to. Search looks for a part of a number or an id.",
        )

    def _groups(self) -> View:
        return View(
            "groups",
            "Groups",
            (
                Column("account", "Account"),
                Column("id", "Group id", leads_to="contacts?group"),
                Column("name", "Name"),
                Column("contacts", "Contacts", Kind.NUMBER),
            ),
            self._read_groups,
            {"account": "Account"},
            "Groups 5 and 6 are built in: every account has its own of these ids.",
            _ACCOUNTS,
        )

    def _read_groups(self, asked: Asked) -> Rows:
        rows = [
            {"account": account, "id": number, "name": name, "contacts": size}
            for account in ACCOUNTS
            for number, name, size in self._store.all_groups(account)
        ]
        return page(rows, asked)

    def _contacts(self) -> View:
        return View(
            "contacts",
            "Contacts",
            CONTACT,
            CONTACTS.reader(self._state, self._lines.contact),
            {"account": "Account", "group": "Group id"},
            "By account and group, in the order they came. Search looks for a part of a number, a name or a custom "
            "field.",
            _ACCOUNTS,
        )

    def _optouts(self) -> View:
        return View(
            "optouts",
            "Opt-outs",
            OPT_OUT,
            _OPT_OUTS.reader(self._state, self._lines.contact),
            {"account": "Account"},
            "The members of each account's group 6.",
            _ACCOUNTS,
        )

    def _templates(self) -> View:
        return View(
            "templates",
            "Templates",
            (
                Column("account", "Account"),
                Column("id", "Template id"),
                Column("title", "Title"),
                Column("body", "Text", Kind.MESSAGE),
                Column("sender", "Sender"),
            ),
            lambda asked: page(_templates(), asked),
            {"account": "Account"},
            choices=_ACCOUNTS,
        )

    def _accounts(self) -> View:
        return View(
            "accounts",
            "Accounts",
            (
                Column("account", "Account", leads_to="batches?account"),
                Column("about", "What it is for"),
                Column("credits", "Credits left", Kind.NUMBER),
                Column("default_sender", "Default sender"),
                Column("senders", "Sender names"),
            ),
            lambda asked: page([self._account(name) for name in ACCOUNTS], asked),
            about="Of the upgraded account, credits are money.",
        )

    def _account(self, name: str) -> dict[str, Any]:
        account = ACCOUNTS[name]
        return {
            "account": name,
            "about": account.about,
            "credits": self._store.credits(name)[0],
            "default_sender": account.default_sender or None,
            "senders": ", ".join(account.senders) or None,
        }


def _templates() -> list[dict[str, Any]]:
    return [
        {"account": name, "id": each.id, "title": each.title, "body": each.body, "sender": each.sender}
        for name, account in ACCOUNTS.items()
        for each in account.templates
    ]
