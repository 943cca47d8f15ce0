"""Who a customer id is: the number that the master group's contact of that id has.

So nobody's phone number need be in the warehouse. The group is read once, when the first customer is looked up; what
is kept of a contact is the id and the number.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import rejected
from target_textlocal.contact_mapping import customer_id_of
from target_textlocal.paging import contacts_of, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from singer_delivery.outcomes import Verdict
    from target_textlocal.account import Account
    from target_textlocal.client import TextlocalClient
    from target_textlocal.settings import TextlocalSettings

UNKNOWN_CUSTOMER = rejected(
    "unknown_customer",
    "No contact of the master group has the record's customer id. Let `contacts` add the person, or correct the id, "
    "and replay the record.",
)
AMBIGUOUS_CUSTOMER = rejected(
    "ambiguous_customer",
    "Several contacts of the master group have the record's customer id, with different numbers. Remove those "
    "that are not the person's any more (`remove`), and replay the record.",
)
_SEVERAL = 0
"""In the place of a number: more than one contact has the id."""


class Directory:
    """The master group by customer id. Safe to use from several threads. Making it calls nothing.

    Args:
        client: Who calls.
        account: Has the group, which must be there.
        settings: `customer_id_field` says where the id is.
    """

    def __init__(self, client: TextlocalClient, account: Account, settings: TextlocalSettings) -> None:
        self._client = client
        self._account = account
        self._field = settings.customer_id_field
        self._lock = threading.Lock()
        self._numbers: dict[str, int] | None = None

    def number(self, customer_id: Any) -> str | Verdict:
        """Return the number of a customer: digits, country code first, no plus: `447700900001`.

        Args:
            customer_id: As the record has it; a number counts as its digits, blanks around it do not count.

        Returns:
            The number; or a rejection, `unknown_customer` or `ambiguous_customer`.

        Raises:
            SetupError: `customer_id_field` is not set, or the group is not there.
            UnavailableError: The group cannot be read.
        """
        wanted = customer_id_of(customer_id)
        found = self._read().get(wanted) if wanted else None
        if found is None:
            return UNKNOWN_CUSTOMER
        return AMBIGUOUS_CUSTOMER if found == _SEVERAL else str(found)

    def __len__(self) -> int:
        """How many customer ids the group has."""
        return len(self._read())

    def _read(self) -> Mapping[str, int]:
        with self._lock:
            if self._numbers is None:
                if self._field is None:
                    raise SetupError(
                        "`customer_id_field` is missing: it says which field of the group's contacts holds the "
                        "customer id, `custom1`, `custom2` or `custom3`."
                    )
                self._numbers = self._all(self._field, self._account.group.there().id)
            return self._numbers

    def _all(self, field: str, group_id: str) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for page in contacts_of(self._client, group_id):
            for contact in page:
                customer, number = customer_id_of(contact.get(field)), number_of(contact)
                if customer and number and numbers.setdefault(customer, number) != number:
                    numbers[customer] = _SEVERAL
        return numbers
