"""Every error that a vendor's pages tell of: its code or status, and an operation that can answer it.

Written from the pages, not from what the sandbox does or a plugin expects: a client's table of errors is complete when
it has a line for each of these. Where a page names no operation, one that any client has is given.
"""

from __future__ import annotations

from typing import NamedTuple


class Documented(NamedTuple):
    """One error of a vendor's pages.

    Attributes:
        code: The vendor's code; where it has none, its HTTP status.
        operation: An operation that can answer it, by the sandbox's name.
    """

    code: str
    operation: str


def _of(operation: str, *codes: str | int) -> tuple[Documented, ...]:
    return tuple(Documented(str(code), operation) for code in codes)


# Errors of the SOAP service are told apart by a code in brackets in the text of a fault.
LISTRAK_SOAP = _of("GetContactListCollection", "InvalidLogonAttempt", "LoginAttemptsExceeded", "ProhibitedIPAddress")

# The error table of https://api.listrak.com/sms/swagger/docs/v1, of 2026 and of 2022 (`SHORT_CODE`).
LISTRAK_SMS = (
    *_of(
        "Contact_PostContactListResource",
        "ERROR_UNAUTHORIZED",
        "ERROR_INVALID_CREDENTIALS",
        "ERROR_INVALID_PARAMETER",
        "ERROR_MALFORMED_REQUEST_BODY",
        "ERROR_UNABLE_TO_LOCATE_RESOURCE",
        "ERROR_UNKNOWN_ROUTE",
        "ERROR_UNSAFE_ROUTE",
        "ERROR_UNSUPPORTED_METHOD",
        "ERROR_UNSUPPORTED_CONTENT_TYPE",
        "ERROR_UNSUPPORTED_PROTOCOL",
        "ERROR_UNHANDLED_EXCEPTION",
        "ERROR_RESOURCE_DEPENDENCY",
        "ERROR_INVALID_LIST_ID",
        "ERROR_LIST_INACTIVE",
        "ERROR_SENDER_CODE_DISABLED",
        "ERROR_SHORT_CODE_DISABLED",
        "ERROR_INVALID_PHONE_NUMBER",
        "ERROR_BANNED_PHONE_NUMBER",
        "ERROR_PHONE_NUMBER_SUSPENDED",
        "ERROR_PHONE_NUMBER_FOUND",
        "ERROR_INVALID_EMAIL_ADDRESS",
        "ERROR_BIRTHDAY_FIELD_NULL",
        "ERROR_INVALID_SEGMENTATION_FIELD_ID",
        "ERROR_SEGMENTATION_FIELD_DISABLED",
        "ERROR_SEGMENTATION_MAX_LENGTH",
    ),
    *_of("Contact_PutContactResource", "ERROR_PHONE_NUMBER_NOT_FOUND"),
    *_of(
        "ContactListSubscription_PostContactListSubscription",
        "ERROR_SUBSCRIBED_PHONE_NUMBER",
        "ERROR_PENDING_PHONE_NUMBER",
    ),
    *_of("ContactListSubscription_DeleteUnsubscribeContactListSubscription", "ERROR_PHONE_NUMBER_NOT_SUBSCRIBED"),
    *_of(
        "TransactionalMessage_PostTransactionalMessageSend",
        "ERROR_TRANSACTIONAL_MESSAGE_CONTENT_COUPON_CODE",
        "ERROR_TRANSACTIONAL_MESSAGE_EMPTY_MESSAGE",
        "ERROR_TRANSACTIONAL_MESSAGE_NOT_FOUND",
    ),
)

# Statuses of the description of its API; it has no codes. 409 is described, though no operation refers to it; 413 is
# that of a record in the results of a bulk job.
ATTENTIVE = _of("Subscribe", 400, 401, 403, 404, 409, 413, 429, 500)

# The one error of the segment call's page, which has two codes for it.
ANNEX_CLOUD = _of("PostSegment", "AC1001", "AC1002")

# The vendor's pages and, for what is cut off there, the tables of several of its clients.
TEXTLOCAL = (
    *_of("create_contacts_bulk", 1, 2, 3, 10, 15, 55, 56, 202),
    *_of("send", 4, 5, 6, 7, 8, 9, 11, 32, 33, 34, 43, 44, 51, 80, 191, 192),
    *_of("create_group", 12, 13, 14),
    *_of("get_contacts", 25),
    *_of("delete_contact", 61),
    *_of("delete_group", 62),
    *_of("create_shorturl", 185, 186),
)
