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
    """The contacts of one group. It is read once; then what is known of it follows what this run changes.

    Of a large group only those are asked for who are needed, one by one, as long as that takes fewer calls.

    Args:
        client: Who calls.
    """

    def __init__(self, client: TextlocalClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._digests: dict[int, int] = {}
        self._asked: set[int] = set()
        self._is_whole = False

    def among(self, group: Group, numbers: Collection[int]) -> Mapping[int, int]:
        """Say who of these is in the group.

        Returns:
            Digests of members by number: all of those who are asked for and are there, and perhaps others.

        Raises:
            SetupError: The group is not there any more.
            UnavailableError: It cannot be read.
        """
        with self._lock:
            if group.new:
                self._is_whole = True
            if not self._is_whole:
                self._learn(group, set(numbers) - self._asked)
            return self._digests

    def look(self, group: Group, number: int) -> Mapping[str, Any] | None:
        """Ask for one member as it is now; None if there is none of that number."""
        return contact_of(self._client, group.id, number)

    def look_again(self, group: Group, numbers: Collection[int]) -> dict[int, int]:
        """Ask who of these is in the group as it is now: one by one, or by reading all of it, what takes fewer calls.

        Returns:
            The digests of those who are.
        """
        found = self._looked_up(group, numbers, max(group.size or 0, len(self._digests)) // PAGE_SIZE + 2)
        if found is None:
            there = self._read(group)
            found = {number: there[number] for number in numbers if number in there}
        for number, now in found.items():
            self.put(number, now)
        return found

    def put(self, number: int, there: int) -> None:
        """Take note of what a member is now."""
        with self._lock:  # not while the group is read: what was read before would be taken for what is now
            self._digests[number] = there

    def drop(self, number: int) -> None:
        """Take note that somebody is a member no more."""
        with self._lock:
            self._digests.pop(number, None)

    def _learn(self, group: Group, numbers: Collection[int]) -> None:
        """Ask for some, or read the whole group once that is cheaper."""
        found = self._looked_up(group, numbers, (group.size or 0) // PAGE_SIZE - len(self._asked))
        if found is None:
            found = self._read(group)
            self._is_whole = True
            self._asked.clear()
        else:
            self._asked.update(numbers)
        self._digests.update(found)

    def _looked_up(self, group: Group, numbers: Collection[int], most: int) -> dict[int, int] | None:
        """Look numbers up one by one; None if there are more of them than that."""
        if len(numbers) > most:
            return None
        rows = ((number, self.look(group, number)) for number in numbers)
        return {number: digest(row) for number, row in rows if row is not None}

    def _read(self, group: Group) -> dict[int, int]:
        return {
            number: digest(contact)
            for page in contacts_of(self._client, group.id)
            for contact in page
            if (number := number_of(contact)) is not None
        }
