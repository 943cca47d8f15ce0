"""The targets and actions that are run as processes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from accounts import attentive_account, listrak_sms_account, textlocal_account
from texting_target import TEXTING, put_on_the_list

from chaos.processes_subjects import STATE_EVERY, Subject
from singer_delivery.testing.programs import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandboxes import Sandbox

# STATE goes out as soon as it may, instead of every three seconds: a run of these is over by then. And most of the
# waits between attempts are left out. What is settled is told outside the folder of the run.
_IMPORTS = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from chaos.told import OUTCOMES, write_outcomes
from pathlib import Path
from singer_delivery import checkpoints
checkpoints.INTERVAL = 0.0
"""
_TELL = "write_outcomes(Path('..', OUTCOMES))\n"
_LISTRAK = Program(
    f"""{_IMPORTS}
from target_listrak_sms import client
from target_listrak_sms.target import TargetListrakSms
client.BACKOFF = 0.02
sys.argv[0] = "target-listrak-sms"
""",
    f"{_TELL}TargetListrakSms.cli()",
)
_ATTENTIVE = Program(
    f"""{_IMPORTS}
from target_attentive import client, jobs, subscribe, unsubscribe
from target_attentive.target import TargetAttentive
client.BACKOFF = 0.02
subscribe.LOOKS = unsubscribe.LOOKS = (0.05, 0.1, 0.2)
jobs.BulkJob.first_look = 0.1
sys.argv[0] = "target-attentive"
""",
    f"{_TELL}TargetAttentive.cli()",
)
_TEXTLOCAL = Program(
    f"""{_IMPORTS}
from target_textlocal import campaign_groups, client, contacts, sent_texts
from target_textlocal.target import TargetTextlocal
client.BACKOFF = 0.02
sent_texts.LOOKS = (0.05, 0.1, 0.2)
contacts.MOST_CONTACTS = campaign_groups.MOST_CONTACTS = 4
sys.argv[0] = "target-textlocal"
""",
    f"{_TELL}TargetTextlocal.cli()",
)
_TEXTING = Program(_IMPORTS + TEXTING.imports, _TELL + TEXTING.main)

Settings = dict[str, Any]
_USUAL: Settings = {
    "requests_per_second": 2000,
    "report_path": "report.json",
    "rejects_path": "rejects.jsonl",
    "ledger_url": "sqlite:///ledger.db",
    "concurrency": 3,
    "batch_size_rows": STATE_EVERY,
    "request_timeout": 2,
    "max_rejected_percent": 100,
    "max_removal_percent": 100,
    "in_doubt_minutes": 0,
}


def _listrak(action: str, **more: Any) -> Callable[[Sandbox], Settings]:
    return lambda sandbox: {
        **{name: value for name, value in _USUAL.items() if name != "in_doubt_minutes"},
        **listrak_sms_account(sandbox),
        "default_action": action,
        **more,
    }


def _attentive(action: str, **more: Any) -> Callable[[Sandbox], Settings]:
    return lambda sandbox: {
        **_USUAL,
        **attentive_account(sandbox),
        "default_action": action,
        **more,
    }


def _textlocal(action: str, **more: Any) -> Callable[[Sandbox], Settings]:
    return lambda sandbox: {
        **_USUAL,
        **textlocal_account(sandbox),
        "customer_id_field": "custom1",
        "default_action": action,
        **more,
    }


def _at_once(sandbox: Sandbox) -> None:
    """Let Listrak's imports and Attentive's jobs be done when they are first asked about."""
    sandbox.switch("listrak-sms", import_seconds="0")
    sandbox.switch("attentive", job_seconds="0", rate_limits="off")


def _on_the_list_of_orders(sandbox: Sandbox) -> None:
    put_on_the_list(sandbox, {phone: {} for phone in _us(_ORDERED)})


def _rows(phones: Sequence[str], **columns: Any) -> list[dict[str, Any]]:
    """Return a record for each phone, and one that nobody can read; `{0}` in a column is the record's place."""
    return [
        {
            "id": place,
            "phone": phone,
            **{name: value.format(place) if isinstance(value, str) else value for name, value in columns.items()},
        }
        for place, phone in enumerate([*phones[:4], "12", *phones[4:]])
    ]


