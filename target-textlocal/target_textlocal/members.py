"""Who is in the group, kept as digests: enough to know who is there, and whether a record says something new."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from target_textlocal.contact_mapping import digest
from target_textlocal.paging import PAGE_SIZE, contact_of, contacts_of, number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from target_textlocal.client import TextlocalClient
    from target_textlocal.groups import Group


class Members:
    """The contacts of one group. Read once, when it is first asked; then it follows what this run changes.

    Args:
        client: Who calls.
    """

    def __init__(self, client: TextlocalClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._digests: dict[int, int] | None = None

    def of(self, group: Group) -> Mapping[int, int]:
        """Return the digests of all members by number.

        Raises:
            SetupError: The group is not there any more.
            UnavailableError: It cannot be read.
        """
        with self._lock:
            if self._digests is None:
                self._digests = {} if group.new else self._read(group)
            return self._digests

    def look(self, group: Group, number: int) -> Mapping[str, Any] | None:
        """Ask for one member as it is now; None if there is none of that number."""
        return contact_of(self._client, group.id, number)

    def look_again(self, group: Group, numbers: Collection[int]) -> dict[int, int]:
        """Ask who of these is in the group as it is now: one by one, or by reading all of it, what takes fewer calls.

        Returns:
            The digests of those who are.
        """
        pages = len(self._digests or ()) // PAGE_SIZE + 2
        if len(numbers) <= pages:
            rows = ((number, self.look(group, number)) for number in numbers)
            found = {number: digest(row) for number, row in rows if row is not None}
        else:
            there = self._read(group)
            found = {number: there[number] for number in numbers if number in there}
        for number, now in found.items():
            self.put(number, now)
        return found

    def put(self, number: int, there: int) -> None:
        """Take note of what a member is now."""
        if self._digests is not None:
            self._digests[number] = there

    def drop(self, number: int) -> None:
        """Take note that somebody is a member no more."""
        if self._digests is not None:
            self._digests.pop(number, None)

    def _read(self, group: Group) -> dict[int, int]:
        return {
            number: digest(contact)
            for page in contacts_of(self._client, group.id)
            for contact in page
            if (number := number_of(contact)) is not None
        }
