"""Answers: bare JSON, errors too."""

from __future__ import annotations

import json

from vendor_sandbox.answers import Answer, Body


def answer(value: object, status: int = 200) -> Answer:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, "application/json", Body(text.encode()))


def error(code: str, message: str, status: int) -> Answer:
    """An error."""
    return answer({"errorCode": code, "errorMessage": message}, status)
