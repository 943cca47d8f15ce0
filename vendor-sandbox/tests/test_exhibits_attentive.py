"""What the console shows of Attentive: what calls did, at once and later, and all of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from exhibited import Exhibited

PHONE, EMAIL = "12025550103", "person3@example.com"
UNIT = {"signUpSourceId": "132109"}


def test_somebody_who_subscribes_is_seen_waiting_for_the_y_and_then_subscribed(exhibited: Exhibited) -> None:
    exhibited.attentive("POST", "/v1/subscriptions", {"user": {"phone": "+12025550170"}, **UNIT})
    [row] = exhibited.rows("attentive", "subscriptions", "12025550170")
    assert (row["address"], row["state"], row["unit"]) == ("12025550170", "pending", "132109")
    assert exhibited.figures("attentive")["Yet to answer Y"] == 3
    exhibited.call("POST", "/_sandbox/attentive/reply", {"phone": "+12025550170", "text": "Y"})
    [row] = exhibited.rows("attentive", "subscriptions", "12025550170")
    assert row["state"] == "subscribed"
    assert exhibited.rows("attentive", "people")[0]["phone"] == "12025550170"


def test_figures_agree_with_the_rows_that_they_lead_to(exhibited: Exhibited) -> None:
    figures = exhibited.figures("attentive")
    texts = {
        state: len(exhibited.rows("attentive", "subscriptions", channel="TEXT", state=state))
        for state in ("subscribed", "pending", "unsubscribed")
    }
    assert figures["Subscribed to texts"] == texts["subscribed"] == 10
    assert figures["Yet to answer Y"] == texts["pending"] == 2
    assert figures["Opted out of texts"] == texts["unsubscribed"] == 4
    assert figures["People"] == len(exhibited.rows("attentive", "people")) == 20


@pytest.mark.parametrize("search", ["person3@", "PERSON3@", "customer-3", "+1 (202) 555-0103"])
def test_people_are_found_by_a_part_of_an_identifier(exhibited: Exhibited, search: Any) -> None:
    assert [row["phone"] for row in exhibited.rows("attentive", "people", search)] == [PHONE]


def test_people_are_found_by_name_and_not_by_the_words_that_fields_are_called(exhibited: Exhibited) -> None:
    record = {"identifiers": {"phone": "+12025550103"}, "attributes": {"firstName": "Zoë", "lastName": "O_Neill"}}
    exhibited.attentive("POST", "/v2/user/attributes", record)
    assert [row["first_name"] for row in exhibited.rows("attentive", "people", "Zoë")] == ["Zoë"]
    assert [row["last_name"] for row in exhibited.rows("attentive", "people", "o_n")] == ["O_Neill"]
    assert exhibited.rows("attentive", "people", "firstName") == []


def test_a_job_is_seen_running_and_then_with_what_was_refused_and_why(exhibited: Exhibited) -> None:
    users = [
        {"identifiers": {"phone": f"+1202555010{n}"}, "attributes": {"custom": {"Loyalty Points": value}}}
        for n, value in enumerate((5, "many", "few", 7))
    ]
    exhibited.attentive("POST", "/v2/bulk/user/attributes", {"users": users})
    [row] = exhibited.rows("attentive", "jobs")
    assert (row["status"], row["records"], row["outcomes"]) == ("IN_PROGRESS", 4, {})
    assert exhibited.figures("attentive")["Jobs running"] == 1
    exhibited.clock.move({"advance": 2})
    [row] = exhibited.rows("attentive", "jobs")
    assert (row["status"], row["outcomes"]) == ("COMPLETED", {"accepted": 2, "refused": 2})
    assert sum(row["reasons"].values()) == 2
    assert exhibited.figures("attentive")["Jobs running"] == 0


def test_a_segment_leads_to_its_members(exhibited: Exhibited) -> None:
    exhibited.attentive("POST", "/v2/segments", {"name": "VIP", "externalId": "vip"})
    exhibited.attentive("POST", "/v2/segments", {"name": "Nobody", "externalId": "nobody"})
    members = {"externalId": "vip", "members": [{"phone": "+12025550103"}, {"email": "person8@example.com"}]}
    exhibited.attentive("POST", "/v2/bulk/segments/members", members)
    exhibited.clock.move({"advance": 2})
    shown = exhibited.rows("attentive", "segments")
    assert [(row["external_id"], row["members"], row["state"]) for row in shown] == [
        ("nobody", 0, "active"),
        ("vip", 2, "active"),
    ]
    found = exhibited.rows("attentive", "members", segment="vip")
    assert [row["email"] for row in found] == [EMAIL, "person8@example.com"]
    assert exhibited.rows("attentive", "members", segment="nobody") == []
    exhibited.attentive("DELETE", "/v2/segments/external/vip")
    assert exhibited.rows("attentive", "segments", "vip")[0]["state"] == "archived"


def test_events_are_shown_with_whom_they_are_about_and_what_they_say(exhibited: Exhibited) -> None:
    event = {"type": "Tier changed", "user": {"phone": "+12025550103"}, "properties": {"tier": "gold"}}
    exhibited.attentive("POST", "/v1/events/custom", event)
    [row] = exhibited.rows("attentive", "events", type="Tier changed")
    assert (row["operation"], row["address"], row["body"]["properties"]) == ("CustomEvent", PHONE, {"tier": "gold"})


def test_an_attribute_that_a_call_made_is_in_the_registry_with_its_locked_type(exhibited: Exhibited) -> None:
    record = {"properties": {"Shoe size": 42}, "user": {"phone": "+12025550103"}}
    exhibited.attentive("POST", "/v1/attributes/custom", record)
    shown = {row["name"]: row for row in exhibited.rows("attentive", "attributes")}
    assert shown["Shoe size"] == {"name": "Shoe size", "type": "number", "source": "api", "choices": None}
    assert shown["Loyalty Tier"]["choices"] == "Bronze, Silver, Gold"


def test_a_person_is_known_by_phone_and_email_alike(exhibited: Exhibited) -> None:
    assert exhibited.known_as("attentive", PHONE) == exhibited.known_as("attentive", EMAIL) == {PHONE, EMAIL}
    assert exhibited.known_as("attentive", "12025550199") == set()
    assert exhibited.person("attentive", "12025550199") == {}


def test_a_person_is_shown_with_attributes_subscriptions_segments_and_events(exhibited: Exhibited) -> None:
    exhibited.attentive("POST", "/v2/segments", {"name": "VIP", "externalId": "vip"})
    exhibited.attentive("POST", "/v2/bulk/segments/members", {"externalId": "vip", "members": [{"email": EMAIL}]})
    exhibited.attentive("POST", "/v1/events/custom", {"type": "Hello", "user": {"phone": f"+{PHONE}"}})
    exhibited.clock.move({"advance": 2})
    shown = exhibited.person("attentive", PHONE, EMAIL)
    assert {"field": "clientUserId", "value": "customer-3"} in shown["Profile"]
    assert shown["Custom attributes"] == [
        {"field": "Favorite Color", "value": "Red"},
        {"field": "Loyalty Points", "value": "30"},
    ]
    assert [(row["channel"], row["address"], row["state"]) for row in shown["Subscriptions"]] == [
        ("EMAIL", EMAIL, "subscribed"),
        ("TEXT", PHONE, "subscribed"),
    ]
    assert shown["Segments"] == [{"segment": "vip", "name": "VIP"}]
    assert [row["type"] for row in shown["Last events"]] == ["Hello"]


def test_an_address_that_was_kept_as_it_was_written_still_leads_to_its_person(exhibited: Exhibited) -> None:
    exhibited.switch("attentive", email_case="keep")
    exhibited.attentive("POST", "/v1/subscriptions", {"user": {"email": "Person70@Example.com"}, **UNIT})
    assert exhibited.rows("attentive", "people")[0]["email"] == "person70@example.com"
    assert exhibited.known_as("attentive", "person70@example.com") == {"person70@example.com"}
    [row] = exhibited.person("attentive", "person70@example.com")["Subscriptions"]
    assert row["state"] == "subscribed"
