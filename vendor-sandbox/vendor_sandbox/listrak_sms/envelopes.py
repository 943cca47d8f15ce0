"""Answers: JSON in the API family's envelopes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vendor_sandbox.answers import Answer, Body

if TYPE_CHECKING:
    from vendor_sandbox.listrak_sms.errors import ApiError

_MEDIA_TYPE = "application/json; charset=utf-8"
# As recorded in workarea-commerce/workarea-listrak.
HEADERS = (("Cache-Control", "no-cache"), ("Pragma", "no-cache"), ("Expires", "-1"))
_CLOSING = (*HEADERS, ("Connection", "close"))
CREATED = 201


def answer(value: object, status: int = 200, *, close: bool = False) -> Answer:
    """A JSON answer, as compact as .NET writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, _MEDIA_TYPE, Body(text.encode()), headers=_CLOSING if close else HEADERS)


def found(data: object) -> Answer:
    """What was asked for."""
    return answer({"status": 200, "data": data})


def created(resource: object) -> Answer:
    """Something was made; its id is a text, or null."""
    return answer({"status": CREATED, "resourceId": resource}, CREATED)


def updated(resource: object) -> Answer:
    """Something was changed."""
    return answer({"status": 200, "resourceId": resource})


def deleted() -> Answer:
    """Something is gone."""
    return answer({"status": 200})


def refused(error: ApiError, *, close: bool = False) -> Answer:
    """An error."""
    return answer({"status": error.status, "error": error.code, "message": error.message}, error.status, close=close)
