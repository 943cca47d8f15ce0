"""The command `send`: one text to many, at once or at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal import errors
from vendor_sandbox.textlocal.account import INTERACT
from vendor_sandbox.textlocal.desk import VALID, Order
from vendor_sandbox.textlocal.errors import ApiError

if TYPE_CHECKING:
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.desk import Desk
    from vendor_sandbox.textlocal.recipients import Addressing, Recipients
    from vendor_sandbox.textlocal.rules import Text

SEND = "send"
_FEW = ("numbers", "group_id", "message", "sender", "test")
"""The parameters that an upgraded account understands, by a switch."""


class Sending:
    """The command."""

    def __init__(self, desk: Desk, addressing: Addressing) -> None:
        self._desk = desk
        self._addressing = addressing

    def send(self, asked: Asked) -> dict[str, Any]:
        """Send one text.

        Checked in this order, and the first thing wrong is told: recipients, text, sender, schedule, hour, numbers,
        credits.

        Raises:
            ApiError: Nothing was sent.
        """
        rules, account = self._desk.rules, asked.account
        if account.profile == INTERACT and self._desk.switches["upgraded-parameters"] == "few":
            asked = replace(asked, fields={name: asked.fields[name] for name in _FEW if name in asked.fields})
        found = self._addressing.asked_for(asked)
        text = rules.text(
            account,
            asked.fields.get("message", ""),
            unicode=asked.flag("unicode"),
            links=asked.flag("tracking_links"),
        )
        sender = rules.sender(account, asked.text("sender"), simple_reply=asked.flag("simple_reply"))
        due = rules.due(account, asked.text("schedule_time"))
        if due is None and rules.asleep(account):
            raise ApiError(errors.SEND_HOURS)
        self._addressing.narrow(account, found, optouts=asked.flag("optouts"))
        answer = self._desk.take(self._order(asked, found, sender, text, due))
        return {**({"warnings": found.warnings} if found.warnings else {}), **answer}

    def _order(self, asked: Asked, found: Recipients, sender: str, text: Text, due: float | None) -> Order:
        return Order(
            account=asked.account,
            operation=SEND,
            phones=found.phones,
            sender=sender,
            text=text,
            due=due,
            test=asked.flag("test"),
            group_id=found.group_id,
            group_name=found.group_name,
            custom=asked.fields.get("custom", ""),
            receipt_url=asked.text("receipt_url"),
            valid=self._valid(asked, due),
            optouts=asked.flag("optouts"),
        )

    def _valid(self, asked: Asked, due: float | None) -> int:
        """Seconds from sending to the end of `validity`, 72 hours at most; what is no time is not there."""
        until = asked.number("validity", 0)
        start = self._desk.clock.now() if due is None else due
        return max(0, min(int(until - start), VALID)) if until else VALID
