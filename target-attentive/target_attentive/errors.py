"""What can go wrong at Attentive, and what to do about it.

Attentive's errors have no codes: status and operation decide, and where a 400's prose has words that are known
(`error_words`), a code of ours. Statuses are those of Attentive's description of its API; that a 401 is empty and what
a 404 of an unknown address looks like was seen live on 2026-09-07.
"""

from __future__ import annotations

from http import HTTPStatus

from singer_delivery.error_table import ErrorRule, ErrorTable, Then
from target_attentive import error_words as words

APP = "in Attentive under Marketplace > Custom apps"
_REPORT = "Please report this as a mistake of this target."
_AGAIN = "Run again later; what was delivered is not sent again. If it stays, ask Attentive's support."
_CORRECT = "Correct the value at its source and replay the record."
_ADDRESS = "Check `api_url`: it is https://api.attentivemobile.com, with nothing after the host."

SUBSCRIBERS = "Subscribers: Write (`subscriptions:write`)"
ATTRIBUTES = "Custom Attributes: Write (`attributes:write`)"
_ECOMMERCE = "eCommerce: Write (`ecommerce:write`)"
_SEGMENTS = "Segments: Write (`segments:write`)"
PERMISSIONS: dict[str, tuple[str, ...]] = {
    "Subscribe": (SUBSCRIBERS,),
    "Eligibility": ("Subscribers: Read (`subscriptions:read`)",),
    "Unsubscribe": (SUBSCRIBERS,),
    "SetAttributes": (ATTRIBUTES,),
    "BulkAttributes": (ATTRIBUTES, SUBSCRIBERS),
    "CustomEvent": ("Custom Events: Write (`events:write`)",),
    "ProductView": (_ECOMMERCE,),
    "AddToCart": (_ECOMMERCE,),
    "Purchase": (_ECOMMERCE,),
    "Identify": ("Identity: Write (`identity:write`)",),
    "PrivacyDelete": ("Privacy Requests: Write (`privacy_requests:write`)",),
    "AddMembers": (_SEGMENTS,),
    "RemoveMembers": (_SEGMENTS,),
    "CreateSegment": (_SEGMENTS,),
    "ListSegments": ("Segments: Read (`segments:read`)",),
    "GetSegment": ("Segments: Read (`segments:read`)",),
}
"""What an operation needs, as a custom app's page calls it and as its scope is called."""

_SERVER_ERROR = 500


def _stop(code: str, reason: str, cause: str, next_step: str) -> ErrorRule:
    return ErrorRule(code, Then.STOP, reason, cause, next_step)


def _retry(code: str, cause: str, next_step: str = _AGAIN) -> ErrorRule:
    return ErrorRule(code, Then.RETRY, "vendor_error", cause, next_step)


def _reject(code: str, reason: str, cause: str, next_step: str = _CORRECT) -> ErrorRule:
    return ErrorRule(code, Then.REJECT, reason, cause, next_step)


def _already(code: str, reason: str, cause: str) -> ErrorRule:
    return ErrorRule(code, Then.ALREADY, reason, cause, "Nothing is to be done.")


_BY_WORDS = (
    _stop(words.NO_ROUTE, "unknown_route", "Attentive does not know an address that was called.", _ADDRESS),
    _reject(
        words.TYPE_CLASH,
        "type_locked",
        "A value is of another type than its attribute: Attentive keeps the type of the first value for ever.",
        "Correct the value at its source and replay the record, or send the column under another name.",
    ),
    _reject(
        words.UNLISTED_VALUE,
        "unlisted_value",
        "An attribute that was made in Attentive with a list of values does not have this one.",
        "Add the value to the attribute in Attentive, or correct it at its source, and replay the record.",
    ),
    _reject(
        words.ATTRIBUTE_CAP,
        "too_many_attributes",
        "The account has as many custom attributes as Attentive allows (100).",
        "Leave columns out by `stream_maps`, or ask Attentive to remove attributes, and replay the records.",
    ),
    _reject(
        words.FOREIGN_EVENT,
        "foreign_event",
        "Events of this type were sent by another custom app first, and only that one can send them.",
        "Set `api_key` to the key of that app, or give the event another `type`, and replay the records.",
    ),
    _reject(
        words.UNKNOWN_PERSON,
        "unknown_person",
        "Attentive knows nobody by this identifier.",
        "Tie it to a phone number or an e-mail address by `identities` first, or send one of those with it.",
    ),
    _reject(
        words.INVALID_PHONE,
        "invalid_phone",
        "Attentive does not accept the phone number.",
        "Correct the number at its source and replay the record.",
    ),
    _reject(words.INVALID_EMAIL, "invalid_email", "Attentive does not accept the e-mail address."),
)

