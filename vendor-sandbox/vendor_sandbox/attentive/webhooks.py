"""Webhooks: kept and listed as the API does; what they would have been sent is shown, for the sandbox calls nobody."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.account import COMPANY, ME, WEBHOOK_KEY
from vendor_sandbox.attentive.envelopes import answer, nothing
from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import boolean, needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.who import Identifier
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State

EVENTS = (
    *("sms.subscribed", "sms.unsubscribed", "sms.sent", "sms.message_link_click", "sms.inbound_message"),
    *("email.subscribed", "email.unsubscribed", "email.sent", "email.opened", "email.message_link_click"),
    "custom_attribute.set",
)
_TABLES = {
    "attentive_webhooks": "(id TEXT PRIMARY KEY, url TEXT, events TEXT, disabled REAL) WITHOUT ROWID",
    "attentive_deliveries": (
        "(id INTEGER PRIMARY KEY AUTOINCREMENT, webhook TEXT, url TEXT, body TEXT, signature TEXT)"
    ),
}
_ALL = "SELECT id, url, events, disabled FROM attentive_webhooks"


class Webhooks:
    """The operations on webhooks, and what would have been sent."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        state.own(_TABLES)
        self._any = True
        self._look()
        state.on_change.append(self._look)

    def _look(self) -> None:
        """Keep whether there is any webhook: every change asks."""
        self._any = bool(self._state.execute("SELECT 1 FROM attentive_webhooks LIMIT 1").fetchone())

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {
            "ListWebhooks": self._list,
            "CreateWebhook": self._create,
            "ChangeWebhook": self._change,
            "DeleteWebhook": self._delete,
        }

    def tell(self, event: str, about: Iterable[Identifier], more: Mapping[str, Any] | None = None) -> None:
        """Note what each webhook that listens to an event would have been sent."""
        if not self._any:
            return
        for number, url, events, disabled in self._state.execute(_ALL).fetchall():
            if disabled is None and event in json.loads(events):
                body = json.dumps(self._payload(event, about, more or {}), ensure_ascii=False)
                signature = hmac.new(WEBHOOK_KEY.encode(), body.encode(), hashlib.sha256).hexdigest()
                self._state.execute(
                    "INSERT INTO attentive_deliveries (webhook, url, body, signature) VALUES (?, ?, ?, ?)",
                    (number, url, body, signature),
                )

    def deliveries(self) -> list[dict[str, Any]]:
        """What would have been sent, in order."""
        rows = self._state.execute("SELECT webhook, url, body, signature FROM attentive_deliveries ORDER BY id")
        return [
            {"id": number, "url": url, "headers": {"x-attentive-hmac-sha256": signature}, "body": body}
            for number, url, body, signature in rows.fetchall()
        ]

    def _payload(self, event: str, about: Iterable[Identifier], more: Mapping[str, Any]) -> dict[str, Any]:
        subscriber = dict.fromkeys(("external_id", "phone", "email")) | dict(about)
        return {
            "type": event,
            "timestamp": int(self._clock.now() * 1000),
            "company": {"display_name": COMPANY, "company_id": ME["companyId"]},
            "subscriber": {**subscriber, "external_identifiers": {}},
            **more,
        }

    def _list(self, _asked: Asked) -> Answer:
        return answer({"webhooks": [_view(*row) for row in self._state.execute(f"{_ALL} ORDER BY id").fetchall()]})

    def _create(self, asked: Asked) -> Answer:
        url, events = _read(asked)
        number = secrets.token_hex(8)
        self._state.execute("INSERT INTO attentive_webhooks VALUES (?, ?, ?, NULL)", (number, url, events))
        self._any = True
        return answer(_view(number, url, events, None), 201)

    def _change(self, asked: Asked) -> Answer:
        number, disabled = self._known(asked)
        url, events = _read(asked)
        disabled = (disabled or self._clock.now()) if boolean(asked.body, "disabled") else None
        self._state.execute("REPLACE INTO attentive_webhooks VALUES (?, ?, ?, ?)", (number, url, events, disabled))
        return answer(_view(number, url, events, disabled))

    def _delete(self, asked: Asked) -> Answer:
        number, _ = self._known(asked)
        self._state.execute("DELETE FROM attentive_webhooks WHERE id = ?", (number,))
        return nothing(204)

    def _known(self, asked: Asked) -> tuple[str, float | None]:
        row = self._state.execute(f"{_ALL} WHERE id = ?", (asked.params["id"],)).fetchone()
        if row is None:
            raise ApiError(404, "Webhook not found")
        return row[0], row[3]


def _read(asked: Asked) -> tuple[str, str]:
    url = needed(asked.body, "url")
    if not url.startswith("https://"):
        raise ApiError.bad("url must be https")
    events = asked.body.get("events")
    if not isinstance(events, list) or not events or not all(event in EVENTS for event in events):
        raise ApiError.bad(f"events must be a list of {', '.join(EVENTS)}")
    return url, json.dumps(events)


def _view(number: str, url: str, events: str, disabled: float | None) -> dict[str, Any]:
    at = None if disabled is None else int(disabled * 1000)
    return {"id": number, "url": url, "events": json.loads(events), "type": "CREATOR", "disabledAt": at}
