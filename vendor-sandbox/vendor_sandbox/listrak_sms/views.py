"""Rows as the wire has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.listrak_sms import eastern
from vendor_sandbox.listrak_sms.people import REASONS
from vendor_sandbox.listrak_sms.store import SYSTEM_FIELDS

if TYPE_CHECKING:
    from vendor_sandbox.listrak_sms.account import PhoneList, ProfileField, SenderCode, Template
    from vendor_sandbox.listrak_sms.store import Subscription
    from vendor_sandbox.switches import Switchboard

_MADE = "2023-01-09T10:00:00"
_WORDS = {
    "unsubscribed": {"subscribed": "Subscribed", "unsubscribed": "Unsubscribed", "pending": "Pending"},
    "not-subscribed": {"subscribed": "Subscribed", "unsubscribed": "Not Subscribed", "pending": "Not Subscribed"},
}


def date(value: str | None, switches: Switchboard) -> str | None:
    """A date, or what stands for none."""
    return value or (eastern.NEVER if switches["empty-date"] == "year-one" else None)


def sender_code(code: SenderCode) -> dict[str, Any]:
    """A SenderCode; the e-mail list it is tied to is made up."""
    return {
        "shortCodeId": code.id,
        "code": code.code,
        "country": code.country,
        "merchantName": code.merchant,
        "emailListId": 3000 + code.id,
        "emailListName": f"{code.merchant} newsletter",
        "externalEventId": 4000 + code.id,
        "externalEventName": "SMS sign-up",
        "phoneNumberSegmentationFieldGroupId": 5000 + code.company,
        "phoneNumberSegmentationFieldGroupName": "SMS",
        "phoneNumberSegmentationFieldId": 6000 + code.company,
        "phoneNumberSegmentationFieldName": "Mobile Phone",
        "acquisitionSourceSegmentationFieldGroupId": 5000 + code.company,
        "acquisitionSourceSegmentationFieldGroupName": "SMS",
        "acquisitionSourceSegmentationFieldId": 6100 + code.company,
        "acquisitionSourceSegmentationFieldName": "Acquisition Source",
    }


def phone_list(each: PhoneList) -> dict[str, Any]:
    """A PhoneList."""
    return {
        "phoneListId": each.id,
        "phoneListName": each.name,
        "createDate": _MADE,
        "status": each.status,
        "smsListType": each.kind,
        "messageLimit": 0,
        "messageLimitTimeFrame": 0,
        "requireDoubleOptIn": each.opt_in,
        "requireAgeGate": each.age_gate,
    }


def profile_field(field: ProfileField) -> dict[str, Any]:
    """A PhoneAttribute."""
    return {
        "segmentationFieldId": field.id,
        "segmentationFieldName": field.name,
        "dataType": field.type,
        "maxLength": field.length,
        "statusFlag": field.status,
    }


def template(each: Template) -> dict[str, Any]:
    """A TransactionalMessage."""
    return {
        "transactionalMessageId": each.id,
        "transactionalMessageName": each.name,
        "transactionalMessageStatus": each.status,
    }


def contact(phone: str, profile: dict[str, Any], *, opted_out: bool, switches: Switchboard) -> dict[str, Any]:
    """An SMSContact."""
    values = sorted((int(name), value) for name, value in profile["fields"].items())
    return {
        "phoneNumber": phone,
        **{name: profile[name] for name in SYSTEM_FIELDS},
        "birthday": date(profile["birthday"], switches),
        "optedOut": opted_out,
        "segmentationFieldValues": [{"segmentationFieldId": number, "value": value} for number, value in values],
    }


def subscription(each: Subscription, switches: Switchboard) -> dict[str, Any]:
    """A ContactListSubscription."""
    return {
        "phoneListId": each.list,
        "subscriptionState": _WORDS[switches["state-words"]][each.state],
        "subscribeDate": date(each.subscribed, switches),
        "unsubscribeDate": date(each.unsubscribed, switches),
        "pendingDate": date(each.pending, switches),
        "pendingDoubleOptIn": each.opt_in,
        "pendingAgeGate": each.age_gate,
    }


def opt_out(phone: str, at: str, reason: str, switches: Switchboard) -> dict[str, Any]:
    """An OptOutContact."""
    shown = REASONS.index(reason) if switches["opt-out-reason"] == "number" else reason
    return {"phoneNumber": phone, "optOutDate": at, "optOutReason": shown}
