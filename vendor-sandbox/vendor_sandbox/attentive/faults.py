"""The faults of Attentive's API, beside those of any HTTP vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.contract import OPERATIONS
from vendor_sandbox.attentive.envelopes import phrase, spring
from vendor_sandbox.common_faults import COMMON_KINDS, truncated
from vendor_sandbox.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.answers import Answer, Call
    from vendor_sandbox.clock import Clock

_ANY = {"status": 500, "message": ""}
_LEAST, _MOST = 200, 599


def kinds(clock: Clock) -> dict[str, Kind]:
    """The faults there are."""
    error = _error(clock)
    return COMMON_KINDS | {
        "spring-error": Kind(error, "an error in Spring's form, instead of the call", _ANY, replaces=True),
        "spring-error-after": Kind(error, "the call takes effect, and is answered with an error", _ANY),
        "truncated-json": Kind(truncated, "a complete HTTP answer around half of the JSON"),
    }


def _error(clock: Clock) -> Callable[[Answer, Call, Mapping[str, Any]], Answer]:
    def apply(_answer: Answer, call: Call, params: Mapping[str, Any]) -> Answer:
        status = min(max(int(params["status"]), _LEAST), _MOST)
        path = OPERATIONS[call.operation].path
        return spring(status, params["message"] or phrase(status), path, clock)

    return apply
