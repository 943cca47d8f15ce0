"""E-mail addresses: one spelling for each, or a rejection."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email

from singer_delivery.outcomes import Verdict, rejected

INVALID_EMAIL = rejected(
    "invalid_email",
    "The e-mail address is not valid: correct it, or leave it empty.",
)
# RFC 5321 allows 254 characters; a cell can hold anything.
_LONGEST = 254


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
    text = value.strip()
    if not text:
        return None
    try:
        return validate_email(text.lower(), check_deliverability=False, strict=True).normalized.lower()
    except EmailNotValidError:
        return INVALID_EMAIL
