"""Identities against the sandbox: what belongs together is tied together, by the rules of the call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict
    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

PHONE = "+12025550150"


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


def test_identifiers_of_one_person_are_tied_together(target: MakeTarget, seen: Seen) -> None:
    record = {
        "phone": PHONE,
        "email": "zoe@example.com",
        "client_user_id": 17,
        "shopifyId": "s-1",
        "klaviyo_id": "k-1",
        "custom_identifiers": '{"crm": "42"}',
        "first_name": "Zoe",
    }
    attentive = target()
    assert outcome(attentive.deliver("identities", record)) == (Outcome.ACCEPTED, "linked")
    assert attentive.plan("identities", record).payload["customIdentifiers"] == [{"name": "crm", "value": "42"}]
    assert seen.person(PHONE)["identifiers"] == {
        "phone": [PHONE],
        "email": ["zoe@example.com"],
        "clientUserId": ["17"],
        "shopifyId": ["s-1"],
        "klaviyoId": ["k-1"],
        "custom:crm": ["42"],
    }


@pytest.mark.parametrize(
    "record",
    [
        {"client_user_id": "c-1", "phone": PHONE},
        {"client_user_id": "c-1", "email": "zoe@example.com"},
        {"client_user_id": "c-1", "shopify_id": "s-1"},
        {"client_user_id": "c-1", "custom_identifiers": {"crm": "42"}},
        {"custom_identifiers": {"crm": "42", "shop": "7"}},
        {"custom_identifiers": [{"name": "crm", "value": "42"}], "phone": PHONE},
    ],
)
def test_two_are_enough_if_one_is_the_customers_own(target: MakeTarget, record: dict[str, Any]) -> None:
    assert outcome(target().deliver("identities", record)) == (Outcome.ACCEPTED, "linked")


@pytest.mark.parametrize(
    "record",
    [
        {"client_user_id": "c-1"},
        {"client_user_id": "c-1", "phone": None, "custom_identifiers": "[]"},
        {"custom_identifiers": {"crm": "42"}},
        {"client_user_id": " ", "phone": PHONE, "email": "zoe@example.com"},
    ],
)
def test_fewer_are_rejected_without_a_call(target: MakeTarget, record: dict[str, Any]) -> None:
    attentive = target()
    assert outcome(attentive.deliver("identities", record)) == (Outcome.REJECTED, "too_few_identifiers")
    assert attentive.calls() == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("client_user_id", "c" * 101),
        ("custom_identifiers", {"crm": "4" * 101}),
        ("custom_identifiers", {"c" * 101: "4"}),
        ("shopify_id", "5" * 101),
        ("email", f"{'z' * 60}@{'e' * 60}.com"),
    ],
)
def test_an_identifier_of_more_than_100_characters_is_rejected(target: MakeTarget, column: str, value: Any) -> None:
    record = {"client_user_id": "c-1", "phone": PHONE, column: value}
    verdict = target().deliver("identities", record)
    assert outcome(verdict) == (Outcome.REJECTED, "too_long")
    assert f"`{column}`" in verdict.message


def test_a_stream_of_phones_alone_cannot_be_one_of_identities(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox
) -> None:
    run = run_target(tap("identities", [{"phone": PHONE, "email": "zoe@example.com"}]))
    assert run.code == 1
    assert "`client_user_id` or `custom_identifiers`" in run.stderr
    assert not any(clean_sandbox.calls("attentive").values())


def test_who_has_neither_of_them_is_rejected(run_target: TargetRunner, tap: Tap) -> None:
    records = [{"phone": PHONE, "client_user_id": None}, {"phone": "+12025550151", "client_user_id": "c-1"}]
    run = run_target(tap("identities", records), max_rejected_percent=100)
    assert run.reasons == {"missing_identity": 1, "linked": 1}


def test_a_call_that_breaks_off_is_made_again(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-after", "Identify", vendor="attentive", times=1)
    run = run_target(tap("identities", [{"phone": PHONE, "client_user_id": "c-1"}]))
    assert run.outcomes == {"accepted": 1}
    assert run.report["retries"] == 1
    assert seen.person(PHONE)["identifiers"]["clientUserId"] == ["c-1"]


def test_a_record_that_breaks_attentive_is_rejected_alone(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    bad = {"phone": PHONE, "client_user_id": "c-1"}
    good = {"phone": "+12025550151", "client_user_id": "c-2"}
    clean_sandbox.faults("spring-error", "Identify", vendor="attentive", status=500, match={"phone": PHONE})
    run = run_target(tap("identities", [bad, good]), max_rejected_percent=100)
    assert run.reasons == {"vendor_error": 1, "linked": 1}
    clean_sandbox.faults("spring-error", "Me", vendor="attentive", status=500)
    broken = run_target(tap("identities", [bad]))
    assert broken.code == 1
    assert broken.outcomes == {}


def test_the_calls_keep_to_ten_a_second(run_target: TargetRunner, tap: Tap) -> None:
    records = [{"phone": f"+120255501{number:02d}", "client_user_id": f"c-{number}"} for number in range(20, 50)]
    run = run_target(tap("identities", records), requests_per_second=150)
    assert run.outcomes == {"accepted": 30}
    assert run.report["rate_limited"] <= 3  # a machine that is busy lets some calls come late, and too close together
    assert 2.5 < run.report["seconds"] < 8
    assert run_target(tap("identities", records)).outcomes == {"unchanged": 30}


def test_a_dry_run_ties_nothing(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run = run_target(tap("identities", [{"phone": PHONE, "client_user_id": "c-1"}]), dry_run=True)
    assert run.reasons == {"would_be_linked": 1}
    assert seen.person(PHONE) is None
    (plan,) = (run.folder / "target-attentive-plan.jsonl").read_text().splitlines()
    assert json.loads(plan)["calls"][0]["json"] == {"phone": PHONE, "clientUserId": "c-1"}


def test_without_the_permission_the_run_ends_with_its_name(run_target: TargetRunner, tap: Tap) -> None:
    records = [{"phone": PHONE, "client_user_id": "c-1"}]
    run = run_target(tap("identities", records), api_key="sandbox-attentive-read")
    assert run.code == 1
    assert "`identity:write`" in run.stderr
