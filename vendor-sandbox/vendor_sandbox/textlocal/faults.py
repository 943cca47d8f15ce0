"""The faults of Textlocal's API, beside those of any HTTP vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.common_faults import COMMON_KINDS, truncated
from vendor_sandbox.faults import Kind
from vendor_sandbox.textlocal.envelopes import failure
from vendor_sandbox.textlocal.errors import MESSAGES, UNLISTED, ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.answers import Answer, Call

# Code 0 is a failure without `errors`.
_ANY = {"code": 3, "message": ""}


def _textlocal_error(_answer: Answer, call: Call, params: Mapping[str, Any]) -> Answer:
    code = int(params["code"])
    error = ApiError(code or UNLISTED, params["message"] or MESSAGES.get(code, "Unknown error"))
    return failure(error, call.dialect, bare=not code)


KINDS: dict[str, Kind] = COMMON_KINDS | {
    "textlocal-error": Kind(_textlocal_error, "a failure with a code, instead of the call", _ANY, replaces=True),
    "textlocal-error-after": Kind(
        _textlocal_error, "the call takes effect, and is answered with a failure with a code", _ANY
    ),
    "truncated-json": Kind(truncated, "a complete HTTP answer around half of the JSON"),
}
