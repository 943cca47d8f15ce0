"""Phone numbers: digits with the country code; a national one gets the account's country.

That an Indian account takes ten digits for 91 and those ten was seen live; which numbers are valid is the sandbox's
choice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_sandbox.switches import Switchboard

_INTERNATIONAL = re.compile(r"[1-9]\d{7,14}", re.ASCII)
# The countries whose numbers are known here: only such numbers of theirs are valid.
_PLANS = {
    "44": re.compile(r"447\d{9}", re.ASCII),
    "91": re.compile(r"91[5-9]\d{9}", re.ASCII),
    "1": re.compile(r"1[2-9]\d{2}[2-9]\d{6}", re.ASCII),
}
_NATIONAL = {"44": re.compile(r"0(7\d{9})", re.ASCII), "91": re.compile(r"0?([5-9]\d{9})", re.ASCII)}


def normalised(value: object, country: str, switches: Switchboard) -> str:
    """A number as the account stores it.

    Args:
        value: Text, or a JSON's number.
        country: The account's country code.
        switches: `plus-sign` and `national-numbers`.

    Returns:
        Digits with country code; empty if it is no valid number.
    """
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if switches["plus-sign"] == "strip":
        text = text.removeprefix("+")
    national = _NATIONAL[country].fullmatch(text)
    if national and switches["national-numbers"] == "country":
        return f"{country}{national.group(1)}"
    if not _INTERNATIONAL.fullmatch(text):
        return ""
    plan = next((pattern for code, pattern in _PLANS.items() if text.startswith(code)), _INTERNATIONAL)
    return text if plan.fullmatch(text) else ""


def split_numbers(text: str) -> list[str]:
    """The numbers of a comma list, as they stand; empty ones are none."""
    return [each.strip() for each in text.split(",") if each.strip()]
