"""What can go wrong at Listrak, and what to do about it: one rule for each code of its SMS API.

Codes and causes are from the error table of Listrak's own description of the API
(`https://api.listrak.com/sms/swagger/docs/v1`); `OPTED_OUT` and `BLOCKED` are not in it, but a retailer's client
expects them.
Listrak's messages are never read: the code alone decides.
"""

from __future__ import annotations

from singer_delivery.error_table import ErrorRule, ErrorTable, Then

FOUND = "ERROR_PHONE_NUMBER_FOUND"
NOT_FOUND = "ERROR_PHONE_NUMBER_NOT_FOUND"
NOT_LOCATED = "ERROR_UNABLE_TO_LOCATE_RESOURCE"
SUBSCRIBED = "ERROR_SUBSCRIBED_PHONE_NUMBER"
NOT_SUBSCRIBED = "ERROR_PHONE_NUMBER_NOT_SUBSCRIBED"
PENDING = "ERROR_PENDING_PHONE_NUMBER"
BANNED = "ERROR_BANNED_PHONE_NUMBER"
OPTED_OUT = "ERROR_PHONE_NUMBER_OPTED_OUT"

INTEGRATION = "in Listrak under Integrations > Integration Management"
_REPORT = "Please report this as a mistake of this target."
_AGAIN = "Run again later; what was delivered is not sent again. If it stays, ask Listrak's support."
_CORRECT = "Correct the value at its source and replay the record."


def _stop(code: str, reason: str, cause: str, next_step: str) -> ErrorRule:
    return ErrorRule(code, Then.STOP, reason, cause, next_step)


def _retry(code: str, cause: str, next_step: str = _AGAIN) -> ErrorRule:
    return ErrorRule(code, Then.RETRY, "vendor_error", cause, next_step)


def _reject(code: str, reason: str, cause: str, next_step: str) -> ErrorRule:
    return ErrorRule(code, Then.REJECT, reason, cause, next_step)


def _already(code: str, reason: str, cause: str) -> ErrorRule:
    return ErrorRule(code, Then.ALREADY, reason, cause, "Nothing is to be done.")


UNAUTHORIZED = ErrorRule(
    "ERROR_UNAUTHORIZED",
    Then.REAUTHENTICATE,
    "unauthorized",
    "Listrak gave a token, but refuses calls with it.",
    f"Look at the integration {INTEGRATION}: it must be active, not paused, and of the type SMS (Data and Email have "
    "integrations of their own); its IP addresses must include this machine's public address, or be switched off; and "
    "`sender_code` must belong to the same account.",
)

_THE_RUN = (
    UNAUTHORIZED,
    _stop(
        "ERROR_INVALID_CREDENTIALS",
        "invalid_credentials",
        "Listrak does not accept the credentials.",
        f"Check `client_id` and `client_secret` against the integration {INTEGRATION}; it must be active and of the "
        "type SMS, and its IP addresses must include this machine's. A lost secret can only be made anew.",
    ),
    _stop(
        "ERROR_MALFORMED_REQUEST_BODY",
        "malformed_request",
        "Listrak could not read a request as JSON.",
        f"{_REPORT} A proxy that changes what passes through it does this too.",
    ),
    _stop(
        "ERROR_UNKNOWN_ROUTE",
        "unknown_route",
        "Listrak does not know an address that was called.",
        "Check `api_url`: it is https://api.listrak.com/sms, unless Listrak tells you otherwise.",
    ),
    _stop("ERROR_UNSUPPORTED_METHOD", "unsupported_method", "Listrak does not take a verb that was used.", _REPORT),
    _stop(
        "ERROR_UNSUPPORTED_CONTENT_TYPE", "unsupported_content_type", "Listrak did not see a request as JSON.", _REPORT
    ),
    _stop(
        "ERROR_UNSUPPORTED_PROTOCOL",
        "unsupported_protocol",
        "Listrak was called without encryption.",
        "Give `api_url` and `auth_url` with https.",
    ),
    _retry("ERROR_UNHANDLED_EXCEPTION", "Listrak met an error of its own."),
    _stop(
        "ERROR_INVALID_LIST_ID",
        "invalid_list",
        "The list is not one of this sender code.",
        "Check `list_id` or `list_name` against `sender_code`; `--test` shows the lists there are.",
    ),
    _stop(
        "ERROR_LIST_INACTIVE",
        "inactive_list",
        "The list is inactive.",
        "Activate it in Listrak, or choose another by `list_name` or `list_id`.",
    ),
    *(
        _stop(
            code,
            "sender_code_disabled",
            "The sender code is disabled.",
            "Ask Listrak to enable it, or give another as `sender_code`.",
        )
        # It was renamed between 2022 and 2026, as "short code" was everywhere.
        for code in ("ERROR_SENDER_CODE_DISABLED", "ERROR_SHORT_CODE_DISABLED")
    ),
)

