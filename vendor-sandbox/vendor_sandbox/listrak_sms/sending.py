"""The operations that text people: broadcasts and transactional messages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_sms.account import ACTIVE, TEMPLATES
from vendor_sandbox.listrak_sms.asked import find_list
from vendor_sandbox.listrak_sms.envelopes import created
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.fields import integer, known_field, phone_of, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.listrak_sms.asked import Asked
    from vendor_sandbox.listrak_sms.people import People
    from vendor_sandbox.switches import Switchboard

_TITLE_MOST = 50
_COUPON = re.compile(r"\[\[?\s*coupon", re.IGNORECASE)  # how the vendor writes the tag is not published
_SUBSCRIBED = (
    "SELECT s.phone, p.fields FROM listrak_sms_subscriptions s"
    " JOIN listrak_sms_profiles p ON p.company = ? AND p.phone = s.phone"
    " WHERE s.list = ? AND s.state = 'subscribed' ORDER BY s.phone"
)


class Sending:
    """Broadcast, transactional send."""

    def __init__(self, people: People, switches: Switchboard) -> None:
        self._people = people
        self._store = people.store
        self._switches = switches

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation id."""
        return {
            "BroadcastMessage_PostImmediateBroadcast": self._broadcast,
            "TransactionalMessage_PostTransactionalMessageSend": self._send,
        }

    def _broadcast(self, asked: Asked) -> Answer:
        to = find_list(integer(asked.body.get("phonelistid"), "phoneListId"), asked.sender, active=True)
        content = text(asked.body.get("messagecontent"), "messageContent", self._switches)
        title = text(asked.body.get("messagetitle"), "messageTitle", self._switches)
        if not content:
            raise ApiError.invalid("messageContent")
        if not title or len(title) > _TITLE_MOST:
            raise ApiError.invalid("messageTitle")
        narrowed = asked.body.get("segmentationfieldid")
        field = None if narrowed is None or narrowed == "" else known_field(narrowed, asked.sender.company)
        if field is not None and field.type != "Checkbox":
            raise ApiError.invalid("segmentationFieldId")
        rows = self._store.state.execute(_SUBSCRIBED, (asked.sender.company, to.id)).fetchall()
        for phone, fields in rows:
            if field is None or json.loads(fields).get(str(field.id)) == "on":
                self._people.send("broadcast", asked.operation, phone, content)
        return created(str(self._store.next_send(asked.operation)))

    def _send(self, asked: Asked) -> Answer:
        number = integer(asked.params["transactionalMessageId"], "transactionalMessageId")
        template = TEMPLATES.get(number)
        if template is None or template.list != asked.list.id or template.status != ACTIVE:
            raise ApiError("ERROR_TRANSACTIONAL_MESSAGE_NOT_FOUND")
        phone = phone_of(asked.body, self._switches)
        standing = self._store.standing(asked.sender.id, phone)
        if standing == "banned":
            raise ApiError("ERROR_BANNED_PHONE_NUMBER")
        known = self._store.subscription(asked.list.id, phone)
        if known is None or known.state != "subscribed":
            raise ApiError("ERROR_PHONE_NUMBER_NOT_SUBSCRIBED")
        if standing == "suspended":
            raise ApiError("ERROR_PHONE_NUMBER_SUSPENDED")
        content = text(asked.body.get("messagecontent"), "messageContent", self._switches) or template.text
        if not content.strip():
            raise ApiError("ERROR_TRANSACTIONAL_MESSAGE_EMPTY_MESSAGE")
        if _COUPON.search(content):
            raise ApiError("ERROR_TRANSACTIONAL_MESSAGE_CONTENT_COUPON_CODE")
        self._people.send("transactional", asked.operation, phone, content)
        return created(str(self._store.next_send(asked.operation)))
