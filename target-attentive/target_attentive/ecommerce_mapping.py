"""From a record to an e-commerce event: pure, no I/O.

The bodies of `POST /v1/events/ecommerce/{product-view,add-to-cart,purchase}` are those of Attentive's OpenAPI
description. Amounts are decimals, which the transport writes as JSON numbers, with the digits that the record has::

    {"items": [{"productId": "8", "productVariantId": "8-red", "price": [{"value": 19.90, "currency": "USD"}]}],
     "user": {"phone": "+1…"}, "occurredAt": "2026-11-21T10:00:00.000Z", "orderId": "1001"}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from target_attentive.event_mapping import IDENTIFIERS, occurred_at, require, wrong_column
from target_attentive.values import WrongValueError, amount, json_list, plain_text, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_delivery.actions import Record
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from target_attentive.user_forms import EventUser

PURCHASE = "purchase"
TYPES: Mapping[str, str] = {"productview": "product_view", "addtocart": "add_to_cart", PURCHASE: PURCHASE}
"""By what is left of the record's word without blanks, hyphens and underscores."""
SALES_CHANNELS = ("WEB", "IOS_APP", "ANDROID_APP", "IN_STORE", "PHONE", "OTHER")
_SENT = frozenset({*IDENTIFIERS, "type", "items", "occurred_at", "order_id", "sales_channel", "currency"})
_OURS: Mapping[str, str] = {
    "productid": "productId",
    "productvariantid": "productVariantId",
    "price": "price",
    "value": "value",
    "currency": "currency",
    "quantity": "quantity",
    "name": "name",
    "image": "productImage",
    "productimage": "productImage",
    "url": "productUrl",
    "producturl": "productUrl",
}
"""Attentive's names of an item's fields, by what is left of ours and of theirs without underscores and capitals."""
_BETWEEN = re.compile(r"[\s_-]+")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DEFAULT_CURRENCY = "USD"
"""Attentive's own, where an amount has none."""


def left_out(columns: Columns) -> list[str]:
    """Return the columns of a stream that an e-commerce event has no place for, its key left aside."""
    strange = [name for ours, name in columns.known.items() if ours not in _SENT]
    return [name for name in (*strange, *columns.others) if name not in columns.keys]


class EcommerceMapper:
    """Turns the records of one stream into e-commerce events.

    Args:
        columns: The stream's columns.

    Raises:
        SetupError: It has no column `type` or no column `items`.
    """

    def __init__(self, columns: Columns) -> None:
        require(columns, "type", "items")
        self._columns = columns

    def event(self, record: Record, user: EventUser) -> tuple[str, dict[str, Any]] | Verdict:
        """Return which event a record is, `product_view`, `add_to_cart` or `purchase`, and the call's body.

        Args:
            record: The record.
            user: Whom it is about.

        Returns:
            Both; or a rejection: `missing_type`, `wrong_event`, `missing_items`, `wrong_item`, `wrong_price`,
            `no_offset`, `wrong_type`.
        """
        known, column = self._columns.known, ""
        body: dict[str, Any] = {}
        try:
            column = known["type"]
            kind = _type_of(record.get(column))
            column = known.get("currency", "")
            currency = _currency(record.get(column)) or _DEFAULT_CURRENCY
            column = known["items"]
            body["items"] = _items(record.get(column), currency)
            column = known.get("occurred_at", "")
            if (time := occurred_at(record, self._columns)) is not None:
                body["occurredAt"] = time
            if kind == PURCHASE:
                column = known.get("order_id", "")
                if (order := plain_text(record.get(column))) is not None:
                    body["orderId"] = order
                column = known.get("sales_channel", "")
                if (channel := _sales_channel(record.get(column))) is not None:
                    body["salesChannel"] = {"channelType": channel}
        except WrongValueError as error:
            return wrong_column(column, error)
        return kind, {**body, "user": user}


def _type_of(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text and (value is None or isinstance(value, str)):
        raise WrongValueError("there is no value, and so no event.", "missing_type")
    if (kind := TYPES.get(_BETWEEN.sub("", text).lower())) is None:
        raise WrongValueError("expected product_view, add_to_cart or purchase.", "wrong_event")
    return kind


def _sales_channel(value: Any) -> str | None:
    text = plain_text(value)
    if text is None:
        return None
    word = _BETWEEN.sub("_", text).upper()
    if word not in SALES_CHANNELS:
        raise WrongValueError(f"expected one of {', '.join(SALES_CHANNELS)}.")
    return word


def _items(value: Any, currency: str) -> list[dict[str, Any]]:
    items = json_list(value)
    if not items:
        raise WrongValueError("there are no items, and an event has at least one.", "missing_items")
    written = []
    for place, item in enumerate(items, 1):
        if not isinstance(item, Mapping):
            raise WrongValueError(f"item {place} is no object.", "wrong_item")
        try:
            written.append(_item(item, currency))
        except WrongValueError as error:
            reason = "wrong_item" if error.reason == "wrong_type" else error.reason
            raise WrongValueError(f"item {place}: {error}", reason) from None
    return written


def _item(given: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Write an item. What Attentive has no field for is left out."""
    item = _spelled(given)
    written: dict[str, Any] = {
        "productId": _needed("product_id", item.get("productId")),
        "productVariantId": _needed("product_variant_id", item.get("productVariantId")),
        "price": _prices(item.get("price"), _read("currency", _currency, item.get("currency")) or currency),
    }
    for name in ("name", "productImage", "productUrl"):
        if (text := _read(name, plain_text, item.get(name))) is not None:
            written[name] = text
    if (quantity := _read("quantity", whole_number, item.get("quantity"))) is not None:
        written["quantity"] = quantity
    return written


def _spelled(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping's values by Attentive's names. Of two spellings, the one that has a value counts."""
    found: dict[str, Any] = {}
    for spelling, value in given.items():
        name = _OURS.get(_BETWEEN.sub("", spelling).lower())
        if name is not None and value is not None:
            found.setdefault(name, value)
    return found


def _prices(value: Any, currency: str) -> list[dict[str, Any]]:
    """Write the price: one amount, or as Attentive has it a list of amounts with their currencies."""
    if isinstance(value, Mapping):
        value = [value]
    given = [_spelled(each) for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    if isinstance(value, list):
        if not value or len(given) != len(value):
            raise WrongValueError("`price`: expected a number, or a list of objects with `value` and `currency`.")
    else:
        given = [{"value": value}]
    return [
        {
            "value": _needed("price", each.get("value"), amount),
            "currency": _read("currency", _currency, each.get("currency")) or currency,
        }
        for each in given
    ]


def _currency(value: Any) -> str | None:
    text = plain_text(value)
    if text is not None and not _CURRENCY.fullmatch(text.upper()):
        raise WrongValueError("expected a currency of three letters, such as USD.")
    return text.upper() if text is not None else None


def _read(name: str, read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except WrongValueError as error:
        raise WrongValueError(f"`{name}`: {error}", error.reason) from None


def _needed(name: str, value: Any, read: Callable[[Any], Any] = plain_text) -> Any:
    found = _read(name, read, value)
    if found is None:
        raise WrongValueError(f"`{name}` has no value.")
    return found
