"""Actions of target-textlocal."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from textlocal_calls import TextlocalApi

from chaos.case import LATER, TEXTLOCAL, Case, full_name, kind
from chaos.checker import Texts
from chaos.inputs import People
from target_textlocal.campaign_mapping import Part, group_name
from target_textlocal.target import TargetTextlocal

if TYPE_CHECKING:
    from sandboxes import Sandbox

_CAMPAIGN = "spring"
# New people, some who are at the vendor already, and one who opted out there: see the sandbox's own contacts.
_TEXTLOCAL = People(
    ("+447700900500", "+447700900501", "+447700900000", "+447700900502", "+447700900001"), ("+447700900007",)
)
# Textlocal's history names numbers and not texts: of two texts to one person, the one that went out may be taken for
# the other one, which broke off. See "What falls short" in docs/chaos.md.
_TEXTED_ONCE = People(tuple(f"+4477009005{number:02}" for number in range(14)), ("+447700900007",))
_LATER = datetime.now(timezone.utc) + LATER
_SEND_AT = _LATER.isoformat(timespec="seconds")
_CAMPAIGNS = 5
_MEMBER = kind(_TEXTLOCAL, full_name, deletes=True)


def _schedule(sandbox: Sandbox) -> None:
    """Let campaigns wait for their time, each for a person of its own, as `campaigns` would have sent them."""
    api, send_at = TextlocalApi(sandbox), int(_LATER.timestamp())
    for number in range(_CAMPAIGNS):
        part = Part(message=f"Come in, door {number}.", send_at=send_at)
        group = api.call("create_group", name=group_name(_campaign(number), part))["group"]["id"]
        contacts = json.dumps([{"number": _TEXTED_ONCE.usual[number].lstrip("+")}])
        api.call("create_contacts_bulk", group_id=group, contacts=contacts)
        api.call("send", group_id=group, message=part.message, schedule_time=send_at)


def _campaign(number: int) -> str:
    return f"{_CAMPAIGN}-{number % _CAMPAIGNS}"


CASES = (
    Case("target-textlocal contacts", TargetTextlocal, TEXTLOCAL, _MEMBER, {"default_action": "contacts"}),
    Case(
        "target-textlocal remove",
        TargetTextlocal,
        TEXTLOCAL,
        kind(_TEXTLOCAL, lambda _: {}),
        {"default_action": "remove"},
    ),
    Case(
        "target-textlocal messages, one text",
        TargetTextlocal,
        TEXTLOCAL,
        kind(_TEXTED_ONCE, lambda _: {"message": "Your order is ready."}, once=True),
        {"default_action": "messages"},
        texts=Texts.EACH,
    ),
    Case(
        "target-textlocal messages, a text each",
        TargetTextlocal,
        TEXTLOCAL,
        kind(_TEXTED_ONCE, lambda number: {"message": f"Order {number} is ready."}, once=True),
        {"default_action": "messages"},
        texts=Texts.EACH,
    ),
    Case(
        "target-textlocal campaigns",
        TargetTextlocal,
        TEXTLOCAL,
        kind(
            _TEXTLOCAL,
            lambda number: {
                "campaign_id": ("spring", "summer", "spring")[number % 3],
                "message": ("20% off.", "-20 % pour vous.")[number % 2],
            },
        ),
        {"default_action": "campaigns"},
        texts=Texts.EACH,
    ),
    Case(
        "target-textlocal campaigns, later",
        TargetTextlocal,
        TEXTLOCAL,
        kind(_TEXTLOCAL, lambda _: {"campaign_id": _CAMPAIGN, "message": "Come in.", "send_at": _SEND_AT}),
        {"default_action": "campaigns"},
        texts=Texts.EACH,
    ),
    # Of five campaigns that wait some are cancelled: a text of one of these would be one too many.
    Case(
        "target-textlocal cancel_campaigns",
        TargetTextlocal,
        TEXTLOCAL,
        kind(_TEXTLOCAL, lambda number: {"campaign_id": _campaign(2 * number)}),
        {"default_action": "cancel_campaigns"},
        prepare=_schedule,
    ),
)
