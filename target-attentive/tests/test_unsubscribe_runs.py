"""Runs that unsubscribe: an opt-out is not lost, and nobody is told of it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Seen, Tap

PHONE, EMAIL = "+12025550101", "person1@example.com"
DIGITS = "12025550101"
BOTH = {"phone": PHONE, "email": EMAIL}
TEXTS, EMAILS = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")
TOLD: dict[str, Any] = {"notify_on_unsubscribe": True}


def test_a_second_run_makes_no_call_and_a_new_setting_tells_nobody_later(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    assert run_target(tap("unsubscribe", [BOTH])).reasons == {"unsubscribed": 1}
    for settings in ({}, TOLD):
        run = run_target(tap("unsubscribe", [BOTH]), **settings)
        assert (run.outcomes, run.report["requests"]) == ({"unchanged": 1}, 0)
    assert not seen.texts()


def test_two_rows_of_a_person_about_different_channels_both_count(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    rows = [
        {"id": 1, **BOTH, "channel": None},
        {"id": 2, **BOTH, "channel": "TEXT"},
        {"id": 3, "phone": "+12025550102", "email": "person2@example.com", "channel": "TEXT"},
        {"id": 4, "phone": "+12025550102", "email": "person2@example.com", "channel": "EMAIL"},
    ]
    run = run_target(tap("unsubscribe", rows, keys=["id"]))
    assert run.reasons == {"unsubscribed": 3, "not_subscribed": 1}
    assert seen.subscriptions(EMAIL) == {EMAILS: "unsubscribed"}
    assert seen.subscriptions("person2@example.com") == {EMAILS: "unsubscribed"}
    assert seen.subscriptions("+12025550102") == {TEXTS: "unsubscribed"}
    assert run_target(tap("unsubscribe", rows, keys=["id"])).report["requests"] == 0


def test_an_opt_out_is_not_lost_over_the_kind_of_number_it_is_for(run_target: TargetRunner, tap: Tap) -> None:
    landline = {"phone": "+442079460958", "email": None}
    assert run_target(tap("unsubscribe", [landline])).reasons == {"not_subscribed": 1}
    assert run_target(tap("subscribe", [landline])).reasons == {"not_mobile": 1}


def test_people_who_said_no_need_no_consent_to_come_off(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run = run_target(tap("unsubscribe", [{**BOTH, "agreed": False}]), consent_field="agreed")
    assert run.reasons == {"unsubscribed": 1}


@pytest.mark.parametrize("fault", ["drop-after", "spring-error-after", "drop-before", "http-503"])
def test_a_silent_unsubscribe_that_breaks_off_is_repeated(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, "Unsubscribe", vendor="attentive", times=2)
    run = run_target(tap("unsubscribe", [BOTH]))
    assert run.code == 0
    assert sum(run.outcomes.get(each, 0) for each in ("accepted", "already")) == 1
    assert seen.subscriptions(PHONE) == {TEXTS: "unsubscribed"}
    assert not seen.texts()


@pytest.mark.parametrize("fault", ["drop-after", "spring-error-after"])
def test_who_is_told_is_told_exactly_once_though_the_answer_was_lost(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, "Unsubscribe", vendor="attentive", times=1)
    assert run_target(tap("unsubscribe", [BOTH]), **TOLD).reasons == {"unsubscribed": 1}
    assert clean_sandbox.calls("attentive")["Unsubscribe"] == 2
    assert run_target(tap("unsubscribe", [BOTH]), **TOLD).outcomes == {"unchanged": 1}
    assert seen.texts() == {(DIGITS, "unsubscribed"): 1}


@pytest.mark.parametrize("fault", ["drop-before", "spring-error"])
def test_an_unsubscribe_that_was_lost_is_done_all_the_same_without_a_text(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, "Unsubscribe", vendor="attentive", times=1)
    assert run_target(tap("unsubscribe", [BOTH]), **TOLD).reasons == {"unsubscribed": 1}
    assert seen.subscriptions(PHONE) == {TEXTS: "unsubscribed"}
    assert not seen.texts()


def test_what_attentive_does_later_is_told_of_once(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", accepted_seconds="5")
    clean_sandbox.faults("drop-after", "Unsubscribe", vendor="attentive", times=1)
    assert run_target(tap("unsubscribe", [BOTH]), **TOLD).reasons == {"unsubscribed": 1}
    clean_sandbox.advance(5)
    assert seen.texts() == {(DIGITS, "unsubscribed"): 1}
    assert seen.subscriptions(PHONE) == {TEXTS: "unsubscribed"}


def test_a_storm_of_429_loses_nobody(run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("http-429", "Unsubscribe", vendor="attentive", times=4, retry_after=0)
    people = [{"phone": f"+1202555010{last}"} for last in range(3)]
    assert run_target(tap("unsubscribe", people), **TOLD).reasons == {"unsubscribed": 3}
    assert sorted(seen.texts().values()) == [1, 1, 1]


def test_a_dry_run_takes_nobody_off(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    assert run_target(tap("unsubscribe", [BOTH]), dry_run=True).reasons == {"would_be_unsubscribed": 1}
    assert seen.subscriptions(PHONE) == {TEXTS: "subscribed"}


def test_who_was_told_is_not_told_again_when_another_column_changes(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    assert run_target(tap("unsubscribe", [BOTH]), **TOLD).reasons == {"unsubscribed": 1}
    changed = {"phone": PHONE, "email": "person2@example.com"}
    assert run_target(tap("unsubscribe", [changed]), **TOLD).reasons == {"unsubscribed": 1}
    assert seen.subscriptions("person2@example.com") == {EMAILS: "unsubscribed"}
    assert seen.texts() == {(DIGITS, "unsubscribed"): 1}


def test_a_wrong_email_is_no_hindrance_where_the_phone_says_who_leaves(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    rows = [
        {"id": 1, "phone": PHONE, "email": "n/a", "channel": None},
        {"id": 2, "phone": "+12025550102", "email": "n/a", "channel": "TEXT"},
        {"id": 3, "phone": "+12025550103", "email": "n/a", "channel": "EMAIL"},
        {"id": 4, "phone": None, "email": "n/a", "channel": None},
    ]
    run = run_target(tap("unsubscribe", rows, keys=["id"]), max_rejected_percent=100)
    assert run.reasons == {"unsubscribed": 2, "invalid_email": 2}
    assert seen.subscriptions(PHONE) == {TEXTS: "unsubscribed"}
    assert seen.subscriptions("+12025550103") == {TEXTS: "subscribed"}
