"""Subscribing: what becomes of each kind of person, by which calls, and who gets a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError, UnavailableError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen

NEW, NEW_EMAIL = "+13125550150", "new@example.com"
ON_BOTH, ON_BOTH_EMAIL = "+12025550101", "person1@example.com"
ON_TEXT, ON_TEXT_EMAIL = "+12025550105", "person5@example.com"
ON_EMAIL, ON_EMAIL_EMAIL = "+12025550108", "person8@example.com"
PENDING, PENDING_EMAIL = "+12025550110", "person10@example.com"
STOPPED, UNSUBSCRIBED = "+12025550112", "+12025550114"
UNSUBSCRIBED_EMAIL = "person14@example.com"
TRANSACTIONAL = "+12025550116"
LOOKED, ASKED = {"Eligibility": 1}, {"Eligibility": 1, "Subscribe": 1}
TEXTS, EMAILS = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


def digits(phone: str) -> str:
    return phone.removeprefix("+")


def test_somebody_new_is_asked_to_answer_y_once_and_is_pending(target: MakeTarget, seen: Seen) -> None:
    attentive = target()
    assert outcome(attentive.deliver("subscribe", {"phone": NEW})) == (Outcome.ACCEPTED, "pending")
    assert attentive.calls() == ASKED
    assert seen.subscriptions(NEW) == {TEXTS: "pending"}
    assert seen.texts() == {(digits(NEW), "reply_y"): 1}


def test_somebody_new_by_email_is_subscribed_and_not_texted(target: MakeTarget, seen: Seen) -> None:
    attentive = target()
    assert outcome(attentive.deliver("subscribe", {"email": NEW_EMAIL})) == (Outcome.ACCEPTED, "subscribed")
    assert attentive.calls() == ASKED
    assert seen.subscriptions(NEW_EMAIL) == {EMAILS: "subscribed"}
    assert not seen.texts()


def test_phone_and_email_are_subscribed_in_one_call(target: MakeTarget, seen: Seen) -> None:
    attentive = target()
    verdict = attentive.deliver("subscribe", {"phone": NEW, "email": NEW_EMAIL})
    assert outcome(verdict) == (Outcome.ACCEPTED, "pending")
    assert attentive.calls() == ASKED
    assert (seen.subscriptions(NEW), seen.subscriptions(NEW_EMAIL)) == ({TEXTS: "pending"}, {EMAILS: "subscribed"})


def test_single_opt_in_subscribes_without_a_y(target: MakeTarget, seen: Seen) -> None:
    verdict = target(single_opt_in=True).deliver("subscribe", {"phone": NEW})
    assert outcome(verdict) == (Outcome.ACCEPTED, "subscribed")
    assert seen.subscriptions(NEW) == {TEXTS: "subscribed"}
    assert seen.texts() == {(digits(NEW), "legal"): 1}


@pytest.mark.parametrize(
    "record",
    [
        {"phone": ON_BOTH, "email": ON_BOTH_EMAIL},
        {"phone": ON_TEXT},
        {"email": ON_EMAIL_EMAIL},
        {"phone": PENDING, "email": PENDING_EMAIL},
    ],
)
def test_who_is_eligible_is_there_already_and_nothing_is_called_but_the_question(
    target: MakeTarget, seen: Seen, record: dict[str, Any]
) -> None:
    attentive = target()
    assert outcome(attentive.deliver("subscribe", record)) == (Outcome.ALREADY, "already_subscribed")
    assert attentive.calls() == LOOKED
    assert not seen.texts()


def test_who_gets_texts_already_is_subscribed_by_email_alone_and_not_texted(target: MakeTarget, seen: Seen) -> None:
    record = {"phone": ON_TEXT, "email": ON_TEXT_EMAIL}
    assert planned(target, record)["user"] == {"email": ON_TEXT_EMAIL}
    assert outcome(target().deliver("subscribe", record)) == (Outcome.ACCEPTED, "subscribed")
    assert seen.subscriptions(ON_TEXT_EMAIL) == {EMAILS: "subscribed"}
    assert not seen.texts()


def test_who_gets_emails_already_is_subscribed_to_texts_alone(target: MakeTarget, seen: Seen) -> None:
    record = {"phone": ON_EMAIL, "email": ON_EMAIL_EMAIL}
    assert planned(target, record)["user"] == {"phone": ON_EMAIL}
    assert outcome(target().deliver("subscribe", record)) == (Outcome.ACCEPTED, "pending")
    assert seen.texts() == {(digits(ON_EMAIL), "reply_y"): 1}


@pytest.mark.parametrize("phone", [PENDING, STOPPED, UNSUBSCRIBED])
def test_who_opted_out_or_has_not_answered_is_left_alone(target: MakeTarget, seen: Seen, phone: Any) -> None:
    attentive = target()
    before = seen.subscriptions(phone)
    verdict = attentive.deliver("subscribe", {"phone": phone})
    assert outcome(verdict) == (Outcome.SKIPPED, "not_eligible")
    assert verdict.lasting
    assert "resubscribe_opted_out" in verdict.message
    assert attentive.calls() == LOOKED
    assert seen.subscriptions(phone) == before
    assert not seen.texts()


def test_who_left_one_channel_is_subscribed_on_the_other_only(target: MakeTarget, seen: Seen) -> None:
    verdict = target().deliver("subscribe", {"phone": STOPPED, "email": NEW_EMAIL})
    assert outcome(verdict) == (Outcome.ACCEPTED, "subscribed")
    assert seen.subscriptions(STOPPED) == {TEXTS: "unsubscribed"}
    assert seen.subscriptions(NEW_EMAIL) == {EMAILS: "subscribed"}
    assert not seen.texts()


@pytest.mark.parametrize(
    ("after_stop", "single_opt_in", "state"),
    [
        ("reply-y", False, "pending"),
        ("reply-y", True, "pending"),
        ("allow", False, "pending"),
        ("allow", True, "subscribed"),
        ("refuse", False, "unsubscribed"),
    ],
)
def test_who_answered_stop_is_asked_again_only_by_a_setting(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, after_stop: str, *, single_opt_in: bool, state: str
) -> None:
    clean_sandbox.switch("attentive", text_after_stop=after_stop)
    attentive = target(resubscribe_opted_out=True, single_opt_in=single_opt_in)
    assert outcome(attentive.deliver("subscribe", {"phone": STOPPED})) == (Outcome.ACCEPTED, "pending")
    assert attentive.calls() == ASKED
    assert seen.subscriptions(STOPPED)[TEXTS] == state


def test_who_unsubscribed_from_emails_comes_back_only_by_a_setting(target: MakeTarget, seen: Seen) -> None:
    assert target().deliver("subscribe", {"email": UNSUBSCRIBED_EMAIL}).reason == "not_eligible"
    assert (
        target(resubscribe_opted_out=True).deliver("subscribe", {"email": UNSUBSCRIBED_EMAIL}).reason == "subscribed"
    )
    assert seen.subscriptions(UNSUBSCRIBED_EMAIL) == {EMAILS: "subscribed"}


@pytest.mark.parametrize("phone", [STOPPED, UNSUBSCRIBED])
def test_if_attentive_hides_who_opted_out_they_count_as_new_and_have_to_answer_y(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, phone: Any
) -> None:
    clean_sandbox.switch("attentive", opted_out_eligibility="not-found")
    assert outcome(target().deliver("subscribe", {"phone": phone})) == (Outcome.ACCEPTED, "pending")
    assert seen.subscriptions(phone) == {TEXTS: "pending"}
    assert seen.texts() == {(digits(phone), "reply_y"): 1}


def test_a_subscription_of_another_type_is_none(target: MakeTarget, seen: Seen) -> None:
    assert outcome(target().deliver("subscribe", {"phone": TRANSACTIONAL})) == (Outcome.ACCEPTED, "pending")
    assert seen.subscriptions(TRANSACTIONAL) == {TEXTS: "pending", ("TRANSACTIONAL", "TEXT"): "subscribed"}


def test_external_identifiers_stand_beside_the_user_as_names_and_values(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", unknown_fields="refuse")
    record = {"phone": NEW, "client_user_id": "new-1", "custom_identifiers": {"crm": "17"}}
    body = planned(target, record)
    assert body == {
        "user": {"phone": NEW},
        "signUpSourceId": "132109",
        "externalIdentifiers": {"clientUserId": "new-1", "customIdentifiers": [{"name": "crm", "value": "17"}]},
    }
    assert target().deliver("subscribe", record).reason == "pending"
    assert seen.person(NEW)["identifiers"] == {"phone": [NEW], "clientUserId": ["new-1"], "custom:crm": ["17"]}


def test_an_identifier_that_attentive_does_not_take_rejects_the_record_before_a_call(target: MakeTarget) -> None:
    attentive = target()
    assert attentive.deliver("subscribe", {"phone": NEW, "client_user_id": "x" * 101}).reason == "too_long"
    assert attentive.calls() == {}


def test_a_dry_run_asks_who_is_eligible_and_changes_nothing(target: MakeTarget, seen: Seen) -> None:
    attentive = target(dry_run=True)
    attentive.deliver("subscribe", {"phone": NEW})
    attentive.deliver("subscribe", {"phone": ON_TEXT})
    [call] = attentive.client.take_planned()
    assert (call.operation, call.method, call.path) == ("Subscribe", "POST", "/v1/subscriptions")
    assert attentive.calls() == {"Eligibility": 2}
    assert seen.subscriptions(NEW) == {}
    assert not seen.texts()


def test_a_409_means_that_they_are_there_already(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("spring-error", "Subscribe", vendor="attentive", status=409)
    assert outcome(target().deliver("subscribe", {"phone": NEW})) == (Outcome.ALREADY, "already_subscribed")


def test_an_answer_that_does_not_say_who_is_eligible_subscribes_nobody(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("spring-error", "Eligibility", vendor="attentive", status=200)
    attentive = target()
    with pytest.raises(UnavailableError, match="another form"):
        attentive.deliver("subscribe", {"phone": NEW})
    assert "Subscribe" not in attentive.calls()


def test_a_wrong_address_is_not_taken_for_nobody_being_subscribed(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    attentive = target(api_url=f"{clean_sandbox.attentive_url}/elsewhere")
    with pytest.raises(SetupError, match="api_url"):
        attentive.deliver("subscribe", {"phone": NEW})


def test_only_what_has_a_phone_number_must_not_be_repeated(target: MakeTarget) -> None:
    attentive = target()
    by_text = attentive.plan("subscribe", {"phone": NEW, "email": NEW_EMAIL})
    by_email = attentive.plan("subscribe", {"phone": None, "email": NEW_EMAIL})
    assert (by_text.key, by_text.action.repeatable) == (NEW, False)
    assert (by_email.key, by_email.action.repeatable) == (NEW_EMAIL, True)
    assert by_text.action.scope == by_email.action.scope


def test_who_was_asked_before_is_not_asked_again_though_attentive_does_not_show_it(
    target: MakeTarget, seen: Seen
) -> None:
    attentive = target()
    verdict = attentive.deliver("subscribe", {"phone": NEW, "client_user_id": "new-1"}, known=True)
    assert outcome(verdict) == (Outcome.ALREADY, "asked_before")
    assert attentive.calls() == LOOKED
    by_email = attentive.deliver("subscribe", {"phone": NEW, "email": NEW_EMAIL}, known=True)
    assert outcome(by_email) == (Outcome.ACCEPTED, "subscribed")
    assert (seen.subscriptions(NEW), seen.subscriptions(NEW_EMAIL)) == ({}, {EMAILS: "subscribed"})
    assert not seen.texts()


def test_who_was_asked_before_and_left_is_asked_to_come_back_by_a_setting(target: MakeTarget, seen: Seen) -> None:
    verdict = target(resubscribe_opted_out=True).deliver("subscribe", {"phone": UNSUBSCRIBED}, known=True)
    assert outcome(verdict) == (Outcome.ACCEPTED, "pending")
    assert seen.texts() == {(digits(UNSUBSCRIBED), "reply_y"): 1}


def planned(target: MakeTarget, record: Any, **settings: Any) -> Any:
    """The body of the call that a dry run would make."""
    attentive = target(dry_run=True, **settings)
    attentive.deliver("subscribe", record)
    [call] = attentive.client.take_planned()
    return call.json
