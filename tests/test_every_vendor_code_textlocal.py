"""Every error of Textlocal's pages, shown to a run: the user finds its reason and the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from every_code import assert_told, params
from texts_by_textlocal import VENDOR, messages, row

from singer_delivery.testing import Program, TargetRunner
from tap_textlocal.errors import TEXTLOCAL_ERRORS as TAP_ERRORS
from target_textlocal.errors import TEXTLOCAL_ERRORS, rule_of
from vendor_sandbox.documented import TEXTLOCAL, Documented

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

CONTACTS = "create_contacts_bulk"
ACTIONS = {"send": "messages", CONTACTS: "contacts", "delete_contact": "remove"}
"""By command. The others are not called for a record of its own: their codes are shown where one is."""
ORDINARY = {"3", "7", "32", "202"}
READING = [Documented(code, "get_groups") for code in ("1", "2", "3")]
TAP = Program(
    "import sys\nfrom tap_textlocal.tap import TapTextlocal\nsys.argv[0] = 'tap-textlocal'", "TapTextlocal.cli()"
)


@pytest.mark.parametrize(("code", "operation"), params(TEXTLOCAL, ORDINARY))
def test_a_code_is_told_with_its_cause_and_next_step(
    textlocal: Callable[..., TargetRunner], clean_sandbox: Sandbox, code: str, operation: str
) -> None:
    command = operation if operation in ACTIONS else CONTACTS
    if command == "delete_contact":
        textlocal(clean_sandbox)(messages([row(1)]))
    clean_sandbox.faults("textlocal-error", command, vendor=VENDOR, code=int(code))
    runner = textlocal(clean_sandbox, default_action=ACTIONS[command], max_rejected_percent=100)
    run = runner(messages([row(1, message="Hello") if command == "send" else row(1)]))
    assert_told(run, rule_of(command, 200, code), code)


@pytest.mark.parametrize(("code", "reason"), [(0, "refused"), (998, "refused")])
def test_a_failure_that_no_page_lists_is_told_as_such(
    textlocal: Callable[..., TargetRunner], clean_sandbox: Sandbox, code: int, reason: str
) -> None:
    clean_sandbox.faults("textlocal-error", "send", vendor=VENDOR, code=code)
    run = textlocal(clean_sandbox, default_action="messages", max_rejected_percent=100)(
        messages([row(1, message="Hello")])
    )
    assert_told(run, TEXTLOCAL_ERRORS.by_status[0], str(code) if code else "refused")
    assert run.reasons == {reason: 1}


@pytest.mark.parametrize(("code", "operation"), params(READING, {"3"}))
def test_a_code_ends_a_run_of_the_tap_with_the_next_step(
    tmp_path: Path, clean_sandbox: Sandbox, code: str, operation: str
) -> None:
    clean_sandbox.faults("textlocal-error", operation, vendor=VENDOR, code=int(code))
    config = {"api_key": "sandbox-textlocal", "api_url": clean_sandbox.textlocal_url}
    run = TargetRunner(TAP, tmp_path / "run", config)(())
    rule = TAP_ERRORS.rule(200, code)
    said = " ".join(run.stderr.split())
    assert run.code == 1
    assert rule.cause in said
    assert rule.next_step in said