_THE_RECORD = (
    _reject("ERROR_INVALID_PARAMETER", "invalid_value", "Listrak finds a value that cannot be.", _CORRECT),
    # A contact that is not there is for the action to judge, a list or a sender code for the account.
    _reject(
        NOT_LOCATED,
        "not_found",
        "Listrak does not find the contact.",
        "If this happens to every record, try another `phone_format`.",
    ),
    _reject(
        "ERROR_UNSAFE_ROUTE",
        "invalid_phone",
        "Listrak refuses the phone number in an address.",
        "Correct the number and replay the record; if this happens to every record, try another `phone_format`.",
    ),
    _reject("ERROR_RESOURCE_DEPENDENCY", "in_use", "Listrak says that something is in use.", _REPORT),
    _reject(
        "ERROR_INVALID_PHONE_NUMBER",
        "invalid_phone",
        "Listrak does not accept the phone number.",
        "Correct the number and replay the record; if this happens to every record, try another `phone_format`.",
    ),
    _reject(
        BANNED,
        "banned",
        "The phone number is banned from this sender code.",
        "Listrak must lift the ban before anything can be done about this person.",
    ),
    _reject(
        "ERROR_PHONE_NUMBER_SUSPENDED",
        "suspended",
        "The carrier has suspended the phone number, so that it cannot get texts.",
        "Replay the record once the number is in use again.",
    ),
    _reject(FOUND, "exists", "Listrak has this number already, and does not create it again.", "Replay the record."),
    _reject(NOT_FOUND, "not_found", "Listrak does not know this number.", "Use the action `subscribe` to create it."),
    _already(NOT_SUBSCRIBED, "not_subscribed", "The number is not on the list."),
    _already(SUBSCRIBED, "already_subscribed", "The number is on the list."),
    _already(PENDING, "pending", "The person was asked to confirm the subscription, and has not answered yet."),
    _reject("ERROR_INVALID_EMAIL_ADDRESS", "invalid_email", "Listrak does not accept the e-mail address.", _CORRECT),
    _reject(
        "ERROR_BIRTHDAY_FIELD_NULL",
        "invalid_birthday",
        "Listrak does not accept how an empty birthday was sent.",
        "Leave the birthday out, or set `on_null` to `keep`.",
    ),
    _reject(
        "ERROR_INVALID_SEGMENTATION_FIELD_ID",
        "invalid_field",
        "Listrak no longer has a profile field that it had when the run began.",
        "Run again: fields are read anew.",
    ),
    _reject(
        "ERROR_SEGMENTATION_FIELD_DISABLED",
        "invalid_field",
        "A profile field was disabled while the run was under way.",
        "Enable it in Listrak or leave its column out, and replay the record.",
    ),
    _reject(
        "ERROR_SEGMENTATION_MAX_LENGTH",
        "too_long",
        "A value is longer than its profile field at Listrak.",
        "Shorten it at its source, lengthen the field in Listrak, or set `on_too_long` to `truncate`.",
    ),
    _reject(
        "ERROR_TRANSACTIONAL_MESSAGE_CONTENT_COUPON_CODE", "message_refused", "The text holds a coupon code.", _REPORT
    ),
    _reject("ERROR_TRANSACTIONAL_MESSAGE_EMPTY_MESSAGE", "message_refused", "The text is empty.", _REPORT),
    _reject("ERROR_TRANSACTIONAL_MESSAGE_NOT_FOUND", "message_refused", "There is no such message.", _REPORT),
    _reject(
        OPTED_OUT,
        "opted_out",
        "The person opted out, and Listrak does not let this target undo that.",
        "They can text START or fill in a form of yours.",
    ),
    _reject(
        "ERROR_PHONE_NUMBER_BLOCKED", "banned", "Listrak has blocked the phone number.", "Ask Listrak's support why."
    ),
)

_BY_STATUS = {
    0: _reject(
        "",
        "vendor_refused",
        "Listrak refused the record without one of the codes that it publishes.",
        "Replay it later; if it is refused again, ask Listrak's support.",
    ),
    401: UNAUTHORIZED,
    403: _stop(
        "HTTP 403",
        "forbidden",
        "The call was forbidden, without one of Listrak's codes.",
        f"Perhaps a proxy or a firewall did this. Look also at the IP addresses of the integration {INTEGRATION}.",
    ),
    404: _stop(
        "HTTP 404",
        "unknown_route",
        "There is nothing at the address that was called, and the answer is not Listrak's.",
        "Check `api_url`: it is https://api.listrak.com/sms, unless Listrak tells you otherwise.",
    ),
    405: _stop("HTTP 405", "unsupported_method", "A verb that was used is not taken.", "Check `api_url`."),
    407: _stop("HTTP 407", "proxy", "The proxy asks for a login.", "Check HTTPS_PROXY in the environment."),
    408: _retry("HTTP 408", "Listrak waited too long for a request."),
    415: _stop("HTTP 415", "unsupported_content_type", "A request was not seen as JSON.", _REPORT),
    429: _retry("HTTP 429", "Listrak asks for fewer calls.", "Lower `requests_per_second`, and run again."),
    500: _retry("HTTP 500", "Listrak met an error of its own."),
    502: _retry("HTTP 502", "Listrak could not be reached behind its gateway."),
    503: _retry("HTTP 503", "Listrak is not available."),
    504: _retry("HTTP 504", "Listrak did not answer its gateway in time."),
}

LISTRAK_ERRORS = ErrorTable(rules=(*_THE_RUN, *_THE_RECORD), by_status=_BY_STATUS)
"""Every documented code, and what answers without one mean by their status."""
