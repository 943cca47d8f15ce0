"""E-commerce events: product views, carts and purchases. Attentive gives them no id, so that none can be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Delivery
from singer_delivery.outcomes import Verdict
from target_attentive.ecommerce_mapping import EcommerceMapper, left_out
from target_attentive.event_mapping import event_id
from target_attentive.events import NOBODY, TOO_OLD, SentOnce
from target_attentive.identifiers import reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person

_CALLS: Mapping[str, tuple[str, str]] = {
    "product_view": ("ProductView", "/v1/events/ecommerce/product-view"),
    "add_to_cart": ("AddToCart", "/v1/events/ecommerce/add-to-cart"),
    "purchase": ("Purchase", "/v1/events/ecommerce/purchase"),
}
"""Operation and path by type."""


class Ecommerce(SentOnce):
    """Sends e-commerce events."""

    name: ClassVar[str] = "ecommerce"
    spellings: ClassVar[Mapping[str, str]] = {
        "type": "type",
        "items": "items",
        "occurredAt": "occurred_at",
        "orderId": "order_id",
        "salesChannel": "sales_channel",
        "currency": "currency",
        "shopifyId": "shopify_id",
        "klaviyoId": "klaviyo_id",
    }

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that the stream has the columns of e-commerce events."""
        event_of, identifiers_of = EcommerceMapper(columns).event, reader(columns)
        self._warn_without_key(columns)
        if strange := left_out(columns):
            names = ", ".join(f"`{name}`" for name in strange)
            self._warn(
                f"Stream `{columns.stream}`: an e-commerce event has no place for {names}. They are left out; a "
                "custom event takes any."
            )

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            found = identifiers_of(record, person)
            if isinstance(found, Verdict):
                return found
            if not (user := found.event_user()):
                return NOBODY
            event = event_of(record, user)
            if isinstance(event, Verdict):
                return event
            kind, body = event
            if self._skips(body.get("occurredAt")):
                return TOO_OLD
            return Delivery(self, event_id(record, columns), {"type": kind, "body": body})

        return plan

    def _send(self, delivery: Delivery) -> Verdict:
        operation, path = _CALLS[delivery.payload["type"]]
        body = delivery.payload["body"]
        return self._once(
            lambda: self._client.call(
                operation, "POST", path, json=body, quota="ecommerce", repeatable=False, may_be_empty=True
            ),
            body.get("occurredAt"),
        )
