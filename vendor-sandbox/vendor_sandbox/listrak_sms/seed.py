"""The contacts a fresh sandbox has: a function of nothing, and no real person's number.

The last seven digits are 555-0100 to 555-0199, which are set aside for fiction in every area.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_sms.account import LISTS, OUTFITTERS

if TYPE_CHECKING:
    from vendor_sandbox.state import State

_FIRST = ("Ana", "Bo", "Chloé", "Dmitri", "Eun", "Femi", "Gus", "Hana", "نور", "ゆき")
_LAST = ("Abe", "Berg", "Costa", "Diaz", "García", "Hughes", "O'Brien", "Popov")
_AREA = "1212"
_JOINED = "2024-03-{0:02d}T09:30:{1:02d}"
_LEFT = "2025-06-01T12:00:00"


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts with one story.

    Attributes:
        first: The last two digits of the first one's number.
        count: How many there are.
        lists: List to state.
        reason: Why they opted out, if they did.
        standing: `banned` or `suspended`, if they are.
        sender: Their sender code.
    """

    first: int
    count: int
    lists: dict[int, str]
    reason: str | None = None
    standing: str | None = None
    sender: int = 501


GROUPS = (
    Group(0, 20, {7001: "subscribed"}),
    Group(20, 4, {7001: "subscribed", 7002: "subscribed", 7008: "subscribed"}),
    Group(24, 2, {7002: "pending"}),
    Group(26, 1, {7003: "pending"}),
    Group(27, 1, {7004: "pending"}),
    Group(28, 1, {7001: "unsubscribed"}, reason="Campaign"),
    Group(29, 1, {7001: "unsubscribed"}, reason="Admin"),
    Group(30, 1, {7001: "unsubscribed"}, reason="DeliveryFailure"),
    Group(31, 1, {7001: "unsubscribed"}, reason="Deactivated"),
    Group(32, 2, {7001: "unsubscribed"}),
    Group(34, 1, {}, standing="banned"),
    Group(35, 1, {7008: "subscribed"}, standing="suspended"),
    Group(36, 1, {}),
    Group(37, 3, {7101: "subscribed"}, sender=502),
)


def plant(state: State) -> None:
    """Write the contacts into empty tables."""
    for group in GROUPS:
        for number in range(group.first, group.first + group.count):
            _contact(state, group, number)


def _contact(state: State, group: Group, number: int) -> None:
    phone = f"{_AREA}55501{number:02d}"
    joined = _JOINED.format(number % 28 + 1, number % 60)
    fields = {"9001": "on" if number % 2 else "off", "9002": str(number * 10)} if number % 3 else {}
    profile = (
        f"person{number}@example.com" if number % 4 else None,
        _FIRST[number % len(_FIRST)],
        _LAST[number % len(_LAST)],
        f"19{60 + number % 40}-0{number % 9 + 1}-15T00:00:00" if number % 5 else None,
        f"100{number:02d}" if number % 7 else None,
    )
    state.execute(
        "INSERT INTO listrak_sms_profiles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (OUTFITTERS, phone, *profile, json.dumps(fields)),
    )
    state.execute(
        "INSERT INTO listrak_sms_contacts VALUES (?, ?, ?, ?, ?, ?)",
        (group.sender, phone, joined, _LEFT if group.reason else None, group.reason, group.reason == "Campaign"),
    )
    for list_id, standing in group.lists.items():
        waits = standing == "pending"
        dates = (None if waits else joined, _LEFT if standing == "unsubscribed" else None, joined if waits else None)
        state.execute(
            "INSERT INTO listrak_sms_subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (list_id, phone, standing, *dates, waits and LISTS[list_id].opt_in, waits and LISTS[list_id].age_gate),
        )
    if group.standing:
        state.execute("INSERT INTO listrak_sms_standing VALUES (?, ?, ?)", (group.sender, phone, group.standing))
