"""Records to e-commerce events: items as they are written in tables, and prices to the digit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.columns import Columns
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict
from singer_delivery.reader import LineReader
from singer_delivery.transport import encoded
from target_attentive.ecommerce import Ecommerce
from target_attentive.ecommerce_mapping import EcommerceMapper, left_out
from target_attentive.settings import SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_attentive.user_forms import EventUser

USER: EventUser = {"phone": "+12025550150"}
CANARY = "c4nary-value"
ITEM = {"product_id": "8", "product_variant_id": "8-red", "price": Decimal("19.90")}
WRITTEN = {"productId": "8", "productVariantId": "8-red", "price": [{"value": Decimal("19.90"), "currency": "USD"}]}


def columns(*names: str, keys: Sequence[str] = ()) -> Columns:
    return Columns.of("orders", names, {**SPELLINGS, **Ecommerce.spellings}, keys=keys)


def event(record: dict[str, Any]) -> Any:
    record = {"type": "purchase", "items": [ITEM], **record}
    return EcommerceMapper(columns(*record)).event(record, USER)


def item(**fields: Any) -> Any:
    """The item of an event with one item; or its rejection."""
    found = event({"items": [{**ITEM, **fields}]})
    return found if isinstance(found, Verdict) else found[1]["items"][0]


def price(value: float | Decimal | str) -> str:
    """A price as it stands in the request; or the reason why not."""
    found = item(price=value)
    if isinstance(found, Verdict):
        return found.reason
    return encoded(found["price"][0]["value"]).decode()


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("product_view", "product_view"),
        ("Product View", "product_view"),
        ("product-view", "product_view"),
        ("AddToCart", "add_to_cart"),
        ("ADD_TO_CART", "add_to_cart"),
        (" purchase ", "purchase"),
    ],
)
def test_a_type_may_be_written_in_any_way(written: str, kind: str) -> None:
    assert event({"type": written}) == (kind, {"items": [WRITTEN], "user": USER})


@pytest.mark.parametrize(
    ("value", "reason"),
    [(None, "missing_type"), ("", "missing_type"), ("view_item", "wrong_event"), (7, "wrong_event")],
)
def test_another_type_is_no_event(value: int | str | None, reason: str) -> None:
    assert event({"type": value}).reason == reason


@pytest.mark.parametrize("missing", ["type", "items"])
def test_a_stream_without_type_or_items_is_told_at_once(missing: str) -> None:
    with pytest.raises(SetupError, match=f"no column `{missing}`"):
        EcommerceMapper(columns(*{"phone", "type", "items"} - {missing}))


@pytest.mark.parametrize("items", [[ITEM], '[{"product_id": "8", "product_variant_id": "8-red", "price": 19.90}]'])
def test_items_may_be_a_list_or_the_text_of_one(items: list[dict[str, Any]] | str) -> None:
    _, body = event({"items": items})
    assert body["items"] == [WRITTEN]
    assert b'"value":19.90' in encoded(body)


def test_an_item_may_have_attentives_names_or_ours() -> None:
    given = {
        "productId": 8,
        "ProductVariantID": "8-red",
        "price": Decimal("19.90"),
        "currency": "eur",
        "quantity": 2,
        "name": "Red shoe",
        "image": "https://example.com/8.png",
        "product_url": "https://example.com/8",
        "brand": "Example",
    }
    _, body = event({"items": [given]})
    assert body["items"] == [
        {
            "productId": "8",
            "productVariantId": "8-red",
            "price": [{"value": Decimal("19.90"), "currency": "EUR"}],
            "quantity": 2,
            "name": "Red shoe",
            "productImage": "https://example.com/8.png",
            "productUrl": "https://example.com/8",
        }
    ]


def test_a_price_may_be_attentives_own_list_of_amounts() -> None:
    amounts = [{"value": "19.90", "currency": "USD"}, {"value": 18, "currency": "EUR"}, {"value": 1}]
    assert encoded(item(price=amounts)["price"]) == (
        b'[{"value":19.90,"currency":"USD"},{"value":18,"currency":"EUR"},{"value":1,"currency":"USD"}]'
    )


def test_the_currency_is_that_of_the_amount_else_of_the_item_else_of_the_record_else_us_dollars() -> None:
    assert event({"currency": "gbp"})[1]["items"][0]["price"][0]["currency"] == "GBP"
    assert event({"currency": None})[1]["items"][0]["price"][0]["currency"] == "USD"
    assert item(currency="eur", price=[{"value": 1, "currency": "chf"}])["price"][0]["currency"] == "CHF"
    assert event({"currency": "dollars"}).reason == "wrong_type"
    assert item(currency="€").reason == "wrong_item"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("19.99", "19.99"),
        ("0.10", "0.10"),
        ("1234567.89", "1234567.89"),
        ("20", "20"),
        ("0", "0"),
        ("0.00", "0.00"),
        ("-0.0", "0.0"),
        ("0.000000000", "0"),
        ("19.990000000000002", "19.990000000000002"),
        ("123456789012345.12345678901234567890", "123456789012345.12345678901234567890"),
        ("1e2", "100"),
        ("1.5E+1", "15"),
        ("1999e-2", "19.99"),
        ("-1", "wrong_price"),
        ("-0.01", "wrong_price"),
        ("1e15", "wrong_price"),
        ("1e999999", "wrong_price"),
        ("1e-21", "wrong_price"),
        ("true", "wrong_price"),
        ("null", "wrong_item"),
        ("[]", "wrong_item"),
        ("[19.99]", "wrong_item"),
        ('"19.99"', "19.99"),
        ('" 0.10 "', "0.10"),
        ('".5"', "0.5"),
        ('"1e2"', "wrong_price"),
        ('"NaN"', "wrong_price"),
        ('"Infinity"', "wrong_price"),
        ('"$5"', "wrong_price"),
        ('"1,000.00"', "wrong_price"),
        ('"-5"', "wrong_price"),
        ('""', "wrong_item"),
    ],
)
def test_a_price_has_the_digits_of_the_singer_message(value: str, sent: str) -> None:
    line = f'{{"type": "RECORD", "stream": "orders", "record": {{"price": {value}}}}}\n'
    assert price(LineReader().deserialize_json(line)["record"]["price"]) == sent


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), Decimal("sNaN")])
def test_what_is_no_number_is_no_price(value: Any) -> None:
    assert price(value) == "wrong_price"


@given(st.decimals(0, 10**14, allow_nan=False, allow_infinity=False, places=6))
def test_every_amount_arrives_as_it_is(value: Decimal) -> None:
    for form in (value, str(value), format(value, "f")):
        assert Decimal(price(form)) == value
    assert Decimal(price(float(value))) == Decimal(repr(float(value)))


@pytest.mark.parametrize("items", [None, [], "", "[]", "null"])
def test_an_event_has_items(items: Any) -> None:
    found = event({"items": items})
    assert found.reason == "missing_items"
    assert "`items`" in found.message


@pytest.mark.parametrize("items", ["shoes", {"product_id": "8"}, "{}", 7, "[1", True])
def test_items_that_are_no_list_reject_the_record(items: Any) -> None:
    assert event({"items": items}).reason == "wrong_type"


@pytest.mark.parametrize("item", ["8", 8, None, [ITEM]], ids=str)
def test_an_item_that_is_no_object_is_told_by_its_place(item: Any) -> None:
    found = event({"items": [ITEM, item]})
    assert (found.reason, "item 2 is no object" in found.message) == ("wrong_item", True)


@pytest.mark.parametrize("missing", list(ITEM))
@pytest.mark.parametrize("value", [None, "", " "])
def test_an_item_that_lacks_what_attentive_needs_is_named(missing: Any, value: str | None) -> None:
    found = event({"items": [ITEM, {**ITEM, missing: value}]})
    assert found.reason == "wrong_item"
    assert f"item 2: `{missing}`" in found.message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("product_id", ["8"]),
        ("product_id", True),
        ("product_id", Decimal("8.5")),
        ("quantity", Decimal("1.5")),
        ("quantity", -1),
        ("quantity", "many"),
        ("quantity", 2**63),
        ("name", {"en": CANARY}),
        ("currency", CANARY),
    ],
)
def test_an_item_with_a_wrong_value_is_named_and_not_quoted(field: str, value: Any) -> None:
    found = item(**{field: value})
    assert found.reason == "wrong_item"
    assert f"item 1: `{field}`" in found.message
    assert CANARY not in found.message


@pytest.mark.parametrize("value", [2, Decimal("2.0"), 2.0, "2", " 2.0 "])
def test_a_quantity_is_a_whole_number(value: Any) -> None:
    assert item(quantity=value)["quantity"] == 2


def test_a_purchase_has_its_order_and_its_sales_channel_and_no_other_event_has() -> None:
    record = {"order_id": 1001, "salesChannel": "in-store", "occurredAt": "2026-11-21T10:00:00Z"}
    _, body = event(record)
    del body["items"], body["user"]
    assert body == {
        "occurredAt": "2026-11-21T10:00:00.000Z",
        "orderId": "1001",
        "salesChannel": {"channelType": "IN_STORE"},
    }
    assert event({**record, "type": "add_to_cart"})[1].keys() == {"items", "user", "occurredAt"}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("sales_channel", "the moon", "wrong_type"),
        ("order_id", ["1001"], "wrong_type"),
        ("occurred_at", "2026-11-21T10:00:00", "no_offset"),
    ],
)
def test_a_wrong_value_of_the_record_names_its_column(column: str, value: list[str] | str, reason: str) -> None:
    found = event({column: value})
    assert found.reason == reason
    assert f"`{column}`" in found.message


def test_what_is_blank_is_left_out() -> None:
    record = {"order_id": " ", "sales_channel": "", "occurred_at": None}
    assert event(record)[1] == {"items": [WRITTEN], "user": USER}
    assert item(name="", image=None, quantity="") == WRITTEN


def test_columns_that_have_no_place_are_named_but_the_key() -> None:
    names = ("id", "phone", "type", "items", "first_name", "coupon", "orderId", "currency")
    assert left_out(columns(*names, keys=["id"])) == ["first_name", "coupon"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ITEM, "quantity"]), inner),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(["type", "items", "order_id", "occurred_at"], ANYTHING)))
def test_every_record_is_an_event_or_rejected(record: dict[str, Any]) -> None:
    found = event(record)
    if isinstance(found, Verdict):
        assert not found.message.startswith("Column ``")
    else:
        json.loads(encoded(found[1]))


def test_a_price_may_be_one_amount_with_its_currency() -> None:
    assert item(price={"value": Decimal("19.90"), "currency": "usd"}) == WRITTEN
