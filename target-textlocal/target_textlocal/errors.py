"""What can go wrong at Textlocal, and what to do about it.

Codes are those of the vendor's pages "API documentation" (1 to 3), `otp_send` and `create_group`, and of several of
its clients, which agree; 15, 25, 55 to 62, 185, 186 and 202 are known from one client alone.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from singer_delivery.error_table import ErrorRule, ErrorTable, Then
from target_textlocal.answers import DND, REFUSED, UNREADABLE, WARNING

if TYPE_CHECKING:
    from singer_delivery.outcomes import Verdict

UNKNOWN_COMMAND = "2"
KEYS = "in Textlocal under Settings > All settings > API keys"
_REPORT = "Please report this as a mistake of this target."
_AGAIN = "Run again later; what was delivered is not sent again. If it stays, ask Textlocal's support."
_CORRECT = "Correct it at its source and replay the record."
_ADDRESS = "Check `api_url`: https://api.txtlocal.com, or https://api.textlocal.in for accounts in India."
_NOTHING = "Nothing is to be done."
_SERVER_ERROR = 500


def _stop(code: str, reason: str, cause: str, next_step: str) -> ErrorRule:
    return ErrorRule(code, Then.STOP, reason, cause, next_step)


def _reject(code: str, reason: str, cause: str, next_step: str = _CORRECT) -> ErrorRule:
    return ErrorRule(code, Then.REJECT, reason, cause, next_step)


def _retry(code: str, cause: str, next_step: str = _AGAIN) -> ErrorRule:
    return ErrorRule(code, Then.RETRY, "vendor_error", cause, next_step)


def _already(code: str, reason: str, cause: str) -> ErrorRule:
    return ErrorRule(code, Then.ALREADY, reason, cause, _NOTHING)


_UNKNOWN_COMMAND = _stop(UNKNOWN_COMMAND, "unknown_command", "Textlocal does not know a command.", _ADDRESS)
UPGRADED = (
    "This account was upgraded to Webex Interact, which knows of Textlocal's commands only `send`: what works is "
    "`messages` with `message`; groups, contacts, templates, campaigns and reports do not."
)
"""What an upgraded account lacks, by Webex's page on its "API compatibility service", in one line."""
_BAD_NUMBER = "Textlocal does not take the phone number."
_WRONG_SENDER = "The sender is none that the account may use."
_NO_SENDER = "The text has no sender, and the account has no default."
_NO_TEMPLATE = "The text fits none of the account's approved templates, without which nothing is sent in India."
_DND = "The number is on India's do-not-disturb list, and the account may send it nothing of this kind."
_HOURS = "Textlocal does not send such texts at this hour."

_REFUSED = _reject(
    REFUSED,
    "refused",
    "Textlocal refuses it, and does not say why in a code that is known.",
    "Compare the record with what the README says of this action, and replay it; if it is refused again, ask "
    "Textlocal's support.",
)

_OF_ALL = (
    _stop("1", "no_command", "A call named no command.", _REPORT),
    _UNKNOWN_COMMAND,
    _stop(
        "3",
        "unauthorized",
        "Textlocal does not accept the key.",
        f"Check `api_key` ({KEYS}): the whole key, of an account of the same country as `api_url`. If the key is "
        "limited to IP addresses, add that of this machine.",
    ),
    _retry(UNREADABLE, "Textlocal's answer is none of its own."),
    _REFUSED,
)
_OF_TEXTS = (
    _reject("4", "no_recipients", "A text has nobody to go to.", _REPORT),
    _reject("5", "empty_message", "The text is empty."),
    _reject("6", "too_long", "The text is longer than Textlocal takes: 765 characters.", "Shorten it, and replay it."),
    _stop(
        "7",
        "no_credits",
        "The account has not enough credits.",
        "Buy credits, and run again: what was sent is not sent again.",
    ),
    _reject("8", "invalid_send_at", "Textlocal cannot read the time to send at.", _REPORT),
    _reject("9", "send_time_past", "The time to send at has passed.", "Give a later one, and replay the record."),
    _reject(
        "11", "empty_group", "The group has no contacts.", "Run again; if it stays, look at the group in Textlocal."
    ),
    _reject("32", "invalid_phone", _BAD_NUMBER),
    _reject("33", "too_many_numbers", "One call has more than the 10,000 numbers that Textlocal takes.", _REPORT),
    _stop("34", "group_and_numbers", "A call named both a group and numbers.", _REPORT),
    _reject("43", "wrong_sender", _WRONG_SENDER, "Correct it, or register it in Textlocal, and replay the record."),
    _stop("44", "missing_sender", _NO_SENDER, "Set `sender` to one of the account's sender names."),
    _reject("51", "invalid_phone", "Textlocal takes none of the phone numbers."),
    _reject(
        "80",
        "no_such_template",
        _NO_TEMPLATE,
        "Write it by a template letter for letter, or have one approved in Textlocal, and replay the record.",
    ),
    _reject(
        "191",
        "outside_hours",
        "Textlocal does not send such texts at the hour that was asked for.",
        "Give another time, and replay the record.",
    ),
    _stop("192", "outside_hours", _HOURS, "Run again in daytime, in India's time, or set `send_at`."),
    _reject(DND, "do_not_disturb", _DND, "Leave the person out of promotional texts."),
)
_OF_CONTACTS = (
    _stop(
        "10",
        "unknown_group",
        "The group is not there: somebody may have deleted it.",
        "Check `group_name` or `group_id`, and run again.",
    ),
    _reject("12", "no_group_name", "A group was to be made without a name.", _REPORT),
    _reject("13", "group_name_too_long", "The group's name is too long for Textlocal.", "Give it a shorter name."),
    _reject("14", "group_exists", "There is a group of that name.", "Run again: it is found then."),
    _reject("15", "invalid_json", "Textlocal cannot read what a call holds.", _REPORT),
    _stop("25", "no_group", "A call named no group.", _REPORT),
    _reject("55", "no_numbers", "A call named no phone number.", _REPORT),
    _reject("56", "invalid_phone", f"{_BAD_NUMBER} The contact was not made."),
    _reject("61", "not_in_group", "The phone number is not in the group.", _NOTHING),
    _reject("62", "built_in_group", "The group is built in, and cannot be deleted.", _NOTHING),
    _reject("185", "no_url", "A short link was asked for without an address.", _REPORT),
    _reject("186", "invalid_url", "A short link was asked for with an address that is none.", _REPORT),
    _reject(
        "202",
        "invalid_or_duplicate",
        "Textlocal takes the contact for a bad number, or for one that is in the group already.",
        "Check the phone number. If it is right, set `existing_contacts` to `leave`.",
    ),
)
_WARNINGS = (_reject(f"{WARNING}3", "invalid_phone", f"{_BAD_NUMBER} The others of the call were taken."),)

