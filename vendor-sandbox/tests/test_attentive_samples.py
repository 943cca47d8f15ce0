"""The calls of Annex Cloud's integration with Attentive, key for key, with made-up people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conftest import AttentiveClient

PHONE, EMAIL = "2025550143", "a@example.com"
USER = {"phone": PHONE, "email": EMAIL}
TEXT, MAIL = {"type": "MARKETING", "channel": "TEXT"}, {"type": "MARKETING", "channel": "EMAIL"}


def test_every_call_gets_the_answer_of_the_sample_with_lenient_us(attentive: AttentiveClient) -> None:
    attentive.switch(lenient_us="on")
    answer = attentive.post("/v1/subscriptions", {"user": USER, "signUpSourceId": "132109"}, 202)
    assert answer == {
        "user": USER,
        "subscriptionResponses": [
            {"subscription": TEXT, "subscriptionCreationStatus": "NEWLY_CREATED"},
            {"subscription": MAIL, "subscriptionCreationStatus": "NEWLY_CREATED"},
        ],
    }
    attentive.reply(PHONE, "Y")
    assert attentive.get(f"/v1/subscriptions?phone={PHONE}&email={EMAIL}") == {
        "subscriptionEligibilities": [
            {"subscription": TEXT, "eligibility": {"isEligible": True}},
            {"subscription": MAIL, "eligibility": {"isEligible": True}},
        ]
    }
    answer = attentive.post("/v1/subscriptions/unsubscribe", {"user": USER, "subscriptions": [MAIL, TEXT]}, 202)
    assert answer == {
        "user": USER,
        "subscriptionResponses": [
            {"subscription": TEXT, "subscriptionUnsubscribeStatus": "NEWLY_UNSUBSCRIBED"},
            {"subscription": MAIL, "subscriptionUnsubscribeStatus": "NEWLY_UNSUBSCRIBED"},
        ],
    }
    message = {"to": "2025550144", "body": "Hello"}
    assert attentive.post("/v1/subscriptions/messages", message, key="sandbox-attentive-legacy") == {
        "type": "v1",
        "to": "+12025550144",
        "body": "Hello",
        "skipFatigue": True,
        "createShortLink": False,
        "addSubscriber": "true",
    }
    assert [text["kind"] for text in attentive.sandbox.texts()] == ["reply_y", "legal", "unsubscribed", "message"]


def test_without_lenient_us_ten_digits_are_refused(attentive: AttentiveClient) -> None:
    assert attentive.subscribe(PHONE, EMAIL).status_code == 400
    assert attentive.unsubscribe(PHONE, EMAIL).status_code == 400
    assert attentive.call("GET", f"/v1/subscriptions?phone={PHONE}").status_code == 400
    message = {"to": PHONE, "body": "Hello"}
    answer = attentive.call("POST", "/v1/subscriptions/messages", message, key="sandbox-attentive-legacy")
    assert answer.status_code == 400
    assert attentive.sandbox.texts() == []


def test_the_message_call_wants_the_legacy_token_and_the_legacy_token_no_other_call(
    attentive: AttentiveClient,
) -> None:
    message = {"to": "+12025550144", "body": "Hello"}
    assert attentive.call("POST", "/v1/subscriptions/messages", message).status_code == 401
    assert attentive.call("GET", "/v1/me", key="sandbox-attentive-legacy").status_code == 401


def test_a_message_to_who_said_stop_is_dropped_or_by_a_switch_sent(attentive: AttentiveClient) -> None:
    message = {"to": "+12025550112", "body": "Hello"}
    for way, count in (("dropped", 0), ("sent", 1)):
        attentive.switch(message_opted_out=way)
        attentive.post("/v1/subscriptions/messages", message, key="sandbox-attentive-legacy")
        assert len(attentive.sandbox.texts(phone="12025550112")) == count
