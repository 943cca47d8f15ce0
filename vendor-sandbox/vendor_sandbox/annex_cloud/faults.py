"""The faults of Annex Cloud's call, beside those of any HTTP vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.annex_cloud.envelopes import error
from vendor_sandbox.annex_cloud.errors import OOPS
from vendor_sandbox.common_faults import COMMON_KINDS, truncated
from vendor_sandbox.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.answers import Answer, Call

_ANY = {"code": "AC1001", "message": OOPS, "status": 200}


def _annex_error(_answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    return error(params["code"], params["message"], min(max(int(params["status"]), 200), 599))


KINDS: dict[str, Kind] = COMMON_KINDS | {
    "annex-error": Kind(_annex_error, "an error's body instead of the call", _ANY, replaces=True),
    "annex-error-after": Kind(_annex_error, "the call takes effect, and is answered with an error's body", _ANY),
    "truncated-json": Kind(truncated, "a complete HTTP answer around half of the JSON"),
}
