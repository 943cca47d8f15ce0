"""Rows of the console's views of Textlocal, and all that the accounts hold of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.exhibits import Column, Kind, Section
from vendor_sandbox.listings import Listing, contains
from vendor_sandbox.textlocal import delivery
from vendor_sandbox.textlocal.account import ACCOUNTS, BUILT_IN_NAMES, OPTOUT_GROUP
from vendor_sandbox.textlocal.batches import SCHEDULED, SENT
from vendor_sandbox.textlocal.people import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sandbox.textlocal.batches import Batch, Batches
    from vendor_sandbox.textlocal.reports import Fates
    from vendor_sandbox.textlocal.store import Store

ANY_ACCOUNT = f"account IN ({', '.join(map(repr, ACCOUNTS))})"
"""What the keys of the contacts begin with, where no account is named."""
CONTACTS = Listing(
    "textlocal_contacts",
    f"account, group_id, number, {', '.join(FIELDS)}, at",
    "account, group_id, id",
    {"account": "account = ?", "group": f"{ANY_ACCOUNT} AND group_id = ?"},
    contains("number", *FIELDS),
)
CONTACT = (
    Column("account", "Account"),
    Column("group", "Group id"),
    Column("group_name", "Group"),
    Column("number", "Number", Kind.ADDRESS),
    Column("first_name", "First name"),
    Column("last_name", "Last name"),
    Column("custom1", "Custom 1"),
    Column("custom2", "Custom 2"),
    Column("custom3", "Custom 3"),
    Column("at", "Since", Kind.TIME),
)
OPT_OUT = (Column("account", "Account"), Column("number", "Number", Kind.ADDRESS), Column("at", "Since", Kind.TIME))
BATCH = (
    Column("id", "Batch", leads_to="messages?batch"),
    Column("account", "Account"),
    Column("state", "State", Kind.STATE),
    Column("due", "When", Kind.TIME),
    Column("text", "Text", Kind.MESSAGE),
    Column("messages", "Messages", Kind.NUMBER),
    Column("delivery", "Delivery", Kind.PARTS),
    Column("sender", "Sender"),
    Column("group", "Group"),
    Column("parts", "Parts", Kind.NUMBER),
    Column("cost", "Cost", Kind.NUMBER),
    Column("origin", "By"),
)
MESSAGE = (
    Column("id", "Message"),
    Column("batch", "Batch"),
    Column("account", "Account"),
    Column("number", "Number", Kind.ADDRESS),
    Column("text", "Text", Kind.MESSAGE),
    Column("due", "When", Kind.TIME),
    Column("status", "Status", Kind.STATE),
    Column("ended", "Ended", Kind.TIME),
)
_WORDS = {
    delivery.DELIVERED: "delivered",
    delivery.UNDELIVERED: "undelivered",
    delivery.EXPIRED: "expired",
    delivery.UNKNOWN: "unknown",
    delivery.INVALID: "invalid",
    delivery.PENDING: "pending",
}
_LAST_MESSAGES = 20


class Lines:
    """Makes them."""

    def __init__(self, store: Store, batches: Batches, fates: Fates) -> None:
        self._store = store
        self._batches = batches
        self._fates = fates

    def contact(self, row: Sequence[Any]) -> dict[str, Any]:
        """A row of `CONTACTS` by the names of its columns."""
        account, group, number, *fields, at = row
        return {
            "account": account,
            "group": group,
            "group_name": BUILT_IN_NAMES.get(group) or self._store.group_name(account, group),
            "number": number,
            **{name: value or None for name, value in zip(FIELDS, fields, strict=True)},
            "at": at,
        }

    def batch(self, number: int) -> dict[str, Any]:
        """A batch by the columns of `BATCH`."""
        batch = self._batch(number)
        messages = self._batches.ids(number)
        counts = self._fates.count(batch, messages) if batch.state in {SCHEDULED, SENT} else {}
        return {
            "id": batch.id,
            "account": batch.account,
            "state": batch.state,
            "due": batch.due,
            "origin": batch.operation or batch.origin,
            "sender": batch.sender,
            "text": batch.text,
            "group": batch.group_name or None,
            "parts": batch.parts,
            "cost": batch.cost,
            "messages": len(messages),
            "delivery": {words: counts[status] for status, words in _WORDS.items() if counts.get(status)},
        }

    def _batch(self, number: int) -> Batch:
        return next(self._batches.where("id = ?", number))

    def message(self, number: int, batch_id: int, phone: str) -> dict[str, Any]:
        """A message by the columns of `MESSAGE`."""
        batch = self._batch(batch_id)
        known = batch.state in {SCHEDULED, SENT}
        return {
            "id": number,
            "batch": batch_id,
            "account": batch.account,
            "number": phone,
            "text": batch.text,
            "due": batch.due,
            "status": _WORDS[self._fates.status(batch, number)] if known else batch.state,
            "ended": self._fates.ended(batch, number) if known else None,
        }

    def person(self, addresses: frozenset[str]) -> list[Section]:
        """What the accounts hold of somebody."""
        phones = sorted(each for each in addresses if each.isdigit())
        rows = [self.contact(row) for phone in phones for row in self._store.memberships(phone)]
        last = self._batches.of_phones(phones, _LAST_MESSAGES) if phones else []
        sections = (
            Section("Opted out", OPT_OUT, [row for row in rows if row["group"] == OPTOUT_GROUP]),
            Section("Groups", CONTACT, [row for row in rows if row["group"] != OPTOUT_GROUP]),
            Section("Last messages", MESSAGE, [self.message(*each) for each in last]),
        )
        return [section for section in sections if section.rows]
