"""The made-up account: complete, in agreement with itself, the same for ever."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import SoapClient

REPORTS = {
    "message_opens": ("ReportRangeMessageContactOpen", "OpenCount"),
    "message_reads": ("ReportRangeMessageContactRead", "ReadCount"),
    "message_clicks": ("ReportRangeMessageContactClick", "ClickCount"),
    "message_bounces": ("ReportRangeMessageContactBounces", None),
    "message_unsubs": ("ReportRangeMessageContactRemoval", "RemoveCount"),
}


@pytest.fixture(scope="module")
def everything(soap_of_module: SoapClient, whole_time: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """All the account holds, read call by call: stream to rows with the ids a tap adds."""
    soap = soap_of_module
    lists = soap.rows("GetContactListCollection")
    held: dict[str, list[dict[str, Any]]] = {
        "lists": lists,
        "messages": [],
        "message_sends": [],
        "subscribed_contacts": [],
    }
    for each in lists:
        held["messages"] += soap.rows("ReportListMessageActivity", ListID=each["ListID"], **whole_time)
        contacts = soap.pages("ReportRangeSubscribedContacts", ListID=each["ListID"], **whole_time)
        held["subscribed_contacts"] += [row | {"ListID": each["ListID"]} for row in contacts]
    for message in held["messages"]:
        key = {"MsgID": message["MsgID"]}
        held["message_sends"] += [row | key for row in soap.pages("ReportMessageContactSent", **key)]
        for stream, (operation, _) in REPORTS.items():
            rows = soap.pages(operation, **key, **whole_time)
            held.setdefault(stream, []).extend(row | key for row in rows)
    return held


@pytest.fixture(scope="module")
def soap_of_module(sandbox: Sandbox, soap_client_class: type[SoapClient]) -> SoapClient:
    sandbox.reset()
    return soap_client_class(sandbox)


def keys_of(stream: str) -> list[str]:
    return {"lists": ["ListID"], "messages": ["MsgID"], "subscribed_contacts": ["ContactID", "ListID"]}.get(
        stream, ["MsgID", "EmailAddress"]
    )


def test_rows_tells_the_truth_about_every_stream(
    everything: dict[str, list[dict[str, Any]]], sandbox: Sandbox
) -> None:
    counted = {}
    for stream, rows in everything.items():
        keys = [tuple(row.get(name) for name in keys_of(stream)) for row in rows]
        complete = [key for key in keys if None not in key]
        counted[stream] = {
            "rows": len(rows),
            "keys": len(set(complete)),
            "without_key": len(keys) - len(complete),
        }
    assert counted == sandbox.rows()
    assert 30_000 < sum(each["rows"] for each in counted.values()) < 60_000


@pytest.mark.parametrize("stream", REPORTS)
def test_a_messages_counters_agree_with_its_rows(everything: dict[str, list[dict[str, Any]]], stream: str) -> None:
    counter = REPORTS[stream][1]
    rows = Counter(row["MsgID"] for row in everything[stream])
    if counter:
        assert {m["MsgID"]: int(m[counter]) for m in everything["messages"]} == {
            m["MsgID"]: rows[m["MsgID"]] for m in everything["messages"]
        }


def test_clickers_deliveries_and_percents_agree_with_the_rows(
    everything: dict[str, list[dict[str, Any]]],
) -> None:
    sends = Counter(row["MsgID"] for row in everything["message_sends"])
    clicks = Counter((row["MsgID"], row.get("EmailAddress")) for row in everything["message_clicks"])
    for message in everything["messages"]:
        times = [count for (msg_id, _), count in clicks.items() if msg_id == message["MsgID"]]
        assert int(message["DeliverCount"]) == sends[message["MsgID"]]
        assert int(message["ClickerCount"]) == len(times)
        assert int(message["RepeatClickerCount"]) == sum(count > 1 for count in times)
        opened = 100 * int(message["OpenCount"]) / max(1, int(message["DeliverCount"]))
        assert float(message["OpenPercent"]) == pytest.approx(opened, abs=1e-4)


def test_whoever_clicked_had_read_and_opened_and_nobody_who_bounced_did(
    everything: dict[str, list[dict[str, Any]]],
) -> None:
    people = {
        stream: {(row["MsgID"], row["EmailAddress"]) for row in everything[stream] if row.get("EmailAddress")}
        for stream in ("message_sends", *REPORTS)
    }
    # A person without an address in one report may have it in the other: those few may be missing.
    assert len(people["message_clicks"] - people["message_reads"]) < 20
    assert len(people["message_reads"] - people["message_opens"]) < 30
    assert not people["message_bounces"] & people["message_opens"]
    assert all(rows <= people["message_sends"] for rows in people.values())


def test_the_data_has_what_is_hard_to_read(everything: dict[str, list[dict[str, Any]]]) -> None:
    subjects = [message.get("Subject") for message in everything["messages"]]
    clicks = everything["message_clicks"]
    assert None in subjects
    assert any("🎉" in (subject or "") for subject in subjects)
    assert any("عرض" in (subject or "") for subject in subjects)
    assert any("<" in (subject or "") and ">" in (subject or "") for subject in subjects)
    assert any(len(row.get("LinkUrl") or "") > 1000 and "&" in row["LinkUrl"] for row in clicks)
    assert {"LinkUrl", "LinkDescription"} - set[str].intersection(*(set(row) for row in clicks))
    assert any("." in row["OpenDate"] for row in everything["message_opens"])
    assert any("." not in row["OpenDate"] for row in everything["message_opens"])
    assert any(int(message["DeliverCount"]) and message["OpenCount"] == "0" for message in everything["messages"])
    assert any("ContactID" not in row for row in everything["message_opens"])


def test_one_contact_clicks_several_links_of_one_message(everything: dict[str, list[dict[str, Any]]]) -> None:
    links: dict[tuple[str, str | None], set[str | None]] = {}
    for row in everything["message_clicks"]:
        links.setdefault((row["MsgID"], row.get("EmailAddress")), set()).add(row.get("LinkUrl"))
    assert max(map(len, links.values())) > 1


def test_contacts_are_shared_between_lists_and_some_lists_are_empty(
    everything: dict[str, list[dict[str, Any]]],
) -> None:
    lists: dict[str | None, set[str]] = {}
    for row in everything["subscribed_contacts"]:
        lists.setdefault(row.get("ContactID"), set()).add(row["ListID"])
    assert any(len(each) > 1 for contact, each in lists.items() if contact)
    with_messages = {message["ListID"] for message in everything["messages"]}
    with_contacts = {row["ListID"] for row in everything["subscribed_contacts"]}
    every = {row["ListID"] for row in everything["lists"]}
    assert every - with_messages
    assert every - with_contacts


def test_addresses_are_nobodys(everything: dict[str, list[dict[str, Any]]]) -> None:
    domains = {row["EmailAddress"].rpartition("@")[2] for row in everything["message_sends"]}
    assert domains == {"example.com", "example.org", "example.net"}
