"""Answers: bare JSON, nothing at all, or Spring Boot's error body.

The 401 without body and Content-Type, and the 404 of an unknown path, are as recorded live on 2026-09-07. That 400,
403, 405, 415, 429 and 500 have the 404's form is a guess.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING

from vendor_sandbox.answers import Answer, Body

if TYPE_CHECKING:
    from vendor_sandbox.clock import Clock

_MEDIA_TYPE = "application/json"
HEADERS = (("X-Content-Type-Options", "nosniff"),)
UNAUTHORIZED = 401


def answer(value: object, status: int = 200) -> Answer:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, _MEDIA_TYPE, Body(text.encode()), headers=HEADERS)


def accepted(value: object) -> Answer:
    """What is asked for will be done, later."""
    return answer(value, 202)


def nothing(status: int = 200) -> Answer:
    """An answer without a body."""
    return Answer(status, "", headers=HEADERS)


def spring(status: int, message: str, path: str, clock: Clock) -> Answer:
    """An error, in the form Spring Boot has for it; a 401 is empty."""
    if status == UNAUTHORIZED:
        return nothing(status)
    now = datetime.fromtimestamp(clock.now(), tz=timezone.utc)
    body = {
        "timestamp": now.isoformat(timespec="milliseconds"),
        "path": path,
        "status": status,
        "error": phrase(status),
        "requestId": f"{secrets.token_hex(4)}-{secrets.token_hex(4)}",
        "message": message,
    }
    return answer(body, status)


def phrase(status: int) -> str:
    """The reason phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
