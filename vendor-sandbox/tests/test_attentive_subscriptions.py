"""Subscribe, eligibility, unsubscribe: what a call makes of a person, and which texts the person gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import requests

    from .conftest import AttentiveClient

NEW, EMAIL = "+12025550160", "new@example.com"
ON, PENDING, STOPPED, LEFT, ORDERS = (f"+1202555{n}" for n in ("0100", "0110", "0112", "0114", "0116"))
TEXT, MAIL = ("MARKETING", "TEXT"), ("MARKETING", "EMAIL")


def created(answer: requests.Response) -> dict[tuple[str, str], str]:
    assert answer.status_code == 202, answer.text
    return {
        (each["subscription"]["type"], each["subscription"]["channel"]): each["subscriptionCreationStatus"]
        for each in answer.json()["subscriptionResponses"]
    }


def ended(answer: requests.Response) -> list[tuple[str, str, str]]:
    assert answer.status_code == 202, answer.text
    return [
        (each["subscription"]["type"], each["subscription"]["channel"], each["subscriptionUnsubscribeStatus"])
        for each in answer.json()["subscriptionResponses"]
    ]


def test_a_text_subscription_waits_for_the_handset_and_an_email_one_does_not(attentive: AttentiveClient) -> None:
    assert created(attentive.subscribe(NEW, EMAIL)) == {TEXT: "NEWLY_CREATED", MAIL: "NEWLY_CREATED"}
    assert attentive.eligible(phone=NEW, email=EMAIL) == {TEXT: False, MAIL: True}
    assert attentive.reply(NEW, "maybe") == "none"
    assert attentive.reply(NEW, " y ") == "confirmed"
    assert attentive.eligible(phone=NEW) == {TEXT: True}
    assert attentive.texts(NEW) == ["reply_y", "legal"]
    (first, _) = attentive.sandbox.texts(phone="12025550160")
    assert first["cause"] == {"vendor": "attentive", "operation": "Subscribe"}


def test_the_channel_is_the_identifier_that_is_sent(attentive: AttentiveClient) -> None:
    assert created(attentive.subscribe(None, EMAIL)) == {MAIL: "NEWLY_CREATED"}
    assert created(attentive.subscribe(NEW)) == {TEXT: "NEWLY_CREATED"}


def test_single_opt_in_is_at_once_and_sends_the_legal_text_or_by_a_switch_none(attentive: AttentiveClient) -> None:
    attentive.subscribe(NEW, singleOptIn=True)
    assert attentive.eligible(phone=NEW) == {TEXT: True}
    assert attentive.texts(NEW) == ["legal"]
    attentive.switch(single_opt_in_text="none")
    attentive.subscribe("+12025550161", singleOptIn=True)
    assert attentive.texts("+12025550161") == []


def test_subscribing_again_texts_the_person_again(attentive: AttentiveClient) -> None:
    assert created(attentive.subscribe(ON)) == {TEXT: "PREVIOUSLY_CREATED"}
    assert created(attentive.subscribe(ON, singleOptIn=True)) == {TEXT: "PREVIOUSLY_CREATED"}
    assert attentive.texts(ON) == ["already_subscribed"] * 2
    assert created(attentive.subscribe(None, "person0@example.com")) == {MAIL: "PREVIOUSLY_CREATED"}
    attentive.subscribe(PENDING)
    assert attentive.texts(PENDING) == ["reply_y"]


def test_eligibility_is_404_for_who_has_no_subscription(attentive: AttentiveClient) -> None:
    status, message = attentive.error("GET", "/v1/subscriptions", params={"phone": NEW})
    assert (status, message.startswith("Subscriptions not found")) == (404, True)
    assert attentive.eligible(phone=NEW, email="person0@example.com") == {MAIL: True}
    assert attentive.eligible(phone=ORDERS) == {("TRANSACTIONAL", "TEXT"): True}
    assert attentive.eligible(email="person18@example.com") == {("CHECKOUT_ABANDONED", "EMAIL"): True}


def test_who_unsubscribed_is_not_eligible_or_by_a_switch_not_found(attentive: AttentiveClient) -> None:
    assert attentive.eligible(phone=LEFT, email="person14@example.com") == {TEXT: False, MAIL: False}
    attentive.switch(opted_out_eligibility="not-found")
    assert attentive.eligible(phone=LEFT) is None


def test_a_bare_plus_in_a_query_is_a_space_and_no_phone_number(attentive: AttentiveClient) -> None:
    assert attentive.error("GET", f"/v1/subscriptions?phone={ON}")[0] == 400
    assert attentive.get("/v1/subscriptions?phone=%2B12025550100")
    assert attentive.error("GET", "/v1/subscriptions") == (400, "phone or email is required")


@pytest.mark.parametrize("phone", ["12025550160", "2025550160", "+1-202-555-0160", "+1 (202) 555-0160", "", 5])
def test_a_phone_number_is_e164_with_its_plus(attentive: AttentiveClient, phone: str | int) -> None:
    body = {"user": {"phone": phone}, "signUpSourceId": "132109"}
    assert attentive.error("POST", "/v1/subscriptions", body)[0] == 400
    assert attentive.sandbox.texts() == []


@pytest.mark.parametrize(
    ("language", "country", "kind", "words"),
    [
        ("en", "US", "MARKETING", None),
        ("en", "US", "TRANSACTIONAL", None),
        ("fr", "CA", "MARKETING", None),
        ("es", "US", "MARKETING", "Found 2"),
        ("en", "GB", "MARKETING", "Found 0"),
        ("en", "CA", "MARKETING", "Found 0"),
        ("fr", "CA", "TRANSACTIONAL", "Found 0"),
        ("EN", "US", "MARKETING", "upper case"),
        ("en", "us", "MARKETING", "upper case"),
    ],
)
def test_a_locale_and_a_type_must_lead_to_exactly_one_api_unit(
    attentive: AttentiveClient, language: str, country: str, kind: str, words: str | None
) -> None:
    locale = {"language": language, "country": country}
    answer = attentive.subscribe(NEW, locale=locale, subscriptionType=kind)
    if words is None:
        assert created(answer) == {(kind, "TEXT"): "NEWLY_CREATED"}
    else:
        assert answer.status_code == 400
        assert words in answer.json()["message"]
        assert attentive.eligible(phone=NEW) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"locale": {"language": "en", "country": "US"}, "subscriptionType": "MARKETING", "signUpSourceId": "132109"},
        {"locale": {"language": "en", "country": "US"}},
        {"locale": "en-US", "subscriptionType": "MARKETING"},
        {"signUpSourceId": None},
        {"signUpSourceId": "1"},
        {"signUpSourceId": "132114"},
        {"signUpSourceId": 132109},
        {"subscriptionType": "CHECKOUT_ABANDONED"},
        {"singleOptIn": "true"},
        {"user": {}},
        {"user": {"email": "no"}},
        {"user": {"email": "a@b@example.com"}},
        {"externalIdentifiers": {"customIdentifiers": {"a": "b"}}},
        {"externalIdentifiers": {"customIdentifiers": [{"key": "a", "value": "b"}]}},
        {"externalIdentifiers": {"clientUserId": "x" * 101}},
    ],
)
def test_a_subscription_that_cannot_be_is_refused_and_nobody_is_texted(
    attentive: AttentiveClient, fields: dict[str, Any]
) -> None:
    body = {"user": {"phone": NEW}, "signUpSourceId": "132109", **fields}
    assert attentive.error("POST", "/v1/subscriptions", body)[0] == 400
    assert attentive.sandbox.texts() == []
    assert attentive.eligible(phone=NEW) is None


def test_external_identifiers_stand_at_the_top_and_what_is_in_user_is_passed_over(attentive: AttentiveClient) -> None:
    custom = [{"name": "member", "value": "m-1"}]
    answer = attentive.subscribe(NEW, externalIdentifiers={"clientUserId": "c-1", "customIdentifiers": custom})
    assert answer.json()["externalIdentifiers"]["clientUserId"] == "c-1"
    (person,) = attentive.shown(f"people?phone=%2B{NEW[1:]}")["people"]
    assert person["identifiers"] == {"phone": [NEW], "clientUserId": ["c-1"], "custom:member": ["m-1"]}
    body = {"user": {"phone": NEW, "clientUserId": "other"}, "signUpSourceId": "132109", "odd": 1}
    assert attentive.call("POST", "/v1/subscriptions", body).status_code == 202
    attentive.switch(unknown_fields="refuse")
    assert attentive.error("POST", "/v1/subscriptions", body) == (400, "Unrecognized field: odd")


def test_unsubscribing_ends_what_the_identifiers_reach_and_texts_the_person_each_time(
    attentive: AttentiveClient,
) -> None:
    assert ended(attentive.unsubscribe(ON)) == [(*TEXT, "NEWLY_UNSUBSCRIBED")]
    assert attentive.eligible(phone=ON, email="person0@example.com") == {TEXT: False, MAIL: True}
    both = ended(attentive.unsubscribe(ON, "person0@example.com"))
    assert both == [(*TEXT, "PREVIOUSLY_UNSUBSCRIBED"), (*MAIL, "NEWLY_UNSUBSCRIBED")]
    assert attentive.texts(ON) == ["unsubscribed"] * 2


def test_unsubscribing_can_be_silent_and_in_french(attentive: AttentiveClient) -> None:
    attentive.unsubscribe(ON, notification={"disabled": True})
    assert attentive.texts(ON) == []
    attentive.unsubscribe(ON, notification={"language": "fr-CA"})
    (text,) = attentive.sandbox.texts()
    assert (text["kind"], "désabonné" in text["text"]) == ("unsubscribed", True)


def test_a_listed_channel_without_its_identifier_does_nothing(attentive: AttentiveClient) -> None:
    wanted = [{"type": "MARKETING", "channel": "TEXT"}]
    assert ended(attentive.unsubscribe(None, "person0@example.com", subscriptions=wanted)) == []
    assert attentive.eligible(phone=ON, email="person0@example.com") == {TEXT: True, MAIL: True}


@pytest.mark.parametrize(("way", "count"), [("all", 2), ("none", 0)])
def test_what_an_empty_list_means_is_a_switch(attentive: AttentiveClient, way: str, count: int) -> None:
    attentive.switch(empty_list=way)
    assert len(ended(attentive.unsubscribe(ON, "person0@example.com", subscriptions=[]))) == count
    attentive.switch(empty_list="refuse")
    assert attentive.unsubscribe(ON, subscriptions=[]).status_code == 400


def test_unsubscribing_who_never_was_is_404_or_by_a_switch_accepted(attentive: AttentiveClient) -> None:
    assert attentive.unsubscribe(NEW).status_code == 404
    attentive.switch(unsubscribe_unknown="accepted")
    wanted = [{"type": "MARKETING", "channel": "TEXT"}]
    assert ended(attentive.unsubscribe(NEW, subscriptions=wanted)) == [(*TEXT, "PREVIOUSLY_UNSUBSCRIBED")]
    assert attentive.texts(NEW) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"notification": {"language": "en"}},
        {"notification": {"disabled": "yes"}},
        {"subscriptions": {}},
        {"subscriptions": [{"type": "ODD", "channel": "TEXT"}]},
        {"subscriptions": [{"type": "MARKETING", "channel": "SMS"}]},
        {"subscriptions": [{"type": "MARKETING"}]},
    ],
)
def test_an_unsubscription_that_cannot_be_is_refused(attentive: AttentiveClient, fields: dict[str, Any]) -> None:
    assert attentive.unsubscribe(ON, **fields).status_code == 400
    assert attentive.eligible(phone=ON) == {TEXT: True}


def test_who_left_by_the_api_can_come_back(attentive: AttentiveClient) -> None:
    assert created(attentive.subscribe(LEFT, singleOptIn=True)) == {TEXT: "NEWLY_CREATED"}
    assert attentive.eligible(phone=LEFT) == {TEXT: True}


@pytest.mark.parametrize(
    ("way", "eligible", "texts"), [("reply-y", False, ["reply_y"]), ("allow", True, ["legal"]), ("refuse", False, [])]
)
def test_who_said_stop_comes_back_by_their_own_y_or_by_a_switch_otherwise(
    attentive: AttentiveClient, way: str, *, eligible: bool, texts: list[Any]
) -> None:
    attentive.switch(text_after_stop=way)
    attentive.subscribe(STOPPED, singleOptIn=True)
    assert attentive.eligible(phone=STOPPED) == {TEXT: eligible}
    assert attentive.texts(STOPPED) == texts


def test_stop_ends_every_text_subscription_and_is_confirmed_once(attentive: AttentiveClient) -> None:
    attentive.subscribe(ORDERS, singleOptIn=True)
    assert attentive.reply(ORDERS, "stop") == "opted-out"
    assert attentive.reply(ORDERS, "STOP") == "opted-out"
    assert attentive.eligible(phone=ORDERS) == {TEXT: False, ("TRANSACTIONAL", "TEXT"): False}
    assert attentive.texts(ORDERS) == ["legal", "unsubscribed"]


def test_a_202_can_take_its_time(attentive: AttentiveClient) -> None:
    attentive.switch(accepted_seconds="60")
    assert created(attentive.subscribe(NEW, EMAIL)) == {TEXT: "NEWLY_CREATED", MAIL: "NEWLY_CREATED"}
    assert attentive.eligible(phone=NEW, email=EMAIL) is None
    assert attentive.texts(NEW) == []
    attentive.sandbox.advance(60)
    assert attentive.texts(NEW) == ["reply_y"]
    assert attentive.eligible(email=EMAIL) == {MAIL: True}


def test_email_addresses_that_differ_in_case_are_one_or_by_a_switch_two(attentive: AttentiveClient) -> None:
    attentive.subscribe(None, "New@Example.com")
    assert attentive.eligible(email=EMAIL) == {MAIL: True}
    attentive.switch(email_case="keep")
    assert attentive.eligible(email="New@Example.com") is None
