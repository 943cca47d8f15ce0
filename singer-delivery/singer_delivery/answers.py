"""What an answer of a vendor means for the call that it answers. Nothing is called here."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from singer_delivery.error_table import Then
from singer_delivery.errors import RefusedError, SetupError
from singer_delivery.rate_headers import retry_after
from singer_delivery.transport import REDIRECTS
from singer_delivery.troubles import Trouble

if TYPE_CHECKING:
    from singer_delivery.error_table import ErrorRule
    from singer_delivery.transport import Answer, Call

TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
_ASK = "Ask the vendor what that means: the address was its own."
_CODE = re.compile(r"(?!.*\d{6})[\w.:-]{1,80}", re.ASCII)
"""What can be an error code. A sentence, or a phone number, in its place may quote the request."""


def code_in(said: str | None) -> str | None:
    """Return what a vendor said in a code's place, if it can be told to anybody."""
    return said if said is not None and _CODE.fullmatch(said) else None


def check_redirect(call: Call, answer: Answer, address_setting: str) -> None:
    """Refuse an answer that points elsewhere: who calls, and what is sent, is for nobody else.

    Raises:
        SetupError: It does.
    """
    if answer.status in REDIRECTS:
        check = f"Check `{address_setting}`: `https` in front, the right host, no missing part."
        raise SetupError(
            f"The answer to {call.operation} points to another address (HTTP {answer.status}), and that is not "
            f"followed. {_ASK if call.largest_file else check}"
        )


def failure(call: Call, answer: Answer, rule: ErrorRule, code: str | None) -> Trouble | RefusedError | SetupError:
    """Return what an answer that is no success means.

    Args:
        call: What was called.
        answer: The answer.
        rule: What the vendor's error table says of it.
        code: The vendor's error code, if it gave one.
    """
    if rule.then is Then.STOP and call.authorized:
        return stopped(rule)
    limited = answer.status == TOO_MANY
    if limited or rule.then is Then.RETRY:
        harmless = limited or (answer.status == UNAVAILABLE and retry_after(answer.headers) is not None)
        named = code or f"HTTP {answer.status}"
        advice = f"{rule.cause} {rule.next_step}" if rule.then is Then.RETRY else ""
        return Trouble(named, answered=True, harmless=harmless, limited=limited, code=named, advice=advice)
    if not answer.readable and call.largest_file is None:
        return broken(answer)  # a page of some server between is no word of the vendor on a record
    return RefusedError(code or f"HTTP {answer.status}", rule, answer.status)


def stopped(rule: ErrorRule) -> SetupError:
    """Return what ends the run: every call would meet it."""
    return SetupError(f"{rule.cause} {rule.next_step}")


def broken(answer: Answer) -> Trouble:
    """Return what is said of an answer that nobody can read."""
    return Trouble(f"an answer that is a page, no JSON, or half of one (HTTP {answer.status})", answered=True)
