"""The faults of the SMS REST API, beside those of any HTTP vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.common_faults import COMMON_KINDS, truncated
from vendor_sandbox.faults import Kind
from vendor_sandbox.listrak_sms.envelopes import answer, refused
from vendor_sandbox.listrak_sms.errors import CODES, ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.answers import Answer, Call

_ANY = {"code": "ERROR_UNHANDLED_EXCEPTION"}


def _api_error(_answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    """An error envelope; a code that is not in the table comes as the text it is, to try how a client takes news."""
    code = params["code"]
    if code in CODES:
        return refused(ApiError(code, "value"))
    return answer({"status": 400, "error": code, "message": code}, 400)


KINDS: dict[str, Kind] = COMMON_KINDS | {
    "api-error": Kind(_api_error, "the error envelope of a code, instead of the call", _ANY, replaces=True),
    "api-error-after": Kind(_api_error, "the call takes effect, and is answered with a code's envelope", _ANY),
    "truncated-json": Kind(truncated, "a complete HTTP answer around half of the JSON"),
}
