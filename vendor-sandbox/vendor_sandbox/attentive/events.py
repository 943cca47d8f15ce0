"""Custom events and the three of e-commerce. No call reads them back: the control API shows them."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.account import KEYS
from vendor_sandbox.attentive.envelopes import nothing
from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import mapping, mappings, needed, one_of, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.attentive.who import Identifiers
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.switches import Switchboard

_IN_TYPES = frozenset("\"'(){}[]\\|,")
_IN_NAMES = frozenset('"{}[]\\|')
_JOURNEY = 12 * 3600
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_CHANNELS = ("WEB", "IOS_APP", "ANDROID_APP", "IN_STORE", "PHONE", "OTHER", "")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class Events:
    """The operations on events."""

    def __init__(self, store: Store, identifiers: Identifiers, clock: Clock, switches: Switchboard) -> None:
        self._store = store
        self._state = store.state
        self._identifiers = identifiers
        self._clock = clock
        self._switches = switches

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {
            "CustomEvent": self._custom,
            "ProductView": self._ecommerce,
            "AddToCart": self._ecommerce,
            "Purchase": self._ecommerce,
        }

    def describe(self) -> list[dict[str, Any]]:
        """Every event, and whether it was young enough to start a journey."""
        names = ("operation", "type", "key", "externalEventId", "person", "occurred", "received")
        rows = self._state.execute(
            "SELECT operation, type, key, external, person, occurred, received, body FROM attentive_events ORDER BY id"
        ).fetchall()
        return [
            {
                **dict(zip(names, row[:-1], strict=True)),
                "journey": row[6] - row[5] <= _JOURNEY,
                "body": json.loads(row[-1]),
            }
            for row in rows
        ]

    def _custom(self, asked: Asked) -> Answer:
        kind = needed(asked.body, "type")
        if not _IN_TYPES.isdisjoint(kind):
            raise ApiError.bad("type has a character that it must not have")
        for name in mapping(asked.body, "properties") or {}:
            if not _IN_NAMES.isdisjoint(name):
                raise ApiError.bad("a property has a character in its name that it must not have")
        external = text(asked.body, "externalEventId")
        self._check_app(kind, KEYS[asked.key].app)
        if external and self._switches["event-dedupe"] == "on" and self._had(kind, external):
            return nothing()
        return self._keep(asked, kind, external)

    def _check_app(self, kind: str, app: str) -> None:
        """An event type belongs to the custom app that sent it first."""
        self._state.execute("INSERT OR IGNORE INTO attentive_event_types VALUES (?, ?)", (kind, app))
        row = self._state.execute("SELECT app FROM attentive_event_types WHERE type = ?", (kind,)).fetchone()
        if row[0] != app and self._switches["foreign-event"] == "refuse":
            raise ApiError.bad("type belongs to another app")

    def _had(self, kind: str, external: str) -> bool:
        return bool(
            self._state.execute(
                "SELECT 1 FROM attentive_events WHERE type = ? AND external = ?", (kind, external)
            ).fetchone()
        )

    def _ecommerce(self, asked: Asked) -> Answer:
        items = mappings(asked.body, "items")
        if not items:
            raise ApiError.bad("items must have at least one item")
        for item in items:
            _check_item(item)
        if asked.operation == "Purchase":
            text(asked.body, "orderId")
            one_of(mapping(asked.body, "salesChannel") or {}, "channelType", _CHANNELS)
        return self._keep(asked, asked.operation, None)

    def _keep(self, asked: Asked, kind: str, external: str | None) -> Answer:
        who = self._identifiers.event_user(asked.body)
        now = self._clock.now()
        occurred = _moment(text(asked.body, "occurredAt"))
        found = self._store.find(who.identifiers)
        if not who.addresses and not found and self._switches["unknown-external-id"] == "refuse":
            raise ApiError.bad("user is not known by that identifier")
        person = self._store.resolve(who.identifiers) if who.addresses or found else None
        self._state.execute(
            "INSERT INTO attentive_events (operation, type, key, external, person, occurred, received, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(asked.operation, kind, asked.key, external, person),
                *(now if occurred is None else occurred, now, json.dumps(asked.body)),
            ),
        )
        return nothing()


def _check_item(item: Mapping[str, Any]) -> None:
    needed(item, "productId")
    needed(item, "productVariantId")
    for name in ("productImage", "productUrl", "name"):
        text(item, name)
    prices = mappings(item, "price")
    if not prices:
        raise ApiError.bad("price must be an array of at least one price")
    for price in prices:
        if not _is_number(price.get("value"), int | float):
            raise ApiError.bad("price.value must be a number")
        if not _CURRENCY.fullmatch(text(price, "currency") or "USD"):
            raise ApiError.bad("price.currency must be an ISO 4217 code")
    if item.get("quantity") is not None and not _is_number(item["quantity"], int):
        raise ApiError.bad("quantity must be an integer")


def _is_number(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _moment(value: str | None) -> float | None:
    """A time as seconds since 1970; it must have an offset, with or without its colon.

    Raises:
        ApiError: It is none.
    """
    if value is None:
        return None
    found = _TIME.fullmatch(value)
    try:
        if found:
            zone = "+00:00" if found[3] == "Z" else f"{found[3][:3]}:{found[3][-2:]}"
            return datetime.fromisoformat(found[1] + zone).timestamp()
    except ValueError:
        pass
    raise ApiError.bad("occurredAt must be a time in RFC 3339 with an offset")
