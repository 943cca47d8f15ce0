"""Unsubscribing right behind an own subscribe, which Attentive may not have carried out: the opt-out is not lost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

NEW, NEW_EMAIL = "+13125550150", "new@example.com"
ON_TEXT, ON_TEXT_DIGITS = "+12025550105", "12025550105"
ON_EMAIL, ON_EMAIL_EMAIL = "+12025550108", "person8@example.com"
TEXTS, EMAILS = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")
SOON: dict[str, Any] = {"in_doubt_minutes": 15}
TOLD: dict[str, Any] = {"notify_on_unsubscribe": True}


@pytest.fixture
def lag(clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """What Attentive takes is done a minute later, and this target does not look for long."""
    monkeypatch.setattr("target_attentive.unsubscribe.LOOKS", (0.01, 0.02))
    clean_sandbox.switch("attentive", accepted_seconds="60")
    return clean_sandbox


def planned(attentive: Any, record: dict[str, Any], added_at: float | None) -> Any:
    """A delivery of somebody whom this target added at some time."""
    delivery = attentive.plan("unsubscribe", record)
    delivery.added = {key: added_at for key in (delivery.key, *delivery.also) if added_at is not None}
    return delivery


@pytest.mark.parametrize("channel", [None, "TEXT"])
@pytest.mark.parametrize("unknown", ["not-found", "accepted"])
def test_an_unsubscribe_that_overtakes_our_subscribe_is_done_again_by_the_next_run(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, unknown: str, channel: str | None
) -> None:
    clean_sandbox.switch("attentive", accepted_seconds="60", unsubscribe_unknown=unknown)
    record = [{"phone": NEW, "channel": channel}]
    assert run_target(tap("subscribe", [{"phone": NEW}])).reasons == {"pending": 1}
    early = run_target(tap("unsubscribe", record), max_rejected_percent=100, **SOON)
    assert (early.code, early.reasons) == (0, {"pending_subscription": 1})
    clean_sandbox.advance(60)
    assert seen.subscriptions(NEW) == {TEXTS: "pending"}
    assert run_target(tap("unsubscribe", record), **SOON).reasons == {"unsubscribed": 1}
    clean_sandbox.advance(60)
    assert seen.subscriptions(NEW) == {TEXTS: "unsubscribed"}
    assert run_target(tap("unsubscribe", record), **SOON).outcomes == {"unchanged": 1}


def test_what_attentive_does_in_some_seconds_is_waited_for(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_attentive.unsubscribe.LOOKS", (0.2, 0.4, 0.8, 1.6))
    clean_sandbox.switch("attentive", accepted_seconds="1")
    attentive = target(**SOON)
    attentive.deliver("subscribe", {"phone": NEW})
    [verdict] = attentive.send([planned(attentive, {"phone": NEW}, time.time())])
    assert verdict.reason == "unsubscribed"
    clean_sandbox.advance(1)
    assert seen.subscriptions(NEW) == {TEXTS: "unsubscribed"}


def test_who_was_added_long_ago_or_not_at_all_is_off_without_a_wait(target: MakeTarget) -> None:
    for added_at in (time.time() - 901, None):
        attentive = target(**SOON)
        before = attentive.calls().get("Unsubscribe", 0)
        [verdict] = attentive.send([planned(attentive, {"phone": NEW}, added_at)])
        assert verdict.reason == "not_subscribed"
        assert attentive.calls()["Unsubscribe"] == before + 1


def test_a_channel_that_is_still_to_come_keeps_the_whole_open(target: MakeTarget, lag: Sandbox) -> None:
    attentive = target(**SOON)
    both = {"phone": ON_EMAIL, "email": ON_EMAIL_EMAIL}
    assert attentive.deliver("subscribe", both).reason == "pending"
    [verdict] = attentive.send([planned(attentive, both, time.time())])
    assert (verdict.outcome, verdict.reason) == (Outcome.REJECTED, "pending_subscription")
    lag.advance(60)
    [verdict] = attentive.send([planned(attentive, {"phone": ON_EMAIL}, time.time())])
    assert verdict.reason == "unsubscribed"


def test_a_dry_run_waits_for_nothing(target: MakeTarget, lag: Sandbox) -> None:
    attentive = target(dry_run=True, **SOON)
    [verdict] = attentive.send([planned(attentive, {"phone": NEW}, time.time())])
    assert verdict.reason == "unsubscribed"
    assert len(attentive.client.take_planned()) == 1


def test_who_may_have_been_told_stays_in_doubt_and_is_not_told_again(
    target: MakeTarget, seen: Seen, lag: Sandbox
) -> None:
    attentive = target(**SOON, **TOLD)
    both = {"phone": ON_TEXT, "email": NEW_EMAIL}
    assert attentive.deliver("subscribe", both).reason == "subscribed"
    delivery = planned(attentive, both, time.time())
    [verdict] = attentive.send([delivery])
    assert (verdict.reason, verdict.still_wanted) == ("pending_subscription", True)
    assert delivery.action.resolve(delivery).reason == "pending_subscription"
    lag.advance(60)
    delivery.added = dict.fromkeys(delivery.added, time.time() - 901)
    assert delivery.action.resolve(delivery).reason == "unsubscribed"
    lag.advance(60)
    assert seen.subscriptions(NEW_EMAIL) == {EMAILS: "unsubscribed"}
    assert seen.texts() == {(ON_TEXT_DIGITS, "unsubscribed"): 1}
