"""Custom and e-commerce events: what is taken, what is refused, and what the control API shows of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import AttentiveClient

USER = {"phone": "+12025550100"}
CUSTOM = "/v1/events/custom"
ITEM = {"productId": "p", "productVariantId": "v", "price": [{"value": 19.99}]}


def ago(hours: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(time.time() - hours * 3600))


def test_an_event_is_kept_with_whom_it_is_about(attentive: AttentiveClient) -> None:
    body = {
        "type": "Level Reached",
        "properties": {"level": "gold", "list": [1]},
        "externalEventId": "e-1",
        "user": USER,
    }
    assert attentive.post(CUSTOM, body) is None
    (event,) = attentive.shown("events")["events"]
    (person,) = attentive.shown("people?phone=%2B12025550100")["people"]
    assert (event["person"], event["externalEventId"], event["journey"]) == (person["id"], "e-1", True)
    assert event["body"] == body


@pytest.mark.parametrize(("hours", "journey"), [(0, True), (11.9, True), (12.1, False)])
def test_an_event_of_more_than_12_hours_ago_starts_no_journey(
    attentive: AttentiveClient, hours: float, *, journey: bool
) -> None:
    attentive.post(CUSTOM, {"type": "T", "occurredAt": ago(hours), "user": USER})
    assert attentive.shown("events")["events"][0]["journey"] is journey


@pytest.mark.parametrize("at", ["2021-03-30T14:38:29.000Z", "2021-03-30T14:38:29+0000", "2021-03-30T14:38:29-05:00"])
def test_a_time_has_an_offset_with_or_without_a_colon(attentive: AttentiveClient, at: str) -> None:
    assert attentive.call("POST", CUSTOM, {"type": "T", "occurredAt": at, "user": USER}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"type": None},
        {"type": 'a"b'},
        {"type": "a,b"},
        {"type": "it's"},
        {"properties": {"a[0]": 1}},
        {"properties": {"a|b": 1}},
        {"properties": []},
        {"externalEventId": 5},
        {"occurredAt": "2021-03-30T14:38:29"},
        {"occurredAt": "2021-13-30T14:38:29Z"},
        {"occurredAt": 1617115109},
        {"user": {}},
        {"user": {**USER, "shopifyId": "s"}},
    ],
)
def test_an_event_that_cannot_be_is_refused(attentive: AttentiveClient, change: dict[str, Any]) -> None:
    assert attentive.error("POST", CUSTOM, {"type": "T", "user": USER, **change})[0] == 400
    assert attentive.shown("events")["count"] == 0


def test_a_quote_and_a_comma_are_fine_in_the_name_of_a_property(attentive: AttentiveClient) -> None:
    assert attentive.post(CUSTOM, {"type": "T", "properties": {"it's, fine": 1}, "user": USER}) is None


@pytest.mark.parametrize(("way", "count"), [("off", 2), ("on", 1)])
def test_whether_a_repeated_event_counts_is_a_switch(attentive: AttentiveClient, way: str, count: int) -> None:
    attentive.switch(event_dedupe=way)
    for _ in range(2):
        attentive.post(CUSTOM, {"type": "T", "externalEventId": "e-1", "user": USER})
    assert attentive.shown("events")["count"] == count


def test_an_event_type_belongs_to_the_app_that_sent_it_first(attentive: AttentiveClient) -> None:
    attentive.post(CUSTOM, {"type": "T", "user": USER})
    body = {"type": "T", "user": USER}
    assert attentive.error("POST", CUSTOM, body, key="sandbox-attentive-second")[0] == 400
    attentive.switch(foreign_event="accept")
    attentive.post(CUSTOM, body, key="sandbox-attentive-second")


@pytest.mark.parametrize("path", ["product-view", "add-to-cart", "purchase"])
def test_what_people_look_at_and_buy_is_kept_price_and_all(attentive: AttentiveClient, path: str) -> None:
    body = {"items": [{**ITEM, "quantity": 2, "name": "Boots"}], "user": USER, "orderId": "o-1"}
    assert attentive.post(f"/v1/events/ecommerce/{path}", body) is None
    (event,) = attentive.shown("events")["events"]
    assert event["body"]["items"][0]["price"] == [{"value": 19.99}]


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": {}},
        {"items": [{**ITEM, "productId": None}]},
        {"items": [{**ITEM, "productVariantId": ""}]},
        {"items": [{**ITEM, "price": []}]},
        {"items": [{**ITEM, "price": {"value": 1}}]},
        {"items": [{**ITEM, "price": [{"value": "19.99"}]}]},
        {"items": [{**ITEM, "price": [{"value": 1, "currency": "usd"}]}]},
        {"items": [{**ITEM, "quantity": 1.5}]},
        {"salesChannel": {"channelType": "SHOP"}},
        {"user": None},
    ],
)
def test_a_purchase_that_cannot_be_is_refused(attentive: AttentiveClient, change: dict[str, Any]) -> None:
    body = {"items": [ITEM], "user": USER, **change}
    assert attentive.error("POST", "/v1/events/ecommerce/purchase", body)[0] == 400


def test_an_event_of_someone_without_an_address_is_kept_for_nobody(attentive: AttentiveClient) -> None:
    attentive.post(CUSTOM, {"type": "T", "user": {"externalIdentifiers": {"clientUserId": "nobody"}}})
    assert attentive.shown("events")["events"][0]["person"] is None
    attentive.post(CUSTOM, {"type": "T", "user": {"externalIdentifiers": {"clientUserId": "customer-0"}}})
    assert attentive.shown("events")["events"][1]["person"] is not None
