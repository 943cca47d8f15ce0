"""Every error of Listrak's pages, shown to a run: the user finds its reason and the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from every_code import assert_told, params, rejects_of
from texting_target import TEXTING

from singer_delivery.error_table import Then
from singer_delivery.testing import Program, TargetRunner
from singer_delivery.testing.audience import audience
from tap_listrak.errors import ACCOUNT_ERRORS
from target_listrak_sms.errors import LISTRAK_ERRORS
from vendor_sandbox.documented import LISTRAK_SMS, LISTRAK_SOAP

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

VENDOR = "listrak-sms"
CREATE = "Contact_PostContactListResource"
READ_FIRST = "SenderCode_GetShortCodeCollection"
ACTIONS = {
    CREATE: "subscribe",
    "ContactListSubscription_PostContactListSubscription": "subscribe",
    "Contact_PutContactResource": "update",
    "ContactListSubscription_DeleteUnsubscribeContactListSubscription": "unsubscribe",
    "TransactionalMessage_PostTransactionalMessageSend": "text",
}
ORDINARY = {"ERROR_INVALID_PARAMETER", "ERROR_LIST_INACTIVE", "ERROR_UNHANDLED_EXCEPTION", "ERROR_PHONE_NUMBER_FOUND"}
KNOWN_BETTER = {
    "ERROR_UNABLE_TO_LOCATE_RESOURCE": "Check `list_name` or `list_id`, and `sender_code`",
    "ERROR_PHONE_NUMBER_FOUND": "inconsistent",
    "ERROR_PHONE_NUMBER_NOT_FOUND": "not_found",
    "ERROR_SUBSCRIBED_PHONE_NUMBER": "updated",
    "ERROR_PENDING_PHONE_NUMBER": "pending",
}
"""Where the action knows more than the code says: what it was about to do, and what the vendor said before."""
TAP = Program("import sys\nfrom tap_listrak.tap import TapListrak\nsys.argv[0] = 'tap-listrak'", "TapListrak.cli()")


@pytest.fixture
def run(listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> Callable[..., TargetRunner]:
    """Deliver one person by the action whose operation is broken."""

    def deliver(operation: str, **config: Any) -> TargetRunner:
        if operation not in {CREATE, "Contact_PutContactResource"}:  # of somebody who is there, on another list
            listrak_sms(clean_sandbox, "before", list_id=7008)(audience(1))
        action = ACTIONS.get(operation, "subscribe")
        runner = listrak_sms(clean_sandbox, default_action=action, max_rejected_percent=100, **config)
        runner.program = TEXTING if action == "text" else runner.program
        return runner

    return deliver


@pytest.mark.parametrize(("code", "operation"), params(LISTRAK_SMS, ORDINARY))
def test_a_code_of_the_sms_api_is_told_with_its_cause_and_next_step(
    run: Callable[..., TargetRunner], clean_sandbox: Sandbox, code: str, operation: str
) -> None:
    runner = run(operation)
    rule = LISTRAK_ERRORS.rule(400, code)
    lasting = rule.then is Then.RETRY  # where it is this one record that Listrak breaks on, see below
    clean_sandbox.faults("api-error", READ_FIRST if lasting else operation, vendor=VENDOR, code=code)
    done = runner(audience(1))
    if code not in KNOWN_BETTER:
        assert_told(done, rule, code)
    elif code == "ERROR_UNABLE_TO_LOCATE_RESOURCE":
        assert done.code == 1
        assert KNOWN_BETTER[code] in done.report["error"]
    else:
        assert done.reasons == {KNOWN_BETTER[code]: 1}


def test_an_error_of_listraks_own_on_one_record_is_told_with_its_code(
    run: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("api-error", CREATE, vendor=VENDOR, code="ERROR_UNHANDLED_EXCEPTION")
    done = run(CREATE)(audience(1))
    assert done.reasons == {"vendor_error": 1}
    (line,) = rejects_of(done)
    assert line["vendor_code"] == "ERROR_UNHANDLED_EXCEPTION"
    assert "Replay it later" in line["message"]


def test_a_code_that_no_page_lists_is_told_as_such_with_the_code_itself(
    run: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("api-error", CREATE, vendor=VENDOR, code="ERROR_OF_TOMORROW")
    done = run(CREATE)(audience(1))
    assert_told(done, LISTRAK_ERRORS.by_status[0], "ERROR_OF_TOMORROW")
    assert done.reasons == {"vendor_refused": 1}


@pytest.mark.parametrize(("code", "operation"), params(LISTRAK_SOAP, {"LoginAttemptsExceeded"}))
def test_a_code_of_the_soap_service_ends_the_run_with_the_next_step(
    tmp_path: Path, clean_sandbox: Sandbox, code: str, operation: str
) -> None:
    text = f"Server was unable to process request. ---> [{code}]"
    clean_sandbox.faults("soap-fault", operation, text=text)
    config = {"username": clean_sandbox.username, "password": clean_sandbox.password, "start_date": "2025-01-01"}
    done = TargetRunner(TAP, tmp_path / "run", {**config, "wsdl_url": clean_sandbox.wsdl_url})(())
    assert done.code == 1
    said = " ".join(done.stderr.split())
    assert ACCOUNT_ERRORS[code].advice in said
    assert f"[{code}]" in said
