"""Runners of targets against a sandbox. A plugin of pytest, so that all tests have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from accounts import attentive_account, listrak_sms_account, textlocal_account

from singer_delivery.testing import Program, TargetRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sandboxes import Sandbox

# The command lines, without most of the waits between attempts: what is tested is that there are attempts.
LISTRAK_SMS = Program(
    """
import sys
from target_listrak_sms import client
from target_listrak_sms.target import TargetListrakSms
client.BACKOFF = 0.02
sys.argv[0] = "target-listrak-sms"
""",
    "TargetListrakSms.cli()",
)


def listrak_sms_settings(sandbox: Sandbox) -> dict[str, Any]:
    """Return the settings of a target that is to reach a sandbox."""
    return {
        **listrak_sms_account(sandbox),
        "requests_per_second": 2000,
        "default_action": "subscribe",
        "report_path": "report.json",
    }


@pytest.fixture
def listrak_sms(tmp_path: Path) -> Callable[..., TargetRunner]:
    """Make runners of target-listrak-sms against a sandbox: `listrak_sms(sandbox, list_name="Master List")`."""

    def runner(sandbox: Sandbox, folder: str = "run", **config: Any) -> TargetRunner:
        return TargetRunner(LISTRAK_SMS, tmp_path / folder, {**listrak_sms_settings(sandbox), **config})

    return runner


ATTENTIVE = Program(
    """
import sys
from target_attentive import client, jobs, subscribe, unsubscribe
from target_attentive.annex import client as annex_client
from target_attentive.target import TargetAttentive
client.BACKOFF = annex_client.BACKOFF = 0.02
subscribe.LOOKS = unsubscribe.LOOKS = (0.05, 0.1, 0.2)
jobs.BulkJob.first_look = 0.2
sys.argv[0] = "target-attentive"
""",
    "TargetAttentive.cli()",
)


def attentive_settings(sandbox: Sandbox) -> dict[str, Any]:
    """Return the settings of a target that is to reach a sandbox."""
    return {
        **attentive_account(sandbox),
        "requests_per_second": 2000,
        "in_doubt_minutes": 0,
        "default_action": "subscribe",
        "report_path": "report.json",
    }


@pytest.fixture
def attentive(tmp_path: Path) -> Callable[..., TargetRunner]:
    """Make runners of target-attentive against a sandbox: `attentive(sandbox, default_action="attributes")`.

    Subscribe calls go at 10 a second, as everywhere: Attentive's limit is the target's own.
    """

    def runner(sandbox: Sandbox, folder: str = "run", **config: Any) -> TargetRunner:
        return TargetRunner(ATTENTIVE, tmp_path / folder, {**attentive_settings(sandbox), **config})

    return runner


TEXTLOCAL = Program(
    """
import sys
from target_textlocal import client, sent_texts
from target_textlocal.target import TargetTextlocal
client.BACKOFF = 0.02
sent_texts.LOOKS = (0.05, 0.1, 0.2)
sys.argv[0] = "target-textlocal"
""",
    "TargetTextlocal.cli()",
)


def textlocal_settings(sandbox: Sandbox) -> dict[str, Any]:
    """Return the settings of a target that is to reach a sandbox."""
    return {
        **textlocal_account(sandbox),
        "requests_per_second": 2000,
        "in_doubt_minutes": 0,
        "default_action": "contacts",
        "report_path": "report.json",
    }


@pytest.fixture
def textlocal(tmp_path: Path) -> Callable[..., TargetRunner]:
    """Make runners of target-textlocal against a sandbox: `textlocal(sandbox, default_action="remove")`."""

    def runner(sandbox: Sandbox, folder: str = "run", **config: Any) -> TargetRunner:
        return TargetRunner(TEXTLOCAL, tmp_path / folder, {**textlocal_settings(sandbox), **config})

    return runner


@pytest.fixture
def tap() -> Callable[..., list[dict[str, Any]]]:
    """Make a tap's messages: `tap("subscribe", [{"phone": "+12025550150"}])`."""
    return _messages


def _messages(
    stream: str, records: list[dict[str, Any]], state: Any = "done", keys: Sequence[str] = ("phone",)
) -> list[dict[str, Any]]:
    """A permissive schema, the records, a state."""
    names = sorted({name for record in records for name in record})
    schema = {"type": "object", "properties": {name: {} for name in names}}
    return [
        {"type": "SCHEMA", "stream": stream, "schema": schema, "key_properties": list(keys)},
        *({"type": "RECORD", "stream": stream, "record": record} for record in records),
        {"type": "STATE", "value": {"at": state}},
    ]
