"""E-mail addresses: one spelling for each, or a rejection."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email

from singer_delivery.outcomes import Verdict, rejected

INVALID_EMAIL = rejected(
    "invalid_email",
    "The e-mail address is not valid: correct it, or leave it empty.",
)
# RFC 5321 allows 254 characters; a cell can hold anything.
_LONGEST = 254
_LONGEST_LOCAL = 64
_PLAIN = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")


def read_email(value: Any) -> str | Verdict | None:
    """Normalise an e-mail address: trimmed and in lower case, as every provider of note treats addresses.

    Syntax only: nothing is looked up.

    Args:
        value: What the record holds.

    Returns:
        The address; a rejection (`invalid_email`); None where there is none.
    """
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 2 * _LONGEST:
        return INVALID_EMAIL
    text = value.strip().lower()
    if not text:
        return None
    local, _, domain = text.rpartition("@")
    # The library spends most of its time on the domain, and a table of people has few of them.
    if _PLAIN.fullmatch(local) and len(local) <= _LONGEST_LOCAL and len(text) <= _LONGEST and _is_plain(domain):
        return text
    return _validated(text) or INVALID_EMAIL


def _validated(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False, strict=True).normalized.lower()
    except EmailNotValidError:
        return None


@lru_cache(maxsize=4096)
def _is_plain(domain: str) -> bool:
    """Say whether a domain is valid, and has only one spelling."""
    address = f"a@{domain}"
    return _validated(address) == address
