"""Puts contacts into a group, 1,500 a call, and finds out which of them Textlocal took (`create_contacts_bulk`).

What an answer says of single contacts is known from clients only: `num_contacts`, and `contacts` with those that it
took. Where the numbers do not add up, or something is warned of, the group itself is looked at. A call that is refused
is split until the culprit stands alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError, SetupError
from singer_delivery.outcomes import rejected
from target_textlocal.answers import WARNING, warnings_of
from target_textlocal.contact_mapping import equal
from target_textlocal.encoding import json_text
from target_textlocal.paging import number_of, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_delivery.outcomes import Verdict
    from target_textlocal.client import TextlocalClient
    from target_textlocal.groups import Group
    from target_textlocal.members import Members

    Contact = Mapping[str, str]

MOST_CONTACTS = 1500
"""Contacts of a call, by the vendor's page of `create_contacts_bulk`."""
NOT_TAKEN = rejected(
    "not_taken",
    "Textlocal took the call without this contact, and does not say why. Check the phone number, and replay it.",
)
_COMMAND = "create_contacts_bulk"
_ALL_BAD = "51"
_DUPLICATE = "202"
_OF_NUMBERS = frozenset({"32", _ALL_BAD, "56", _DUPLICATE})
"""Codes that are about a contact's number, and so about nobody else's."""
_MOST_REFUSED = 5
"""Contacts that are refused by themselves, without that any was taken, before it counts as no fault of theirs."""


class ContactCalls:
    """Makes the calls. Safe to use from several threads.

    Args:
        client: Who calls.
        members: Looks into the group.
    """

    def __init__(self, client: TextlocalClient, members: Members) -> None:
        self._client = client
        self._members = members
        self._took_some = False
        self._refused_alone = 0

    def put(self, group: Group, contacts: Sequence[Contact], done: Verdict) -> list[Verdict | None]:
        """Put contacts into the group.

        Args:
            group: The group.
            contacts: At most `MOST_CONTACTS`, each number once.
            done: What becomes of those who are in the group then as they are here.

        Returns:
            For each its verdict; None for who is in the group, and is not as here: somebody was there before.

        Raises:
            SetupError: The group is not there any more; Textlocal refuses whatever it is given.
        """
        try:
            answer = self._client.change(_COMMAND, contacts=json_text(contacts), group_id=group.id)
        except RefusedError as refusal:
            return self._refused(group, contacts, done, refusal)
        self._took_some = True
        if answer.pretended or _all_taken(answer.body, contacts):
            return [done] * len(contacts)
        return self._looked_up(group, contacts, done, answer.body)

    def _refused(
        self, group: Group, contacts: Sequence[Contact], done: Verdict, refusal: RefusedError
    ) -> list[Verdict | None]:
        """Find out whose fault it was that a call failed as a whole."""
        verdict = refusal.rule.verdict(refusal.code)
        if refusal.code == _ALL_BAD:
            return [verdict] * len(contacts)
        if refusal.code == _DUPLICATE:
            return self._without_those_there(group, contacts, done, verdict)
        if len(contacts) > 1:
            return self._halves(group, contacts, done)
        self._count(refusal)
        return [verdict]

    def _count(self, refusal: RefusedError) -> None:
        """End the run where it is not the contacts' fault: to split call after call would take hours."""
        if not self._took_some and refusal.code not in _OF_NUMBERS:
            self._refused_alone += 1
            if self._refused_alone >= _MOST_REFUSED:
                raise SetupError(
                    f"Textlocal has refused {_MOST_REFUSED} contacts one after the other, and taken none "
                    f"({refusal.code}). {refusal.rule.cause} {refusal.rule.next_step}"
                )

    def _halves(self, group: Group, contacts: Sequence[Contact], done: Verdict) -> list[Verdict | None]:
        half = len(contacts) // 2
        return self.put(group, contacts[:half], done) + self.put(group, contacts[half:], done)

    def _without_those_there(
        self, group: Group, contacts: Sequence[Contact], done: Verdict, verdict: Verdict
    ) -> list[Verdict | None]:
        """Leave out who is in the group, for whom a call was refused, and put the others."""
        found = self._members.look_again(group, _numbers(contacts))
        absent = [each for each in contacts if int(each["number"]) not in found]
        if len(contacts) == len(absent) == 1:
            return [verdict]
        put = self._halves if len(absent) == len(contacts) else self.put
        others = iter(put(group, absent, done) if absent else ())
        return [
            next(others) if there is None else done if equal(there, each) else None
            for each in contacts
            for there in (found.get(int(each["number"])),)
        ]

    def _looked_up(
        self, group: Group, contacts: Sequence[Contact], done: Verdict, body: Mapping[str, Any]
    ) -> list[Verdict | None]:
        """Tell those that a call took from the others: by its answer, or by the group."""
        named = _named(body)
        taken = named if named is not None and len(named) == whole(body.get("num_contacts")) else set()
        found = self._members.look_again(group, _numbers(contacts) - taken)
        verdict = self._verdict_of_warnings(body)
        return [
            done
            if number in taken or (number in found and equal(found[number], each))
            else None
            if number in found
            else verdict
            for each in contacts
            for number in (int(each["number"]),)
        ]

    def _verdict_of_warnings(self, body: Mapping[str, Any]) -> Verdict:
        """Return what became of a contact that is not there, by what was warned of, if that was one thing."""
        warnings = set(warnings_of(body))
        if len(warnings) == 1:
            (warned,) = warnings
            for code in (warned, warned.removeprefix(WARNING)):
                rule = self._client.errors.rule(200, code)
                if rule.code == code:
                    return rule.verdict(code)
        return NOT_TAKEN


def _all_taken(body: Mapping[str, Any], contacts: Sequence[Contact]) -> bool:
    """Say whether an answer speaks of all contacts, and of nothing else."""
    if warnings_of(body):
        return False
    count, named = whole(body.get("num_contacts")), _named(body)
    if count is None and named is None:
        return False
    return count in {None, len(contacts)} and (named is None or named >= _numbers(contacts))


def _named(body: Mapping[str, Any]) -> set[int] | None:
    """Return the numbers of the contacts in an answer; None where it lists none."""
    rows = body.get("contacts")
    if not isinstance(rows, list) or not rows:
        return None
    return {number for row in rows if (number := number_of(row)) is not None}


def _numbers(contacts: Sequence[Contact]) -> set[int]:
    return {int(each["number"]) for each in contacts}
