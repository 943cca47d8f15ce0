"""Phone numbers: stored and shown as eleven digits, `1NXXNXXXXXX`.

The vendor states no form. Eleven digits is what its Two-Way SMS webhook shows and what
ihaltsou-hot/listrak-api-sandbox takes in paths; abcwarehouse/nopCommerce creates with ten
digits, and got a 404 when it looked such a number up.
"""

from __future__ import annotations

import re

from vendor_sandbox.listrak_sms.errors import ApiError

_NANP = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})", re.ASCII)
_PUNCTUATION = re.compile(r"[\s().+-]")
_NATIONAL = 10


def from_body(value: object, *, lenient: bool) -> str:
    """A body's number: ten or eleven digits; lenient takes a plus and punctuation too.

    Raises:
        ApiError: It is no number of the North American plan.
    """
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = _NANP.fullmatch(_PUNCTUATION.sub("", text) if lenient else text)
    if not found:
        raise ApiError("ERROR_INVALID_PHONE_NUMBER")
    return f"1{found.group(1)}"


def from_path(text: str, *, lenient: bool) -> str:
    """A path's number: eleven digits; lenient takes what a body may have.

    Raises:
        ApiError: It is no number, or has ten digits and is therefore nobody's.
    """
    phone = from_body(text, lenient=lenient)
    if not lenient and len(text) == _NATIONAL:
        raise ApiError.missing("senderCodeId", "phoneNumber")
    return phone
