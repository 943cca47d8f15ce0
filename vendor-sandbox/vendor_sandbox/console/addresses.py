"""What people mean when they type the address of somebody."""

from __future__ import annotations

_NATIONAL = 10  # digits of a number in North America or, without its 0, in the United Kingdom or India


def possible(typed: str) -> list[str]:
    """The addresses that somebody may mean by what they typed.

    An e-mail address is one. A phone number may stand with or without its country code, in any spelling: ten digits
    may be a number of North America, a leading 0 one of the United Kingdom, and both also what they are.
    """
    text = typed.strip().casefold()
    if "@" in text:
        return [text]
    digits = "".join(each for each in text if each.isdecimal() and each.isascii())
    if not digits or text.startswith("+"):
        return [digits] if digits else []
    if digits.startswith("00"):
        return [digits[2:]]
    if digits.startswith("0"):
        return [digits, f"44{digits[1:]}"]
    return [digits, f"1{digits}", f"44{digits}", f"91{digits}"] if len(digits) == _NATIONAL else [digits]
