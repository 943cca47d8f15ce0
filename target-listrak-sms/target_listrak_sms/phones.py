"""Phone numbers as Listrak takes them. Its description states no form; see `phone_format`."""

from __future__ import annotations

from urllib.parse import quote

import phonenumbers

from singer_delivery.outcomes import Verdict, rejected
from target_listrak_sms.settings import PhoneFormat

_NORTH_AMERICA = 1


class Numbering:
    """Which numbers a sender code can text: those of its own country's calling code.

    Listrak takes digits without a plus, and ten of them may be a North American number: Norway's +47 923 45678 would
    be somebody in Arkansas.

    Args:
        country: The sender code's country, as two letters (ISO 3166). Where it is empty, or none that is known, North
            America counts: Listrak publishes no number of anywhere else.
    """

    def __init__(self, country: str) -> None:
        code = phonenumbers.country_code_for_region(country) or _NORTH_AMERICA
        self._prefix = f"+{code}"  # no calling code is the beginning of another one
        self._foreign = rejected(
            "foreign_number",
            f"The number is not one of the sender code's country, whose numbers begin with +{code}: Listrak could "
            "take it for somebody else's there. Deliver this person by a sender code of their own country, or leave "
            "them out of the stream.",
        )

    def refusal(self, e164: str) -> Verdict | None:
        """Return the rejection of a number (E.164) that the sender code cannot text; None of one that it can."""
        return None if e164.startswith(self._prefix) else self._foreign


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
