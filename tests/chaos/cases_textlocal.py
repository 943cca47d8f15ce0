"""Actions of target-textlocal."""

from __future__ import annotations

from datetime import datetime, timezone

from chaos.case import LATER, TEXTLOCAL, Case, full_name, kind
from chaos.checker import Texts
from chaos.inputs import People
from target_textlocal.target import TargetTextlocal

_CAMPAIGN = "spring"
# New people, some who are at the vendor already, and one who opted out there: see the sandbox's own contacts.
_TEXTLOCAL = People(
    ("+447700900500", "+447700900501", "+447700900000", "+447700900502", "+447700900001"), ("+447700900007",)
)
# Textlocal's history names numbers and not texts: of two texts to one person, the one that went out may be taken for
# the other one, which broke off. See "What falls short" in docs/chaos.md.
_TEXTED_ONCE = People(tuple(f"+4477009005{number:02}" for number in range(14)), ("+447700900007",))
_SEND_AT = (datetime.now(timezone.utc) + LATER).isoformat(timespec="seconds")
_MEMBER = kind(_TEXTLOCAL, full_name, deletes=True)


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
            lambda number: {"campaign_id": _CAMPAIGN, "message": ("20% off.", "-20 % pour vous.")[number % 2]},
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
)
