"""What the console shows of Textlocal: what was sent and what waits, how it was delivered, groups, and a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from exhibited import Exhibited

PHONE = "447700900007"
DAY = 86_400


def batch(exhibited: Any, number: Any) -> Any:
    return next(row for row in exhibited.rows("textlocal", "batches") if row["id"] == number)


def test_a_send_is_seen_with_what_it_cost_and_how_it_was_delivered_by_now_and_days_later(exhibited: Exhibited) -> None:
    numbers = ",".join(f"447700900{n:03d}" for n in range(200, 260))
    sent = exhibited.textlocal("send", numbers=numbers, message="Hello", sender="ACME")
    row = exhibited.rows("textlocal", "batches")[0]
    assert row["id"] == int(sent["batch_id"])
    assert (row["state"], row["sender"], row["text"], row["cost"]) == ("sent", "ACME", "Hello", 60)
    assert row["messages"] == 60
    assert row["delivery"] == {"pending": 60}
    exhibited.clock.move({"advance": 5 * DAY})
    row = batch(exhibited, row["id"])
    assert sum(row["delivery"].values()) == 60
    assert "pending" not in row["delivery"]
    assert row["delivery"]["delivered"] > 40


@pytest.mark.parametrize("after", [1, 60, 7200, DAY, 2.5 * DAY, 3.2 * DAY, 5 * DAY])
def test_delivery_is_what_the_status_report_says(exhibited: Exhibited, after: Any) -> None:
    numbers = ",".join(f"447700900{n:03d}" for n in range(100, 400))
    sent = exhibited.textlocal("send", numbers=numbers, message="Hello", sender="ACME")
    exhibited.clock.move({"advance": after})
    report = exhibited.textlocal("status_batch", batch_id=sent["batch_id"])
    shown = dict.fromkeys(("delivered", "undelivered", "expired", "unknown", "invalid"), 0)
    shown |= batch(exhibited, int(sent["batch_id"]))["delivery"]
    shown.pop("pending", None)
    assert shown == {name: report[f"num_{name}"] for name in shown}
    words = {"P": "pending", "D": "delivered", "U": "undelivered", "E": "expired", "?": "unknown", "I": "invalid"}
    letters = {str(each["recipient"]): words[each["status"]] for each in report["messages"]}
    messages = exhibited.rows("textlocal", "messages", batch=str(sent["batch_id"]))
    assert {row["number"]: row["status"] for row in messages} == letters


def test_what_is_scheduled_is_seen_waiting_cancelled_or_sent_when_its_time_has_come(exhibited: Exhibited) -> None:
    at = int(exhibited.clock.now()) + 3600
    for message in ("First", "Second"):
        exhibited.textlocal("send", numbers=PHONE, message=message, schedule_time=at)
    waiting = exhibited.rows("textlocal", "scheduled")
    assert [(row["text"], row["state"], row["delivery"]) for row in waiting] == [
        ("First", "scheduled", {"pending": 1}),
        ("Second", "scheduled", {"pending": 1}),
    ]
    assert exhibited.figures("textlocal")["Waiting for their time"] == 2
    exhibited.textlocal("cancel_scheduled", sent_id=waiting[0]["id"])
    exhibited.clock.move({"advance": 3700})
    [row] = exhibited.rows("textlocal", "scheduled")
    assert (row["text"], row["state"], row["delivery"]) == ("First", "cancelled", {})
    assert batch(exhibited, waiting[1]["id"])["state"] == "sent"
    assert exhibited.figures("textlocal")["Waiting for their time"] == 0


def test_a_batch_that_lost_some_of_its_messages_is_still_counted_right(exhibited: Exhibited) -> None:
    group = exhibited.textlocal("create_group", name="Campaign")["group"]["id"]
    numbers = [f"447700900{n:03d}" for n in range(300, 310)]
    exhibited.textlocal("create_contacts", numbers=",".join(numbers), group_id=group)
    at = int(exhibited.clock.now()) + 3600
    exhibited.textlocal("send", group_id=group, message="Hello", schedule_time=at)
    exhibited.textlocal("delete_contact", number=numbers[4], group_id=group)
    exhibited.clock.move({"advance": 3600 + 5 * DAY})
    row = exhibited.rows("textlocal", "batches")[0]
    assert (row["group"], row["messages"], sum(row["delivery"].values())) == ("Campaign", 9, 9)


def test_a_group_leads_to_its_contacts(exhibited: Exhibited) -> None:
    group = exhibited.textlocal("create_group", name="Gold")["group"]["id"]
    contacts = [{"number": "447700900501", "first_name": "Zoë", "custom1": "C1"}, {"number": "447700900502"}]
    exhibited.textlocal("create_contacts_bulk", group_id=group, contacts=json.dumps(contacts))
    shown = {row["name"]: row for row in exhibited.rows("textlocal", "groups", account="uk")}
    assert list(shown) == ["Contacts", "Opt-outs", "Customers", "Newsletter", "Gold"]
    assert (shown["Gold"]["id"], shown["Gold"]["contacts"]) == (group, 2)
    rows = exhibited.rows("textlocal", "contacts", group=str(group))
    assert [(row["number"], row["first_name"], row["custom1"], row["group_name"]) for row in rows] == [
        ("447700900501", "Zoë", "C1", "Gold"),
        ("447700900502", None, None, "Gold"),
    ]


def test_accounts_are_apart(exhibited: Exhibited) -> None:
    assert {row["account"] for row in exhibited.rows("textlocal", "contacts")} == {"uk", "in", "interact"}
    assert {row["account"] for row in exhibited.rows("textlocal", "contacts", account="in")} == {"in"}
    assert {row["account"] for row in exhibited.rows("textlocal", "optouts", account="in")} == {"in"}
    assert exhibited.rows("textlocal", "contacts", account="fresh") == []
    exhibited.textlocal(
        "send", key="sandbox-textlocal-fresh", numbers="447700900001", message="Hi", sender="447700900900"
    )
    left = {row["account"]: row["credits"] for row in exhibited.rows("textlocal", "accounts")}
    assert (left["fresh"], left["uk"]) == (24, 1000)


def test_figures_agree_with_the_rows_that_they_lead_to(exhibited: Exhibited) -> None:
    figures = exhibited.figures("textlocal")
    assert figures["Batches"] == len(exhibited.rows("textlocal", "batches"))
    assert figures["Messages"] == len(exhibited.rows("textlocal", "messages"))
    assert figures["Opted out"] == len(exhibited.rows("textlocal", "optouts")) == 9
    assert figures["Contacts in groups"] == len(exhibited.rows("textlocal", "contacts")) - 9
    assert figures["Credits left of uk"] == 1000


def test_a_person_is_shown_with_groups_opt_out_and_the_last_messages(exhibited: Exhibited) -> None:
    exhibited.textlocal("send", numbers=PHONE, message="Only you", sender="ACME")
    exhibited.clock.move({"advance": 5 * DAY})
    shown = exhibited.person("textlocal", PHONE, "somebody@example.com")
    assert {(row["account"], row["group_name"]) for row in shown["Groups"]} == {
        ("uk", "Customers"),
        ("interact", "Customers"),
    }
    assert [row["account"] for row in shown["Opted out"]] == ["uk", "interact"]
    assert shown["Last messages"][0]["text"] == "Only you"
    assert shown["Last messages"][0]["status"] != "pending"
    assert exhibited.person("textlocal", "447700900999") == {}


def test_templates_are_shown_as_they_were_made(exhibited: Exhibited) -> None:
    rows = exhibited.rows("textlocal", "templates", account="uk")
    assert rows[0]["body"] == "Hi %%first_name%%, 20% off everything until Sunday."
    assert {row["account"] for row in exhibited.rows("textlocal", "templates")} == {"uk", "in"}
