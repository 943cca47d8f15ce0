"""Changes contacts that are in the group already: as the account shows that it can be done.

Textlocal has no call that changes a contact, and nowhere says what becomes of one that is put into its group again:
whether it is changed, left as it is or refused, and whether it keeps the fields that the call leaves out. So the first
one is tried out alone and read back. If accounts do not change it, contacts are replaced one by one.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from singer_delivery.errors import RefusedError
from singer_delivery.outcomes import Outcome, accepted
from target_textlocal.contact_calls import NOT_TAKEN
from target_textlocal.contact_mapping import digest, equal, mask, merged, new_contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.outcomes import Verdict
    from target_textlocal.client import TextlocalClient
    from target_textlocal.contact_calls import Contact, ContactCalls
    from target_textlocal.groups import Group
    from target_textlocal.members import Members

CHANGED = accepted("changed")
NOT_IN_GROUP = "61"
"""The code of a number that is to be taken out of a group, and is not in it."""


class Updates:
    """Changes contacts. Safe to use from several threads.

    Args:
        client: Who calls.
        members: Looks into the group.
        calls: Puts contacts into it.
        dry_run: Whether nothing is changed: then nothing is tried out.
    """

    def __init__(self, client: TextlocalClient, members: Members, calls: ContactCalls, *, dry_run: bool) -> None:
        self._client = client
        self._members = members
        self._calls = calls
        self._dry_run = dry_run
        self._trying = threading.Lock()
        self._changes: bool | None = True if dry_run else None
        """Whether a contact that is put again is changed; None until one was tried."""
        self._keeps: bool | None = True if dry_run else None
        """Whether it keeps the fields that the call leaves out; None until one was tried that has such."""

    def update(self, group: Group, contacts: Sequence[Contact], there: Mapping[int, int]) -> list[Verdict]:
        """Change contacts that are in the group.

        Args:
            group: The group.
            contacts: Each with what it is to be; fields that it does not name are to stay.
            there: Digests of what they are, by number.

        Returns:
            A verdict for each.

        Raises:
            SetupError: The group is not there any more.
        """
        done: dict[str, Verdict] = {}
        while (first := self._to_try(contacts, there, done)) is not None:
            with self._trying:
                if self._to_try([first], there, {}) is first:  # nobody else has tried meanwhile
                    done[first["number"]] = self._tried(group, first)
        left = [each for each in contacts if each["number"] not in done]
        others = iter(self._all(group, left, there) if left else ())
        return [done.get(each["number"]) or next(others) for each in contacts]

    def notes(self) -> Iterator[str]:
        """Say that contacts were replaced: it takes longer, and there is a moment in which they are not there."""
        if self._changes is False:
            yield (
                "Textlocal does not change a contact that is put into its group again, so those that changed were "
                "deleted from the group and put in anew, one by one."
            )

    def _to_try(
        self, contacts: Sequence[Contact], there: Mapping[int, int], done: Mapping[str, Verdict]
    ) -> Contact | None:
        """Return a contact by which something can be learned that is not known yet."""
        if self._changes is False or (self._changes and self._keeps is not None):
            return None
        left = [each for each in contacts if each["number"] not in done]
        telling = next((each for each in left if _has_more(each, there)), None)
        return telling if telling is not None or self._changes else next(iter(left), None)

    def _tried(self, group: Group, contact: Contact) -> Verdict:
        """Put one contact again, and look what becomes of it."""
        before = self._members.look(group, int(contact["number"]))
        if before is None:  # deleted since the group was read
            return self._calls.put(group, [new_contact(contact)], CHANGED)[0] or NOT_TAKEN
        (verdict,) = self._calls.put(group, [contact], CHANGED)
        after = self._members.look(group, int(contact["number"]))
        if verdict is not None and verdict is not CHANGED:
            return verdict
        if after is None:
            return NOT_TAKEN
        was, now = digest(before), digest(after)
        self._changes = equal(now, contact) or was != now
        if not self._changes:
            return self._replaced(group, contact)
        if rest := was & ~mask(contact):
            self._keeps = now & ~mask(contact) == rest
            if not self._keeps:
                return self._calls.put(group, [new_contact(merged(before, contact))], CHANGED)[0] or CHANGED
        return CHANGED

    def _all(self, group: Group, contacts: Sequence[Contact], there: Mapping[int, int]) -> list[Verdict]:
        """Change contacts in the way that was found out."""
        if not self._changes:
            return [self._replaced(group, each) for each in contacts]
        whole = contacts if self._keeps else [self._whole(group, each, there) for each in contacts]
        verdicts = self._calls.put(group, whole, CHANGED)
        return [
            self._replaced(group, each) if verdict is None else verdict
            for each, verdict in zip(contacts, verdicts, strict=True)
        ]

    def _whole(self, group: Group, contact: Contact, there: Mapping[int, int]) -> Contact:
        """Return a contact with all that it would lose otherwise."""
        if not _has_more(contact, there):
            return contact
        return merged(self._members.look(group, int(contact["number"])) or {}, contact)

    def _replaced(self, group: Group, contact: Contact) -> Verdict:
        """Delete a contact from the group, and put it in anew."""
        number = contact["number"]
        before = self._members.look(group, int(number)) or {}
        if before and equal(digest(before), contact):
            return CHANGED
        if before:
            try:
                self._client.change("delete_contact", number=number, group_id=group.id)
            except RefusedError as refusal:
                if refusal.code != NOT_IN_GROUP:
                    return refusal.rule.verdict(refusal.code)
        verdict = self._calls.put(group, [new_contact(merged(before, contact))], CHANGED)[0] or NOT_TAKEN
        if before and verdict.outcome is Outcome.REJECTED:  # whoever was in the group is not to be lost over that
            self._calls.put(group, [{"number": number, **new_contact(merged(before, {}))}], CHANGED)
        return verdict


def _has_more(contact: Contact, there: Mapping[int, int]) -> bool:
    """Say whether somebody in the group has something in a field that the record says nothing of."""
    return bool(there.get(int(contact["number"]), 0) & ~mask(contact))
