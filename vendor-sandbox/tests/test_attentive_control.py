"""What the sandbox shows of Attentive, what people do, and what a reset and a restart leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

    from .conftest import AttentiveClient

NEW = "+12025550160"


def test_the_seeded_people_are_the_same_for_ever_and_nobodys(attentive: AttentiveClient) -> None:
    people = attentive.shown("people")
    assert people["count"] == 20
    for number, person in enumerate(people["people"]):
        assert person["identifiers"] == {
            "phone": [f"+120255501{number:02d}"],
            "email": [f"person{number}@example.com"],
            "clientUserId": [f"customer-{number}"],
        }
    states = [each["state"] for each in attentive.shown("subscriptions")["subscriptions"]]
    assert {state: states.count(state) for state in states} == {"subscribed": 22, "pending": 2, "unsubscribed": 6}


def test_people_subscriptions_and_attributes_are_shown_for_one_person(attentive: AttentiveClient) -> None:
    query = "?phone=%2B12025550112"
    (person,) = attentive.shown(f"people{query}")["people"]
    assert person["attributes"] == {"Favorite Color": "Red", "Loyalty Points": 120}
    (row,) = attentive.shown(f"subscriptions{query}")["subscriptions"]
    assert (row["type"], row["channel"], row["state"], row["by"]) == ("MARKETING", "TEXT", "unsubscribed", "stop")
    color = attentive.shown("attributes")["attributes"][0]
    assert color == {"name": "Favorite Color", "type": "enum", "source": "ui", "choices": ["Red", "Green", "Blue"]}


@pytest.mark.parametrize("body", [{}, {"phone": "5", "text": "Y"}, {"phone": "+12025550199", "text": "Y"}])
def test_a_reply_of_nobody_is_explained(attentive: AttentiveClient, body: Any) -> None:
    answer = requests.post(f"{attentive.sandbox.url}/_sandbox/attentive/reply", json=body, timeout=10)
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_reset_brings_everything_back_to_the_start(attentive: AttentiveClient) -> None:
    paths = ("people", "subscriptions", "attributes", "segments", "jobs", "events", "keys", "webhook-deliveries")
    fresh = [attentive.shown(path) for path in paths]
    attentive.switch(accepted_seconds="60")
    attentive.subscribe(NEW)
    attentive.post("/v2/segments", {"name": "VIP"}, 201)
    attentive.post("/v1/webhooks", {"url": "https://example.com", "events": ["custom_attribute.set"]}, 201)
    attentive.post("/v1/attributes/custom", {"properties": {"A": 1}, "user": {"phone": NEW}})
    attentive.post("/v1/events/custom", {"type": "T", "user": {"phone": NEW}})
    attentive.post("/v2/bulk/user/attributes", {"users": [{"identifiers": {"phone": NEW}}]}, 202)
    attentive.sandbox.post("/_sandbox/attentive/keys", {"key": "sandbox-attentive", "revoked": True})
    attentive.sandbox.reset()
    attentive.sandbox.advance(3600)
    assert [attentive.shown(path) for path in paths] == fresh
    assert attentive.sandbox.texts() == []
    assert attentive.post("/v1/attributes/custom", {"properties": {"A": "text"}, "user": {"phone": NEW}}) is None


def test_data_keeps_people_texts_jobs_and_what_waits_over_a_restart(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], attentive_to: Any
) -> None:
    first = attentive_to(start_sandbox(data=tmp_path))
    first.switch(accepted_seconds="60", job_seconds="60")
    first.subscribe(NEW)
    first.post("/v2/bulk/user/attributes", {"users": [{"identifiers": {"email": "kept@example.com"}}]}, 202)
    first.sandbox.post("/_sandbox/attentive/keys", {"key": "sandbox-attentive-second", "revoked": True})
    assert first.texts(NEW) == []
    first.sandbox.stop()
    second = attentive_to(start_sandbox(data=tmp_path))
    second.sandbox.advance(60)
    assert second.texts(NEW) == ["reply_y"]
    assert second.shown("jobs")["jobs"][0]["status"] == "COMPLETED"
    assert second.shown("people?email=kept@example.com")["count"] == 1
    assert second.call("GET", "/v1/me", key="sandbox-attentive-second").status_code == 401


def test_calls_are_counted_by_operation_refused_ones_too(attentive: AttentiveClient) -> None:
    attentive.subscribe(NEW)
    attentive.subscribe("no")
    attentive.call("GET", "/v1/nothing")
    attentive.eligible(phone=NEW)
    assert attentive.sandbox.calls("attentive") == {"Eligibility": 1, "Subscribe": 2}


def test_every_switch_names_its_source_and_default(attentive: AttentiveClient) -> None:
    switches = attentive.sandbox.get("/_sandbox/switches")
    for switch in [*switches["attentive"].values(), *switches["annex-cloud"].values()]:
        assert switch["value"] == switch["default"] == switch["choices"][0]
        assert switch["source"]
        assert switch["sure"] in "ABCD"
