"""The operations that change contacts and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sandbox.listrak_sms.envelopes import created, deleted, updated
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.fields import boolean, phone_of, read_profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.listrak_sms.asked import Asked
    from vendor_sandbox.listrak_sms.people import People
    from vendor_sandbox.listrak_sms.store import Contact
    from vendor_sandbox.switches import Switchboard


class Writing:
    """Create, update, subscribe, unsubscribe."""

    def __init__(self, people: People, switches: Switchboard) -> None:
        self._people = people
        self._store = people.store
        self._switches = switches

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation id."""
        return {
            "Contact_PostContactListResource": self._create,
            "Contact_PutContactResource": self._update,
            "ContactListSubscription_PostContactListSubscription": self._subscribe,
            "ContactListSubscription_DeleteUnsubscribeContactListSubscription": self._unsubscribe,
        }

    def _phone(self, asked: Asked) -> str:
        phone = phone_of(asked.body, self._switches)
        self._check_standing(asked, phone)
        return phone

    def _check_standing(self, asked: Asked, phone: str) -> None:
        if self._store.standing(asked.sender.id, phone) == "banned":
            raise ApiError("ERROR_BANNED_PHONE_NUMBER")

    def _resource(self, phone: str) -> str | None:
        return phone if self._switches["resource-id"] == "phone" else None

    def _create(self, asked: Asked) -> Answer:
        """Make a contact, which subscribes it; never an upsert."""
        phone = self._phone(asked)
        if self._store.contact(asked.sender.id, phone):
            known = self._store.subscription(asked.list.id, phone)
            if known and known.state == "pending" and self._switches["create-pending"] == "pending":
                raise ApiError("ERROR_PENDING_PHONE_NUMBER")
            raise ApiError("ERROR_PHONE_NUMBER_FOUND")
        changes = read_profile(asked.body, asked.sender.company, self._switches)
        opted_out = boolean(asked.body.get("optedout"), "optedOut")
        self._store.add_contact(asked.sender.id, phone)
        self._store.put_profile(asked.sender, phone, changes)
        if opted_out and self._switches["create-opted-out"] == "opt-out":
            self._people.opt_out(asked.sender, phone, "API", asked.operation)
        else:
            self._people.subscribe(asked.list, phone, asked.operation)
        return created(self._resource(phone))

    def _update(self, asked: Asked) -> Answer:
        """Change a contact's fields; optedOut true opts out, false does nothing."""
        phone = self._phone(asked)
        if self._store.contact(asked.sender.id, phone) is None:
            raise ApiError("ERROR_PHONE_NUMBER_NOT_FOUND", status=int(self._switches["not-found-status"]))
        changes = read_profile(asked.body, asked.sender.company, self._switches)
        opted_out = boolean(asked.body.get("optedout"), "optedOut")
        self._store.put_profile(asked.sender, phone, changes)
        if opted_out:
            self._people.opt_out(asked.sender, phone, "API", asked.operation)
        return updated(self._resource(phone))

    def _subscribe(self, asked: Asked) -> Answer:
        self._check_standing(asked, asked.phone)
        contact = self._store.contact(asked.sender.id, asked.phone)
        if contact is None:
            if self._switches["subscribe-unknown"] == "not-found":
                raise ApiError("ERROR_PHONE_NUMBER_NOT_FOUND", status=int(self._switches["not-found-status"]))
            raise ApiError.missing("senderCodeId", "phoneNumber", "phoneListId")
        known = self._store.subscription(asked.list.id, asked.phone)
        if known and known.state == "subscribed":
            raise ApiError("ERROR_SUBSCRIBED_PHONE_NUMBER")
        if known and known.state == "pending":
            raise ApiError("ERROR_PENDING_PHONE_NUMBER")
        self._check_opt_out(contact)
        if self._store.standing(asked.sender.id, asked.phone) == "suspended":
            raise ApiError("ERROR_PHONE_NUMBER_SUSPENDED")
        self._people.subscribe(asked.list, asked.phone, asked.operation)
        return created(self._resource(asked.phone))

    def _check_opt_out(self, contact: Contact) -> None:
        way = self._switches["resubscribe"]
        if contact.opted_out and (way == "reject" or (way == "reject-after-stop" and contact.handset)):
            raise ApiError("ERROR_PHONE_NUMBER_OPTED_OUT")

    def _unsubscribe(self, asked: Asked) -> Answer:
        if self._store.contact(asked.sender.id, asked.phone) is None:
            raise ApiError.missing("senderCodeId", "phoneNumber", "phoneListId")
        known = self._store.subscription(asked.list.id, asked.phone)
        if known is None or known.state != "subscribed":
            raise ApiError("ERROR_PHONE_NUMBER_NOT_SUBSCRIBED")
        self._people.unsubscribe(known)
        return deleted()
