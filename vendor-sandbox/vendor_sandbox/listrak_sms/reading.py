"""The operations that read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_sms import eastern, paging, views
from vendor_sandbox.listrak_sms.account import FIELDS, LISTS_OF, SENDER_CODES, TEMPLATES
from vendor_sandbox.listrak_sms.envelopes import answer, found
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.fields import boolean, integer
from vendor_sandbox.listrak_sms.store import SYSTEM_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.listrak_sms.asked import Asked
    from vendor_sandbox.listrak_sms.store import Store
    from vendor_sandbox.switches import Switchboard

_BEGINNING, _END = "0001-01-01T00:00:00", "9999-12-31T23:59:59"
# An opted-out contact of a list is one who was on it: an opt-out ends every subscription.
_STANDINGS = {False: "s.state = 'subscribed' AND c.opted_out IS NULL", True: "c.opted_out IS NOT NULL"}
_CONTACTS = (
    "SELECT s.phone, c.opted_out, p.emailAddress, p.firstName, p.lastName, p.birthday, p.postalCode, p.fields"
    " FROM listrak_sms_subscriptions s"
    " JOIN listrak_sms_contacts c ON c.sender = ? AND c.phone = s.phone"
    " JOIN listrak_sms_profiles p ON p.company = ? AND p.phone = s.phone"
    " WHERE s.list = ? AND s.phone > ? AND s.subscribed BETWEEN ? AND ? AND "
)
_OPT_OUTS = (
    "SELECT phone, opted_out, reason FROM listrak_sms_contacts"
    " WHERE sender = ? AND phone > ? AND opted_out BETWEEN ? AND ? ORDER BY phone LIMIT ?"
)


class Reading:
    """The operations that read."""

    def __init__(self, store: Store, switches: Switchboard) -> None:
        self._store = store
        self._switches = switches

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation id."""
        return {
            "SenderCode_GetShortCodeCollection": self._sender_codes,
            "SenderCode_GetShortCodeResource": lambda asked: found(views.sender_code(asked.sender)),
            "PhoneList_GetListCollection": self._lists,
            "PhoneList_GetListResource": self._list,
            "Segmentation_GetPhoneAttributeCollection": self._fields,
            "Segmentation_GetPhoneAttribute": self._field,
            "Contact_GetContactCollection": self._contacts,
            "Contact_GetContactResource": self._contact,
            "ContactListSubscription_GetContactListCollection": self._subscriptions,
            "Contact_GetOptOuts": self._opt_outs,
            "TransactionalMessage_GetTransactionalMessageCollection": self._templates,
            "TransactionalMessage_GetTransactionalMessageResource": self._template,
        }

    def _sender_codes(self, asked: Asked) -> Answer:
        mine = [code for code in SENDER_CODES.values() if code.company == asked.company]
        return found([views.sender_code(code) for code in mine])

    def _lists(self, asked: Asked) -> Answer:
        status = (asked.query.get("status") or "active").lower()
        if status not in {"active", "inactive"}:
            raise ApiError.invalid("status")
        page = paging.read(asked)
        rows = [
            views.phone_list(each)
            for each in LISTS_OF[asked.sender.id]
            if each.status.lower() == status and each.id > int(page.after or 0)
        ]
        return paging.write(page, rows, [str(row["phoneListId"]) for row in rows], asked, self._switches)

    def _list(self, asked: Asked) -> Answer:
        data = views.phone_list(asked.list)
        shape = self._switches["list-shape"]
        return answer(data) if shape == "bare" else found([data] if shape == "array" else data)

    def _fields(self, asked: Asked) -> Answer:
        return found([views.profile_field(field) for field in FIELDS[asked.sender.company].values()])

    def _field(self, asked: Asked) -> Answer:
        number = integer(asked.params["segmentationFieldId"], "segmentationFieldId")
        field = FIELDS[asked.sender.company].get(number)
        if field is None:
            raise ApiError.missing("senderCodeId", "segmentationFieldId")
        return found(views.profile_field(field))

    def _contacts(self, asked: Asked) -> Answer:
        opted_out = boolean(asked.query.get("optedOut") or None, "optedOut")
        page = paging.read(asked)
        window = _window(asked, "startSubscribeDate", "endSubscribeDate")
        rows = self._store.state.execute(
            f"{_CONTACTS}{_STANDINGS[opted_out]} ORDER BY s.phone LIMIT ?",
            (asked.sender.id, asked.sender.company, asked.list.id, page.after, *window, page.count + 1),
        ).fetchall()
        shown = [
            views.contact(
                phone,
                {**dict(zip(SYSTEM_FIELDS, system, strict=True)), "fields": json.loads(fields)},
                opted_out=out is not None,
                switches=self._switches,
            )
            for phone, out, *system, fields in rows
        ]
        return paging.write(page, shown, [row[0] for row in rows], asked, self._switches)

    def _contact(self, asked: Asked) -> Answer:
        contact = self._store.contact(asked.sender.id, asked.phone)
        if contact is None:
            raise ApiError.missing("senderCodeId", "phoneNumber")
        profile = self._store.profile(asked.sender, asked.phone)
        shown = views.contact(asked.phone, profile, opted_out=contact.opted_out is not None, switches=self._switches)
        dates = {
            "subscribeDate": views.date(contact.subscribed, self._switches),
            "unsubscribeDate": views.date(contact.opted_out, self._switches),
        }
        return found(shown | dates)

    def _subscriptions(self, asked: Asked) -> Answer:
        if self._store.contact(asked.sender.id, asked.phone) is None:
            raise ApiError.missing("senderCodeId", "phoneNumber")
        page = paging.read(asked)
        lists = [each.id for each in LISTS_OF[asked.sender.id] if each.id > int(page.after or 0)]
        known = [row for each in lists if (row := self._store.subscription(each, asked.phone))]
        rows = [views.subscription(each, self._switches) for each in known]
        return paging.write(page, rows, [str(each.list) for each in known], asked, self._switches)

    def _opt_outs(self, asked: Asked) -> Answer:
        page = paging.read(asked)
        window = _window(asked, "startDate", "endDate")
        rows = self._store.state.execute(_OPT_OUTS, (asked.sender.id, page.after, *window, page.count + 1)).fetchall()
        shown = [views.opt_out(phone, at, reason, self._switches) for phone, at, reason in rows]
        return paging.write(page, shown, [row[0] for row in rows], asked, self._switches)

    def _templates(self, asked: Asked) -> Answer:
        return found([views.template(each) for each in TEMPLATES.values() if each.list == asked.list.id])

    def _template(self, asked: Asked) -> Answer:
        number = integer(asked.params["transactionalMessageId"], "transactionalMessageId")
        each = TEMPLATES.get(number)
        if each is None or each.list != asked.list.id:
            raise ApiError.missing("senderCodeId", "phoneListId", "transactionalMessageId")
        data = views.template(each)
        return answer(data) if self._switches["transactional-shape"] == "bare" else found(data)


def _window(asked: Asked, start: str, end: str) -> tuple[str, str]:
    """Two dates of the query, both inclusive; a day without a time is its midnight (both are guesses)."""
    return _moment(asked, start, _BEGINNING), _moment(asked, end, _END)


def _moment(asked: Asked, name: str, default: str) -> str:
    try:
        return eastern.parse(asked.query.get(name) or default)
    except ValueError as error:
        raise ApiError.invalid(name) from error
