"""What the console shows of Listrak's SOAP account: counters that agree with the reports, and a person by e-mail."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest

from vendor_sandbox.exhibits import Asked
from vendor_sandbox.listrak_soap.people import contact_id, email, person_with
from vendor_sandbox.listrak_soap.rows import REPORT_ROWS
from vendor_sandbox.listrak_soap.vendor import ListrakSoap

if TYPE_CHECKING:
    from collections.abc import Callable

    from exhibited import Exhibited

    from vendor_sandbox.listrak_soap.account import Account, Message

COUNTERS = {
    "sent": "message_sends",
    "opens": "message_opens",
    "reads": "message_reads",
    "clicks": "message_clicks",
    "bounces": "message_bounces",
    "unsubs": "message_unsubs",
}


def account_of(exhibited: Exhibited) -> Account:
    vendor = exhibited.vendors["listrak-soap"]
    assert isinstance(vendor, ListrakSoap)
    return vendor._account


def written(person: int) -> str:
    return html.unescape(email(person).decode())


def test_counters_of_all_messages_add_up_to_the_rows_that_a_complete_extract_has(exhibited: Exhibited) -> None:
    census = exhibited.call("GET", "/_sandbox/listrak-soap/rows?include_test_messages=true")
    rows = exhibited.rows("listrak-soap", "messages")
    assert len(rows) == census["messages"]["rows"]
    assert {name: sum(row[name] for row in rows) for name in COUNTERS} == {
        name: census[stream]["rows"] for name, stream in COUNTERS.items()
    }
    subscribed = sum(row["subscribed"] for row in exhibited.rows("listrak-soap", "lists"))
    assert subscribed == census["subscribed_contacts"]["rows"] == exhibited.figures("listrak-soap")["Subscribed"]


def test_each_recipient_is_in_one_part_of_the_bar(exhibited: Exhibited) -> None:
    for row in exhibited.rows("listrak-soap", "messages"):
        assert sum(row["recipients"].values()) == row["sent"]
        assert min(row["recipients"].values()) >= 0
        assert list(row["recipients"]) == ["clicked", "read", "opened", "not opened", "bounced"]


def test_names_and_subjects_are_as_people_read_them(exhibited: Exhibited) -> None:
    assert "Clearance & offers <VIP>" in {row["name"] for row in exhibited.rows("listrak-soap", "lists")}
    subjects = [row["subject"] for row in exhibited.rows("listrak-soap", "messages")]
    assert any("<Last chance>" in each for each in subjects if each)
    assert None in subjects


def test_messages_are_found_by_id_and_by_subject(exhibited: Exhibited) -> None:
    [row] = exhibited.rows("listrak-soap", "messages", "1000041")
    assert row["id"] == 1_000_041
    assert {row["subject"][:4] for row in exhibited.rows("listrak-soap", "messages", "SAVE 20% & MORE")} == {"Save"}


def test_a_list_has_the_newest_message_first_below_its_tests(exhibited: Exhibited) -> None:
    rows = exhibited.rows("listrak-soap", "messages", list="3117")
    assert len(rows) == 42
    assert [row["subject"][:6] for row in rows[:2]] == ["[TEST]", "[TEST]"]
    times = [row["at"] for row in rows[2:]]
    assert times == sorted(times, reverse=True)


def test_a_page_of_a_large_account_makes_only_its_own_rows(
    exhibit_of: Callable[..., Exhibited], monkeypatch: pytest.MonkeyPatch
) -> None:
    large = exhibit_of(lists=3, messages=1_000_000, contacts=10)
    account = account_of(large)
    made: list[tuple[int, ...]] = []
    message = account.message

    def kept(*place: int) -> Message:
        made.append(place)
        return message(*place)

    monkeypatch.setattr(account, "message", kept)
    found = large.view("listrak-soap", "messages").read(Asked(offset=2_999_000, limit=50))
    assert (len(found.rows), found.total, len(made)) == (50, 3_000_006, 50)


@pytest.mark.parametrize("stream", REPORT_ROWS)
def test_a_person_is_in_a_report_exactly_if_a_row_of_it_is_theirs(exhibited: Exhibited, stream: str) -> None:
    account = account_of(exhibited)
    for number in range(0, 40, 3):
        report = account.report(0, number, stream)
        theirs = {report.position(person) for person in range(report.people)}
        assert {position for position in range(-2, 330) if report.has(position)} == theirs


def test_a_person_is_found_by_email_with_lists_and_what_became_of_each_message(exhibited: Exhibited) -> None:
    account = account_of(exhibited)
    report = account.report(0, 39, "message_clicks")
    position = report.position(0)
    shown = exhibited.person("listrak-soap", written(account.people[0] + position))
    [on] = [row for row in shown["Lists"] if row["list"] == 3117]
    assert on["contact"] == contact_id(account.people[0] + position).decode()
    did = {row["id"]: row["did"] for row in shown["Last messages of each list"]}
    assert did[report.message.msg_id] == "clicked"


def test_whoever_left_a_list_got_nothing_after(exhibited: Exhibited) -> None:
    account = account_of(exhibited)
    last = max(number for number in range(40) if account.message(0, number).leavers)
    leaver = account.message(0, last).first_leaver
    shown = exhibited.person("listrak-soap", written(account.people[0] + leaver))
    assert {row["list"]: row["state"] for row in shown["Lists"]}[3117] == "unsubscribed"
    got = [row for row in shown["Last messages of each list"] if row["list"] == 3117]
    assert (got[0]["id"], got[0]["did"]) == (account.layout.msg_id(0, last), "unsubscribed")


def test_a_contact_who_is_taken_off_by_hand_is_seen_as_unsubscribed(exhibited: Exhibited) -> None:
    account = account_of(exhibited)
    person = account.people[0] + 300
    body = {"ListID": 3117, "ContactID": contact_id(person).decode()}
    before = exhibited.figures("listrak-soap")["Subscribed"]
    exhibited.call("POST", "/_sandbox/listrak-soap/unsubscribe", body)
    assert exhibited.figures("listrak-soap")["Subscribed"] == before - 1
    states = {row["list"]: row["state"] for row in exhibited.person("listrak-soap", written(person))["Lists"]}
    assert states[3117] == "unsubscribed"


@pytest.mark.parametrize("address", ["ana.abe0@example.org", "ana.abe00@example.com", "0@example.com", "12125550100"])
def test_an_address_that_is_nearly_somebodys_is_nobodys(exhibited: Exhibited, address: str) -> None:
    assert written(0) == "ana.abe0@example.com"
    assert exhibited.person("listrak-soap", address) == {}


@pytest.mark.parametrize("person", [0, 1, 26, 27, 727, 728, 12_345, 1_000_003])
def test_an_address_leads_back_to_the_number_that_it_grew_from(person: int) -> None:
    assert person_with(written(person)) == person
