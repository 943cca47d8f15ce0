"""Where every send ends: it is paid, kept as a batch, and its texts go into the outbox, now or at its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal import errors
from vendor_sandbox.textlocal.account import NAME
from vendor_sandbox.textlocal.batches import API, SCHEDULED, SENT, TEST, Batch
from vendor_sandbox.textlocal.errors import ApiError
from vendor_sandbox.textlocal.rules import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.outbox import Outbox
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.account import Account
    from vendor_sandbox.textlocal.batches import Batches
    from vendor_sandbox.textlocal.rules import Rules, Text
    from vendor_sandbox.textlocal.store import Store

MESSAGE = "message"
"""The kind of every text in the outbox."""
VALID = 72 * 3600
"""Seconds that a message may be on its way at most."""


def batch_id(switches: Switchboard, batch: int) -> int | str:
    """A batch's id as answers show it."""
    return str(batch) if switches["batch-ids"] == "text" else batch


class Purse:
    """What accounts can spend."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def left(self, account: str) -> float:
        """What is left, in credits, or money after the upgrade."""
        return self._store.credits(account)[0]

    def pay(self, account: str, cost: float) -> None:
        """Take something; a cost below 0 gives it back.

        Raises:
            ApiError: 7.
        """
        sms, mms = self._store.credits(account)
        if cost > sms:
            raise ApiError(errors.NOT_ENOUGH_CREDITS)
        self._store.set_credits(account, round(sms - cost, 4), mms)


@dataclass(frozen=True, slots=True)
class Order:
    """A send that was checked.

    Attributes:
        account: Who sends.
        operation: The command.
        phones: To whom.
        sender: From whom.
        text: What.
        due: When; None is at once.
        test: Whether nothing goes out.
        group_id: The group, or 0.
        group_name: Its name.
        custom: The caller's own text.
        receipt_url: Where receipts are to go.
        valid: Seconds that its messages may be on their way.
        optouts: Whether those who opted out are left out.
    """

    account: Account
    operation: str
    phones: Sequence[str]
    sender: str
    text: Text
    due: float | None = None
    test: bool = False
    group_id: int = 0
    group_name: str = ""
    custom: str = ""
    receipt_url: str = ""
    valid: int = VALID
    optouts: bool = False


class Desk:
    """Takes orders: is paid, keeps them as batches, puts texts into the outbox, and says what it did.

    Attributes:
        batches: What was sent.
        purse: What is paid from.
        rules: What an order must keep to.
        switches: What is in doubt.
        clock: What time it is.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a send passes through
        self, batches: Batches, purse: Purse, rules: Rules, switches: Switchboard, clock: Clock, outbox: Outbox
    ) -> None:
        self.batches = batches
        self.purse = purse
        self.rules = rules
        self.switches = switches
        self.clock = clock
        self._outbox = outbox

    def take(self, order: Order) -> dict[str, Any]:
        """Do what is ordered; returns what `send` answers.

        Raises:
            ApiError: 7; then nothing was done.
        """
        cost = self.price(order.account, order.phones, order.text.parts)
        later = order.due is not None and self.switches["scheduled-credits"] == "when-due"
        if cost > self.purse.left(order.account.name):
            raise ApiError(errors.NOT_ENOUGH_CREDITS)
        taken = 0.0 if order.test or later else cost
        self.purse.pay(order.account.name, taken)
        batch = self._batch(order, taken)
        ids = self.batches.add(batch, order.phones)
        if batch.state == SENT:
            self.deliver(batch, order.phones)
        return self._answer(order, batch, cost, ids)

    def price(self, account: Account, phones: Sequence[str], parts: int) -> float:
        """What a text to these numbers costs."""
        return round(sum(self.rules.cost(account, phone, parts) for phone in phones), 4)

    def deliver(self, batch: Batch, phones: Sequence[str]) -> None:
        """Put a batch's texts into the outbox."""
        for phone in phones:
            self._outbox.put(NAME, batch.operation, MESSAGE, phone, batch.text, at=batch.due)

    def _batch(self, order: Order, cost: float) -> Batch:
        now = self.clock.now()
        return Batch(
            id=self.batches.new_id(),
            account=order.account.name,
            operation=order.operation,
            origin=API,
            state=TEST if order.test else SENT if order.due is None else SCHEDULED,
            made=now,
            due=now if order.due is None else order.due,
            sender=order.sender,
            text=order.text.content,
            parts=order.text.parts,
            cost=cost,
            group_id=order.group_id,
            group_name=order.group_name,
            custom=order.custom,
            receipt_url=order.receipt_url,
            valid=order.valid,
            optouts=int(order.optouts),
        )

    def _answer(self, order: Order, batch: Batch, cost: float, ids: Sequence[int]) -> dict[str, Any]:
        numbered = self.switches["message-ids"] == "number"
        return {
            **({"test_mode": True} if order.test else {}),
            "balance": shown(order.account, self.purse.left(order.account.name)),
            "batch_id": batch_id(self.switches, batch.id),
            "cost": shown(order.account, cost),
            "num_messages": len(ids),
            "message": {"num_parts": batch.parts, "sender": batch.sender, "content": batch.text},
            "receipt_url": batch.receipt_url,
            "custom": batch.custom,
            "messages": [
                {"id": each if numbered else str(each), "recipient": int(phone)}
                for each, phone in zip(ids, order.phones, strict=True)
            ],
        }
