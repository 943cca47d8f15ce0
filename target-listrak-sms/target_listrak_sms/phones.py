"""Phone numbers as Listrak takes them. Its description states no form; see `phone_format`."""

from __future__ import annotations

from urllib.parse import quote

import phonenumbers

from target_listrak_sms.settings import PhoneFormat


def written(e164: str, form: PhoneFormat) -> str:
    """Write a phone number as calls have it.

    Args:
        e164: The number with its plus, +12125550100.
        form: How the account wants it.
    """
    if form is PhoneFormat.E164_PLUS:
        return e164
    if form is PhoneFormat.NATIONAL:
        return phonenumbers.national_significant_number(phonenumbers.parse(e164))
    return e164.removeprefix("+")


def in_path(e164: str, form: PhoneFormat) -> str:
    """Write a phone number for a path: a raw plus is unsafe there."""
    return quote(written(e164, form), safe="")
