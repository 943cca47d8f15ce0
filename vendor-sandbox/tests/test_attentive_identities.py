"""Identifiers that belong together, people who are forgotten, and webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import AttentiveClient

NEW = "+12025550160"
IDENTIFY = "/v1/identity-resolution/user-identifiers"
FORGET = "/v1/privacy/delete-request"


def test_identifiers_lead_to_one_person_and_a_shared_one_merges_two_for_good(attentive: AttentiveClient) -> None:
    attentive.post(IDENTIFY, {"phone": NEW, "clientUserId": "c-1"}, 202)
    attentive.post("/v1/attributes/custom", {"properties": {"A": 1}, "user": {"phone": NEW}})
    attentive.post(IDENTIFY, {"email": "person0@example.com", "clientUserId": "c-1"}, 202)
    (person,) = attentive.shown("people?email=person0@example.com")["people"]
    assert person["identifiers"]["phone"] == ["+12025550100", NEW]
    assert person["attributes"] == {"Favorite Color": "Red", "Loyalty Points": 0, "A": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"phone": NEW}, 400),
        ({"phone": NEW, "email": "x@example.com"}, 400),
        ({"phone": NEW, "shopifyId": "s"}, 400),
        ({"clientUserId": "c"}, 400),
        ({"customIdentifiers": [{"key": "a", "value": "b"}], "phone": NEW}, 400),
        ({"clientUserId": "c" * 101, "phone": NEW}, 400),
        ({"clientUserId": "c", "shopifyId": "s"}, 202),
        ({"customIdentifiers": [{"name": "a", "value": "b"}, {"name": "c", "value": "d"}]}, 202),
    ],
)
def test_identity_wants_an_identifier_of_ones_own_and_another(
    attentive: AttentiveClient, body: dict[str, Any], status: int
) -> None:
    answer = attentive.call("POST", IDENTIFY, body)
    assert answer.status_code == status
    assert status == 400 or answer.content == b""


def test_who_asks_to_be_forgotten_is_within_the_time_and_the_answer_masks_them(attentive: AttentiveClient) -> None:
    attentive.post("/v1/events/custom", {"type": "T", "user": {"phone": "+12025550100"}})
    number = attentive.post(FORGET, {"subjectPhone": "+12025550100", "requestMsg": "please"})["id"]
    request = attentive.get(f"{FORGET}/{number}")
    assert (request["processed"], request["subjectPhone"], request["subjectEmail"]) == (False, "+*****0100", None)
    assert request["requestDateTime"].endswith("+0000")
    attentive.sandbox.advance(86_401)
    assert attentive.get(f"{FORGET}/{number}")["processed"] is True
    assert attentive.eligible(phone="+12025550100", email="person0@example.com") is None
    assert attentive.shown("people?phone=%2B12025550100")["count"] == 0
    assert attentive.shown("events")["count"] == 0
    assert attentive.shown("privacy")["privacy"][0]["subjectPhone"] == "+12025550100"


@pytest.mark.parametrize("body", [{}, {"requestMsg": "please"}, {"subjectPhone": "5"}, {"subjectEmail": "no"}])
def test_a_privacy_request_without_a_subject_has_an_error_of_its_own(
    attentive: AttentiveClient, body: dict[str, Any]
) -> None:
    answer = attentive.call("POST", FORGET, body)
    assert (answer.status_code, set(answer.json())) == (400, {"error"})


def test_an_unknown_privacy_request_is_404(attentive: AttentiveClient) -> None:
    assert attentive.error("GET", f"{FORGET}/nothing")[0] == 404


def test_webhooks_are_made_listed_changed_and_deleted(attentive: AttentiveClient) -> None:
    made = attentive.post("/v1/webhooks", {"url": "https://example.com/hook", "events": ["sms.subscribed"]}, 201)
    assert made == {**made, "url": "https://example.com/hook", "events": ["sms.subscribed"], "disabledAt": None}
    assert attentive.get("/v1/webhooks") == {"webhooks": [made]}
    change = {"url": "https://example.com/new", "events": ["email.sent"], "disabled": True}
    changed = attentive.call("PUT", f"/v1/webhooks/{made['id']}", change).json()
    assert (changed["url"], changed["disabledAt"] is None) == ("https://example.com/new", False)
    answer = attentive.call("DELETE", f"/v1/webhooks/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert attentive.error("DELETE", f"/v1/webhooks/{made['id']}")[0] == 404


@pytest.mark.parametrize(
    "change", [{"url": "http://example.com"}, {"events": []}, {"events": ["SMS.SENT"]}, {"events": "sms.sent"}]
)
def test_a_webhook_that_cannot_be_is_refused(attentive: AttentiveClient, change: dict[str, Any]) -> None:
    body = {"url": "https://example.com", "events": ["sms.sent"], **change}
    assert attentive.error("POST", "/v1/webhooks", body)[0] == 400


def test_what_a_webhook_would_have_been_sent_is_shown_and_signed(attentive: AttentiveClient) -> None:
    events = ["sms.subscribed", "sms.sent", "sms.inbound_message", "custom_attribute.set", "email.subscribed"]
    attentive.post("/v1/webhooks", {"url": "https://example.com/hook", "events": events}, 201)
    attentive.subscribe(NEW, "new@example.com")
    attentive.reply(NEW, "Y")
    attentive.post("/v1/attributes/custom", {"properties": {"A": 1}, "user": {"phone": NEW}})
    deliveries = attentive.shown("webhook-deliveries")["deliveries"]
    assert [json.loads(each["body"])["type"] for each in deliveries] == [
        *("sms.sent", "email.subscribed", "sms.inbound_message"),
        *("sms.subscribed", "sms.sent", "custom_attribute.set"),
    ]
    body = deliveries[0]["body"]
    signature = hmac.new(b"sandbox-webhook-key", body.encode(), hashlib.sha256).hexdigest()
    assert deliveries[0]["headers"] == {"x-attentive-hmac-sha256": signature}
    assert json.loads(body)["subscriber"]["phone"] == NEW
