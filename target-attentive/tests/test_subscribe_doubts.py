"""Calls that break off: whatever happens, nobody gets a second text, and nobody is lost for good."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

PHONES = [f"+1312555015{last}" for last in range(3)]
DIGITS = [each.removeprefix("+") for each in PHONES]
PEOPLE = [{"phone": each} for each in PHONES]
EMAIL = "new@example.com"
TEXTS, EMAILS = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")
LONG: dict[str, Any] = {"in_doubt_minutes": 60}
BY_LOCALE = {"sign_up_source_id": None, "locale": "en-US", "subscription_type": "MARKETING"}


def break_off(sandbox: Sandbox, fault: str, operation: str = "Subscribe", times: int = 1, **fields: Any) -> None:
    sandbox.faults(fault, operation, vendor="attentive", times=times, **fields)


@pytest.mark.parametrize(
    ("fault", "single_opt_in"),
    [
        ("drop-after", False),
        ("drop-after", True),
        ("spring-error-after", False),
        ("drop-mid-body", False),
        ("truncated-json", False),
    ],
)
def test_a_subscription_whose_answer_was_lost_is_found_and_not_made_again(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, fault: str, *, single_opt_in: bool
) -> None:
    break_off(clean_sandbox, fault, times=2)
    run = run_target(tap("subscribe", PEOPLE), single_opt_in=single_opt_in)
    assert run.reasons == {"subscribed" if single_opt_in else "pending": 3}
    assert clean_sandbox.calls("attentive")["Subscribe"] == 3
    kind = "legal" if single_opt_in else "reply_y"
    assert seen.texts() == {(each, kind): 1 for each in DIGITS}


def test_what_attentive_does_later_is_unknown_first_and_found_by_the_next_run(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", accepted_seconds="60")
    break_off(clean_sandbox, "drop-after")
    first = run_target(tap("subscribe", PEOPLE[:1]), **LONG)
    assert first.reasons == {"unknown": 1}
    assert run_target(tap("subscribe", PEOPLE[:1]), **LONG).reasons == {"unknown": 1}
    clean_sandbox.advance(60)
    assert run_target(tap("subscribe", PEOPLE[:1]), **LONG).reasons == {"pending": 1}
    assert run_target(tap("subscribe", PEOPLE[:1]), **LONG).outcomes == {"unchanged": 1}
    assert clean_sandbox.calls("attentive")["Subscribe"] == 1
    assert seen.texts() == {(DIGITS[0], "reply_y"): 1}


def test_what_attentive_does_in_some_seconds_is_waited_for(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_attentive.subscribe.LOOKS", (0.2, 0.4, 0.8, 1.6))
    clean_sandbox.switch("attentive", accepted_seconds="1")
    attentive = target()
    delivery = attentive.plan("subscribe", PEOPLE[0])
    attentive.send([delivery])
    assert delivery.action.resolve(delivery).reason == "pending"
    assert clean_sandbox.calls("attentive")["Eligibility"] > 2


def test_an_asynchronous_202_is_no_reason_to_ask_twice(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", accepted_seconds="5")
    assert run_target(tap("subscribe", PEOPLE)).reasons == {"pending": 3}
    assert run_target(tap("subscribe", PEOPLE)).outcomes == {"unchanged": 3}
    clean_sandbox.advance(5)
    assert seen.texts() == {(each, "reply_y"): 1 for each in DIGITS}


@pytest.mark.parametrize("fault", ["drop-before", "spring-error", "empty-body"])
def test_a_call_that_was_lost_is_made_again_only_when_it_cannot_be_under_way_any_more(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, fault: str
) -> None:
    break_off(clean_sandbox, fault)
    for _ in range(2):
        run = run_target(tap("subscribe", PEOPLE[:1]), **LONG)
        assert (run.code, run.reasons) == (0, {"unknown": 1})
        assert not seen.texts()
    assert clean_sandbox.calls("attentive")["Subscribe"] == 1
    assert run_target(tap("subscribe", PEOPLE[:1]), in_doubt_minutes=0).reasons == {"pending": 1}
    assert seen.texts() == {(DIGITS[0], "reply_y"): 1}


def test_many_calls_in_a_row_that_stay_unknown_end_the_run(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    break_off(clean_sandbox, "spring-error", times=100)
    people = [{"phone": f"+131255501{last}"} for last in range(50, 70)]
    run = run_target(tap("subscribe", people), concurrency=1)
    assert (run.code, run.states) == (1, [])
    assert clean_sandbox.calls("attentive")["Subscribe"] < 10
    clean_sandbox.reset()
    assert run_target(tap("subscribe", people)).reasons == {"pending": 20}
    assert len(seen.texts()) == 20


@pytest.mark.parametrize("operation", ["Subscribe", "Eligibility"])
def test_a_storm_of_429_delays_people_and_texts_nobody_twice(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, operation: str
) -> None:
    break_off(clean_sandbox, "http-429", operation, times=5, retry_after=0)
    run = run_target(tap("subscribe", PEOPLE))
    assert run.reasons == {"pending": 3}
    assert run.report["rate_limited"] == 5
    assert seen.texts() == {(each, "reply_y"): 1 for each in DIGITS}


def test_an_email_alone_is_simply_subscribed_again(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    break_off(clean_sandbox, "drop-after", times=2)
    assert run_target(tap("subscribe", [{"email": EMAIL}], keys=["email"])).reasons == {"already_subscribed": 1}
    assert clean_sandbox.calls("attentive")["Subscribe"] == 3
    assert seen.subscriptions(EMAIL) == {EMAILS: "subscribed"}


def test_a_lost_call_about_the_email_of_somebody_who_gets_texts_is_repeated(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    break_off(clean_sandbox, "drop-before", times=2)
    run = run_target(tap("subscribe", [{"phone": "+12025550105", "email": EMAIL}]))
    assert run.reasons == {"subscribed": 1}
    assert not seen.texts()


def test_of_somebody_who_comes_back_it_stays_unknown_whether_they_were_asked(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    stopped = [{"phone": "+12025550112"}]
    back: dict[str, Any] = {"resubscribe_opted_out": True}
    break_off(clean_sandbox, "drop-after")
    assert run_target(tap("subscribe", stopped), **back).reasons == {"unknown": 1}
    assert run_target(tap("subscribe", stopped), **back).reasons == {"unknown": 1}
    clean_sandbox.post("/_sandbox/attentive/reply", {"phone": "+12025550112", "text": "Y"})
    assert run_target(tap("subscribe", stopped), **back).reasons == {"subscribed": 1}
    assert seen.texts()["12025550112", "reply_y"] == 1


def test_an_email_that_is_missing_after_a_broken_call_is_subscribed_without_a_text(
    target: MakeTarget, seen: Seen
) -> None:
    attentive = target()
    record = {"phone": PHONES[0], "email": EMAIL}
    attentive.deliver("subscribe", {"phone": PHONES[0]})
    doubt = attentive.deliver("subscribe", record, in_doubt_since=time.time() - 60)
    assert doubt.name == "NOT_DONE"
    assert attentive.deliver("subscribe", record).reason == "subscribed"
    assert seen.texts() == {(DIGITS[0], "reply_y"): 1}


@pytest.mark.parametrize(("unit", "texted"), [({}, 1), (BY_LOCALE, 3)], ids=["first call of a unit", "more calls"])
def test_after_kill_9_between_the_call_and_the_ledger_nobody_gets_a_second_text(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, unit: dict[str, Any], texted: int
) -> None:
    break_off(clean_sandbox, "latency", times=texted, seconds=30)
    process = run_target.start(tap("subscribe", PEOPLE), **unit)
    deadline = time.monotonic() + 30
    while len(seen.texts()) < texted and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert len(seen.texts()) == texted
    run = run_target(tap("subscribe", PEOPLE), **unit)
    assert run.reasons == {"pending": 3}
    assert run.report["operations"].get("Subscribe", 0) == 3 - texted
    assert run.states == [{"at": "done"}]
    assert seen.texts() == {(each, "reply_y"): 1 for each in DIGITS}


def test_nobody_is_asked_again_after_a_change_that_attentive_refused(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", accepted_seconds="60")
    run_target(tap("subscribe", PEOPLE[:1]))
    clean_sandbox.faults("spring-error", "Subscribe", vendor="attentive", status=400, times=1)
    refused = run_target(tap("subscribe", [{**PEOPLE[0], "email": EMAIL}]), max_rejected_percent=100)
    assert refused.outcomes == {"rejected": 1}
    assert run_target(tap("subscribe", [{**PEOPLE[0], "email": "other@example.com"}])).reasons == {"subscribed": 1}
    clean_sandbox.advance(60)
    assert seen.texts() == {(DIGITS[0], "reply_y"): 1}


def test_nobody_is_asked_again_before_the_first_202_is_done(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", accepted_seconds="60")
    assert run_target(tap("subscribe", [{"phone": PHONES[0], "email": EMAIL}])).reasons == {"pending": 1}
    other = [{"phone": PHONES[0], "email": "other@example.com"}]
    assert run_target(tap("subscribe", other)).reasons == {"subscribed": 1}
    named = [{"phone": PHONES[0], "client_user_id": "new-1"}]
    assert run_target(tap("subscribe", named)).reasons == {"asked_before": 1}
    assert run_target(tap("subscribe", named)).outcomes == {"unchanged": 1}
    clean_sandbox.advance(60)
    assert seen.texts() == {(DIGITS[0], "reply_y"): 1}
    assert seen.subscriptions("other@example.com") == {EMAILS: "subscribed"}
