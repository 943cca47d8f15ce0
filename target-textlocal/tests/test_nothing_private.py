"""What a run says of people, in logs, summary, report and ledger: nothing but counts, reasons and names of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Tap

# What may stand in no log and no report. People come as an account's own, and in what the vendor says of them.
PHONE, VALUE = "+447700900587", "canary-value"
PROSE = f"canary-prose about {PHONE}"
PRIVATE = ("canary", "7700900587", "sandbox-textlocal", "apikey")
RECORDS: dict[str, dict[str, Any]] = {
    "contacts": {"first_name": VALUE, "last_name": VALUE, "custom1": VALUE, "custom2": [VALUE]},
    "remove": {"first_name": VALUE},
    "messages": {"message": VALUE, "sender": "ACME", "send_at": VALUE},
    "campaigns": {"campaign_id": "spring", "message": VALUE, "send_at": VALUE, "customer_id": VALUE},
}
CALLS = {
    "contacts": ("get_groups", "get_contacts", "create_contacts_bulk"),
    "remove": ("delete_contact",),
    "messages": ("get_sender_names", "send"),
    "campaigns": ("create_group", "create_contacts_bulk", "send"),
}
SETTINGS: dict[str, Any] = {"max_rejected_percent": 100, "customer_id_field": "custom1"}


def assert_nothing_private(run: TargetRun) -> None:
    assert run.stderr
    for told in (run.stderr, run.stdout, str(run.report)):
        assert not [each for each in PRIVATE if each in told.lower()], told
    for ledger in run.folder.glob("*ledger.db*"):
        assert not [each for each in PRIVATE if each.encode() in ledger.read_bytes()]


def record(stream: str, **more: Any) -> dict[str, object]:
    texting = {"message": f"Hello {VALUE}"} if stream in {"messages", "campaigns"} else {"first_name": VALUE}
    campaign = {"campaign_id": "spring"} if stream == "campaigns" else {}
    return {"id": 1, "phone": PHONE, **texting, **campaign, **more}


@pytest.mark.parametrize("stream", RECORDS)
def test_a_record_that_is_refused_is_told_without_its_values(run_target: TargetRunner, tap: Tap, stream: str) -> None:
    records = [{"id": 1, "phone": PHONE, **RECORDS[stream]}, {"id": 2, "phone": VALUE, **RECORDS[stream]}]
    run = run_target(tap(stream, records, keys=("id",)), **SETTINGS)
    assert run.code == 0, run.stderr
    assert run.report["read"] == len(records)
    assert_nothing_private(run)


@pytest.mark.parametrize("stream", CALLS)
def test_what_is_delivered_is_told_without_its_values(run_target: TargetRunner, tap: Tap, stream: str) -> None:
    run = run_target(tap(stream, [record(stream)], keys=("id",)), **SETTINGS)
    assert run.code == 0, run.stderr
    assert_nothing_private(run)


@pytest.mark.slow
@pytest.mark.parametrize("code", [0, 3, 10, 32, 43, 999])
@pytest.mark.parametrize(("stream", "command"), [(name, each) for name, calls in CALLS.items() for each in calls])
def test_what_textlocal_says_is_not_repeated(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, stream: Any, command: Any, code: int
) -> None:
    clean_sandbox.faults("textlocal-error", command, vendor="textlocal", code=code, message=PROSE)
    run = run_target(tap(stream, [record(stream)], keys=("id",)), **SETTINGS)
    assert_nothing_private(run)


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "http-503", "truncated-json", "html-200"])
@pytest.mark.parametrize("stream", CALLS)
def test_calls_that_break_off_are_logged_without_their_forms(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, stream: Any, fault: str
) -> None:
    clean_sandbox.faults(fault, CALLS[stream][-1], vendor="textlocal", times=1)
    run_target.log_everything()
    assert_nothing_private(run_target(tap(stream, [record(stream)], keys=("id",)), **SETTINGS))
