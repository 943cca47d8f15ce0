"""The state model: who is subscribed to what, who has yet to answer Y; and the texts each step sends.

A subscription is of a type and a channel, and belongs to a phone number or an e-mail address. A TEXT subscription that
was not asked for as single opt-in is pending until the handset says Y. The texts' words are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.account import COMPANY, NAME
from vendor_sandbox.attentive.fields import TEXT

if TYPE_CHECKING:
    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.attentive.webhooks import Webhooks
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.outbox import Outbox
    from vendor_sandbox.switches import Switchboard

PENDING, SUBSCRIBED, UNSUBSCRIBED = "pending", "subscribed", "unsubscribed"
STOP, API = "stop", "api"
_TEXTS = {
    "reply_y": f"{COMPANY}: reply Y to get texts. Msg & data rates may apply. STOP to cancel.",
    "legal": f"{COMPANY}: welcome! Recurring automated texts. Msg & data rates may apply. STOP to cancel.",
    "already_subscribed": f"{COMPANY}: you are already subscribed. STOP to cancel.",
    "unsubscribed": f"{COMPANY}: you are unsubscribed and will get no more texts.",
    "unsubscribed fr-CA": f"{COMPANY} : vous êtes désabonné(e) et ne recevrez plus de textos.",
}


class Subscriptions:
    """The steps of the state model."""

    def __init__(self, store: Store, switches: Switchboard, clock: Clock, outbox: Outbox, hooks: Webhooks) -> None:
        self.store = store
        self._switches = switches
        self._clock = clock
        self._outbox = outbox
        self.hooks = hooks

    def send(self, kind: str, operation: str, phone: str, text: str = "") -> None:
        """Text someone."""
        self._outbox.put(NAME, operation, kind.partition(" ")[0], phone.removeprefix("+"), text or _TEXTS[kind])
        self.hooks.tell("sms.sent", [("phone", phone)])

    def subscribe(self, work: dict[str, Any]) -> None:
        """Subscribe an address: `type`, `channel`, `address`, `single`, `unit`, and the `operation` that asked."""
        kind, channel, address = work["type"], work["channel"], work["address"]
        state, by = self.store.subscription(kind, channel, address) or ("", "")
        if channel != TEXT:
            if state != SUBSCRIBED:
                self._complete(work)
            return
        stopped = state == UNSUBSCRIBED and by == STOP
        if stopped and self._switches["text-after-stop"] == "refuse":
            return
        asks = stopped and self._switches["text-after-stop"] == "reply-y"
        if state == SUBSCRIBED:
            self.send("already_subscribed", work["operation"], address)
        elif work["single"] and not asks:
            self._complete(work)
            if self._switches["single-opt-in-text"] == "legal":
                self.send("legal", work["operation"], address)
        else:
            self._put(work, PENDING)
            self.send("reply_y", work["operation"], address)

    def confirm(self, phone: str, operation: str) -> list[str]:
        """A handset says Y; returns the types of the subscriptions it was for."""
        waiting = [kind for kind, state in self.store.subscriptions(TEXT, phone) if state == PENDING]
        for kind in waiting:
            work = {"type": kind, "channel": TEXT, "address": phone, "unit": "", "operation": operation}
            self._complete(work)
            self.send("legal", operation, phone)
        return waiting

    def unsubscribe(self, work: dict[str, Any]) -> None:
        """End subscriptions.

        Args:
            work: `ended`: type, channel and address of each; `by`; `text`: the kind of the text that each phone among
                them gets, or empty; and the `operation` that asked.
        """
        for kind, channel, address in work["ended"]:
            old = self.store.subscription(kind, channel, address)
            if old and old[0] == UNSUBSCRIBED and not (work["by"] == STOP and old[1] != STOP):
                continue
            if old:
                each = {"type": kind, "channel": channel, "address": address, "unit": ""}
                self._put(each, UNSUBSCRIBED, work["by"])
                self._tell("unsubscribed", each)
        for phone in sorted({address for _, channel, address in work["ended"] if channel == TEXT}):
            if work["text"]:
                self.send(work["text"], work["operation"], phone)

    def _complete(self, work: dict[str, Any]) -> None:
        self._put(work, SUBSCRIBED)
        self._tell("subscribed", work)

    def _put(self, work: dict[str, Any], state: str, by: str = "") -> None:
        key = (work["type"], work["channel"], work["address"])
        self.store.put_subscription(*key, state, by, work["unit"], self._clock.now())

    def _tell(self, what: str, work: dict[str, Any]) -> None:
        prefix, kind = ("sms", "phone") if work["channel"] == TEXT else ("email", "email")
        self.hooks.tell(f"{prefix}.{what}", [(kind, work["address"])], {"subscription": {"type": work["type"]}})
