"""What the console shows of Listrak's SMS: lists, contacts, subscriptions, opt-outs and imports; and a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from exhibited import Exhibited

PHONE, EMAIL = "12125550121", "person21@example.com"


def test_a_new_contact_is_on_the_list_whose_count_grows(exhibited: Exhibited) -> None:
    def subscribed() -> Any:
        return {row["id"]: row["subscribed"] for row in exhibited.rows("listrak-sms", "lists")}[7001]

    before = subscribed()
    body = {"phoneNumber": "12125550180", "firstName": "Ana", "emailAddress": "Ana@Example.com"}
    exhibited.listrak_sms("POST", "/PhoneList/7001/Contact", body)
    assert subscribed() == before + 1
    [row] = exhibited.rows("listrak-sms", "contacts", "12125550180")
    assert (row["first_name"], row["email"], row["standing"], row["opted_out"]) == (
        "Ana",
        "ana@example.com",
        "good",
        None,
    )
    [row] = exhibited.rows("listrak-sms", "subscriptions", "12125550180", list="7001")
    assert row["state"] == "subscribed"


def test_figures_agree_with_the_rows_that_they_lead_to(exhibited: Exhibited) -> None:
    figures = exhibited.figures("listrak-sms")
    assert figures["Contacts"] == len(exhibited.rows("listrak-sms", "contacts")) == 40
    assert figures["Opted out"] == len(exhibited.rows("listrak-sms", "opt-outs")) == 4
    for label, state in (("Subscriptions", "subscribed"), ("Yet to answer Y", "pending")):
        shown = exhibited.rows("listrak-sms", "subscriptions", state=state)
        assert figures[label] == len(shown) == sum(row[state] for row in exhibited.rows("listrak-sms", "lists"))


def test_a_stop_is_seen_as_an_opt_out_by_handset_and_ends_the_subscriptions(exhibited: Exhibited) -> None:
    exhibited.call("POST", "/_sandbox/listrak-sms/reply", {"phone": PHONE, "text": "STOP"})
    [row] = exhibited.rows("listrak-sms", "opt-outs", PHONE)
    assert (row["sender_code"], row["reason"], row["by"]) == ("10150", "Campaign", "handset")
    states = {row["list"]: row["state"] for row in exhibited.rows("listrak-sms", "subscriptions", PHONE)}
    assert states == {7001: "unsubscribed", 7002: "unsubscribed", 7008: "unsubscribed"}


@pytest.mark.parametrize("search", ["1 (212) 555-0121", PHONE[4:], "person21@", "PERSON21"])
def test_contacts_are_found_by_a_part_of_what_is_known_of_them(exhibited: Exhibited, search: Any) -> None:
    assert [row["phone"] for row in exhibited.rows("listrak-sms", "contacts", search)] == [PHONE]


def test_contacts_of_one_sender_code_are_apart_from_those_of_another(exhibited: Exhibited) -> None:
    codes = {"10150": 37, "10151": 3, "10152": 0, "10160": 0}
    for code, count in codes.items():
        assert len(exhibited.rows("listrak-sms", "contacts", sender_code=code)) == count


def test_an_import_is_seen_running_and_then_with_what_became_of_its_rows(exhibited: Exhibited) -> None:
    exhibited.import_contacts(f"phone,colour\n{PHONE},Red\n12125550199,Blue\n12,Green\n")
    [row] = exhibited.rows("listrak-sms", "imports")
    assert (row["name"], row["status"], row["outcomes"]) == ("colours.csv", "Queued", {})
    assert exhibited.figures("listrak-sms")["Imports running"] == 1
    exhibited.clock.move({"advance": 3600})
    [row] = exhibited.rows("listrak-sms", "imports")
    assert (row["status"], row["rows"]) == ("Complete", 3)
    assert row["outcomes"] == {"updated": 1, "unknown number": 1, "invalid": 1}
    assert row["problems"] == [{"row": 3, "error": "ERROR_INVALID_PHONE_NUMBER"}]
    assert {"company": "Example Outfitters", "field": "Favorite Color", "value": "Red"} in exhibited.person(
        "listrak-sms", PHONE
    )["Profile"]


def test_a_person_is_known_by_phone_and_email_alike_and_shown_with_lists_and_opt_out(exhibited: Exhibited) -> None:
    assert exhibited.known_as("listrak-sms", PHONE) == exhibited.known_as("listrak-sms", EMAIL) == {PHONE, EMAIL}
    exhibited.call("POST", "/_sandbox/listrak-sms/opt-out", {"phone": PHONE, "reason": "Admin"})
    exhibited.call("POST", "/_sandbox/listrak-sms/standing", {"phone": PHONE, "standing": "suspended"})
    shown = exhibited.person("listrak-sms", EMAIL)
    [contact] = shown["Contact of sender codes"]
    assert (contact["sender_code"], contact["standing"], contact["reason"]) == ("10150", "suspended", "Admin")
    assert {row["list_name"]: row["state"] for row in shown["Lists"]} == {
        "Master List": "unsubscribed",
        "VIP": "unsubscribed",
        "Order updates": "unsubscribed",
    }


def test_whoever_has_yet_to_answer_is_shown_with_what_is_waited_for(exhibited: Exhibited) -> None:
    rows = exhibited.rows("listrak-sms", "subscriptions", state="pending")
    assert {row["list_name"]: row["waits_for"] for row in rows} == {
        "VIP": "double opt-in",
        "Wine Club": "age",
        "Spirits Club": "double opt-in, age",
    }
    assert all(row["since"] for row in rows)
