"""A contact, as groups hold it."""

from __future__ import annotations

from typing import NamedTuple

FIELDS = ("first_name", "last_name", "custom1", "custom2", "custom3")
"""What is known of a contact beside the number."""


class Contact(NamedTuple):
    """A contact of a group: digits with country code, and texts, empty where there is none."""

    number: str
    first_name: str = ""
    last_name: str = ""
    custom1: str = ""
    custom2: str = ""
    custom3: str = ""

    def named(self) -> dict[str, str]:
        """Number and fields by their names."""
        return dict(zip(("number", *FIELDS), self, strict=True))


class Row(NamedTuple):
    """A contact as it is kept: its id, itself, and when it came into the group (seconds since 1970)."""

    id: int
    contact: Contact
    at: float
