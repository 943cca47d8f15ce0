"""The command `bulk_json`: a text of its own for each number, and a batch of its own for each text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sandbox.asgi import read_json
from vendor_sandbox.textlocal import errors
from vendor_sandbox.textlocal.account import IN
from vendor_sandbox.textlocal.desk import Order
from vendor_sandbox.textlocal.errors import ApiError, warning
from vendor_sandbox.textlocal.phones import normalised
from vendor_sandbox.textlocal.recipients import on_dnd
from vendor_sandbox.textlocal.rules import shown

if TYPE_CHECKING:
    from vendor_sandbox.textlocal.asked import Asked
    from vendor_sandbox.textlocal.desk import Desk
    from vendor_sandbox.textlocal.recipients import Addressing

BULK = "bulk_json"
_TRUE = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True, slots=True)
class _Whole:
    """What holds for all messages of a bulk."""

    asked: Asked
    sender: str
    due: float | None
    test: bool
    unicode: bool
    receipt_url: str


class Bulk:
    """The command."""

    def __init__(self, desk: Desk, addressing: Addressing) -> None:
        self._desk = desk
        self._addressing = addressing
        self._switches = desk.switches

    def send(self, asked: Asked) -> dict[str, Any]:
        """Send each message that can be sent, and say which were not.

        Raises:
            ApiError: 4, 8, 9, 15, 33, 43, 44 or 191 for the whole of it; 51 or 7 by a switch.
        """
        data = _data(asked)
        messages = self._messages(data)
        whole = self._whole(asked, data)
        account = asked.account
        before = self._desk.purse.left(account.name)
        sent: list[dict[str, Any]] = []
        not_sent: list[dict[str, Any]] = []
        if not self._silent(whole):
            for each in messages:
                self._one(whole, each, sent, not_sent)
        if messages and not sent and self._switches["bulk-all-bad"] == "failure":
            raise ApiError(errors.NO_VALID_NUMBERS)
        after = self._desk.purse.left(account.name)
        return {
            "balance_pre_send": shown(account, before),
            "total_cost": shown(account, sum(each["cost"] for each in sent)),
            "balance_post_send": shown(account, after),
            **({"test": True} if whole.test else {}),
            "messages": sent,
            "messages_not_sent": not_sent,
        }

    def _messages(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        messages = data.get("messages")
        if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
            raise ApiError(errors.BAD_JSON)
        if not messages:
            raise ApiError(errors.NO_RECIPIENTS)
        most = self._switches["bulk-most"]
        if most != "none" and len(messages) > int(most):
            raise ApiError(errors.TOO_MANY_NUMBERS)
        return messages

    def _whole(self, asked: Asked, data: dict[str, Any]) -> _Whole:
        rules = self._desk.rules
        timed = data.get(self._switches["bulk-schedule"])
        return _Whole(
            asked,
            rules.sender(asked.account, asked.again(str(data.get("sender") or "")).strip()),
            rules.due(asked.account, "" if timed is None else str(timed)),
            _true(data.get("test")),
            _true(data.get("unicode")),
            str(data.get("receiptUrl") or ""),
        )

    def _asleep(self, whole: _Whole) -> bool:
        return whole.due is None and self._desk.rules.asleep(whole.asked.account)

    def _silent(self, whole: _Whole) -> bool:
        """Whether nothing of it will be sent, and nothing said of that."""
        return self._switches["bulk-night"] == "silent" and self._asleep(whole)

    def _one(
        self, whole: _Whole, message: dict[str, Any], sent: list[dict[str, Any]], not_sent: list[dict[str, Any]]
    ) -> None:
        given = whole.asked.again(str(message.get("text") or ""))
        try:
            order = self._order(whole, message.get("number"), given)
            sent.append(self._desk.take(order))
        except ApiError as error:
            if error.code == errors.NOT_ENOUGH_CREDITS and self._switches["bulk-credits"] == "refuse":
                raise
            echoed = str(message.get("unique_id") or "") if self._switches["bulk-unique-id"] == "echo" else ""
            not_sent.append(
                {
                    "unique_id": echoed,
                    "number": str(message.get("number") or ""),
                    "message": given,
                    "error": warning(error.code, error.message),
                }
            )

    def _order(self, whole: _Whole, number: object, given: str) -> Order:
        """One message, checked.

        Raises:
            ApiError: It cannot be sent: 5, 6, 32, 80, 192, or the code for India's list.
        """
        account = whole.asked.account
        phone = normalised(number, account.country, self._switches)
        if not phone:
            raise ApiError(errors.BAD_NUMBER)
        text = self._desk.rules.text(account, given, unicode=whole.unicode)
        if self._asleep(whole):
            raise ApiError(errors.SEND_HOURS)
        if account.profile == IN and on_dnd(phone):
            dnd = self._addressing.dnd()
            raise ApiError(dnd["code"], dnd["message"])
        return Order(
            account=account,
            operation=BULK,
            phones=[phone],
            sender=whole.sender,
            text=text,
            due=whole.due,
            test=whole.test,
            receipt_url=whole.receipt_url,
        )


def _data(asked: Asked) -> dict[str, Any]:
    """The JSON of `data`.

    Raises:
        ApiError: 15, it is no object.
    """
    try:
        data = read_json(asked.fields.get("data", ""))
    except ValueError as error:
        raise ApiError(errors.BAD_JSON) from error
    if not isinstance(data, dict):
        raise ApiError(errors.BAD_JSON)
    return data


def _true(value: object) -> bool:
    return str(value).lower() in _TRUE
