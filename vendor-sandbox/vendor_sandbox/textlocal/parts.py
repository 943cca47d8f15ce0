"""How many parts a text has, and where it ends: what a send costs depends on it.

The sizes in GSM 7 bit are the vendor's (up to 160 characters are one part, then multiples of 153, and 765 at most);
those of Unicode, 70 and 67, are the standard's, for the vendor does not state any. Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass

# GSM 03.38: the basic table without the escape, and what stands behind the escape and costs two.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")
_LOST = "?"
MOST_PARTS = 5


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What a text is sent in.

    Attributes:
        single: Units of a text that is one part.
        joined: Units of each part of a longer one.
    """

    single: int
    joined: int

    def parts(self, units: int) -> int:
        """Parts of a text of so many units; an empty one has one."""
        return 1 if units <= self.single else -(-units // self.joined)

    @property
    def longest(self) -> int:
        """Units of the longest text: 765 in GSM 7 bit, as documented."""
        return MOST_PARTS * self.joined


GSM = Alphabet(160, 153)
UNICODE = Alphabet(70, 67)


def fits_gsm(text: str) -> bool:
    """Whether every character of a text is in GSM 03.38."""
    return all(sign in _BASIC or sign in _ESCAPED for sign in text)


def gsm_only(text: str) -> str:
    """A text as a handset shows it that was sent in GSM 7 bit: what is not in it becomes a question mark."""
    return "".join(sign if sign in _BASIC or sign in _ESCAPED else _LOST for sign in text)


def _width(sign: str, alphabet: Alphabet) -> int:
    """Units of a character: an escape in GSM 7 bit, and a surrogate pair in UTF-16, are two."""
    if alphabet is GSM:
        return 2 if sign in _ESCAPED else 1
    return 2 if ord(sign) > 0xFFFF else 1  # noqa: PLR2004 - the end of the basic plane


def units(text: str, alphabet: Alphabet) -> int:
    """How long a text is in an alphabet."""
    return sum(_width(sign, alphabet) for sign in text)


def parts(text: str, alphabet: Alphabet) -> int:
    """How many parts a text has: each is a credit for a local number."""
    return alphabet.parts(units(text, alphabet))


def cut(text: str, alphabet: Alphabet, longest: int) -> str:
    """A text's beginning, of so many units at most; no character is cut in two."""
    total = 0
    for place, sign in enumerate(text):
        total += _width(sign, alphabet)
        if total > longest:
            return text[:place]
    return text