def _us(count: int, first: int = 0, area: int = 213) -> list[str]:
    return [f"+1{area}55501{first + number:02d}" for number in range(count)]


def _gb(count: int, first: int) -> list[str]:
    return [f"+447700900{first + number}" for number in range(count)]


def _again(rows: list[dict[str, Any]], **columns: Any) -> list[dict[str, Any]]:
    """Let the second person come once more, at the end."""
    return [*rows, {**rows[1], "id": len(rows), **columns}]


_ORDERED = 10
_PROFILE = {"first_name": "First{0}", "postal_code": "1000{0}"}
_KNOWN_TO_LISTRAK, _KNOWN_TO_ATTENTIVE = _us(12, area=212), _us(12, area=202)
_CONTACT = {"first_name": "First{0}", "custom2": "gold"}
_ORDERS = [
    {
        **row,
        "sender": "ACME" if row["id"] % 2 else "ACMEShop",
        "message": f"Order {row['id'] % 3 or row['id']} is ready.",
    }
    for row in _rows(_gb(10, 300))
]

SUBJECTS = (
    Subject(
        "target-listrak-sms subscribe",
        "listrak-sms",
        _LISTRAK,
        _listrak("subscribe"),
        _again(_rows(_us(10), **_PROFILE), first_name="Late"),
    ),
    Subject(
        "target-listrak-sms update, in bulk",
        "listrak-sms",
        _LISTRAK,
        _listrak("update", bulk_updates=True),
        _again(_rows(_KNOWN_TO_LISTRAK, **_PROFILE), first_name="Late"),
        prepare=_at_once,
    ),
    Subject(
        "target-listrak-sms unsubscribe",
        "listrak-sms",
        _LISTRAK,
        _listrak("unsubscribe"),
        _rows(_KNOWN_TO_LISTRAK),
    ),
    Subject(
        "a target that texts, at a vendor that cannot be asked",
        "listrak-sms",
        _TEXTING,
        _listrak("text"),
        _rows(_us(_ORDERED)),  # its texts go by person: a second row of somebody would be one more text in each run
        once=True,
        prepare=_on_the_list_of_orders,
    ),
    Subject(
        "target-attentive subscribe",
        "attentive",
        _ATTENTIVE,
        _attentive("subscribe"),
        _rows(_us(7, 50, 202)),
        once=True,
        prepare=_at_once,
    ),
    Subject(
        "target-attentive attributes, in bulk",
        "attentive",
        _ATTENTIVE,
        _attentive("attributes"),
        _again(_rows(_KNOWN_TO_ATTENTIVE, **_PROFILE), first_name="Late"),
        prepare=_at_once,
    ),
    Subject(
        "target-attentive events",
        "attentive",
        _ATTENTIVE,
        _attentive("events"),
        _again(_rows(_KNOWN_TO_ATTENTIVE, type="Visit", points="{0}")),
        once=True,
        prepare=_at_once,
    ),
    Subject(
        "target-textlocal contacts",
        "textlocal",
        _TEXTLOCAL,
        _textlocal("contacts"),
        _again(_rows([*_gb(6, 500), *_gb(6, 100)], **_CONTACT), first_name="Late"),
    ),
    Subject(
        "target-textlocal remove",
        "textlocal",
        _TEXTLOCAL,
        _textlocal("remove"),
        _rows(_gb(10, 100)),
    ),
    Subject(
        "target-textlocal messages",
        "textlocal",
        _TEXTLOCAL,
        _textlocal("messages"),
        _ORDERS,  # one each: Textlocal's history names numbers, and so cannot tell two texts to one person apart
        once=True,
    ),
    Subject(
        "target-textlocal campaigns",
        "textlocal",
        _TEXTLOCAL,
        _textlocal("campaigns"),
        _rows(_gb(10, 300), campaign_id="spring", message="Spring has come."),
        once=True,
    ),
)
"""What is tried. Where a vendor's call is never made twice, its texts count; where it may be, what it holds."""
