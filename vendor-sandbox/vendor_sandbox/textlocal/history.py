"""What was sent in the last months: four histories, by where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.textlocal.batches import API, EMAIL, GROUP, SENT, SINGLE
from vendor_sandbox.textlocal.dates import mysql
from vendor_sandbox.textlocal.desk import batch_id
from vendor_sandbox.textlocal.errors import ApiError
from vendor_sandbox.textlocal.groups import identifier, name_of_sent
from vendor_sandbox.textlocal.rules import shown
from vendor_sandbox.textlocal.scheduling import zone_of

if TYPE_CHECKING:
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.asked import Asked

MOST = 1000
"""Rows of a page."""
_SIX_MONTHS = 183 * 86_400
_BATCHES = "FROM textlocal_batches b"
_MESSAGES = f"{_BATCHES} JOIN textlocal_messages m ON m.batch = b.id"
_BY_GROUP_TOOL = f"b.origin = '{GROUP}'"
_OF_GROUPS = f"({_BY_GROUP_TOOL} OR b.origin = '{API}' AND b.group_id)"
_OF_API = f"(b.origin = '{API}' AND NOT b.group_id)"


class History:
    """The commands."""

    def __init__(self, state: State, switches: Switchboard, clock: Clock) -> None:
        self._state = state
        self._switches = switches
        self._clock = clock

    def single(self, asked: Asked) -> dict[str, Any]:
        """What was sent to one number by the web tool."""
        numbers = f" OR {_OF_API}" if self._switches["sent-history"] != "api" else ""
        return self._messages(asked, f"(b.origin = '{SINGLE}'{numbers})")

    def api(self, asked: Asked) -> dict[str, Any]:
        """What was sent by the API to numbers."""
        chosen = [_OF_API] if self._switches["sent-history"] != "single" else []
        if self._switches["group-history"] != "group":
            chosen.append(f"(b.origin = '{API}' AND b.group_id)")
        return self._messages(asked, f"({' OR '.join(chosen) or '0'})")

    def email(self, asked: Asked) -> dict[str, Any]:
        """What was sent by an e-mail."""
        return self._messages(asked, f"b.origin = '{EMAIL}'")

    def group(self, asked: Asked) -> dict[str, Any]:
        """What was sent to groups, by the web tool or the API: a row for each batch."""
        columns = "b.id, b.group_id, b.group_name, b.text, b.due, b.cost, b.custom"
        chosen = _BY_GROUP_TOOL if self._switches["group-history"] == "api" else _OF_GROUPS
        rows, page = self._page(asked, f"{_BATCHES} WHERE {chosen}", columns, "b.due {0}, b.id {0}")
        zone = zone_of(asked.account, self._switches)
        page["messages"] = [
            {
                "batch_id": batch_id(self._switches, batch),
                "group_id": identifier(self._switches, group),
                "group_name": name_of_sent(self._state, self._switches, group, name),
                "message": text,
                "datetime": mysql(due, zone),
                "num_credits": shown(asked.account, cost),
                **self._custom(custom),
            }
            for batch, group, name, text, due, cost, custom in rows
        ]
        return page

    def _messages(self, asked: Asked, condition: str) -> dict[str, Any]:
        """A history that has a row for each message."""
        columns = "m.id, m.phone, b.sender, b.due, b.custom"
        rows, page = self._page(asked, f"{_MESSAGES} WHERE {condition}", columns, "b.due {0}, m.id {0}")
        zone = zone_of(asked.account, self._switches)
        textual = self._switches["message-ids"] == "text"
        page["messages"] = [
            {
                "id": str(number) if textual else number,
                "datetime": mysql(due, zone),
                "number": phone,
                "sender": sender,
                **self._custom(custom),
            }
            for number, phone, sender, due, custom in rows
        ]
        return page

    def _custom(self, custom: str) -> dict[str, str]:
        return {"custom": custom} if self._switches["history-custom"] == "present" else {}

    def _page(
        self, asked: Asked, source: str, columns: str, order: str
    ) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
        """The rows of a page, and the answer around them.

        Raises:
            ApiError: There is no row in the whole history, by a switch.
        """
        now = self._clock.now()
        start, limit = asked.number("start", 0), min(asked.number("limit", MOST), MOST)
        latest = asked.number("max_time", int(now) + 1)
        earliest = asked.number("min_time", int(now) - _SIX_MONTHS)
        source += f" AND b.account = ? AND b.state = '{SENT}' AND b.due BETWEEN ? AND ?"
        # Seconds: what went out within the last second of the window is in it.
        values = (asked.account.name, earliest, latest + 0.999)
        total = int(self._state.execute(f"SELECT COUNT(*) {source}", values).fetchone()[0])
        if not total and self._switches["empty-history"] == "failure":
            raise ApiError.unlisted("No messages found")
        way = "ASC" if asked.text("sort_order").lower() == "asc" else "DESC"
        rows = self._state.execute(
            f"SELECT {columns} {source} ORDER BY {order.format(way)} LIMIT ? OFFSET ?", (*values, limit, start)
        ).fetchall()
        return rows, {"start": start, "limit": limit, "total": total}
