"""From a record to a contact of Textlocal, and from a contact to what a comparison needs of it. Pure, no I/O.

::

    {"number": "447700900001", "first_name": "Ana", "last_name": "", "custom1": "42"}

has the fields of which the stream has a column, and no others. An empty one is sent only where it takes the place of
something: of a contact that is there.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, rejected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_delivery.columns import Columns

FIELDS = ("first_name", "last_name", "custom1", "custom2", "custom3")
"""What a contact has beside its number (the vendor's page of `create_contacts_bulk`, and all clients)."""
SPELLINGS: Mapping[str, str] = {
    "firstName": "first_name",
    "lastName": "last_name",
    **{name: name for name in ("custom1", "custom2", "custom3", "customer_id")},
}
"""Columns that are fields of a contact, beside those that every target knows."""
_CUSTOMER_ID = "customer_id"
_BITS = 32
_DIGEST = (1 << _BITS) - 1
_OF_OTHERS = frozenset({"phone", "message", "template", "sender", "send_at", "campaign_id", "cancel"})


class ContactMapper:
    """Turns the records of one stream into contacts.

    Args:
        columns: The stream's columns.
        customer_id_field: Where the column `customer_id` goes; None leaves it out.

    Attributes:
        left_out: Columns that no field of a contact takes. Not the stream's key: nobody wonders about that.

    Raises:
        SetupError: Two columns go into the same field.
    """

    def __init__(self, columns: Columns, customer_id_field: str | None) -> None:
        found = {name: columns.known[name] for name in FIELDS if name in columns.known}
        customer_id = columns.known.get(_CUSTOMER_ID)
        if customer_id is not None and customer_id_field is not None:
            if customer_id_field in found:
                raise SetupError(
                    f"Stream `{columns.stream}` has a column `{customer_id}` and a column "
                    f"`{found[customer_id_field]}`, and both go into the field `{customer_id_field}` "
                    "(`customer_id_field`). Leave one of them out, by `stream_maps`."
                )
            found[customer_id_field] = customer_id
        self._fields = [(name, found[name]) for name in FIELDS if name in found]
        used = {*found.values(), *columns.keys}
        idle = [*(column for name, column in columns.known.items() if name not in _OF_OTHERS), *columns.others]
        self.left_out: Sequence[str] = [each for each in idle if each not in used and each.lower() not in _OF_OTHERS]

    def contact(self, record: Mapping[str, Any], phone: str) -> dict[str, str] | Verdict:
        """Return the contact that a record describes.

        Args:
            record: The record.
            phone: In E.164.

        Returns:
            A contact, with an empty text where the record has no value; or a rejection (`wrong_type`).
        """
        contact = {"number": phone[1:]}
        for name, column in self._fields:
            text = text_of(record.get(column))
            if text is None:
                return rejected(
                    "wrong_type",
                    f"Column `{column}`: a contact's field is a text, not a list or an object. Correct it at its "
                    "source, or by `stream_maps`, and replay the record.",
                )
            contact[name] = text
        return contact


def text_of(value: Any) -> str | None:
    """Return a value as Textlocal keeps it: text without blanks around it, empty where there is none.

    Returns:
        The text; None for what is no single value.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        value = Decimal(str(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
            return ""
        return format(value.to_integral_value() if value == value.to_integral_value() else value, "f")
    return str(value) if isinstance(value, int) else None


def customer_id_of(value: Any) -> str:
    """Return a customer id as it is compared: 42, 42.0 and ` 42 ` are the same. Empty where there is none."""
    return text_of(value) or ""


def new_contact(contact: Mapping[str, str]) -> dict[str, str]:
    """Return what is sent of a contact that is not there yet: what is empty need not be said."""
    return {name: value for name, value in contact.items() if value}


def merged(there: Mapping[str, Any], contact: Mapping[str, str]) -> dict[str, str]:
    """Return a contact that replaces one: with what the record says, and of the rest what was there."""
    kept = {name: text for name in FIELDS if (text := text_of(there.get(name)))}
    return {**kept, **contact}


def digest(contact: Mapping[str, Any]) -> int:
    """Return 160 bits that tell contacts apart, 32 for each field, good within this process.

    A hundred thousand people are a few megabytes then, and none of them is named.
    """
    found = 0
    for place, name in enumerate(FIELDS):
        value = contact.get(name)
        if value is not None and (text := text_of(value)):
            found |= (hash(text) & _DIGEST) << (_BITS * place)
    return found


def mask(contact: Mapping[str, Any]) -> int:
    """Return the bits of a digest that a contact's fields decide."""
    return sum(_DIGEST << (_BITS * place) for place, name in enumerate(FIELDS) if name in contact)


def equal(there: int, contact: Mapping[str, Any]) -> bool:
    """Say whether a contact, by its digest, has all that another one says."""
    return not (there ^ digest(contact)) & mask(contact)


def updated(there: int, contact: Mapping[str, Any]) -> int:
    """Return the digest of a contact that has taken over what another one says."""
    return (there & ~mask(contact)) | digest(contact)
