"""The state model: who is on which list, who waits, who opted out; and the texts each step sends.

Three facts of a person: on the sender code or not, opted out of it or not, and for each list nothing, pending,
subscribed or unsubscribed. That an opt-out ends every subscription of the sender code follows help article 4602141.
That it is lifted only once a subscription is complete, not while it is pending, is ours, as are the texts' words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_sms import eastern
from vendor_sandbox.listrak_sms.account import LISTS, SENDER_CODES
from vendor_sandbox.listrak_sms.store import NAME, Store, Subscription

if TYPE_CHECKING:
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.listrak_sms.account import PhoneList, SenderCode
    from vendor_sandbox.outbox import Outbox
    from vendor_sandbox.switches import Switchboard

REASONS = ("Campaign", "Admin", "DeliveryFailure", "Import", "API", "Deactivated", "PermanentError", "Workflow")
"""Listrak's description has them in this order."""
_TEXTS = {
    "double-opt-in": "{merchant}: reply Y to get texts of {list}. Msg & data rates may apply. STOP to cancel.",
    "age-gate": "{merchant}: reply Y to confirm that you are of legal age for {list}. STOP to cancel.",
    "welcome": "{merchant}: welcome to {list}! Msg & data rates may apply. STOP to cancel.",
    "opt-out": "{merchant}: you are unsubscribed and will get no more texts.",
}


class People:
    """The steps of the state model."""

    def __init__(self, store: Store, switches: Switchboard, clock: Clock, outbox: Outbox) -> None:
        self.store = store
        self._switches = switches
        self._clock = clock
        self._outbox = outbox

    def now(self) -> str:
        """The time, Eastern."""
        return eastern.text(self._clock.now())

    def send(self, kind: str, operation: str, phone: str, text: str) -> None:
        """Text someone."""
        self._outbox.put(NAME, operation, kind, phone, text)

    def subscribe(self, to: PhoneList, phone: str, operation: str) -> None:
        """Subscribe a contact, or, where the list asks for it, wait for the handset."""
        if not (to.opt_in or to.age_gate):
            self._complete(
                Subscription(to.id, phone, "pending", None, None, None, opt_in=False, age_gate=False), operation
            )
            return
        old = self.store.subscription(to.id, phone)
        been = (old.subscribed, old.unsubscribed) if old else (None, None)
        self.store.put_subscription(Subscription(to.id, phone, "pending", *been, self.now(), to.opt_in, to.age_gate))
        self._tell("double-opt-in" if to.opt_in else "age-gate", to, phone, operation)

    def confirm(self, sender: int, phone: str, operation: str) -> list[int]:
        """A handset says yes; returns the lists that it is on, or a step nearer to, now.

        Of a list with both steps the first yes is for the double opt-in, the second for the age.
        """
        waiting = [
            found
            for each in LISTS.values()
            if each.sender == sender
            and (found := self.store.subscription(each.id, phone))
            and found.state == "pending"
        ]
        for each in waiting:
            if each.opt_in and each.age_gate:
                self.store.put_subscription(replace(each, opt_in=False))
                self._tell("age-gate", LISTS[each.list], phone, operation)
            else:
                self._complete(each, operation)
        return [each.list for each in waiting]

    def unsubscribe(self, old: Subscription) -> None:
        """Take a contact off a list."""
        self.store.put_subscription(replace(old, state="unsubscribed", unsubscribed=self.now()))

    def opt_out(self, sender: SenderCode, phone: str, reason: str, operation: str, *, handset: bool = False) -> None:
        """Opt a contact out of a sender code; one who is out already stays out since then, unless by a first STOP."""
        contact = self.store.contact(sender.id, phone)
        if contact is None:
            return
        self.store.end_subscriptions(sender.id, phone, self.now())
        if contact.opted_out and (contact.handset or not handset):
            return
        self.store.mark_opted_out(sender.id, phone, self.now(), reason, handset=handset)
        if handset or self._switches["opt-out-text"] == "always":
            self.send("opt-out", operation, phone, _TEXTS["opt-out"].format(merchant=sender.merchant))

    def _complete(self, subscription: Subscription, operation: str) -> None:
        to = LISTS[subscription.list]
        now = self.now()
        self.store.put_subscription(
            replace(
                subscription,
                state="subscribed",
                subscribed=now,
                unsubscribed=None,
                pending=None,
                opt_in=False,
                age_gate=False,
            )
        )
        self.store.mark_subscribed(to.sender, subscription.phone, now)
        if self._switches["welcome"] == "on":
            self._tell("welcome", to, subscription.phone, operation)

    def _tell(self, kind: str, to: PhoneList, phone: str, operation: str) -> None:
        merchant = SENDER_CODES[to.sender].merchant
        self.send(kind, operation, phone, _TEXTS[kind].format(merchant=merchant, list=to.name.strip()))
