"""Phone numbers: digits with the country code; a national one gets the account's country.

That an Indian account takes ten digits for 91 and those ten was seen live; which numbers are valid is the sandbox's
choice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_sandbox.switches import Switchboard

# Of the UK, India and North America only what can be a mobile phone; of other countries anything.
_INTERNATIONAL = re.compile(
    r"447\d{9}|91[5-9]\d{9}|1[2-9]\d{2}[2-9]\d{6}|(?!44|91|1)[1-9]\d{7,14}",
    re.ASCII,
)
_LONGEST_NATIONAL = 11
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
    if len(text) <= _LONGEST_NATIONAL and switches["national-numbers"] == "country":
        national = _NATIONAL[country].fullmatch(text)
        if national:
            return f"{country}{national.group(1)}"
    return text if _INTERNATIONAL.fullmatch(text) else ""


def split_numbers(text: str) -> list[str]:
    """The numbers of a comma list, as they stand; empty ones are none."""
    return [each.strip() for each in text.split(",") if each.strip()]