_BY_STATUS = {
    0: _REFUSED,
    401: _stop("HTTP 401", "unauthorized", "Something between here and Textlocal asks for a login.", _ADDRESS),
    403: _stop(
        "HTTP 403",
        "forbidden",
        "Textlocal, or something before it, does not let this machine in.",
        f"Check the addresses that the key is limited to ({KEYS}), and `api_url`.",
    ),
    404: _stop("HTTP 404", "unknown_route", "There is no such address.", _ADDRESS),
    405: _stop("HTTP 405", "unsupported_method", "What answers takes no posts.", _ADDRESS),
    407: _stop("HTTP 407", "proxy", "The proxy asks for a login.", "Check HTTPS_PROXY in the environment."),
    408: _retry("HTTP 408", "Textlocal waited too long for a request."),
    413: _reject("HTTP 413", "too_large", "Textlocal finds the call too large.", "Shorten its values."),
    429: _retry("HTTP 429", "Textlocal asks for fewer calls.", "Lower `requests_per_second`, and run again."),
    500: _retry("HTTP 500", "Textlocal met an error of its own."),
    502: _retry("HTTP 502", "Textlocal could not be reached behind its gateway."),
    503: _retry("HTTP 503", "Textlocal is not available."),
    504: _retry("HTTP 504", "Textlocal did not answer its gateway in time."),
}
TEXTLOCAL_ERRORS = ErrorTable(rules=(*_OF_ALL, *_OF_TEXTS, *_OF_CONTACTS, *_WARNINGS), by_status=_BY_STATUS)
"""What errors mean whatever was called."""

_GONE = "The group is not there any more."
_NOT_HERE = _reject(UNKNOWN_COMMAND, "not_on_this_account", UPGRADED, _ADDRESS)
_LACKING = _stop(UNKNOWN_COMMAND, "not_on_this_account", UPGRADED, _ADDRESS)
_OPTIONAL = frozenset({"balance", "bulk_json"})
"""Commands beside those that read (`get_...`, `status_...`) without which an action may find another way."""
OF_COMMAND: dict[tuple[str, str], ErrorRule] = {
    ("send", "10"): _reject("10", "group_gone", _GONE, "Run again: the campaign gets a new group."),
    ("delete_group", "10"): _already("10", "group_gone", _GONE),
    ("delete_contact", "61"): _already("61", "not_in_group", "The phone number is not in the group."),
}
"""What a code means of one command alone."""
_OF_THE_MOMENT = frozenset({408, 429})


def rule_of(operation: str, status: int, code: str | None) -> ErrorRule:
    """Return what an error means, by what was called.

    Args:
        operation: Textlocal's command.
        status: HTTP status: 200 for everything that Textlocal itself says.
        code: A code, as `answers` reads it.
    """
    if status >= _SERVER_ERROR and status not in _BY_STATUS:
        return _BY_STATUS[_SERVER_ERROR]
    if status >= _SERVER_ERROR or status in _OF_THE_MOMENT:
        return _BY_STATUS[status]
    if code == UNKNOWN_COMMAND and operation != "send":
        return _NOT_HERE if operation in _OPTIONAL or operation.startswith(("get_", "status_")) else _LACKING
    return OF_COMMAND.get((operation, code or "")) or TEXTLOCAL_ERRORS.rule(status, code)


def verdict_of(operation: str, code: str) -> Verdict:
    """Return the outcome of one record of a call that was taken: of `messages_not_sent`, of a warning.

    Args:
        operation: Textlocal's command.
        code: As `answers.code_of` and `answers.warnings_of` return it.
    """
    rule = OF_COMMAND.get((operation, code)) or TEXTLOCAL_ERRORS.rule(HTTPStatus.OK, code)
    if rule is _REFUSED and code.startswith(WARNING):  # codes that clients have seen as either
        rule = TEXTLOCAL_ERRORS.rule(HTTPStatus.OK, code.removeprefix(WARNING))
    return rule.verdict(code.removeprefix(WARNING))
