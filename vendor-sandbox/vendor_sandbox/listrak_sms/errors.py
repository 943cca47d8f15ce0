"""Every error code of the SMS REST API.

Codes and causes: the error table of Listrak's own description (`https://api.listrak.com/sms/swagger/docs/v1`). The
description gives a status only for the general ones; 400 for the others is an inference, seen live for
`ERROR_PHONE_NUMBER_FOUND` (abcwarehouse/nopCommerce). Messages for `ERROR_INVALID_PARAMETER`, `ERROR_UNAUTHORIZED`
and `ERROR_UNABLE_TO_LOCATE_RESOURCE` are the vendor's, those for a pending and a missing subscription
ihaltsou-hot/listrak-api-sandbox's; the rest are our words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One error code.

    Attributes:
        status: HTTP status.
        message: What the envelope says; `{0}` is what it is about.
    """

    status: int
    message: str


CODES: dict[str, Code] = {
    "ERROR_BANNED_PHONE_NUMBER": Code(400, "The phone number provided is banned from the sender code."),
    "ERROR_BIRTHDAY_FIELD_NULL": Code(400, "The birthday provided is not a correct null value."),
    "ERROR_INVALID_CREDENTIALS": Code(400, "The client credentials are invalid."),
    "ERROR_INVALID_EMAIL_ADDRESS": Code(400, "The email address provided is in an invalid format."),
    "ERROR_INVALID_LIST_ID": Code(400, "The list provided does not exist on the sender code."),
    "ERROR_INVALID_PARAMETER": Code(400, "An invalid value was supplied for {0}."),
    "ERROR_INVALID_PHONE_NUMBER": Code(400, "The phone number provided is in an invalid format."),
    "ERROR_INVALID_SEGMENTATION_FIELD_ID": Code(400, "The profile field {0} does not exist on the sender code."),
    "ERROR_LIST_INACTIVE": Code(400, "The list provided is inactive."),
    "ERROR_MALFORMED_REQUEST_BODY": Code(400, "The request body is not valid JSON."),
    "ERROR_PENDING_PHONE_NUMBER": Code(
        400, "The phone number provided is already pending subscription through double opt in."
    ),
    "ERROR_PHONE_NUMBER_FOUND": Code(400, "The phone number provided already exists on the sender code."),
    "ERROR_PHONE_NUMBER_NOT_FOUND": Code(400, "The phone number provided does not exist on the sender code."),
    "ERROR_PHONE_NUMBER_NOT_SUBSCRIBED": Code(400, "The phone number provided is not subscribed to the list."),
    # In no list of the vendor's: abcwarehouse/nopCommerce looks for it. Only the switch `resubscribe` shows it.
    "ERROR_PHONE_NUMBER_OPTED_OUT": Code(400, "The phone number provided has opted out of the sender code."),
    "ERROR_PHONE_NUMBER_SUSPENDED": Code(400, "The phone number provided is suspended and cannot be sent messages."),
    "ERROR_RESOURCE_DEPENDENCY": Code(400, "The resource is in use."),
    "ERROR_SEGMENTATION_FIELD_DISABLED": Code(400, "The profile field {0} is disabled."),
    "ERROR_SEGMENTATION_MAX_LENGTH": Code(400, "The value provided for the profile field {0} is too long."),
    "ERROR_SENDER_CODE_DISABLED": Code(400, "The sender code provided is disabled."),
    "ERROR_SUBSCRIBED_PHONE_NUMBER": Code(400, "The phone number provided is already subscribed to the list."),
    "ERROR_TRANSACTIONAL_MESSAGE_CONTENT_COUPON_CODE": Code(
        400, "The content of a transactional message cannot have coupon code tags."
    ),
    "ERROR_TRANSACTIONAL_MESSAGE_EMPTY_MESSAGE": Code(400, "The content of the transactional message is empty."),
    "ERROR_TRANSACTIONAL_MESSAGE_NOT_FOUND": Code(400, "The transactional message does not exist on the list."),
    "ERROR_UNABLE_TO_LOCATE_RESOURCE": Code(404, "Unable to locate a resource associated with the {0} supplied."),
    "ERROR_UNAUTHORIZED": Code(401, "Authorization was denied for this request."),
    "ERROR_UNHANDLED_EXCEPTION": Code(500, "An unexpected error occurred."),
    "ERROR_UNKNOWN_ROUTE": Code(404, "The route requested does not exist."),
    "ERROR_UNSAFE_ROUTE": Code(400, "The route requested has an invalid character."),
    "ERROR_UNSUPPORTED_CONTENT_TYPE": Code(415, "The Content-Type must be application/json."),
    "ERROR_UNSUPPORTED_METHOD": Code(405, "The route does not support the requested method."),
    "ERROR_UNSUPPORTED_PROTOCOL": Code(400, "Requests must be made over HTTPS."),
}


class ApiError(Exception):
    """A call that ends in an error envelope.

    Attributes:
        code: One of the `CODES`.
        status: HTTP status.
        message: Prose.
    """

    def __init__(self, code: str, about: object = "", *, status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status or CODES[code].status
        self.message = CODES[code].message.format(about)

    @classmethod
    def invalid(cls, parameter: str) -> ApiError:
        """A parameter or a field of the body has a value that cannot be."""
        return cls("ERROR_INVALID_PARAMETER", parameter)

    @classmethod
    def missing(cls, *names: str) -> ApiError:
        """A good route whose ids lead nowhere: one id, "X and Y", or "X, Y, and Z"."""
        *first, last = names
        joined = f"{', '.join(first)}{',' if len(first) > 1 else ''} and {last}" if first else last
        return cls("ERROR_UNABLE_TO_LOCATE_RESOURCE", joined)
