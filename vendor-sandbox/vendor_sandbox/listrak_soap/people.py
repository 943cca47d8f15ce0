"""Made-up people: everyone's ContactID and e-mail address is a function of one number.

That a ContactID is ten digits with leading zeros is invented: the contract only says that it is text.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_soap.words import FIRST_NAMES, LAST_NAMES, MAIL_DOMAINS

if TYPE_CHECKING:
    from vendor_sandbox.listrak_soap.layout import Layout

_IDS = 900_000_000
_SPREAD = 387_420_491  # coprime with 2, 3 and 5, so that everyone gets an id of their own
_UNSPREAD = pow(_SPREAD, -1, _IDS)
_NAMES = [f"{first}.{last}".encode() for first in FIRST_NAMES for last in LAST_NAMES]
_NAME_COUNT = len(_NAMES)
_NUMBER = re.compile(r"[^@]*?(\d{1,9})@", re.ASCII)
_DOMAINS = [domain.encode() for domain in MAIL_DOMAINS]


def contact_id(person: int) -> bytes:
    """A person's ContactID."""
    return b"%010d" % ((person + 1) * _SPREAD % _IDS)


def person_of(identifier: str) -> int | None:
    """The person who has a ContactID, or None where it is no number."""
    if not identifier.isascii() or not identifier.isdigit():
        return None
    return int(identifier) * _UNSPREAD % _IDS - 1


def email(person: int) -> bytes:
    """A person's e-mail address, ready for XML: different for every person, at a domain reserved for examples."""
    return b"%b%d@%b" % (_NAMES[person * 31 % _NAME_COUNT], person, _DOMAINS[person % 3])


def person_with(address: str) -> int | None:
    """The person who has an e-mail address, in lower case and as people write it, or None."""
    number = _NUMBER.match(address)
    person = int(number[1]) if number else -1
    return person if person >= 0 and html.unescape(email(person).decode()) == address else None


def position_of(layout: Layout, index: int, identifier: str) -> int | None:
    """Where the person with a ContactID stands in a list, or None."""
    person = person_of(identifier)
    position = -1 if person is None else person - layout.first_person(index)
    return position if 0 <= position < layout.lists[index].contacts else None