_REFUSED = _reject(
    "HTTP 400",
    "refused",
    "Attentive refuses the record, and has no code that says why.",
    "Compare its values with what the README says of this action, and replay it; if it is refused again, ask "
    "Attentive's support.",
)
_NOT_FOUND = _reject(
    "HTTP 404",
    "not_found",
    "Attentive does not find what the record is about.",
    f"Replay it later. If this happens to every record: {_ADDRESS[0].lower()}{_ADDRESS[1:]}",
)
UNAUTHORIZED = _stop(
    "HTTP 401",
    "unauthorized",
    "Attentive does not accept the key.",
    f"Check `api_key` against the custom app ({APP}): it must be the app's current key, and the app must not "
    "have been uninstalled.",
)
_BY_STATUS = {
    0: _REFUSED,
    401: UNAUTHORIZED,
    404: _NOT_FOUND,
    405: _stop("HTTP 405", "unsupported_method", "A verb that was used is not taken.", "Check `api_url`."),
    407: _stop("HTTP 407", "proxy", "The proxy asks for a login.", "Check HTTPS_PROXY in the environment."),
    408: _retry("HTTP 408", "Attentive waited too long for a request."),
    # Described, though no operation refers to it; a client was seen to take it for done.
    409: _already("HTTP 409", "already_there", "Attentive has it already."),
    413: _reject(
        "HTTP 413",
        "too_large",
        "Attentive finds the record too large; a record of a bulk call may have 1 MiB.",
        "Leave columns out by `stream_maps`, or shorten values, and replay the record.",
    ),
    415: _stop("HTTP 415", "unsupported_content_type", "A request was not seen as JSON.", _REPORT),
    429: _retry("HTTP 429", "Attentive asks for fewer calls.", "Lower `requests_per_second`, and run again."),
    500: _retry("HTTP 500", "Attentive met an error of its own."),
    502: _retry("HTTP 502", "Attentive could not be reached behind its gateway."),
    503: _retry("HTTP 503", "Attentive is not available."),
    504: _retry("HTTP 504", "Attentive did not answer its gateway in time."),
}
ATTENTIVE_ERRORS = ErrorTable(rules=_BY_WORDS, by_status=_BY_STATUS)
"""What errors mean whatever was called."""

