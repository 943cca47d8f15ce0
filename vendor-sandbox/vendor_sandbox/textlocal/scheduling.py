"""What waits for its time: the list of it, taking something off it, and what happens when the clock passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal.account import ACCOUNTS, IN
from vendor_sandbox.textlocal.batches import CANCELLED, FAILED, SCHEDULED, SENT
from vendor_sandbox.textlocal.dates import KOLKATA, LONDON, UTC, dashed
from vendor_sandbox.textlocal.errors import ApiError
from vendor_sandbox.textlocal.groups import name_of_sent
from vendor_sandbox.textlocal.recipients import on_dnd
from vendor_sandbox.traffic import by_the_clock

if TYPE_CHECKING:
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.account import Account
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.batches import Batch
    from vendor_sandbox.textlocal.desk import Desk
    from vendor_sandbox.textlocal.recipients import Addressing

_APART = 650_000_000
"""Between a batch's id and the one that it has in the list by a switch."""
_WAITING = "account = ? AND state = ? ORDER BY due, id"


def zone_of(account: Account, switches: Switchboard) -> str:
    """The zone that an account is shown times in."""
    if switches["zone"] == "utc":
        return UTC
    return KOLKATA if account.profile == IN else LONDON


class Scheduling:
    """The commands, and the clock's work."""

    def __init__(self, state: State, desk: Desk, addressing: Addressing) -> None:
        self._state = state
        self._desk = desk
        self._batches = desk.batches
        self._switches = desk.switches
        self._addressing = addressing

    def listed(self, asked: Asked) -> dict[str, Any]:
        """Everything of an account that waits."""
        zone = zone_of(asked.account, self._switches)
        waiting = self._batches.where(_WAITING, asked.account.name, SCHEDULED)
        return {"scheduled": [self._row(batch, zone) for batch in waiting]}

    def _row(self, batch: Batch, zone: str) -> dict[str, str]:
        return {
            "id": str(self._shown(batch.id)),
            "scheduledFor": dashed(batch.due, zone),
            "howmany": str(len(self._phones(batch))),
            "message": batch.text,
            "origin": batch.origin.upper(),
            "groupName": name_of_sent(self._state, self._switches, batch.group_id, batch.group_name),
            "groupid": str(batch.group_id or ""),
        }

    def _shown(self, batch: int) -> int:
        return batch if self._switches["scheduled-id"] == "batch" else batch - _APART

    def cancel(self, asked: Asked) -> dict[str, Any]:
        """Take a scheduled send off the list, and give back what it cost.

        Raises:
            ApiError: There is none of that id, or not any more.
        """
        wanted = asked.number("sent_id", 0)
        waiting = self._batches.where(_WAITING, asked.account.name, SCHEDULED)
        batch = next((each for each in waiting if self._shown(each.id) == wanted), None)
        if batch is None:
            raise ApiError.unlisted("No scheduled message with this ID")
        self._desk.purse.pay(batch.account, -batch.cost)
        self._batches.set(batch.id, state=CANCELLED, cost=0)
        return {}

    def run_due(self) -> None:
        """Send what is due, each as of its own time."""
        now = self._desk.clock.now()
        due = self._batches.next_due()
        while due is not None and due <= now:
            for batch in list(self._batches.where("state = 'scheduled' AND due = ? ORDER BY id", due)):
                with self._state.whole(), by_the_clock():
                    self._send(batch)
            due = self._batches.next_due()

    def _send(self, batch: Batch) -> None:
        phones = self._phones(batch)
        account = ACCOUNTS[batch.account]
        cost = self._desk.price(account, phones, batch.parts)
        try:
            self._desk.purse.pay(batch.account, cost - batch.cost)
        except ApiError:
            phones = []
            self._desk.purse.pay(batch.account, -batch.cost)
        if not phones:
            self._batches.keep_messages(batch.id, [])
            self._batches.set(batch.id, state=FAILED, cost=0)
            return
        self._batches.keep_messages(batch.id, phones)
        self._batches.set(batch.id, state=SENT, cost=cost)
        self._desk.deliver(batch, phones)

    def _phones(self, batch: Batch) -> list[str]:
        """Whom a batch goes to: as it was asked for or, of a group, who is in it now."""
        if batch.group_id and self._switches["scheduled-group"] == "when-due":
            phones = self._addressing.members(batch.account, batch.group_id)
            if ACCOUNTS[batch.account].profile == IN:
                phones = [phone for phone in phones if not on_dnd(phone)]
        else:
            phones = [phone for _, phone in self._batches.messages(batch.id)]
        return self._addressing.without_optouts(
            batch.account, phones, group=bool(batch.group_id), asked=bool(batch.optouts)
        )
