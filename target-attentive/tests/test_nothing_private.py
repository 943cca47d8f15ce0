"""What a run says of people, in logs, summary, report and ledger: nothing but counts, reasons and names of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Tap

# What may stand in no log and no report. People come as an account's own, and in what the vendor says of them.
PHONE, EMAIL, VALUE = "+12025550187", "canary.person@example.com", "canary-value"
PROSE = f"canary-prose about {PHONE} and {EMAIL}"
PRIVATE = ("canary", "5550187", "sandbox-attentive", "sandbox-annex-secret")
PERSON = {"phone": PHONE, "email": EMAIL}
RECORDS: dict[str, dict[str, Any]] = {
    "subscribe": {},
    "unsubscribe": {"channel": VALUE},
    "attributes": {"Nickname": VALUE, "Loyalty Points": VALUE, "Loyalty Tier": VALUE, "birthday": VALUE},
    "events": {"type": "Order", "note": VALUE, "occurred_at": VALUE},
    "ecommerce": {"type": VALUE, "items": VALUE},
    "identities": {"client_user_id": VALUE, "custom_identifiers": VALUE},
    "segment_members": {"remove": VALUE},
    "privacy_delete": {},
    "annex_segment": {"name": VALUE, "from_date": VALUE, "to_date": VALUE},
}
OPERATIONS = {
    "subscribe": "Subscribe",
    "attributes": "BulkAttributes",
    "identities": "Identify",
    "segment_members": "AddMembers",
    "privacy_delete": "PrivacyDelete",
}
SETTINGS: dict[str, Any] = {
    "segment": "Gold",
    "allow_privacy_delete": True,
    "max_rejected_percent": 100,
    "annex_cloud": {"site_id": "1001", "token": "sandbox-annex-secret"},
}


def assert_nothing_private(run: TargetRun) -> None:
    assert run.stderr
    for told in (run.stderr, run.stdout, str(run.report)):
        assert not [each for each in PRIVATE if each in told.lower()], told
    for ledger in run.folder.glob("*ledger.db*"):
        assert not [each for each in PRIVATE if each.encode() in ledger.read_bytes()]


@pytest.mark.parametrize("stream", RECORDS)
def test_a_record_that_is_refused_is_told_without_its_values(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, stream: str
) -> None:
    where = {**SETTINGS["annex_cloud"], "url": f"{clean_sandbox.url}/annex-cloud"}
    records = [{**PERSON, **RECORDS[stream]}, {**PERSON, "email": VALUE}, {"phone": VALUE, "email": VALUE}]
    run = run_target(tap(stream, records), **{**SETTINGS, "annex_cloud": where})
    assert run.code == 0, run.stderr
    assert run.report["read"] == len(records)
    assert_nothing_private(run)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize("stream", OPERATIONS)
def test_what_attentive_says_is_not_repeated(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, stream: str, status: int
) -> None:
    clean_sandbox.faults("spring-error", OPERATIONS[stream], vendor="attentive", status=status, message=PROSE)
    record = {**PERSON, **({"client_user_id": VALUE} if stream == "identities" else {"Nickname": VALUE})}
    run = run_target(tap(stream, [record]), **SETTINGS)
    assert_nothing_private(run)


@pytest.mark.parametrize("fault", ["drop-before", "http-503", "truncated-json"])
@pytest.mark.parametrize("operation", ["Eligibility", "Subscribe"])
def test_calls_that_break_off_are_logged_without_their_addresses(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, operation: str, fault: str
) -> None:
    clean_sandbox.faults(fault, operation, vendor="attentive", times=1)
    run_target.log_everything()  # Attentive is asked about people by the address of the call
    run = run_target(tap("subscribe", [PERSON]))
    assert run.code == 0, run.stderr
    assert_nothing_private(run)