_NO_ROUTE = ATTENTIVE_ERRORS.rule(404, words.NO_ROUTE)
_NO_SUBSCRIPTION = "The person has no such subscription."
_NO_SEGMENT = _stop(
    "HTTP 404",
    "unknown_segment",
    "The segment is not there, or was archived.",
    "Check `segment` or `segment_external_id`, or restore the segment in Attentive.",
)
SIGN_UP_UNIT = _stop(
    words.SIGN_UP_UNIT,
    "invalid_sign_up_unit",
    "Attentive does not accept the sign-up unit, so nobody can be subscribed.",
    "Check `sign_up_source_id` against the column ID of Sign-up Units in Attentive: the unit must be of the kind API. "
    "With `locale` and `subscription_type` there must be exactly one such unit; if there are several, give the id.",
)
OF_OPERATION: dict[tuple[str, int | str], ErrorRule] = {
    ("Subscribe", words.SIGN_UP_UNIT): SIGN_UP_UNIT,
    ("Subscribe", 404): _NO_ROUTE,
    ("Subscribe", 409): _already("HTTP 409", "already_subscribed", "The person is subscribed."),
    ("Eligibility", 404): _reject("HTTP 404", "not_subscribed", _NO_SUBSCRIPTION),
    ("Unsubscribe", 404): _already("HTTP 404", "not_subscribed", _NO_SUBSCRIPTION),
    ("Unsubscribe", 409): _already("HTTP 409", "not_subscribed", _NO_SUBSCRIPTION),
    **{(operation, 404): _NO_ROUTE for operation in ("Me", "BulkAttributes", "ListSegments", "CreateSegment")},
    **{
        (operation, error): _NO_SEGMENT
        for operation in ("AddMembers", "RemoveMembers")
        for error in (404, words.UNKNOWN_SEGMENT)
    },
    ("CreateSegment", 409): _reject(
        "HTTP 409", "segment_exists", "There is a segment with that name or external id.", "Run again."
    ),
    ("Job", 404): _reject(
        "HTTP 404", "no_result", "Attentive does not know the bulk job any more.", "Replay the records."
    ),
    ("JobResults", 404): _reject(
        "HTTP 404", "no_result", "The results of the bulk job are not there any more.", "Replay the records."
    ),
}
"""What a status, or a code of `error_words`, means of one operation alone."""


def rule_of(operation: str, status: int, code: str | None) -> ErrorRule:
    """Return what an error means, by what was called.

    Args:
        operation: The client's name of the call.
        status: HTTP status.
        code: A code of `error_words`, if its prose has one.
    """
    # A status that has a meaning of its own is no matter of words: those of a proxy's page, or of what was sent.
    said = code if code == words.NO_ROUTE or status == HTTPStatus.BAD_REQUEST else None
    if said == words.NO_ROUTE and status == HTTPStatus.NOT_FOUND:
        return _NO_ROUTE
    own = OF_OPERATION.get((operation, said or status)) or OF_OPERATION.get((operation, status))
    if own is not None:
        return own
    if status == HTTPStatus.FORBIDDEN:
        return forbidden(operation)
    if status > _SERVER_ERROR and status not in _BY_STATUS:
        return _BY_STATUS[_SERVER_ERROR]
    return ATTENTIVE_ERRORS.rule(status, said)


def forbidden(operation: str) -> ErrorRule:
    """Return the rule of a 403: it names the permissions that the operation needs.

    Which one of several is missing, Attentive does not say.
    """
    needed = PERMISSIONS.get(operation, ())
    cause = f"The key of `api_key` may not do this ({operation})."
    if not needed:
        return _stop("HTTP 403", "forbidden", cause, f"Look at the permissions of the custom app {APP}.")
    both = " Both are needed, even to set nothing but attributes." if len(needed) > 1 else ""
    fewer = " With Custom Attributes alone, set `attributes_api` to `v1`." if operation == "BulkAttributes" else ""
    return _stop(
        "HTTP 403",
        "forbidden",
        f"{cause} It lacks the permission {' or '.join(needed)}.{both}",
        f"Grant it to the custom app {APP}, and run again.{fewer}",
    )


def legacy_rule(operation: str, status: int, code: str | None) -> ErrorRule:
    """Return what an error of the legacy messages means: they have a token, and perhaps an end, of their own."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _stop(
            f"HTTP {status}",
            "unauthorized",
            "Attentive does not accept the legacy token.",
            "Check `legacy_token`: it is not the key of a custom app. Attentive's support gives it out on request.",
        )
    if status == HTTPStatus.NOT_FOUND:
        return _stop(
            "HTTP 404",
            "unknown_route",
            "Attentive does not know the legacy messages call. It is not in today's public API.",
            "Ask Attentive whether your account has it. A custom event (`events`) that starts a journey replaces it.",
        )
    return rule_of(operation, status, code)
