"""Privacy requests against the sandbox: only where they are allowed, once for each request, and never by the mass."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict
    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

PERSON = "+12025550103"
"""On TEXT and EMAIL in the sandbox, `customer-3`."""
DAY = 86_400


def requests_of(seen: Seen) -> list[dict[str, Any]]:
    names = ("subjectPhone", "subjectEmail", "clientUserId")
    return [{name: each[name] for name in names if each[name]} for each in seen.shown("privacy")]


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


@pytest.mark.parametrize(
    ("record", "subject"),
    [
        ({"phone": PERSON}, {"subjectPhone": PERSON}),
        ({"email": "person3@example.com"}, {"subjectEmail": "person3@example.com"}),
        ({"client_user_id": "customer-3"}, {"clientUserId": "customer-3"}),
        (
            {"phone": PERSON, "email": "person3@example.com", "clientUserId": "customer-3", "first_name": "Zoe"},
            {"subjectPhone": PERSON, "subjectEmail": "person3@example.com", "clientUserId": "customer-3"},
        ),
    ],
)
def test_a_request_names_somebody_by_all_that_is_known(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, record: dict[str, Any], subject: dict[str, Any]
) -> None:
    verdict = target(allow_privacy_delete=True).deliver("privacy_delete", record)
    assert outcome(verdict) == (Outcome.ACCEPTED, "requested")
    assert requests_of(seen) == [subject]
    clean_sandbox.advance(DAY + 1)
    assert seen.person(PERSON) is None


def test_nobody_is_deleted_unless_a_setting_allows_it(
    target: MakeTarget, run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    with pytest.raises(SetupError, match="allow_privacy_delete"):
        target().plan("privacy_delete", {"phone": PERSON})
    run = run_target(tap("privacy_delete", [{"phone": PERSON}]))
    assert run.code == 1
    assert "`allow_privacy_delete: true`" in run.stderr
    assert requests_of(seen) == []


def test_a_request_needs_no_consent_and_is_made_once(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    rows = tap("privacy_delete", [{"id": 1, "phone": PERSON, "consent": False}], keys=["id"])
    config: dict[str, Any] = {"allow_privacy_delete": True, "consent_field": "consent"}
    assert run_target(rows, **config).reasons == {"requested": 1}
    assert run_target(rows, **config).outcomes == {"unchanged": 1}
    assert len(requests_of(seen)) == 1


def test_who_asks_again_is_requested_again(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    for number in (1, 2):
        rows = tap("privacy_delete", [{"id": number, "phone": PERSON}], keys=["id"])
        assert run_target(rows, allow_privacy_delete=True).reasons == {"requested": 1}
    assert len(requests_of(seen)) == 2


def test_a_request_whose_row_only_looks_different_is_the_same_request(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    for note, outcomes in (("new", {"accepted": 1}), ("done", {"unchanged": 1})):
        rows = tap("privacy_delete", [{"id": 1, "phone": PERSON, "note": note}], keys=["id"])
        assert run_target(rows, allow_privacy_delete=True).outcomes == outcomes
    assert len(requests_of(seen)) == 1


def test_a_call_that_breaks_off_is_made_again(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-before", "PrivacyDelete", vendor="attentive", times=1)
    run = run_target(tap("privacy_delete", [{"phone": PERSON}]), allow_privacy_delete=True)
    assert run.outcomes == {"accepted": 1}
    assert len(requests_of(seen)) == 1


def test_who_was_deleted_and_comes_back_is_subscribed_again(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    row = {"email": "back@example.com"}
    assert run_target(tap("subscribe", [row], keys=["email"])).outcomes == {"accepted": 1}
    run_target(tap("privacy_delete", [row], keys=["email"]), allow_privacy_delete=True)
    clean_sandbox.advance(DAY + 1)
    assert seen.subscriptions("back@example.com") == {}
    assert run_target(tap("subscribe", [row], keys=["email"])).outcomes == {"accepted": 1}
    assert seen.subscriptions("back@example.com") == {("MARKETING", "EMAIL"): "subscribed"}


def test_an_opt_out_outlives_a_deletion(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    row = {"phone": PERSON}
    assert run_target(tap("unsubscribe", [row])).outcomes == {"accepted": 1}
    run_target(tap("privacy_delete", [row]), allow_privacy_delete=True)
    clean_sandbox.advance(DAY + 1)
    assert run_target(tap("subscribe", [row])).reasons == {"opted_out": 1}
    assert seen.texts() == {}


def test_a_mass_of_requests_stops_the_run(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    people = [{"email": f"new{number}@example.com", "first_name": "Zoe"} for number in range(120)]
    assert run_target(tap("attributes", people, keys=["email"])).outcomes == {"accepted": 120}
    run = run_target(tap("privacy_delete", people, keys=["email"]), allow_privacy_delete=True)
    assert run.code == 1
    assert "`max_removal_percent`" in run.stderr
    assert len(requests_of(seen)) <= 12


def test_a_record_that_names_nobody_is_rejected(target: MakeTarget) -> None:
    verdict = target(allow_privacy_delete=True).deliver("privacy_delete", {"client_user_id": " "})
    assert outcome(verdict) == (Outcome.REJECTED, "missing_identity")


def test_a_refusal_in_the_calls_own_form_is_a_rejection_without_the_vendors_words(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    fault = {"status": 400, "message": "subscriberPhone is required"}
    clean_sandbox.faults("spring-error", "PrivacyDelete", vendor="attentive", times=1, **fault)
    verdict = target(allow_privacy_delete=True).deliver("privacy_delete", {"phone": PERSON})
    assert verdict.outcome is Outcome.REJECTED
    assert "required" not in verdict.message


def test_a_dry_run_requests_nothing(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run = run_target(tap("privacy_delete", [{"phone": PERSON}]), allow_privacy_delete=True, dry_run=True)
    assert run.reasons == {"would_be_requested": 1}
    assert requests_of(seen) == []
    (plan,) = (run.folder / "target-attentive-plan.jsonl").read_text().splitlines()
    assert json.loads(plan)["calls"][0]["json"] == {"subjectPhone": PERSON}


def test_without_the_permission_the_run_ends_with_its_name(run_target: TargetRunner, tap: Tap) -> None:
    rows = tap("privacy_delete", [{"phone": PERSON}])
    run = run_target(rows, allow_privacy_delete=True, api_key="sandbox-attentive-read")
    assert run.code == 1
    assert "`privacy_requests:write`" in run.stderr


def test_a_wrong_email_is_no_hindrance_where_another_column_says_who_it_is(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    rows = tap("privacy_delete", [{"phone": PERSON, "email": "n/a"}])
    assert run_target(rows, allow_privacy_delete=True, max_removal_percent=100).reasons == {"requested": 1}
    assert requests_of(seen) == [{"subjectPhone": PERSON}]
