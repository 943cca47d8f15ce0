"""What errors mean: each status and each phrase, through the sandbox, ends in its reason or stops the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.error_table import Then
from singer_delivery.errors import OutcomeUnknownError, RefusedError, SetupError, UnavailableError
from target_attentive import error_words
from target_attentive.client import LegacyClient
from target_attentive.error_words import code_of, message_of
from target_attentive.errors import ATTENTIVE_ERRORS, PERMISSIONS, legacy_rule, rule_of

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.client import Answer

    from .conftest import MakeTarget

OPERATIONS = """
    Me Subscribe Eligibility Unsubscribe SetAttributes CustomEvent ProductView AddToCart Purchase Identify
    PrivacyDelete BulkAttributes Job JobResults AddMembers RemoveMembers CreateSegment ListSegments GetSegment
""".split()  # noqa: SIM905 - a table
STATUSES = (400, 401, 403, 404, 405, 407, 408, 409, 413, 415, 418, 429, 500, 501, 502, 503, 504, 520)
RETRIED = {408, 429, 500, 501, 502, 503, 504, 520}
STOPS = {401, 403, 405, 407, 415}
CODES = {name: value for name, value in vars(error_words).items() if name.isupper() and not name.startswith("_")}
EVENT = {"type": "Order", "properties": {}, "user": {"phone": "+12025550150"}}


def sent(
    target: MakeTarget, sandbox: Sandbox, status: int, message: str = "", operation: str = "CustomEvent"
) -> Answer:
    """Make a call that may be repeated, and that the sandbox answers with a status and words."""
    sandbox.faults("spring-error", operation, vendor="attentive", status=status, message=message)
    return target().client.call(operation, "POST", "/v1/events/custom", json=EVENT, may_be_empty=True)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("status", STATUSES)
def test_every_error_of_every_call_has_a_cause_and_a_next_step(operation: str, status: int) -> None:
    rule = rule_of(operation, status, None)
    assert rule.cause.endswith(".")
    assert rule.next_step.endswith(".")
    assert rule.reason
    assert (rule.then is Then.RETRY) == (status in RETRIED)
    if status in STOPS:
        assert rule.then is Then.STOP


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        (400, "", "refused"),
        (400, "Attribute Points is of type number, not string", "type_locked"),
        (400, "Attribute Color does not accept that value", "unlisted_value"),
        (400, "An account can have 100 custom attributes", "too_many_attributes"),
        (400, "type belongs to another app", "foreign_event"),
        (400, "user is not known by that identifier", "unknown_person"),
        (400, "user.phone is not a valid E.164 phone number", "invalid_phone"),
        (400, "user.email is not a valid email address", "invalid_email"),
        (404, "Not Found", "not_found"),
        (409, "", "already_there"),
        (413, "Maximum upload size exceeded", "too_large"),
        (418, "", "refused"),
        (422, "", "refused"),
    ],
)
def test_a_refusal_ends_the_record_by_its_reason_and_quotes_nothing(
    target: MakeTarget, clean_sandbox: Sandbox, status: int, words: str, reason: str
) -> None:
    with pytest.raises(RefusedError) as refusal:
        sent(target, clean_sandbox, status, words)
    rule = refusal.value.rule
    assert rule.reason == reason
    assert refusal.value.status == status
    shown = f"{refusal.value} {rule.verdict(refusal.value.code)}"
    assert not words or words not in shown


@pytest.mark.parametrize(
    ("status", "words", "told"),
    [
        (401, "", "Check `api_key`"),
        (403, "Access Denied", "Custom Events: Write (`events:write`)"),
        (404, "No static resource v1/events/custom.", "Check `api_url`"),
        (405, "", "Check `api_url`"),
        (407, "", "Check HTTPS_PROXY"),
        (415, "", "Please report this"),
    ],
)
def test_what_would_fail_every_record_stops_the_run_with_what_to_do(
    target: MakeTarget, clean_sandbox: Sandbox, status: int, words: str, told: str
) -> None:
    with pytest.raises(SetupError) as problem:
        sent(target, clean_sandbox, status, words)
    assert told in str(problem.value)
    assert clean_sandbox.calls("attentive")["CustomEvent"] == 1


@pytest.mark.parametrize("status", sorted(RETRIED))
def test_what_may_pass_is_tried_again(target: MakeTarget, clean_sandbox: Sandbox, status: Any) -> None:
    clean_sandbox.faults("spring-error", "CustomEvent", vendor="attentive", status=status, times=2)
    client = target().client
    assert client.call("CustomEvent", "POST", "/v1/events/custom", json=EVENT, may_be_empty=True).status == 200
    assert clean_sandbox.calls("attentive")["CustomEvent"] == 3


@pytest.mark.parametrize("status", [500, 503])
def test_what_stays_broken_ends_the_run_and_is_not_repeated_where_it_texts(
    target: MakeTarget, clean_sandbox: Sandbox, status: int
) -> None:
    with pytest.raises(UnavailableError):
        sent(target, clean_sandbox, status)
    before = clean_sandbox.calls("attentive")["CustomEvent"]
    with pytest.raises(OutcomeUnknownError):
        target().client.call("CustomEvent", "POST", "/v1/events/custom", json=EVENT, repeatable=False)
    assert clean_sandbox.calls("attentive")["CustomEvent"] == before + 1


@pytest.mark.parametrize("operation", PERMISSIONS)
def test_a_403_names_the_permissions_that_the_call_needs(operation: Any) -> None:
    rule = rule_of(operation, 403, None)
    assert rule.then is Then.STOP
    for permission in PERMISSIONS[operation]:
        assert permission in rule.cause


def test_bulk_attributes_need_two_permissions_and_the_way_without_is_named() -> None:
    rule = rule_of("BulkAttributes", 403, None)
    assert "Custom Attributes: Write" in rule.cause
    assert "Subscribers: Write" in rule.cause
    assert "Both are needed" in rule.cause
    assert "`attributes_api` to `v1`" in rule.next_step


@pytest.mark.parametrize(
    ("operation", "status", "code", "then", "reason"),
    [
        ("Eligibility", 404, None, Then.REJECT, "not_subscribed"),
        ("Unsubscribe", 404, None, Then.ALREADY, "not_subscribed"),
        ("Unsubscribe", 409, None, Then.ALREADY, "not_subscribed"),
        ("Subscribe", 409, None, Then.ALREADY, "already_subscribed"),
        ("Subscribe", 404, None, Then.STOP, "unknown_route"),
        ("Subscribe", 400, "SIGN_UP_UNIT", Then.STOP, "invalid_sign_up_unit"),
        ("Eligibility", 404, "NO_ROUTE", Then.STOP, "unknown_route"),
        ("CustomEvent", 400, "SIGN_UP_UNIT", Then.REJECT, "refused"),
        ("BulkAttributes", 404, None, Then.STOP, "unknown_route"),
        ("AddMembers", 404, None, Then.STOP, "unknown_segment"),
        ("RemoveMembers", 400, "UNKNOWN_SEGMENT", Then.STOP, "unknown_segment"),
        ("GetSegment", 404, None, Then.REJECT, "not_found"),
        ("CreateSegment", 409, None, Then.REJECT, "segment_exists"),
        ("Job", 404, None, Then.REJECT, "no_result"),
        # Words count in a 400 only: a page of another server may hold any.
        ("Subscribe", 500, "SIGN_UP_UNIT", Then.RETRY, "vendor_error"),
    ],
)
def test_the_same_status_means_what_was_called(
    operation: str, status: int, code: str | None, then: Any, reason: str
) -> None:
    rule = rule_of(operation, status, code)
    assert (rule.then, rule.reason) == (then, reason)


def test_every_code_that_words_are_looked_for_has_a_rule() -> None:
    for name, code in CODES.items():
        assert name == code
    known = {rule.code for rule in ATTENTIVE_ERRORS.rules}
    # These two depend on what was called.
    assert known == CODES.keys() - {"SIGN_UP_UNIT", "UNKNOWN_SEGMENT"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Found both locale and signUpSourceId: exactly one of them is required", "SIGN_UP_UNIT"),
        ("Found 2 API sign-up units for that locale and subscriptionType: 1 is required", "SIGN_UP_UNIT"),
        ("signUpSourceId is not the ID of an API sign-up unit", "SIGN_UP_UNIT"),
        ("Invalid phone number for subscription type MARKETING", "INVALID_PHONE"),
        ("The e-mail is not valid for the locale of this sign-up unit", "INVALID_EMAIL"),
        ("locale@example.com has been seen before", None),
        ("Segment not found", "UNKNOWN_SEGMENT"),
        ("Unknown segment", "UNKNOWN_SEGMENT"),
        ("The segment was archived", "UNKNOWN_SEGMENT"),
        ("That segment doesn't exist", "UNKNOWN_SEGMENT"),
        ("JSON parse error", None),
        ("Bad Request", None),
        ("", None),
        (None, None),
    ],
)
def test_words_are_known_by_the_names_of_fields(words: str | None, code: str | None) -> None:
    assert code_of(words) == code


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": "Bad Request", "message": "one"}, "one"),
        ({"error": "two"}, "two"),
        ({"error": {"id": 7, "message": "three"}}, "three"),
        ({"error": {"id": 7}}, None),
        ({"message": ["four"]}, None),
        (["five"], None),
        ("six", None),
        (None, None),
    ],
)
def test_an_errors_words_are_found_in_every_shape_that_was_seen(body: Any, message: str | None) -> None:
    assert message_of(body) == message


def test_of_the_legacy_call_the_token_and_the_call_itself_are_told() -> None:
    assert "`legacy_token`" in legacy_rule("Message", 401, None).next_step
    assert "not in today's public API" in legacy_rule("Message", 404, "NO_ROUTE").cause
    assert legacy_rule("Message", 500, None).then is Then.RETRY


def test_a_legacy_token_that_is_refused_is_told_as_such(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    parts = target(legacy_token="sandbox-attentive").parts  # a key of the public API
    assert isinstance(parts._legacy, LegacyClient)
    with pytest.raises(SetupError, match="`legacy_token`"):
        parts._legacy.call("Message", "POST", "/v1/subscriptions/messages", json={"to": "+12025550150", "body": "x"})
