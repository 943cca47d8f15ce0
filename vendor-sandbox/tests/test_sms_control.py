"""Clock, outbox, and the vendor's own part of the control API; what a reset and a restart leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

    from .conftest import SmsClient

NEW = "13125550180"
OWN = "/_sandbox/listrak-sms"


def post(sms: SmsClient, path: str, body: object) -> requests.Response:
    return requests.post(f"{sms.sandbox.url}/_sandbox/{path}", json=body, timeout=10)


@pytest.mark.parametrize(
    ("utc", "eastern"),
    [
        ("2025-03-09T06:59:50Z", "2025-03-09T01:59:50"),
        ("2025-03-09T07:00:00Z", "2025-03-09T03:00:00"),
        ("2025-11-02T05:59:50+00:00", "2025-11-02T01:59:50"),
        ("2025-11-02T06:00:00Z", "2025-11-02T01:00:00"),
        ("2018-12-14T17:44:40Z", "2018-12-14T12:44:40"),
    ],
)
def test_times_are_eastern_by_a_clock_that_can_be_set(sms: SmsClient, utc: str, eastern: str) -> None:
    sms.sandbox.post("/_sandbox/clock", {"at": utc})
    assert sms.sandbox.get("/_sandbox/clock")["now"][:17] == utc[:17]
    sms.create(NEW)
    date = sms.get(f"/Contact/{NEW}")["subscribeDate"]
    assert eastern[:-1] <= date <= eastern[:-2] + "59"


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"advance": "1"},
        {"advance": True},
        {"at": "2025-01-01"},
        {"at": 5},
        {"advance": 1, "at": "x"},
        {"advance": 1e300},
    ],
)
def test_a_clock_is_not_moved_by_what_is_no_time(sms: SmsClient, wanted: dict[str, Any]) -> None:
    answer = post(sms, "clock", wanted)
    assert answer.status_code == 422
    assert answer.json()["problems"]
    assert sms.sandbox.get("/_sandbox/clock")["ahead"] == 0


def test_reset_brings_contacts_clock_outbox_and_tokens_back_to_the_start(sms: SmsClient) -> None:
    fresh = sms.sandbox.get(f"{OWN}/contacts")
    sms.create(NEW)
    sms.put("12125550101", optedOut=True)
    sms.sandbox.advance(100)
    assert sms.sandbox.get(f"{OWN}/contacts")["count"] == fresh["count"] + 1
    sms.sandbox.reset()
    assert sms.sandbox.get(f"{OWN}/contacts") == fresh
    assert sms.sandbox.texts() == []
    assert sms.sandbox.get("/_sandbox/clock")["ahead"] == 0
    assert sms.call("GET", "").status_code == 401


def test_the_seeded_contacts_are_the_same_for_ever_and_nobodys(sms: SmsClient) -> None:
    contacts = sms.sandbox.get(f"{OWN}/contacts")["contacts"]
    assert len(contacts) == 40
    assert all(contact["phoneNumber"].startswith("121255501") for contact in contacts)
    assert {contact["senderCodeId"] for contact in contacts} == {501, 502}
    assert sms.sandbox.get(f"{OWN}/subscriptions")["count"] == 46
    assert {contact["standing"] for contact in contacts} == {"good", "banned", "suspended"}


def test_contacts_subscriptions_and_opt_outs_are_shown_for_one_person(sms: SmsClient) -> None:
    sms.reply("12125550120", "STOP")
    query = "?phone=12125550120"
    (contact,) = sms.sandbox.get(f"{OWN}/contacts{query}")["contacts"]
    assert contact["optedOut"] is True
    states = [row["state"] for row in sms.sandbox.get(f"{OWN}/subscriptions{query}")["subscriptions"]]
    assert states == ["unsubscribed"] * 3
    (out,) = sms.sandbox.get(f"{OWN}/opt-outs{query}")["optOuts"]
    assert (out["handset"], out["optOutReason"]) == (True, "Campaign")
    assert sms.sandbox.get(f"{OWN}/opt-outs")["count"] == 5


def test_a_number_can_be_banned_and_forgiven(sms: SmsClient) -> None:
    for standing, status in (("banned", 400), ("good", 201)):
        sms.sandbox.post(f"{OWN}/standing", {"phone": NEW, "standing": standing})
        assert sms.create(NEW).status_code == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("reply", {"phone": NEW, "text": "STOP"}),
        ("reply", {"phone": "x", "text": "STOP"}),
        ("reply", {"phone": "12125550101", "text": "STOP", "senderCodeId": 502}),
        ("opt-out", {"phone": "12125550101", "reason": "Whim"}),
        ("opt-out", {"phone": NEW}),
        ("standing", {"phone": NEW, "standing": "odd"}),
        ("integrations", {"client_id": "nobody", "paused": True}),
        ("integrations", {"client_id": "sandbox-sms", "paused": "yes"}),
        ("integrations", {"client_id": "sandbox-sms"}),
    ],
)
def test_a_mistake_is_explained(sms: SmsClient, path: str, body: dict[str, Any]) -> None:
    answer = post(sms, f"listrak-sms/{path}", body)
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_the_outbox_is_filtered_and_a_wrong_filter_is_named(sms: SmsClient) -> None:
    sms.create(NEW)
    sms.create("13125550181", 7002)
    assert sms.sandbox.get("/_sandbox/outbox")["count"] == 2
    assert [text["phone"] for text in sms.sandbox.texts(kind="double-opt-in")] == ["13125550181"]
    answer = requests.get(f"{sms.sandbox.url}/_sandbox/outbox?to=x", timeout=10)
    assert answer.status_code == 422
    assert "'to'" in answer.json()["problems"][0]


def test_every_switch_names_its_source_and_default(sms: SmsClient) -> None:
    for switch in sms.sandbox.get("/_sandbox/switches")["listrak-sms"].values():
        assert switch["value"] == switch["default"] == switch["choices"][0]
        assert switch["source"]
        assert switch["sure"] in "ABCD"


def test_data_keeps_people_texts_tokens_imports_and_clock_over_a_restart(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], sms_to: type[SmsClient]
) -> None:
    first = start_sandbox(data=tmp_path)
    sms = sms_to(first)
    first.advance(1000)
    sms.create(NEW, firstName="Kept")
    sms.reply("12125550101", "STOP")
    texts, contacts = first.texts(), first.get(f"{OWN}/contacts")
    first.stop()
    second = start_sandbox(data=tmp_path)
    sms.sandbox = second
    assert sms.get(f"/Contact/{NEW}")["firstName"] == "Kept"
    assert second.texts() == texts
    assert second.get(f"{OWN}/contacts") == contacts
    assert second.get("/_sandbox/clock")["ahead"] == pytest.approx(1000, abs=1)


def test_calls_are_counted_by_operation_refused_ones_too(sms: SmsClient) -> None:
    sms.create(NEW)
    sms.create(NEW)
    sms.call("GET", "/Nothing")
    assert sms.sandbox.calls("listrak-sms") == {"Contact_PostContactListResource": 2, "Token": 1}
