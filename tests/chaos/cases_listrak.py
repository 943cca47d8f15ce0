"""Actions of target-listrak-sms, and of a target that texts people at a vendor that cannot be asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texting_target import TextingTarget, put_on_the_list

from chaos.case import LISTRAK, Case, full_name, kind
from chaos.checker import Texts
from chaos.inputs import People
from target_listrak_sms.target import TargetListrakSms

if TYPE_CHECKING:
    from sandboxes import Sandbox

# New people, some who are at the vendor already, and some who opted out there: see the sandbox's own contacts.
_LISTRAK = People(
    ("+13035550140", "+13035550141", "+12125550100", "+13035550142", "+12125550101"), ("+12125550128", "+12125550129")
)
_LISTRAK_KNOWN = People(("+12125550100", "+12125550101", "+12125550102", "+12125550103"), ("+12125550128",))
# Each row is a text, and of rows of one person that come together the last one counts: which do depends on where a run
# begins. So each person comes once.
_LISTRAK_TEXTED = People(tuple(f"+130355501{number}" for number in range(60, 74)))
_SUBSCRIBER = kind(_LISTRAK, full_name, deletes=True)


def _on_the_list(sandbox: Sandbox) -> None:
    put_on_the_list(sandbox, {phone: {} for phone in _LISTRAK_TEXTED.usual})


CASES = (
    Case("target-listrak-sms subscribe", TargetListrakSms, LISTRAK, _SUBSCRIBER, {"default_action": "subscribe"}),
    Case(
        "target-listrak-sms unsubscribe",
        TargetListrakSms,
        LISTRAK,
        kind(_LISTRAK_KNOWN, full_name),
        {"default_action": "unsubscribe"},
    ),
    Case(
        "target-listrak-sms opt_out",
        TargetListrakSms,
        LISTRAK,
        kind(_LISTRAK_KNOWN, full_name),
        {"default_action": "opt_out"},
    ),
    Case(
        "target-listrak-sms update",
        TargetListrakSms,
        LISTRAK,
        kind(_LISTRAK_KNOWN, full_name),
        {"default_action": "update"},
    ),
    Case(
        "target-listrak-sms update in bulk",
        TargetListrakSms,
        LISTRAK,
        kind(_LISTRAK_KNOWN, lambda number: {"Notes": f"note {number}"}),
        {"default_action": "update", "bulk_updates": True},
        switches={"import_seconds": "0"},
    ),
    Case(
        "target-texting text",
        TextingTarget,
        LISTRAK,
        kind(_LISTRAK_TEXTED, full_name, once=True),
        {"default_action": "text"},
        texts=Texts.PEOPLE,
        prepare=_on_the_list,
    ),
)
