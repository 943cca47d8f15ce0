"""Runs that subscribe: what a second run does, who comes off again, and what the ledger knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from singer_delivery.emails import read_email

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Seen, Tap

NEW, NEW_DIGITS = "+13125550150", "13125550150"
EMAIL, OTHER_EMAIL = "new@example.com", "other@example.com"
ON_TEXT = "+12025550105"
STOPPED = "+12025550112"
UNSUBSCRIBED = "+12025550114"
TEXTS, EMAILS = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")
KEYS = ("id",)


def test_a_second_run_makes_no_call_at_all(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    people = [{"phone": NEW, "email": EMAIL}, {"phone": ON_TEXT, "email": None}, {"phone": None, "email": OTHER_EMAIL}]
    first = run_target(tap("subscribe", people))
    assert first.reasons == {"pending": 1, "already_subscribed": 1, "subscribed": 1}
    second = run_target(tap("subscribe", people))
    assert second.reasons == {"same_as_last_accepted": 3}
    assert second.report["requests"] == 0
    assert seen.texts() == {(NEW_DIGITS, "reply_y"): 1}


def test_who_was_left_alone_is_not_asked_about_again_in_the_next_run(run_target: TargetRunner, tap: Tap) -> None:
    first = run_target(tap("subscribe", [{"phone": STOPPED}]))
    assert first.reasons == {"not_eligible": 1}
    assert run_target(tap("subscribe", [{"phone": STOPPED}])).report["requests"] == 0


def test_a_changed_email_subscribes_the_email_alone(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run_target(tap("subscribe", [{"phone": NEW, "email": EMAIL}]))
    second = run_target(tap("subscribe", [{"phone": NEW, "email": OTHER_EMAIL}]))
    assert second.reasons == {"subscribed": 1}
    assert seen.subscriptions(OTHER_EMAIL) == {EMAILS: "subscribed"}
    assert seen.texts() == {(NEW_DIGITS, "reply_y"): 1}


def test_a_changed_setting_texts_nobody_again(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run_target(tap("subscribe", [{"phone": NEW}]))
    assert run_target(tap("subscribe", [{"phone": NEW}]), single_opt_in=True).outcomes == {"unchanged": 1}
    assert run_target(tap("subscribe", [{"phone": NEW}]), resend=True).outcomes == {"unchanged": 1}
    assert sum(seen.texts().values()) == 1


def test_a_lost_ledger_texts_nobody_who_is_known_to_attentive(
    attentive: Callable[..., Any], clean_sandbox: Sandbox, tap: Tap, seen: Seen
) -> None:
    for folder in ("kept", "lost"):
        attentive(clean_sandbox, folder)(tap("subscribe", [{"phone": NEW}, {"phone": ON_TEXT}]))
    assert seen.texts() == {(NEW_DIGITS, "reply_y"): 1}


def test_an_own_unsubscribe_stops_a_later_subscribe_whatever_attentive_says(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", opted_out_eligibility="not-found")
    assert run_target(tap("unsubscribe", [{"phone": ON_TEXT}])).reasons == {"unsubscribed": 1}
    stopped = run_target(tap("subscribe", [{"phone": ON_TEXT, "email": EMAIL}]))
    assert stopped.reasons == {"opted_out": 1}
    assert stopped.report["requests"] == 0
    assert seen.subscriptions(ON_TEXT) == {TEXTS: "unsubscribed"}


def test_a_setting_brings_back_whom_this_target_unsubscribed(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run_target(tap("unsubscribe", [{"phone": ON_TEXT}]))
    back = run_target(tap("subscribe", [{"phone": ON_TEXT}]), resubscribe_opted_out=True)
    assert back.reasons == {"pending": 1}
    assert seen.subscriptions(ON_TEXT) == {TEXTS: "pending"}
    assert run_target(tap("unsubscribe", [{"phone": ON_TEXT}])).reasons == {"unsubscribed": 1}  # it is sent again


def test_an_unsubscribe_from_emails_does_not_keep_anybody_from_texts(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    run_target(tap("unsubscribe", [{"phone": NEW, "email": "person8@example.com", "channel": "EMAIL"}]))
    run = run_target(tap("subscribe", [{"phone": NEW, "email": "person8@example.com"}]))
    assert run.reasons == {"pending": 1}
    assert seen.subscriptions("person8@example.com") == {EMAILS: "unsubscribed"}


def test_an_unsubscribe_from_other_types_does_not_keep_anybody_from_this_one(
    run_target: TargetRunner, tap: Tap
) -> None:
    others: dict[str, Any] = {"unsubscribe_types": ["CHECKOUT_ABANDONED"]}
    run_target(tap("unsubscribe", [{"phone": ON_TEXT}]), **others)
    assert run_target(tap("subscribe", [{"phone": ON_TEXT}]), **others).reasons == {"already_subscribed": 1}


def test_a_row_that_was_deleted_at_its_source_unsubscribes_the_person_silently(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    row = {"id": 1, "phone": ON_TEXT, "_sdc_deleted_at": None}
    run_target(tap("subscribe", [row], keys=KEYS))
    gone = run_target(tap("subscribe", [{**row, "_sdc_deleted_at": "2026-11-21T00:00:00Z"}], keys=KEYS))
    assert gone.reasons == {"unsubscribed": 1}
    assert seen.subscriptions(ON_TEXT) == {TEXTS: "unsubscribed"}
    assert not seen.texts()


def test_who_did_not_agree_is_neither_looked_up_nor_subscribed(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    people = [{"phone": NEW, "agreed": False}, {"phone": "+13125550151", "agreed": True}]
    run = run_target(tap("subscribe", people), consent_field="agreed")
    assert run.reasons == {"no_consent": 1, "pending": 1}
    assert run.report["operations"] == {"Eligibility": 1, "Subscribe": 1}
    assert len(seen.texts()) == 1


def test_a_dry_run_reports_whom_it_would_text(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    people = [{"phone": NEW, "email": EMAIL}, {"phone": ON_TEXT, "email": None}, {"phone": STOPPED, "email": None}]
    run = run_target(tap("subscribe", people), dry_run=True, plan_path="plan.jsonl")
    assert run.reasons == {"would_be_pending": 1, "already_subscribed": 1, "not_eligible": 1}
    plan = [json.loads(line) for line in (run.folder / "plan.jsonl").read_text(encoding="utf-8").splitlines()]
    [call] = [call for each in plan for call in each["calls"]]
    assert (call["operation"], call["json"]["user"]) == ("Subscribe", {"phone": NEW, "email": EMAIL})
    assert not seen.texts()
    assert seen.subscriptions(EMAIL) == {}


def test_a_number_without_a_country_code_is_rejected_and_not_guessed(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    run = run_target(tap("subscribe", [{"phone": "312-555-0150"}]), default_country=None, max_rejected_percent=100)
    assert run.reasons == {"invalid_phone": 1}
    assert run.report["requests"] == 0
    assert run_target(tap("subscribe", [{"phone": "312-555-0150"}])).reasons == {"pending": 1}
    assert seen.subscriptions(NEW) == {TEXTS: "pending"}


def test_a_locale_that_fits_no_unit_ends_the_run_and_its_state_stays(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    unit: dict[str, Any] = {"sign_up_source_id": None, "locale": "es-US", "subscription_type": "MARKETING"}
    run = run_target(tap("subscribe", [{"phone": NEW}, {"phone": "+13125550151"}]), **unit)
    assert (run.code, run.states) == (1, [])
    assert "exactly one such unit" in run.stderr
    assert not seen.texts()
    assert run_target(tap("subscribe", [{"phone": NEW}, {"phone": "+13125550151"}])).reasons == {"pending": 2}


def test_a_key_without_subscriptions_write_ends_the_run_and_names_the_permission(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    run = run_target(tap("subscribe", [{"phone": NEW}]), api_key="sandbox-attentive-read")
    assert (run.code, run.states) == (1, [])
    assert "subscriptions:write" in run.stderr
    assert not seen.texts()


def test_addresses_are_compared_in_lower_case(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> None:
    assert read_email("Person8@Example.COM") == "person8@example.com"
    clean_sandbox.switch("attentive", email_case="keep")
    assert run_target(tap("subscribe", [{"email": "Person8@Example.COM"}], keys=["email"])).reasons == {
        "already_subscribed": 1
    }
