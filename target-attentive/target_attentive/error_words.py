"""Codes of our own for what Attentive says in prose: its errors have none.

Attentive publishes neither codes nor the words of its errors, but a client of it that was seen reads `message`. So
the names of fields and a few plain phrases are looked for. The text goes no further: it may quote what was sent.
"""

from __future__ import annotations

import re
from typing import Any

NO_ROUTE = "NO_ROUTE"
SIGN_UP_UNIT = "SIGN_UP_UNIT"
TYPE_CLASH = "TYPE_CLASH"
UNLISTED_VALUE = "UNLISTED_VALUE"
ATTRIBUTE_CAP = "ATTRIBUTE_CAP"
UNKNOWN_SEGMENT = "UNKNOWN_SEGMENT"
FOREIGN_EVENT = "FOREIGN_EVENT"
UNKNOWN_PERSON = "UNKNOWN_PERSON"
INVALID_PHONE = "INVALID_PHONE"
INVALID_EMAIL = "INVALID_EMAIL"

_NOT = r"(?:not|\w+n't|invalid|unknown|unrecogni[sz]ed|archived|no longer)"
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(words, re.IGNORECASE | re.DOTALL))
    for code, words in (
        # Seen live on 2026-09-07: Spring's own words for an address that nobody answers at.
        (NO_ROUTE, r"\ANo static resource\b"),
        (SIGN_UP_UNIT, r"sign[- _]?up[- _]?(?:source|unit)|\bsubscription ?type\b(?!\w)|\blocale\b(?!@)"),
        (
            TYPE_CLASH,
            r"\btype\b.{0,40}\b(?:mismatch|clash|conflict|expected|instead of|not)\b|\bexpected\b.{0,20}\btype\b",
        ),
        (
            UNLISTED_VALUE,
            r"does not accept|not (?:an? )?(?:accepted|allowed|permitted|valid) (?:value|option)|allowed values",
        ),
        (ATTRIBUTE_CAP, r"\b100\b.{0,20}\battributes|(?:limit|maximum|too many).{0,40}\battributes"),
        (UNKNOWN_SEGMENT, rf"\bsegment\b.{{0,300}}\b{_NOT}\b|\b{_NOT}\b.{{0,20}}\bsegment\b"),
        (FOREIGN_EVENT, r"\b(?:another|other|different|same)\b.{0,20}\bapp"),
        (UNKNOWN_PERSON, r"\b(?:user|identifier)\b.{0,20}\bnot (?:known|found)"),
        (INVALID_PHONE, rf"\bE\.?164\b|\bphone\b.{{0,30}}\b{_NOT}\b|\b{_NOT}\b.{{0,12}}\bphone\b"),
        (INVALID_EMAIL, rf"\be-?mail\b.{{0,30}}\b{_NOT}\b|\b{_NOT}\b.{{0,12}}\be-?mail\b"),
    )
)
"""In this order: the first that fits counts. Only what fits a phone number or an address, too, is not of the unit."""


def message_of(body: Any) -> str | None:
    """Return an error's prose from any of the shapes that were seen or described; None where there is none.

    `{"message": ...}` is Spring's, `{"error": ...}` that of privacy requests, `{"error": {"message": ...}}` that of
    coupons. Spring has both, and its `error` says no more than the status.
    """
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    nested = error.get("message") if isinstance(error, dict) else error
    found = body.get("message") or nested
    return found if isinstance(found, str) else None


def code_of(message: str | None) -> str | None:
    """Return the code for an error's prose; None where it says nothing that is known."""
    if message is None:
        return None
    found = [code for code, words in _WORDS if words.search(message)]
    if SIGN_UP_UNIT in found[:1]:  # "Invalid phone number for subscription type MARKETING" is one person's fault
        return next((code for code in (INVALID_PHONE, INVALID_EMAIL) if code in found), SIGN_UP_UNIT)
    return found[0] if found else None
