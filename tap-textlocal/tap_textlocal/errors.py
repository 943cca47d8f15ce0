"""What can go wrong at Textlocal where nothing is sent, and what to do about it.

Failures come with HTTP 200: `{"errors": [{"code": 3, "message": ...}], "status": "failure"}`. Codes 1 to 3 are those
of the vendor's page "API documentation", 10 and 25 are known from its clients. With which code the reading commands
fail otherwise (an id that is unknown, a list that is empty) nobody has published.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from singer_delivery.error_table import ErrorRule, ErrorTable, Then

FAILURE = "failure"
"""In the place of a code, where a failure has none: clients of Textlocal crash on these, so there are some."""
UNREADABLE = "unreadable"
"""In the place of a code, for a JSON that is no object."""
UNKNOWN_GROUP = "10"
_KEYS = "in Textlocal under Settings > All settings > API keys"
_ADDRESS = "Check `api_url`: https://api.txtlocal.com, or https://api.textlocal.in for accounts in India."
_AGAIN = "Run again later. If it stays, ask Textlocal's support."
_REPORT = "Please report this as a mistake of this tap."


def _stop(code: str, cause: str, next_step: str) -> ErrorRule:
    return ErrorRule(code, Then.STOP, "stopped", cause, next_step)


def _retry(code: str, cause: str, next_step: str = _AGAIN) -> ErrorRule:
    return ErrorRule(code, Then.RETRY, "vendor_error", cause, next_step)


_REFUSED = ErrorRule(
    FAILURE, Then.REJECT, "refused", "Textlocal refuses the call, and nobody has published why it would.", _AGAIN
)
_BY_CODE = (
    _stop("1", "A call named no command.", _REPORT),
    _stop(
        "2",
        "This account does not know a command that reads. Accounts that were upgraded to Webex Interact know only "
        "`send`: there is nothing that this tap could read.",
        f"If yours was not upgraded: {_ADDRESS[0].lower()}{_ADDRESS[1:]}",
    ),
    _stop(
        "3",
        "Textlocal does not accept the key.",
        f"Check `api_key` ({_KEYS}): the whole key, of an account of the same country as `api_url`. If the key is "
        "limited to IP addresses, add that of this machine.",
    ),
    ErrorRule(
        UNKNOWN_GROUP,
        Then.REJECT,
        "unknown_group",
        "There is no group with this id.",
        "Check `group_ids`: the stream `groups` has the ids.",
    ),
    _stop("25", "A call named no group.", _REPORT),
    _retry(UNREADABLE, "Textlocal's answer is none of its own."),
)
_BY_STATUS = {
    0: _REFUSED,
    401: _stop("HTTP 401", "Something between here and Textlocal asks for a login.", _ADDRESS),
    403: _stop(
        "HTTP 403",
        "Textlocal, or something before it, does not let this machine in.",
        f"Check the addresses that the key is limited to ({_KEYS}), and `api_url`.",
    ),
    404: _stop("HTTP 404", "There is no such address.", _ADDRESS),
    405: _stop("HTTP 405", "What answers takes no posts.", _ADDRESS),
    407: _stop("HTTP 407", "The proxy asks for a login.", "Check HTTPS_PROXY in the environment."),
    408: _retry("HTTP 408", "Textlocal waited too long for a request."),
    429: _retry("HTTP 429", "Textlocal asks for fewer calls.", "Lower `requests_per_second`, and run again."),
    500: _retry("HTTP 500", "Textlocal met an error of its own."),
    502: _retry("HTTP 502", "Textlocal could not be reached behind its gateway."),
    503: _retry("HTTP 503", "Textlocal is not available."),
    504: _retry("HTTP 504", "Textlocal did not answer its gateway in time."),
}
TEXTLOCAL_ERRORS = ErrorTable(rules=_BY_CODE, by_status=_BY_STATUS)
"""What errors mean whatever was called."""

_OF_THE_MOMENT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def rule_of(status: int, code: str | None) -> ErrorRule:
    """Return what an error means.

    Args:
        status: HTTP status: 200 for everything that Textlocal itself says.
        code: A code, as `code_of` returns it.
    """
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _BY_STATUS.get(status, _BY_STATUS[500])
    rule = TEXTLOCAL_ERRORS.rule(status, None if status in _OF_THE_MOMENT else code)
    if rule is _REFUSED and status >= HTTPStatus.BAD_REQUEST:
        return _stop(
            f"HTTP {status}",
            f"Something between here and Textlocal refuses the call (HTTP {status}); Textlocal itself does so by 200.",
            _ADDRESS,
        )
    return rule


def is_unexplained(rule: ErrorRule) -> bool:
    """Return whether a refusal has no code that is known: so may Textlocal say that a list is empty."""
    return rule is _REFUSED


def code_of(body: Any) -> str | None:
    """Return the code of a failure, of an answer's JSON; None for a success."""
    if not isinstance(body, dict):
        return UNREADABLE
    errors = body.get("errors")
    if isinstance(errors, list) and errors:
        code = errors[0].get("code") if isinstance(errors[0], dict) else None
        return FAILURE if code in (None, "") else str(code)
    return FAILURE if body.get("status") == FAILURE else None
