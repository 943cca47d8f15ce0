"""Unsubscribing: which channels and types, who is told, and that an opt-out is never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.actions import Action
    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen

PHONE, EMAIL = "+12025550101", "person1@example.com"
DIGITS = "12025550101"
TRANSACTIONAL = "+12025550116"
GONE, GONE_EMAIL = "+12025550114", "person14@example.com"
NEW = "+13125550150"
TEXTS, EMAILS = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")
BOTH = {"phone": PHONE, "email": EMAIL}
SILENT = {"notification": {"disabled": True}}


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


def sent(target: MakeTarget, record: Any, **settings: Any) -> Any:
    """The body of the call that a dry run would make."""
    attentive = target(dry_run=True, **settings)
    assert attentive.deliver("unsubscribe", record).outcome is Outcome.ACCEPTED
    [call] = attentive.client.take_planned()
    assert (call.operation, call.path) == ("Unsubscribe", "/v1/subscriptions/unsubscribe")
    return call.json


def test_phone_and_email_are_taken_off_everything_and_nobody_is_told(target: MakeTarget, seen: Seen) -> None:
    attentive = target()
    assert sent(target, BOTH) == {"user": BOTH, **SILENT}
    assert outcome(attentive.deliver("unsubscribe", BOTH)) == (Outcome.ACCEPTED, "unsubscribed")
    assert attentive.calls() == {"Unsubscribe": 1}
    assert seen.subscriptions(PHONE) == {TEXTS: "unsubscribed"}
    assert seen.subscriptions(EMAIL) == {EMAILS: "unsubscribed"}
    assert not seen.texts()


@pytest.mark.parametrize("channel", ["TEXT", " text "])
def test_of_the_channel_text_only_the_phone_is_named(target: MakeTarget, seen: Seen, channel: str) -> None:
    record = {**BOTH, "channel": channel}
    assert sent(target, record) == {"user": {"phone": PHONE}, **SILENT}
    target().deliver("unsubscribe", record)
    assert seen.subscriptions(PHONE) == {TEXTS: "unsubscribed"}
    assert seen.subscriptions(EMAIL) == {EMAILS: "subscribed"}


def test_of_the_channel_email_only_the_email_is_named(target: MakeTarget, seen: Seen) -> None:
    record = {**BOTH, "channel": "Email"}
    assert sent(target, record) == {"user": {"email": EMAIL}, **SILENT}
    target().deliver("unsubscribe", record)
    assert seen.subscriptions(PHONE) == {TEXTS: "subscribed"}
    assert seen.subscriptions(EMAIL) == {EMAILS: "unsubscribed"}


@pytest.mark.parametrize("channel", [None, "", "  "])
def test_a_blank_channel_means_all_that_the_record_names(target: MakeTarget, channel: str | None) -> None:
    assert sent(target, {**BOTH, "channel": channel})["user"] == BOTH
    assert sent(target, {"phone": PHONE, "channel": channel})["user"] == {"phone": PHONE}
    assert sent(target, {"phone": None, "email": EMAIL, "channel": channel})["user"] == {"email": EMAIL}


@pytest.mark.parametrize(
    ("record", "reason", "words"),
    [
        ({"phone": None, "email": EMAIL, "channel": "TEXT"}, "missing_identity", "no phone number"),
        ({"phone": PHONE, "email": None, "channel": "EMAIL"}, "missing_identity", "no e-mail address"),
        ({**BOTH, "channel": "SMS"}, "wrong_channel", "TEXT or EMAIL"),
        ({**BOTH, "channel": 1}, "wrong_channel", "TEXT or EMAIL"),
        ({**BOTH, "channel": ["TEXT"]}, "wrong_channel", "TEXT or EMAIL"),
    ],
)
def test_a_channel_that_cannot_be_left_rejects_the_record_and_nothing_is_called(
    target: MakeTarget, record: Any, reason: str, words: str
) -> None:
    attentive = target()
    verdict = attentive.deliver("unsubscribe", record)
    assert outcome(verdict) == (Outcome.REJECTED, reason)
    assert words in verdict.message
    assert attentive.calls() == {}


@pytest.mark.parametrize("record", [BOTH, {**BOTH, "channel": "TEXT"}, {"phone": None, "email": EMAIL}])
@pytest.mark.parametrize("types", [None, ["MARKETING"], ["MARKETING", "TRANSACTIONAL", "CHECKOUT_ABANDONED"]])
def test_the_list_of_subscriptions_is_never_empty(target: MakeTarget, record: Any, types: list[str] | None) -> None:
    body = sent(target, record, unsubscribe_types=types)
    assert ("subscriptions" in body) == (types is not None)
    assert body.get("subscriptions") != []


@pytest.mark.parametrize("empty_list", ["all", "none", "refuse"])
def test_people_come_off_whatever_an_empty_list_would_mean(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, empty_list: str
) -> None:
    clean_sandbox.switch("attentive", empty_list=empty_list)
    assert target().deliver("unsubscribe", BOTH).reason == "unsubscribed"
    assert seen.subscriptions(PHONE) == {TEXTS: "unsubscribed"}


def test_types_are_named_once_for_each_channel(target: MakeTarget) -> None:
    body = sent(target, BOTH, unsubscribe_types=["MARKETING", "CHECKOUT_ABANDONED"])
    assert body["subscriptions"] == [
        {"type": "MARKETING", "channel": "TEXT"},
        {"type": "CHECKOUT_ABANDONED", "channel": "TEXT"},
        {"type": "MARKETING", "channel": "EMAIL"},
        {"type": "CHECKOUT_ABANDONED", "channel": "EMAIL"},
    ]


def test_of_other_types_people_stay_subscribed(target: MakeTarget, seen: Seen) -> None:
    attentive = target(unsubscribe_types=["MARKETING"])
    assert outcome(attentive.deliver("unsubscribe", {"phone": TRANSACTIONAL})) == (Outcome.ALREADY, "not_subscribed")
    assert seen.subscriptions(TRANSACTIONAL) == {("TRANSACTIONAL", "TEXT"): "subscribed"}
    assert target().deliver("unsubscribe", {"phone": TRANSACTIONAL}).reason == "unsubscribed"
    assert seen.subscriptions(TRANSACTIONAL) == {("TRANSACTIONAL", "TEXT"): "unsubscribed"}


def test_who_left_one_channel_before_is_unsubscribed_from_the_other(target: MakeTarget, seen: Seen) -> None:
    record = {"phone": GONE, "email": EMAIL}  # TEXT stands first in the answer, and was left before
    assert outcome(target().deliver("unsubscribe", record)) == (Outcome.ACCEPTED, "unsubscribed")
    assert seen.subscriptions(EMAIL) == {EMAILS: "unsubscribed"}


def test_who_left_before_is_off_already_and_not_told_again(target: MakeTarget, seen: Seen) -> None:
    for notify in (False, True):
        verdict = target(notify_on_unsubscribe=notify).deliver("unsubscribe", {"email": GONE_EMAIL})
        assert outcome(verdict) == (Outcome.ALREADY, "not_subscribed")
    assert target().deliver("unsubscribe", {"phone": GONE}).reason == "not_subscribed"
    assert not seen.texts()


@pytest.mark.parametrize("unknown", ["not-found", "accepted"])
def test_who_was_never_subscribed_is_off_already(target: MakeTarget, clean_sandbox: Sandbox, unknown: str) -> None:
    clean_sandbox.switch("attentive", unsubscribe_unknown=unknown)
    assert outcome(target().deliver("unsubscribe", {"phone": NEW})) == (Outcome.ALREADY, "not_subscribed")


def test_a_409_means_that_they_are_off_already(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("spring-error", "Unsubscribe", vendor="attentive", status=409)
    assert outcome(target().deliver("unsubscribe", BOTH)) == (Outcome.ALREADY, "not_subscribed")


@pytest.mark.parametrize(("language", "notification"), [(None, None), ("fr-CA", {"language": "fr-CA"})])
def test_people_are_told_only_by_a_setting_and_in_its_language(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, language: str | None, notification: dict[str, Any] | None
) -> None:
    told = {"notify_on_unsubscribe": True, "notification_language": language}
    assert sent(target, BOTH, **told).get("notification") == notification
    target(**told).deliver("unsubscribe", BOTH)
    [text] = clean_sandbox.texts()
    assert (text["phone"], text["kind"]) == (DIGITS, "unsubscribed")
    assert ("abonn" in text["text"]) == (language == "fr-CA")


def test_it_needs_no_consent_and_counts_as_a_removal_and_is_repeatable_only_without_a_text(target: MakeTarget) -> None:
    def traits(action: Action) -> tuple[bool, bool, bool]:
        return action.needs_consent, action.removes, action.repeatable

    columns = {**BOTH, "channel": "TEXT"}
    for settings, repeatable in (({}, True), ({"notify_on_unsubscribe": True}, False)):
        attentive = target(**settings)
        assert traits(attentive.actions["unsubscribe"]) == (False, True, repeatable)
        assert traits(attentive.plan("unsubscribe", columns).action) == (False, True, repeatable)


def test_what_is_about_one_channel_is_kept_apart_from_what_is_about_both(target: MakeTarget) -> None:
    attentive = target()
    by_email = attentive.plan("unsubscribe", {**BOTH, "channel": "EMAIL"})
    by_text = attentive.plan("unsubscribe", {**BOTH, "channel": "TEXT"})
    assert (by_email.key, by_text.key) == (EMAIL, PHONE)
    assert attentive.actions["subscribe"].yields_to() == (attentive.actions["unsubscribe"].scope,)
