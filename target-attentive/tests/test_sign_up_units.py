"""By which sign-up unit people are subscribed, and that a wrong one ends the run before it does harm."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

NEW, NEW_EMAIL = "+13125550150", "new@example.com"
ON_TRANSACTIONAL = "+12025550116"
LOCALE = {"sign_up_source_id": None, "subscription_type": "MARKETING"}


def test_a_locale_goes_out_as_an_object_with_its_subscription_type(target: MakeTarget, seen: Seen) -> None:
    attentive = target(locale="fr-CA", dry_run=True, **LOCALE)
    attentive.deliver("subscribe", {"phone": NEW})
    [call] = attentive.client.take_planned()
    assert call.json == {
        "user": {"phone": NEW},
        "locale": {"language": "fr", "country": "CA"},
        "subscriptionType": "MARKETING",
    }
    assert target(locale="fr-CA", **LOCALE).deliver("subscribe", {"phone": NEW}).reason == "pending"
    [subscription] = seen.shown("subscriptions?phone=%2B13125550150")
    assert subscription["signUpSourceId"] == "132111"


def test_single_opt_in_is_said_only_where_it_is_wanted(target: MakeTarget) -> None:
    said = []
    for wanted in (False, True):
        attentive = target(single_opt_in=wanted, dry_run=True)
        attentive.deliver("subscribe", {"phone": NEW})
        said.append(attentive.client.take_planned()[0].json.get("singleOptIn"))
    assert said == [None, True]


@pytest.mark.parametrize("locale", ["de-DE", "es-US", "en-CA"], ids=["none", "two", "one that is no API unit"])
def test_a_locale_with_no_matching_unit_or_with_two_ends_the_run_and_nobody_is_opted_in(
    target: MakeTarget, seen: Seen, locale: str
) -> None:
    attentive = target(locale=locale, **LOCALE)
    with pytest.raises(SetupError, match="exactly one such unit"):
        attentive.deliver("subscribe", {"phone": NEW, "email": NEW_EMAIL})
    assert (seen.subscriptions(NEW), seen.subscriptions(NEW_EMAIL)) == ({}, {})
    assert not seen.texts()


@pytest.mark.parametrize("unit", ["999999", "132114"])
def test_a_sign_up_source_that_is_no_api_unit_ends_the_run(target: MakeTarget, seen: Seen, unit: str) -> None:
    with pytest.raises(SetupError, match="sign_up_source_id"):
        target(sign_up_source_id=unit).deliver("subscribe", {"phone": NEW})
    assert not seen.texts()


def test_a_sign_up_source_may_be_a_number(target: MakeTarget, seen: Seen) -> None:
    assert target(sign_up_source_id=132109).deliver("subscribe", {"phone": NEW}).outcome is Outcome.ACCEPTED
    assert len(seen.texts()) == 1


def test_without_a_sign_up_unit_nothing_is_called(target: MakeTarget) -> None:
    attentive = target(sign_up_source_id=None)
    with pytest.raises(SetupError, match="sign_up_source_id"):
        attentive.deliver("subscribe", {"phone": NEW})
    assert attentive.calls() == {}


def test_with_the_type_of_a_transactional_source_people_on_it_are_there_already(
    target: MakeTarget, seen: Seen
) -> None:
    attentive = target(sign_up_source_id="132110", subscription_type="TRANSACTIONAL")
    assert attentive.deliver("subscribe", {"phone": ON_TRANSACTIONAL}).reason == "already_subscribed"
    assert attentive.deliver("subscribe", {"phone": NEW}).reason == "pending"
    assert seen.subscriptions(NEW) == {("TRANSACTIONAL", "TEXT"): "pending"}


def test_a_sign_up_source_of_another_type_than_is_looked_at_ends_the_run_at_its_first_answer(
    target: MakeTarget, seen: Seen
) -> None:
    attentive = target(sign_up_source_id="132110")
    for phone in (NEW, "+13125550151"):
        with pytest.raises(SetupError, match="`subscription_type`"):
            attentive.deliver("subscribe", {"phone": phone})
    assert attentive.calls()["Subscribe"] == 1
    assert sum(seen.texts().values()) == 1


def test_however_many_workers_there_are_only_one_person_is_asked_by_a_source_of_another_type(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("latency", "Subscribe", vendor="attentive", seconds=0.1)
    attentive = target(sign_up_source_id="132110")
    failed: list[str] = []

    def subscribe(last: int) -> None:
        try:
            attentive.deliver("subscribe", {"phone": f"+1312555015{last}"})
        except SetupError as error:
            failed.append(str(error))

    workers = [threading.Thread(target=subscribe, args=(last,)) for last in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(failed) == 8
    assert sum(seen.texts().values()) == 1


def test_the_type_of_a_sign_up_source_is_remembered_so_that_no_later_run_asks_anybody_by_it(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    people = [{"phone": f"+1312555015{last}"} for last in range(3)]
    wrong: dict[str, Any] = {"sign_up_source_id": "132110"}
    first = run_target(tap("subscribe", people), **wrong)
    assert first.code == 1
    assert "subscription_type" in first.stderr
    assert sum(seen.texts().values()) == 1
    second = run_target(tap("subscribe", people), **wrong)
    assert second.code == 1
    assert "Eligibility" not in second.report["operations"]
    assert sum(seen.texts().values()) == 1
    third = run_target(tap("subscribe", people), **wrong, subscription_type="TRANSACTIONAL")
    assert third.code == 0
    assert third.outcomes == {"accepted": 3}
    assert sum(seen.texts().values()) == 3
