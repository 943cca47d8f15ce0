"""People who are known by a phone number and an e-mail address: an opt-out by either of them is not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

PHONE, DIGITS, EMAIL = "+13125550150", "13125550150", "new@example.com"
OTHER_PHONE = "+13125550151"
ON_TRANSACTIONAL = "+12025550116"
STOPPED, STOPPED_DIGITS = "+12025550112", "12025550112"
TEXTS, EMAILS = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")
BOTH = {"phone": PHONE, "email": EMAIL}
BY_EMAIL = {"phone": None, "email": EMAIL}
SOON: dict[str, Any] = {"in_doubt_minutes": 15, "max_rejected_percent": 100}
BACK: dict[str, Any] = {"resubscribe_opted_out": True}
OTHER_TYPE: dict[str, Any] = {"unsubscribe_types": ["TRANSACTIONAL"]}


@pytest.fixture
def late(clean_sandbox: Sandbox) -> Sandbox:
    """What Attentive takes is done a minute later."""
    clean_sandbox.switch("attentive", accepted_seconds="60")
    return clean_sandbox


@pytest.mark.parametrize("unknown", ["not-found", "accepted"])
@pytest.mark.parametrize(
    ("subscribed", "leaves"),
    [
        (BOTH, {**BOTH, "channel": "EMAIL"}),
        (BOTH, {**BY_EMAIL, "channel": None}),
        (BY_EMAIL, {**BOTH, "channel": "EMAIL"}),
        (BY_EMAIL, {**BOTH, "channel": None}),
    ],
)
def test_an_opt_out_from_emails_right_behind_our_subscribe_is_not_lost(
    run_target: TargetRunner,
    tap: Tap,
    seen: Seen,
    late: Sandbox,
    unknown: str,
    subscribed: dict[str, Any],
    leaves: dict[str, Any],
) -> None:
    late.switch("attentive", unsubscribe_unknown=unknown)
    run_target(tap("subscribe", [subscribed]))
    early = run_target(tap("unsubscribe", [leaves]), **SOON)
    assert early.reasons == {"pending_subscription": 1}
    late.advance(60)
    assert seen.subscriptions(EMAIL) == {EMAILS: "subscribed"}
    assert run_target(tap("unsubscribe", [leaves]), **SOON).reasons == {"unsubscribed": 1}
    late.advance(60)
    assert seen.subscriptions(EMAIL) == {EMAILS: "unsubscribed"}


def test_who_left_emails_is_not_subscribed_to_them_again_beside_a_phone_number(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", opted_out_eligibility="not-found")
    run_target(tap("subscribe", [BY_EMAIL]))
    run_target(tap("unsubscribe", [{**BY_EMAIL, "channel": "EMAIL"}]))
    run = run_target(tap("subscribe", [BOTH]))
    assert run.reasons == {"pending": 1}
    assert seen.subscriptions(EMAIL) == {EMAILS: "unsubscribed"}
    assert seen.subscriptions(PHONE) == {TEXTS: "pending"}


def test_who_left_everything_is_not_subscribed_again_by_the_address_alone(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", opted_out_eligibility="not-found")
    run_target(tap("unsubscribe", [BOTH]))
    assert run_target(tap("subscribe", [BY_EMAIL])).reasons == {"opted_out": 1}
    assert seen.subscriptions(EMAIL) == {}
    assert run_target(tap("subscribe", [{**BY_EMAIL, "phone": OTHER_PHONE}]), **BACK).reasons == {"pending": 1}
    assert seen.subscriptions(EMAIL) == {EMAILS: "subscribed"}


def test_a_call_that_broke_off_is_looked_for_without_the_address_that_left(target: MakeTarget) -> None:
    attentive = target()
    attentive.deliver("subscribe", {"phone": PHONE})
    delivery = attentive.plan("subscribe", BOTH)
    delivery.opted_out = frozenset({EMAIL})
    assert delivery.action.resolve(delivery).reason == "pending"


def test_another_type_that_ends_says_nothing_of_ours_that_is_to_come(
    run_target: TargetRunner, tap: Tap, seen: Seen, late: Sandbox
) -> None:
    record = [{"phone": ON_TRANSACTIONAL}]
    run_target(tap("subscribe", record))
    assert run_target(tap("unsubscribe", record), **SOON).reasons == {"pending_subscription": 1}
    late.advance(60)
    assert run_target(tap("unsubscribe", record), **SOON).reasons == {"unsubscribed": 1}
    late.advance(60)
    assert seen.subscriptions(ON_TRANSACTIONAL)[TEXTS] == "unsubscribed"


def test_leaving_another_type_each_night_tells_nobody_twice(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    told = {"notify_on_unsubscribe": True, **OTHER_TYPE}
    record = [{"phone": ON_TRANSACTIONAL}]
    assert run_target(tap("unsubscribe", record), **told).reasons == {"unsubscribed": 1}
    assert run_target(tap("subscribe", record), **told).reasons == {"pending": 1}
    for _ in range(2):
        assert run_target(tap("unsubscribe", record), **told).outcomes == {"unchanged": 1}
        assert run_target(tap("subscribe", record), **told).outcomes == {"unchanged": 1}


def test_an_unsubscribe_undoes_what_was_subscribed_at_the_same_host_to_the_same_type(target: MakeTarget) -> None:
    attentive = target()
    unsubscribe, subscribe = attentive.actions["unsubscribe"], attentive.actions["subscribe"]
    assert unsubscribe.undoes() == ("subscribe@127.0.0.1",)
    assert subscribe.scope == "subscribe@127.0.0.1/132109"
    assert subscribe.undoes() == (unsubscribe.scope,)
    other = target(**OTHER_TYPE)
    assert other.actions["unsubscribe"].undoes() == other.actions["subscribe"].undoes() == ()


def test_who_is_asked_to_come_back_is_asked_once_whatever_else_of_them_changes(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    reasons = []
    for number in ("1", "2", "3"):
        run = run_target(tap("subscribe", [{"phone": STOPPED, "client_user_id": number}]), **BACK)
        reasons.append(run.reasons)
    assert reasons == [{"pending": 1}, {"asked_before": 1}, {"asked_before": 1}]
    changed = [{"phone": STOPPED, "client_user_id": "4", "email": EMAIL}]
    assert run_target(tap("subscribe", changed), **BACK).reasons == {"subscribed": 1}
    assert seen.texts() == {(STOPPED_DIGITS, "reply_y"): 1}


def test_whom_this_target_unsubscribed_gets_no_message(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    token: dict[str, Any] = {"legacy_token": "sandbox-attentive-legacy"}
    run_target(tap("unsubscribe", [{"phone": PHONE, "channel": "TEXT"}]))
    texts = [{"id": 1, "phone": PHONE, "message": "Hello."}, {"id": 2, "phone": OTHER_PHONE, "message": "Hello."}]
    run = run_target(tap("messages", texts, keys=["id"]), **token)
    assert run.reasons == {"opted_out": 1, "sent": 1}
    assert set(seen.texts()) == {(OTHER_PHONE.removeprefix("+"), "message")}
