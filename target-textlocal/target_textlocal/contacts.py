"""The actions `contacts` and `remove`: people are kept in one group of the account, and taken out of it.

A group is read once (of a large one only those who are needed, if they are few), and who is new or differs is sent,
1,500 a call. Taking out is a call for each person, and from this group only: who is in others stays there.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Action, Delivery
from singer_delivery.errors import CallError, DeliveryError, RefusedError
from singer_delivery.outcomes import Outcome, Verdict, accepted, already
from target_textlocal.contact_calls import MOST_CONTACTS, ContactCalls
from target_textlocal.contact_mapping import SPELLINGS, ContactMapper, equal, new_contact, updated
from target_textlocal.updating import NOT_IN_GROUP, Updates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_textlocal.account import Account
    from target_textlocal.client import TextlocalClient
    from target_textlocal.contact_calls import Contact
    from target_textlocal.groups import Group
    from target_textlocal.settings import TextlocalSettings

_CREATED = accepted("created")
_REMOVED = accepted("removed")
_THERE = already("already_there")
_LEFT = already("left_as_it_is")
_NOT_IN_GROUP = already("not_in_group")
_NO_GROUP = already("no_group")


class Remove(Action):
    """Takes people out of the group.

    Args:
        client: Who calls.
        account: Has the group.
        scope: What the ledger keeps its deliveries under.
        added: The scope of those who are added.
        strict: Whether the group has to be there. Not for deleted rows of `contacts`, which makes the group.
    """

    name: ClassVar[str] = "remove"
    needs_consent: ClassVar[bool] = False
    removes: ClassVar[bool] = True

    def __init__(self, client: TextlocalClient, account: Account, scope: str, added: str, *, strict: bool) -> None:
        super().__init__(scope)
        self._client = client
        self._account = account
        self._added = added
        self._strict = strict

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear which group is meant.

        Raises:
            SetupError: None or several are meant; or it is not there, and a stream is bound to this action.
        """
        del columns
        self._group()
        return lambda _record, person: Delivery(self, person.phone or "", {})

    def undoes(self) -> Sequence[str]:
        """That they were added."""
        return (self._added,)

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Take people out, one by one."""
        group = self._group()
        return [_NO_GROUP if group is None else self._removed(group, each) for each in deliveries]

    def vendor_works(self) -> bool:
        """Ask for the balance: if that works, what failed was the record's fault."""
        return _works(self._client)

    def _group(self) -> Group | None:
        return self._account.group.there() if self._strict else self._account.group.find()

    def _removed(self, group: Group, delivery: Delivery) -> Verdict:
        number = delivery.key[1:]
        members = self._account.members
        if group.new and int(number) not in members.among(group, ()):
            return _NOT_IN_GROUP
        try:
            answer = self._client.change("delete_contact", number=number, group_id=group.id)
        except RefusedError as refusal:
            if refusal.code != NOT_IN_GROUP:
                raise
            members.drop(int(number))
            return _NOT_IN_GROUP
        if not answer.pretended:
            members.drop(int(number))
        return _REMOVED


class Contacts(Action):
    """Keeps people in the group as their records have them; who is there already is changed only where they differ.

    Args:
        client: Who calls.
        account: Has the group.
        settings: `customer_id_field` and `existing_contacts`.
        scope: What the ledger keeps its deliveries under.
        remove: Takes out whose row was deleted.
        dry_run: Whether nothing is sent: then each record is a call of its own in the plan.
    """

    name: ClassVar[str] = "contacts"
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS

    def __init__(  # noqa: PLR0913 - whom it works with
        self,
        client: TextlocalClient,
        account: Account,
        settings: TextlocalSettings,
        scope: str,
        remove: Remove,
        *,
        dry_run: bool,
    ) -> None:
        super().__init__(scope)
        self.batch_size = 1 if dry_run else MOST_CONTACTS
        self._client = client
        self._account = account
        self._customer_id_field = settings.customer_id_field
        self._leave = settings.existing_contacts == "leave"
        self._remove = remove
        self._calls = ContactCalls(client, account.members)
        self._updates = Updates(client, account.members, self._calls, dry_run=dry_run)
        self._dry_run = dry_run
        self._lock = threading.Lock()
        self._left_out: dict[str, Sequence[str]] = {}

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear which group is meant. One that is to be made is not made yet.

        Raises:
            SetupError: None or several are meant, none has the id, or two columns go into one field.
        """
        self._account.group.find()
        mapper = ContactMapper(columns, self._customer_id_field)
        if mapper.left_out:
            self._left_out[columns.stream] = mapper.left_out

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            phone = person.phone or ""
            contact = mapper.contact(record, phone)
            return contact if isinstance(contact, Verdict) else Delivery(self, phone, contact)

        return plan

    def on_deleted_row(self) -> Action:
        """Take people out whose row was deleted."""
        return self._remove

    def undoes(self) -> Sequence[str]:
        """That they were taken out."""
        return (self._remove.scope,)

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Put people into the group, made if need be, and change those that differ."""
        group = self._account.group.made()
        contacts: dict[int, Contact] = {int(each.key[1:]): each.payload for each in deliveries}
        members = self._account.members.among(group, contacts)
        verdicts: dict[int, Verdict] = {}
        new: list[int] = []
        changed: list[int] = []
        for number, contact in contacts.items():
            there = members.get(number)
            if there is None:
                new.append(number)
            elif equal(there, contact):
                verdicts[number] = _THERE
            else:
                changed.append(number)
        if new:
            created = self._calls.put(group, [new_contact(contacts[each]) for each in new], _CREATED)
            verdicts.update({number: each for number, each in zip(new, created, strict=True) if each is not None})
            changed += [number for number, each in zip(new, created, strict=True) if each is None]
        if changed:
            verdicts.update(self._changed(group, {number: contacts[number] for number in changed}, members))
        if not self._dry_run:
            self._follow(verdicts, contacts, members)
        return [verdicts[number] for number in contacts]

    def vendor_works(self) -> bool:
        """Ask for the balance: if that works, what failed was the record's fault."""
        return _works(self._client)

    def notes(self) -> Iterator[str]:
        """Say what was made, how contacts were changed, and which columns went nowhere."""
        yield from self._account.group.notes()
        yield from self._updates.notes()
        for stream, columns in self._left_out.items():
            names = ", ".join(f"`{each}`" for each in columns)
            why = "" if self._customer_id_field else " `customer_id` needs `customer_id_field`."
            yield (
                f"Stream `{stream}`: a contact of Textlocal has names and `custom1` to `custom3`, so {names} went "
                f"nowhere.{why if 'customer_id' in columns else ''}"
            )

    def _changed(
        self, group: Group, contacts: Mapping[int, Contact], members: Mapping[int, int]
    ) -> Mapping[int, Verdict]:
        if self._leave:
            return dict.fromkeys(contacts, _LEFT)
        return dict(zip(contacts, self._updates.update(group, list(contacts.values()), members), strict=True))

    def _follow(
        self, verdicts: Mapping[int, Verdict], contacts: Mapping[int, Contact], members: Mapping[int, int]
    ) -> None:
        """Take note of what the group holds now: a later record of this run may be about the same person."""
        for number, verdict in verdicts.items():
            if verdict.outcome is Outcome.ACCEPTED:
                self._account.members.put(number, updated(members.get(number, 0), contacts[number]))


def _works(client: TextlocalClient) -> bool:
    try:
        client.read("balance")
    except (CallError, DeliveryError):
        return False
    return True
