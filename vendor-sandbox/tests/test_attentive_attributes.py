"""Attributes of one person, v1 and v2: names, types that are locked, choices, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import AttentiveClient

NEW = "+12025550160"
ANA = {"phone": "+12025550100"}


def put(
    attentive: AttentiveClient, properties: dict[str, Any], user: dict[str, Any] | None = None, status: int = 200
) -> dict[str, Any]:
    body = {"properties": properties, "user": user or {"phone": NEW}}
    found: dict[str, Any] = attentive.post("/v1/attributes/custom", body, status)
    return found


def have(attentive: AttentiveClient, phone: str = NEW) -> dict[str, Any]:
    rows = attentive.get("/v1/attributes/custom", params={"phone": phone})
    return {row["name"]: row["value"] for row in rows}


def types(attentive: AttentiveClient) -> dict[str, str]:
    return {each["name"]: each["type"] for each in attentive.shown("attributes")["attributes"]}


def test_attributes_are_merged_and_read_back_as_texts(attentive: AttentiveClient) -> None:
    assert put(attentive, {"Points": 5, "Vip": True, "Size": "M"}) is None
    put(attentive, {"Size": "L"})
    assert have(attentive) == {"Points": "5", "Vip": "true", "Size": "L"}
    assert have(attentive, "+12025550198") == {}


def test_the_first_value_fixes_the_type_and_a_text_is_looked_into(attentive: AttentiveClient) -> None:
    put(attentive, {"A": "24", "B": 1.5, "C": "TRUE", "D": "2025-01-31", "E": "24 July", "F": False})
    wanted = {"A": "number", "B": "number", "C": "boolean", "D": "date", "E": "string", "F": "boolean"}
    assert {name: kind for name, kind in types(attentive).items() if name in wanted} == wanted


@pytest.mark.parametrize(
    ("first", "then"), [(24, "many"), ("24", True), (True, 1), ("2025-01-31", "soon"), ("x", 5), ("x", True)]
)
def test_a_value_of_another_type_is_refused_or_by_a_switch_dropped(
    attentive: AttentiveClient, *, first: int | str | bool, then: str | bool | int
) -> None:
    put(attentive, {"A": first})
    assert attentive.error("POST", "/v1/attributes/custom", {"properties": {"A": then}, "user": ANA})[0] == 400
    attentive.switch(attribute_clash="drop")
    put(attentive, {"A": then, "B": "kept"})
    assert have(attentive)["B"] == "kept"
    assert have(attentive)["A"] == (str(first).lower() if first is True else str(first))


def test_a_string_takes_any_text_and_a_number_its_digits(attentive: AttentiveClient) -> None:
    put(attentive, {"A": "x", "B": 1})
    put(attentive, {"A": "24", "B": "2"})
    assert have(attentive) == {"A": "24", "B": "2"}


def test_only_jsons_own_type_counts_by_a_switch(attentive: AttentiveClient) -> None:
    attentive.switch(type_inference="json")
    put(attentive, {"A": "24"})
    assert types(attentive)["A"] == "string"


def test_a_choice_of_the_ui_is_exact_or_by_a_switch_dropped(attentive: AttentiveClient) -> None:
    put(attentive, {"Favorite Color": "Green"})
    for value in ("green", "Purple", 5):
        body = {"properties": {"Favorite Color": value}, "user": ANA}
        assert attentive.error("POST", "/v1/attributes/custom", body)[0] == 400
    attentive.switch(unlisted_value="drop")
    put(attentive, {"Favorite Color": "Purple", "Nickname": "Bo"})
    assert have(attentive) == {"Favorite Color": "Green", "Nickname": "Bo"}


@pytest.mark.parametrize(
    ("way", "left"), [("ignore", {"A": "1", "B": "x"}), ("clear", {}), ("refuse", {"A": "1", "B": "x"})]
)
def test_what_is_empty_is_passed_over_or_by_a_switch_clears_or_is_refused(
    attentive: AttentiveClient, way: str, left: dict[str, Any]
) -> None:
    put(attentive, {"A": 1, "B": "x"})
    attentive.switch(null_value=way)
    answer = attentive.call(
        "POST", "/v1/attributes/custom", {"properties": {"A": None, "B": ""}, "user": {"phone": NEW}}
    )
    assert answer.status_code == (400 if way == "refuse" else 200)
    assert have(attentive) == left


@pytest.mark.parametrize(
    "body",
    [
        {"user": ANA},
        {"properties": {"A": 1}},
        {"properties": {"A": 1}, "user": {}},
        {"properties": {"A": 1}, "user": {"phone": "2025550100"}},
        {"properties": {"A": 1}, "user": {**ANA, "clientUserId": "c"}},
        {"properties": {"A": 1}, "user": {"externalIdentifiers": {"customIdentifiers": {"a": "b"}}}},
        {"properties": {"A": 1}, "user": {"externalIdentifiers": {"customIdentifiers": [{"key": "a", "value": "b"}]}}},
        {"properties": {"A": ["x"]}, "user": ANA},
        {"properties": {"A": {"x": 1}}, "user": ANA},
        {"properties": {"": 1}, "user": ANA},
        {"properties": {"x" * 201: 1}, "user": ANA},
        {"properties": [], "user": ANA},
    ],
)
def test_attributes_that_cannot_be_are_refused_whole(attentive: AttentiveClient, body: dict[str, Any]) -> None:
    before = attentive.shown("attributes")
    assert attentive.error("POST", "/v1/attributes/custom", body)[0] == 400
    assert attentive.shown("attributes") == before


def test_reading_takes_exactly_one_identifier_and_the_write_scope(attentive: AttentiveClient) -> None:
    assert attentive.error("GET", "/v1/attributes/custom")[0] == 400
    both = {"phone": NEW, "email": "x@example.com"}
    assert attentive.error("GET", "/v1/attributes/custom", params=both)[0] == 400
    path = "/v1/attributes/custom?email=person0@example.com"
    assert attentive.error("GET", path, key="sandbox-attentive-read")[0] == 403
    assert attentive.get(path)


def test_an_external_identifier_works_only_once_it_is_tied_to_an_address(attentive: AttentiveClient) -> None:
    user = {"externalIdentifiers": {"customIdentifiers": [{"name": "member", "value": "m-1"}]}}
    put(attentive, {"A": 1}, user)
    assert "A" not in types(attentive)
    custom = [{"name": "member", "value": "m-1"}]
    attentive.post("/v1/identity-resolution/user-identifiers", {"phone": NEW, "customIdentifiers": custom}, 202)
    put(attentive, {"A": 1}, user)
    assert have(attentive) == {"A": "1"}
    attentive.switch(unknown_external_id="refuse")
    assert put(attentive, {"A": 1}, {"externalIdentifiers": {"clientUserId": "nobody"}}, 400)


@pytest.mark.parametrize(("way", "v1", "v2"), [("warn", 200, 202), ("refuse-v2", 200, 400), ("refuse", 400, 400)])
def test_more_than_100_attributes_are_a_switch(attentive: AttentiveClient, way: str, v1: int, v2: int) -> None:
    put(attentive, {f"A{n}": n for n in range(94)})  # six are from the UI
    attentive.switch(attribute_cap=way)
    record = {"identifiers": {"phone": NEW}, "attributes": {"custom": {"One more": 1}}}
    assert attentive.call("POST", "/v2/user/attributes", record).status_code == v2
    body = {"properties": {"Another": 1}, "user": {"phone": NEW}}
    assert attentive.call("POST", "/v1/attributes/custom", body).status_code == v1


def test_v2_makes_people_and_keeps_their_built_in_fields(attentive: AttentiveClient) -> None:
    record = {
        "identifiers": {"phone": NEW, "clientUserId": "c-1", "customIdentifiers": [{"key": "member", "value": "m-1"}]},
        "attributes": {
            "firstName": "Ana",
            "demographic": {"dateOfBirth": "1990-02-28", "age": 35},
            "location": {"city": "Oslo", "zip": "0150"},
            "locale": {"language": "en", "country": "US"},
            "custom": {"Points": 5},
        },
    }
    answer = attentive.post("/v2/user/attributes", record, 202)
    assert answer["success"] is True
    attentive.post(
        "/v2/user/attributes", {"identifiers": {"phone": NEW}, "attributes": {"location": {"city": "Bergen"}}}, 202
    )
    (person,) = attentive.shown(f"people?phone=%2B{NEW[1:]}")["people"]
    assert person["identifiers"]["custom:member"] == ["m-1"]
    assert person["profile"]["location"] == {"city": "Bergen", "zip": "0150"}
    assert person["profile"]["demographic"] == {"dateOfBirth": "1990-02-28", "age": 35}
    assert person["attributes"] == {"Points": 5}
    assert attentive.eligible(phone=NEW) is None


@pytest.mark.parametrize(
    "change",
    [
        {"identifiers": {}},
        {"identifiers": {"phone": "12025550160"}},
        {"identifiers": {"customIdentifiers": [{"name": "member", "value": "m"}]}},
        {"attributes": {"firstName": 5}},
        {"attributes": {"demographic": {"dateOfBirth": "28/02/1990"}}},
        {"attributes": {"demographic": {"dateOfBirth": "1990-02-30"}}},
        {"attributes": {"demographic": {"age": "35"}}},
        {"attributes": {"locale": {"language": "EN", "country": "US"}}},
        {"attributes": {"custom": {"A": [1]}}},
        {"attributes": {"custom": {"Loyalty Points": "many"}}},
        {"subscriptions": [{"channel": "TEXT"}]},
        {"subscriptions": [{"signUpSourceId": "1", "channel": "TEXT"}]},
        {"subscriptions": [{"signUpSourceId": "132109", "channel": "SMS"}]},
    ],
)
def test_a_v2_record_that_cannot_be_is_refused(attentive: AttentiveClient, change: dict[str, Any]) -> None:
    record = {"identifiers": {"phone": NEW}, **change}
    assert attentive.error("POST", "/v2/user/attributes", record)[0] == 400
    assert attentive.shown(f"people?phone=%2B{NEW[1:]}")["count"] == 0


def test_v2_wants_both_permissions_even_without_a_subscription(attentive: AttentiveClient) -> None:
    record = {"identifiers": {"phone": NEW}}
    for key in ("sandbox-attentive-no-subscribers", "sandbox-attentive-no-attributes"):
        assert attentive.error("POST", "/v2/user/attributes", record, key=key)[0] == 403


def test_v2_can_subscribe_and_texts_who_is_subscribed(attentive: AttentiveClient) -> None:
    item = {"signUpSourceId": "132109", "channel": "TEXT"}
    attentive.post("/v2/user/attributes", {"identifiers": {"phone": NEW}, "subscriptions": [item]}, 202)
    attentive.post("/v2/user/attributes", {"identifiers": ANA, "subscriptions": [item]}, 202)
    assert (attentive.texts(NEW), attentive.texts(ANA["phone"])) == (["reply_y"], ["already_subscribed"])
    attentive.switch(item_subscription_type="required")
    record = {"identifiers": {"phone": NEW}, "subscriptions": [item]}
    assert attentive.error("POST", "/v2/user/attributes", record)[0] == 400


def test_what_was_accepted_and_cannot_be_done_later_is_told_to_nobody(attentive: AttentiveClient) -> None:
    attentive.switch(accepted_seconds="60")
    empty = {"identifiers": {"phone": NEW}, "attributes": {"custom": {"A": ""}}}
    attentive.post("/v2/user/attributes", empty, 202)
    attentive.switch(null_value="refuse")
    attentive.post("/v2/user/attributes", {"identifiers": {"phone": NEW}, "attributes": {"custom": {"B": 1}}}, 202)
    attentive.sandbox.advance(60)
    assert have(attentive) == {"B": "1"}


def test_a_call_that_is_refused_settles_no_type(attentive: AttentiveClient) -> None:
    nowhere = [{"signUpSourceId": "1", "channel": "TEXT"}]
    record = {"identifiers": ANA, "attributes": {"custom": {"A": "soon"}}, "subscriptions": nowhere}
    assert attentive.error("POST", "/v2/user/attributes", record)[0] == 400
    assert "A" not in types(attentive)
    put(attentive, {"A": 24})
    assert types(attentive)["A"] == "number"


@pytest.mark.parametrize("value", [["x"], {"x": 1}])
def test_what_is_no_attribute_is_refused_of_nobody_too(attentive: AttentiveClient, value: object) -> None:
    user = {"externalIdentifiers": {"clientUserId": "nobody"}}
    put(attentive, {"A": value}, user, 400)
    assert put(attentive, {"A": 1}, user) is None
    assert "A" not in types(attentive)


@pytest.mark.parametrize("wrong", [{"country": "USA"}, {"country": "us"}, {"region": "NY"}, {"region": "US-"}])
def test_a_country_and_a_region_are_any_text_or_by_a_switch_codes(
    attentive: AttentiveClient, wrong: dict[str, str]
) -> None:
    def answered(location: dict[str, str]) -> int:
        record = {"identifiers": {"phone": NEW}, "attributes": {"location": location}}
        return attentive.call("POST", "/v2/user/attributes", record).status_code

    assert answered(wrong) == 202
    attentive.switch(location_formats="strict")
    assert answered(wrong) == 400
    assert answered({"city": "New York", "country": "US", "region": "US-NY"}) == 202
