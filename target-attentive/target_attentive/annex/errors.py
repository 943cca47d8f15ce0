"""What can go wrong at Annex Cloud, and what to do about it.

Its page on Attentive shows one error, with two codes for it that contradict each other, and no HTTP status: so what
went wrong is told by the status, where that is more than 200 or 400, and otherwise not at all.
Annex Cloud's messages are never read.
"""

from __future__ import annotations

from http import HTTPStatus

from singer_delivery.error_table import ErrorRule, ErrorTable, Then

_LOOK = (
    "It does not say why, and so it can be anything from the dates to the token. Check `annex_cloud` (`site_id`, "
    "`token`, `token_scheme`) if no segment comes through, else the segment's columns, and replay the records."
)
_AGAIN = "Look whether the segment is there at Annex Cloud, and run again later."


def _refused(code: str) -> ErrorRule:
    return ErrorRule(code, Then.REJECT, "annex_refused", "Annex Cloud refused the segment.", _LOOK)


_TOKEN = ErrorRule(
    "HTTP 401",
    Then.STOP,
    "unauthorized",
    "Annex Cloud does not accept the token.",
    "Check `annex_cloud`: `site_id`, `token`, and `token_scheme` (`jwt`, where the token is the secret that signs, or "
    "`legacy`, where it is the loyalty token). A clock that is minutes off spoils a `jwt`, too.",
)
_FORBIDDEN = ErrorRule(
    "HTTP 403",
    Then.STOP,
    "forbidden",
    "Annex Cloud does not let this token make segments.",
    "Ask Annex Cloud to allow it for the site of `annex_cloud.site_id`.",
)
_ADDRESS = ErrorRule(
    "HTTP 404",
    Then.STOP,
    "unknown_address",
    "Annex Cloud's segment call is not at that address.",
    "Check `annex_cloud.url`: the base address that Annex Cloud gave you, without a path.",
)
_TOO_LARGE = ErrorRule(
    "HTTP 413",
    Then.REJECT,
    "too_large",
    "The segment has more members than Annex Cloud takes in one call.",
    "Split it into several segments, each with its own `external_id`.",
)
_BUSY = ErrorRule("HTTP 429", Then.RETRY, "rate_limited", "Annex Cloud asks for fewer calls.", "Run again later.")
_TROUBLE = ErrorRule("HTTP 5xx", Then.RETRY, "vendor_error", "Annex Cloud met an error of its own.", _AGAIN)

ANNEX_ERRORS = ErrorTable(
    [_refused("AC1001"), _refused("AC1002")],
    {
        HTTPStatus.UNAUTHORIZED: _TOKEN,
        HTTPStatus.FORBIDDEN: _FORBIDDEN,
        HTTPStatus.NOT_FOUND: _ADDRESS,
        HTTPStatus.METHOD_NOT_ALLOWED: _ADDRESS,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _TOO_LARGE,
        HTTPStatus.TOO_MANY_REQUESTS: _BUSY,
        **dict.fromkeys(range(500, 600), _TROUBLE),
        0: _refused("HTTP 400"),
    },
)


def annex_rule(status: int, code: str | None) -> ErrorRule:
    """Return the rule for an error: by its status where that says more than its code, which is always the same."""
    return ANNEX_ERRORS.by_status.get(status) or ANNEX_ERRORS.rule(status, code)
