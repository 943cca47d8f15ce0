"""Phone numbers: E.164 with the plus, as all of Attentive's own samples have them."""

from __future__ import annotations

import re

from vendor_sandbox.attentive.errors import ApiError

_E164 = re.compile(r"\+(?:1[2-9]\d{9}|[2-9]\d{6,14})", re.ASCII)
_NATIONAL = re.compile(r"[2-9]\d{2}[2-9]\d{6}", re.ASCII)


def e164(value: object, name: str, *, lenient: bool) -> str:
    """A number as E.164; lenient takes ten digits for a number of the United States.

    Raises:
        ApiError: It is none.
    """
    if isinstance(value, str):
        if _E164.fullmatch(value):
            return value
        if lenient and _NATIONAL.fullmatch(value):
            return f"+1{value}"
    raise ApiError.bad(f"{name} is not a valid E.164 phone number")
