"""Segment's destination to Attentive, which Attentive maintains, delivers to the sandbox as it does to Attentive."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from other_people import OTHERS, node_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

    Deliver = Callable[..., list[Any]]
    Held = Callable[..., list[dict[str, Any]]]

SUBSCRIBER, NEWCOMER = "+12025550100", "+13035550101"
SOURCE = {"signUpSourceId": "132109", "subscriptionType": "MARKETING"}
SHIRT = {"product_id": "8", "variant": "8-red", "name": "Shirt", "price": 19.9, "currency": "USD", "quantity": 2}


@pytest.fixture(scope="module")
def node() -> Path:
    return node_folder()


@pytest.fixture
def deliver(node: Path, clean_sandbox: Sandbox) -> Deliver:
    """Give events to the destination: what each came to, None or an HTTP status and the destination's words."""

    def deliver(*deliveries: Any, key: str = "sandbox-attentive") -> list[Any]:
        command = ["node", str(OTHERS / "attentive.cjs"), str(node), clean_sandbox.attentive_url, key]
        lines = "".join(json.dumps(each) + "\n" for each in deliveries)
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        ended = [json.loads(line) for line in done.stdout.splitlines()]
        return [each["error"] and (each["status"], each["error"]) for each in ended]

    return deliver


@pytest.fixture
def held(clean_sandbox: Sandbox) -> Held:
    """What the sandbox's Attentive holds: `held("people", phone="+12025550100")`."""
    return lambda what, **who: clean_sandbox.get(f"/_sandbox/attentive/{what}?{urlencode(who)}")[what]


def delivery(
    action: str, mapping: dict[str, Any] | None = None, *, phone: str = SUBSCRIBER, **event: Any
) -> dict[str, Any]:
    """An event of Segment's form, and the action it is for; `mapping` differs from the action's defaults."""
    event = {"type": "track", "timestamp": datetime.now(timezone.utc).isoformat(), "properties": {}, **event}
    return {"action": action, "mapping": mapping or {}, "event": {**event, "context": {"traits": {"phone": phone}}}}


def test_it_subscribes_people_and_they_are_asked_for_a_yes(
    deliver: Deliver, held: Held, clean_sandbox: Sandbox
) -> None:
    by_locale = {"locale": "en-US", "subscriptionType": "MARKETING"}
    ended = deliver(
        delivery("subscribeUser", SOURCE, phone=NEWCOMER),
        delivery("subscribeUser", by_locale, phone="+13035550102"),
        delivery("subscribeUser", SOURCE, phone="303-555-0103"),
    )

    assert ended == [None, None, (400, "Bad Request")]
    found = {each["address"]: each for each in held("subscriptions") if each["address"].startswith("+1303")}
    assert {phone: each["state"] for phone, each in found.items()} == {NEWCOMER: "pending", "+13035550102": "pending"}
    assert found[NEWCOMER]["signUpSourceId"] == "132109"
    assert [each["kind"] for each in clean_sandbox.texts(phone=NEWCOMER[1:])] == ["reply_y"]


def test_it_sets_attributes_and_sends_events(deliver: Deliver, held: Held) -> None:
    ended = deliver(
        delivery("upsertUserAttributes", type="identify", traits={"Nickname": "Ana", "points": 12}),
        delivery("customEvents", event="Points earned", messageId="e-7", properties={"points": 120}),
        *(
            delivery("ecommEvent", {"eventType": kind}, properties={"products": [SHIRT]})
            for kind in ("product-view", "add-to-cart", "purchase")
        ),
    )

    assert ended == [None] * 5
    (person,) = held("people", phone=SUBSCRIBER)
    assert {"Nickname": "Ana", "points": 12}.items() <= person["attributes"].items()
    events = held("events")
    assert [each["type"] for each in events] == ["Points earned", "ProductView", "AddToCart", "Purchase"]
    assert events[0]["externalEventId"] == "e-7"
    assert events[3]["body"]["items"][0]["price"] == [{"value": 19.9, "currency": "USD"}]
    assert {each["person"] for each in events} == {person["id"]}


def test_it_is_told_of_a_wrong_key_and_of_what_the_contract_refuses(deliver: Deliver, held: Held) -> None:
    assert deliver(delivery("customEvents", event="Seen"), key="wrong") == [(401, "Unauthorized")]
    # It sends custom identifiers as an object. Attentive's contract has a list of names and values.
    who = {"phone": SUBSCRIBER, "crm_id": "901"}
    assert deliver(delivery("customEvents", {"userIdentifiers": who}, event="Seen")) == [(400, "Bad Request")]
    assert held("events") == []


def test_it_is_told_when_it_calls_too_often(deliver: Deliver, held: Held, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("http-429", "CustomEvent", vendor="attentive", times=1)

    ended = deliver(*(delivery("customEvents", event="Seen", messageId=str(number)) for number in range(2)))

    assert ended == [(429, "Too Many Requests"), None]
    assert [each["externalEventId"] for each in held("events")] == ["1"]
