"""All that sends and reports, put together."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal import history_seed
from vendor_sandbox.textlocal.account import ACCOUNTS, NAME
from vendor_sandbox.textlocal.batches import SCHEDULED, SENT, Batches
from vendor_sandbox.textlocal.bulk import BULK, Bulk
from vendor_sandbox.textlocal.dates import mysql
from vendor_sandbox.textlocal.delivery import EXPIRED, UNDELIVERED
from vendor_sandbox.textlocal.desk import Desk, Purse
from vendor_sandbox.textlocal.history import History
from vendor_sandbox.textlocal.recipients import Addressing
from vendor_sandbox.textlocal.reports import Fates, Reports
from vendor_sandbox.textlocal.rules import Rules
from vendor_sandbox.textlocal.scheduling import Scheduling, zone_of
from vendor_sandbox.textlocal.sending import SEND, Sending

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.batches import Batch
    from vendor_sandbox.textlocal.endpoint import Command
    from vendor_sandbox.textlocal.store import Store
    from vendor_sandbox.vendors import House

_LETTERS = {EXPIRED: UNDELIVERED}
"""Receipts know D, U, I and ? only."""


class Messaging:
    """The commands that send and report, the clock's work, and what the control API shows of it.

    Attributes:
        batches: What was sent, and what waits.
        fates: What has become of messages.
    """

    def __init__(self, store: Store, switches: Switchboard, house: House, seed: int) -> None:
        self._store = store
        self._switches = switches
        self._clock = house.clock
        self._state = house.state
        self.batches = Batches(house.state)
        self._addressing = Addressing(store, switches)
        rules = Rules(switches, house.clock)
        self._desk = Desk(self.batches, Purse(store), rules, switches, house.clock, house.outbox)
        self._scheduling = Scheduling(house.state, self._desk, self._addressing)
        self.fates = Fates(seed, house.clock)
        self._seed()
        house.state.on_change.append(self._seed)

    def _seed(self) -> None:
        """Plant the history, once; a reset empties the tables and makes it once again."""
        self._state.plant(
            NAME, "history", "planted", lambda: history_seed.plant(self.batches, self._store, self._clock.now())
        )

    def commands(self) -> dict[str, Command]:
        """Name to function."""
        reports = Reports(self.batches, self.fates, self._switches)
        history = History(self._state, self._switches, self._clock)
        return {
            SEND: Sending(self._desk, self._addressing).send,
            BULK: Bulk(self._desk, self._addressing).send,
            "get_scheduled": self._scheduling.listed,
            "cancel_scheduled": self._scheduling.cancel,
            "status_message": reports.message,
            "status_batch": reports.batch,
            "get_history_single": history.single,
            "get_history_api": history.api,
            "get_history_group": history.group,
            "get_history_email": history.email,
        }

    def run_due(self) -> None:
        """Send what is due by the clock."""
        self._scheduling.run_due()

    def lists(self) -> dict[str, Callable[[str], list[dict[str, Any]]]]:
        """What the control API shows of an account, by name: made by calls, not by the seed."""
        return {"batches": self._show_batches, "scheduled": self._show_scheduled, "messages": self._show_messages}

    def _made(self, account: str, condition: str = "1") -> list[Batch]:
        return list(self.batches.where(f"account = ? AND operation <> '' AND {condition} ORDER BY id", account))

    def _show_batches(self, account: str) -> list[dict[str, Any]]:
        return [self._view(batch) for batch in self._made(account)]

    def _show_scheduled(self, account: str) -> list[dict[str, Any]]:
        return [self._view(batch) for batch in self._made(account, f"state = '{SCHEDULED}'")]

    def _view(self, batch: Batch) -> dict[str, Any]:
        return {
            "batch_id": batch.id,
            "operation": batch.operation,
            "state": batch.state,
            "made": _moment(batch.made),
            "due": _moment(batch.due),
            "sender": batch.sender,
            "text": batch.text,
            "parts": batch.parts,
            "cost": batch.cost,
            "group_id": batch.group_id or None,
            "group_name": batch.group_name,
            "custom": batch.custom,
            "count": self.batches.count(batch.id),
        }

    def _show_messages(self, account: str) -> list[dict[str, Any]]:
        """Every message with its status, and the receipt that would have been posted for it."""
        return [
            {
                "id": number,
                "batch_id": batch.id,
                "number": phone,
                "text": batch.text,
                "state": batch.state,
                "status": self.fates.status(batch, number) if batch.state in {SCHEDULED, SENT} else None,
                "receipt": self._receipt(batch, number, phone),
            }
            for batch in self._made(account)
            for number, phone in self.batches.messages(batch.id)
        ]

    def _receipt(self, batch: Batch, number: int, phone: str) -> dict[str, str] | None:
        """The form of a delivery receipt, which is never really posted; None before there is one."""
        ended = self.fates.ended(batch, number) if batch.state == SENT and batch.receipt_url else None
        if ended is None:
            return None
        status = self.fates.status(batch, number)
        return {
            "url": batch.receipt_url,
            "number": phone,
            "status": _LETTERS.get(status, status),
            "customID": batch.custom,
            "datetime": mysql(ended, zone_of(ACCOUNTS[batch.account], self._switches)),
        }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=timezone.utc).isoformat().replace("+00:00", "Z")
