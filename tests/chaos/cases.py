"""What is tried: actions of every target, above all those that text people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from accounts import attentive_account, listrak_sms_account, textlocal_account
from texting_target import TextingTarget, put_on_the_list

from chaos.checker import Texts
from chaos.inputs import Kind, People
from target_attentive.target import TargetAttentive
from target_listrak_sms.target import TargetListrakSms
from target_textlocal.target import TargetTextlocal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandboxes import Sandbox

    from singer_delivery.target import DeliveryTarget

LISTRAK, ATTENTIVE, TEXTLOCAL = "listrak-sms", "attentive", "textlocal"
SEGMENT = "gold"
CAMPAIGN = "spring"


@dataclass(frozen=True)
class Case:
    """An action of a target.

    Attributes:
        name: What it is called in the table.
        target: The target.
        vendor: Of the sandbox.
        kind: Its records.
        settings: Beside those that all runs against this vendor have.
        texts: What texts are to it.
        switches: Of the vendor.
        prepare: What is done at the vendor before a trial, if anything is.
    """

    name: str
    target: type[DeliveryTarget]
    vendor: str
    kind: Kind
    settings: Mapping[str, Any]
    texts: Texts = Texts.NONE
    switches: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Sandbox], None] | None = None

    def config(self, sandbox: Sandbox) -> dict[str, Any]:
        """Return the settings of its runs."""
        return {**_COMMON, **_VENDORS[self.vendor](sandbox), **self.settings}


_COMMON: Mapping[str, Any] = {
    "requests_per_second": 5000,
    "consent_field": "consent",
    "max_rejected_percent": 100,
    "max_removal_percent": 100,
    "request_timeout": 10,
    "report_path": "report.json",
    "rejects_path": "rejects.jsonl",
    "ledger_url": "sqlite:///ledger.db",
}


def _attentive(sandbox: Sandbox) -> dict[str, Any]:
    return {**attentive_account(sandbox), "in_doubt_minutes": 0}


def _textlocal(sandbox: Sandbox) -> dict[str, Any]:
    return {**textlocal_account(sandbox), "in_doubt_minutes": 0}


_VENDORS: Mapping[str, Callable[[Sandbox], dict[str, Any]]] = {
    LISTRAK: listrak_sms_account,
    ATTENTIVE: _attentive,
    TEXTLOCAL: _textlocal,
}


def _on_the_list(sandbox: Sandbox) -> None:
    put_on_the_list(sandbox, {phone: {} for phone in _LISTRAK_TEXTED.usual})


def _names(number: int) -> dict[str, Any]:
    return {"first_name": f"First{number}", "last_name": f"Last{number}"}


def _kind(
    people: People, columns: Callable[[int], Mapping[str, Any]], *, deletes: bool = False, once: bool = False
) -> Kind:
    return Kind(people, columns, tuple(columns(1)), deletes, once)


# New people, some who are at the vendor already, and some who opted out there: see the sandbox's own contacts.
_LISTRAK = People(
    ("+13035550140", "+13035550141", "+12125550100", "+13035550142", "+12125550101"), ("+12125550128", "+12125550129")
)
_LISTRAK_KNOWN = People(("+12125550100", "+12125550101", "+12125550102", "+12125550103"), ("+12125550128",))
# Each row is a text, and of rows of one person that come together the last one counts: which do depends on where a run
# begins. So each person comes once.
_LISTRAK_TEXTED = People(tuple(f"+130355501{number}" for number in range(60, 74)))
_ATTENTIVE = People(
    ("+13035550150", "+13035550151", "+12025550100", "+13035550152", "+12025550110"), ("+12025550112", "+12025550114")
)
_ATTENTIVE_KNOWN = People(("+12025550100", "+12025550101", "+12025550102", "+12025550103"), ("+12025550112",))
_TEXTLOCAL = People(
    ("+447700900500", "+447700900501", "+447700900000", "+447700900502", "+447700900001"), ("+447700900007",)
)
# Textlocal's history names numbers and not texts: of two texts to one person, the one that went out may be taken for
# the other one, which broke off. See "What falls short" in docs/chaos.md.
_TEXTED_ONCE = People(tuple(f"+4477009005{number:02}" for number in range(14)), ("+447700900007",))
LATER = timedelta(days=30)
"""From the start of the program on: all trials with a campaign that is to wait are over by then."""
_SEND_AT = (datetime.now(timezone.utc) + LATER).isoformat(timespec="seconds")

_SUBSCRIBER = _kind(_LISTRAK, _names, deletes=True)
_ORDER = _kind(_ATTENTIVE_KNOWN, lambda number: {"message": f"Order {number} is ready."})
_MEMBER = _kind(_TEXTLOCAL, _names, deletes=True)

CASES = (
    Case("target-listrak-sms subscribe", TargetListrakSms, LISTRAK, _SUBSCRIBER, {"default_action": "subscribe"}),
    Case(
        "target-listrak-sms unsubscribe",
        TargetListrakSms,
        LISTRAK,
        _kind(_LISTRAK_KNOWN, _names),
        {"default_action": "unsubscribe"},
    ),
    Case(
        "target-listrak-sms opt_out",
        TargetListrakSms,
        LISTRAK,
        _kind(_LISTRAK_KNOWN, _names),
        {"default_action": "opt_out"},
    ),
    Case(
        "target-listrak-sms update",
        TargetListrakSms,
        LISTRAK,
        _kind(_LISTRAK_KNOWN, _names),
        {"default_action": "update"},
    ),
    Case(
        "target-listrak-sms update in bulk",
        TargetListrakSms,
        LISTRAK,
        _kind(_LISTRAK_KNOWN, lambda number: {"Notes": f"note {number}"}),
        {"default_action": "update", "bulk_updates": True},
        switches={"import_seconds": "0"},
    ),
    Case(
        "target-texting text",
        TextingTarget,
        LISTRAK,
        _kind(_LISTRAK_TEXTED, _names, once=True),
        {"default_action": "text"},
        texts=Texts.PEOPLE,
        prepare=_on_the_list,
    ),
    Case(
        "target-attentive subscribe",
        TargetAttentive,
        ATTENTIVE,
        _kind(_ATTENTIVE, lambda _: {}, deletes=True),
        {"default_action": "subscribe"},
        texts=Texts.PEOPLE,
    ),
    Case(
        "target-attentive unsubscribe, told of it",
        TargetAttentive,
        ATTENTIVE,
        _kind(_ATTENTIVE_KNOWN, lambda _: {}),
        {"default_action": "unsubscribe", "notify_on_unsubscribe": True},
    ),
    Case(
        "target-attentive attributes in bulk",
        TargetAttentive,
        ATTENTIVE,
        _kind(_ATTENTIVE_KNOWN, lambda number: {"tier": f"tier{number}"}),
        {"default_action": "attributes"},
        switches={"job_seconds": "0"},
    ),
    Case(
        "target-attentive segment_members",
        TargetAttentive,
        ATTENTIVE,
        _kind(_ATTENTIVE_KNOWN, lambda _: {}, deletes=True),
        {"default_action": "segment_members", "segment": "Gold", "segment_external_id": SEGMENT},
        switches={"job_seconds": "0"},
    ),
    Case(
        "target-attentive events",
        TargetAttentive,
        ATTENTIVE,
        _kind(_ATTENTIVE_KNOWN, lambda _: {"type": "Visit"}),
        {"default_action": "events"},
        texts=Texts.EACH,
    ),
    Case(
        "target-attentive messages",
        TargetAttentive,
        ATTENTIVE,
        _ORDER,
        {"default_action": "messages", "legacy_token": "sandbox-attentive-legacy"},
        texts=Texts.EACH,
    ),
    Case("target-textlocal contacts", TargetTextlocal, TEXTLOCAL, _MEMBER, {"default_action": "contacts"}),
    Case(
        "target-textlocal remove",
        TargetTextlocal,
        TEXTLOCAL,
        _kind(_TEXTLOCAL, lambda _: {}),
        {"default_action": "remove"},
    ),
    Case(
        "target-textlocal messages, one text",
        TargetTextlocal,
        TEXTLOCAL,
        _kind(_TEXTED_ONCE, lambda _: {"message": "Your order is ready."}, once=True),
        {"default_action": "messages"},
        texts=Texts.EACH,
    ),
    Case(
        "target-textlocal messages, a text each",
        TargetTextlocal,
        TEXTLOCAL,
        _kind(_TEXTED_ONCE, lambda number: {"message": f"Order {number} is ready."}, once=True),
        {"default_action": "messages"},
        texts=Texts.EACH,
    ),
    Case(
        "target-textlocal campaigns",
        TargetTextlocal,
        TEXTLOCAL,
        _kind(
            _TEXTLOCAL,
            lambda number: {"campaign_id": CAMPAIGN, "message": ("20% off.", "-20 % pour vous.")[number % 2]},
        ),
        {"default_action": "campaigns"},
        texts=Texts.EACH,
    ),
    Case(
        "target-textlocal campaigns, later",
        TargetTextlocal,
        TEXTLOCAL,
        _kind(_TEXTLOCAL, lambda _: {"campaign_id": CAMPAIGN, "message": "Come in.", "send_at": _SEND_AT}),
        {"default_action": "campaigns"},
        texts=Texts.EACH,
    ),
)
