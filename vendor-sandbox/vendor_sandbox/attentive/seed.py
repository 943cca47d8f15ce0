"""The people and attributes a fresh sandbox has: a function of nothing, and no real person's number.

The last seven digits are 555-0100 to 555-0199, which are set aside for fiction in every area.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sandbox.attentive.account import ATTRIBUTES
from vendor_sandbox.attentive.fields import EMAIL, MARKETING, TEXT, TRANSACTIONAL

if TYPE_CHECKING:
    from vendor_sandbox.attentive.store import Store

_AREA = "+1202"
_UNIT = "132109"
_JOINED = 1_709_285_400.0  # 1 March 2024
_COLORS = ("Red", "Green", "Blue")


@dataclass(frozen=True, slots=True)
class Group:
    """People with one story.

    Attributes:
        first: The last two digits of the first one's number.
        count: How many there are.
        text: State of the TEXT subscription, or empty.
        email: State of the EMAIL subscription, or empty.
        type: Of the subscriptions.
        by: Who ended them: `stop` or `api`.
    """

    first: int
    count: int
    text: str = ""
    email: str = ""
    type: str = MARKETING
    by: str = ""


GROUPS = (
    Group(0, 5, "subscribed", "subscribed"),
    Group(5, 3, text="subscribed"),
    Group(8, 2, email="subscribed"),
    Group(10, 2, "pending", "subscribed"),
    Group(12, 2, "unsubscribed", "subscribed", by="stop"),
    Group(14, 2, "unsubscribed", "unsubscribed", by="api"),
    Group(16, 2, "subscribed", type=TRANSACTIONAL),
    Group(18, 1, email="subscribed", type="CHECKOUT_ABANDONED"),
    Group(19, 1),
)


def plant(store: Store) -> None:
    """Write people and attributes into empty tables."""
    for each in ATTRIBUTES:
        store.state.execute(
            "INSERT INTO attentive_attributes VALUES (?, ?, 'ui', ?)", (each.name, each.type, json.dumps(each.choices))
        )
    for group in GROUPS:
        for number in range(group.first, group.first + group.count):
            _person(store, group, number)


def _person(store: Store, group: Group, number: int) -> None:
    phone, email = f"{_AREA}55501{number:02d}", f"person{number}@example.com"
    own = [("phone", phone), ("email", email), ("clientUserId", f"customer-{number}")]
    attributes = {"Favorite Color": _COLORS[number % len(_COLORS)], "Loyalty Points": number * 10}
    store.put(store.resolve(own), {}, attributes)
    for channel, address, state in ((TEXT, phone, group.text), (EMAIL, email, group.email)):
        if state:
            by = group.by if state == "unsubscribed" else ""
            store.put_subscription(group.type, channel, address, state, by, _UNIT, _JOINED)
