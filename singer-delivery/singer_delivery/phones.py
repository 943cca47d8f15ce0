"""Phone numbers: from whatever a table holds to E.164, or to the reason why not.

A number passes when Google's numbering plan (`phonenumbers`) knows it as a mobile one, as one that may be mobile (in
North America a number does not say), or as an internet (VoIP) one: many of those take texts, and the vendor has the
last word. Landlines, toll-free, premium and shared-cost numbers, pagers, voice mail and personal numbers, which are
forwarded at a price, do not take texts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_possible_number,
    number_type,
    parse,
)

from singer_delivery.outcomes import Verdict, rejected

_TAKE_TEXTS = frozenset(
    {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.VOIP},
)
_TYPE_NAMES = {
    PhoneNumberType.FIXED_LINE: "a landline",
    PhoneNumberType.TOLL_FREE: "a toll-free number",
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number, which is forwarded",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.UAN: "a company-wide number",
    PhoneNumberType.VOICEMAIL: "voice mail",
}

# Marks of writing direction and other invisible characters that come along when a number is copied from a screen.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2069\ufeff")
)
# Digits of any script; what people put between them; a plus in front.
_WRITTEN = re.compile(
    r"(?:tel:)?\s*\(?\s*[+\uff0b]?[\s\d()\[\]./\u00b7\-\u2010-\u2015\u2212\uff0d\uff08\uff09]+", re.IGNORECASE
)
# 12125550100.0: a whole number that went through a floating-point column.
_FLOAT = re.compile(r"(\+?\d{5,})\.0+")
# British mobile numbers that Ofcom keeps for films and tests: nobody has them, so they are what examples are made of.
# North America's (555-0100 to 555-0199) are numbers like any other to the library.
_FICTIONAL = re.compile(r"\+447700900\d{3}")
# A cell can hold anything; no number needs more characters.
_LONGEST = 60

NOT_A_NUMBER = rejected(
    "invalid_phone", "The phone is not a number: it holds letters, an extension or several numbers."
)
NO_COUNTRY = rejected(
    "invalid_phone",
    "The phone has no country code. Write it with one (`+1...`), or set `default_country`.",
)
NOT_POSSIBLE = rejected("invalid_phone", "The phone has too few or too many digits for its country.")
NOT_ASSIGNED = rejected("invalid_phone", "The phone cannot exist: its country has no numbers that begin so.")
_NOT_MOBILE = {
    kind: rejected("not_mobile", f"The phone cannot receive texts: it is {name}.")
    for kind, name in _TYPE_NAMES.items()
}


def read_phone(value: Any, default_country: str | None, *, texts: bool = True) -> str | Verdict | None:
    """Normalise a phone number.

    Args:
        value: What the record holds: text in any formatting, or a whole number.
        default_country: ISO code of the country of numbers without a country code.
        texts: Whether the number must be one that can receive texts.

    Returns:
        The number in E.164 (`+12125550100`); a rejection (`invalid_phone`, `not_mobile`); None where there is none.
    """
    text = phone_text(value)
    if not text:
        return None if text is not None else NOT_A_NUMBER
    number = parse_phone(text, default_country)
    if isinstance(number, Verdict):
        return number
    kind = number_type(number)  # knows a number that does not exist too, so one look does for both
    if kind == PhoneNumberType.UNKNOWN:
        e164 = format_number(number, PhoneNumberFormat.E164)
        if _FICTIONAL.fullmatch(e164):
            return e164
        return NOT_ASSIGNED if is_possible_number(number) else NOT_POSSIBLE
    if texts and kind not in _TAKE_TEXTS:
        return _NOT_MOBILE[kind]
    return format_number(number, PhoneNumberFormat.E164)


def phone_text(value: Any) -> str | None:
    """Return a value as text to be read as a number: empty where there is none, None where it cannot be one."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.translate(_INVISIBLE).strip()
        whole = _FLOAT.fullmatch(text)
        return whole.group(1) if whole else text
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 10**_LONGEST else None
    if isinstance(value, (float, Decimal)) and 0 < value < 10**_LONGEST and value == int(value):
        return str(int(value))
    return None


def parse_phone(text: str, default_country: str | None) -> PhoneNumber | Verdict:
    """Read a number without asking whether it exists.

    Args:
        text: What `phone_text` made of the value.
        default_country: ISO code of the country of numbers without a country code.

    Returns:
        The number, or a rejection.
    """
    # The library would look for a number in any text: it reads "do not call 2125550100" as a number.
    if len(text) > _LONGEST or not _WRITTEN.fullmatch(text):
        return NOT_A_NUMBER
    try:
        return parse(text, default_country)
    except NumberParseException as error:
        return _PARSE_ERRORS.get(error.error_type, NOT_POSSIBLE)


_PARSE_ERRORS = {
    NumberParseException.INVALID_COUNTRY_CODE: NO_COUNTRY,
    NumberParseException.NOT_A_NUMBER: NOT_A_NUMBER,
}
