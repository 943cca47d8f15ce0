"""What Listrak can be asked to do: subscribe, update, unsubscribe, opt out. All of it may be repeated without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.actions import Action, Delivery
from singer_delivery.consent import opted_out
from singer_delivery.errors import CallError, DeliveryError, RefusedError
from singer_delivery.outcomes import Verdict, accepted, already, rejected, skipped
from target_listrak_sms.contacts import ON_THE_LIST, UNKNOWN_CODES
from target_listrak_sms.errors import BANNED, NOT_SUBSCRIBED
from target_listrak_sms.phones import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from singer_delivery.actions import Job, Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_listrak_sms.bulk import BulkUpdate
    from target_listrak_sms.listrak import Listrak

_NO_PHONE = rejected("missing_identity", "The record has no phone number.")
_NOT_OPTED_OUT = skipped("not_opted_out", "The column `opted_out` does not say that this person opted out.")
_NO_VALUES = skipped("no_values", "The record holds no value that could be updated.")
_NOT_SUBSCRIBED = already("not_subscribed")
_STILL_THERE = rejected(
    "inconsistent",
    "This target put the number on the list, and Listrak does not find it, so nobody was taken off. If this "
    "happens to every record, try another `phone_format`, and see by --test whether the list is the right one; else "
    "look for the person in Listrak: if they were deleted there, nothing is to be done. Nobody is subscribed again "
    "meanwhile.",
    still_wanted=True,
)
NOT_KNOWN = skipped("not_found", "Listrak does not know this number, and an update creates nobody.")
_NOBODY_TO_OPT_OUT = skipped(
    "not_found",
    "Listrak does not know this number, so there is nobody to opt out. `subscribe` of this target leaves it alone. To "
    "make sure that no other program's ledger brings it back, put it into `suppression_file`.",
    still_wanted=True,
)
_BANNED = skipped(
    "banned",
    "Listrak has banned this number: nobody can text it, or opt it out. `subscribe` of this target leaves it alone, "
    "should the ban be lifted; the opt-out is tried again whenever its record comes.",
    still_wanted=True,
)


class ListrakAction(Action):
    """What all actions share: the key is the phone number, a call is about one person.

    Args:
        listrak: The account and what is known of it.
        scope: What the ledger keeps its deliveries under.
    """

    def __init__(self, listrak: Listrak, scope: str) -> None:
        super().__init__(scope)
        self._listrak = listrak

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Job:
        """Do it, one person after the other."""
        return [self._send(each) for each in deliveries]

    def _send(self, delivery: Delivery) -> Verdict:
        raise NotImplementedError

    def _who(self, person: Person) -> str | Verdict:
        """Return the number that a record is about; a rejection where there is none that the sender code texts."""
        if person.phone is None:
            return _NO_PHONE
        return self._listrak.numbering.refusal(person.phone) or person.phone

    def _of_number(self, payload: Callable[[str], Mapping[str, Any]]) -> Planner:
        """Return a planner that looks at nothing but the number, and what is sent about it."""

        def plan(_record: Record, person: Person) -> Delivery | Verdict:
            phone = self._who(person)
            return phone if isinstance(phone, Verdict) else Delivery(self, phone, payload(phone))

        return plan

    def _written(self, delivery: Delivery) -> bool:
        """Write fields of a contact; False if the number is not on the sender code. A dry run has to look for that."""
        contacts = self._listrak.contacts
        known = contacts.update(delivery.key, delivery.payload)
        return known and not (self._listrak.dry_run and contacts.find(delivery.key) is None)

    def vendor_works(self) -> bool:
        """Ask for the sender code: if that works, what failed was the record's fault."""
        account = self._listrak.account
        try:
            account.ask(account.sender().id)
        except (CallError, DeliveryError):
            return False
        return True


class ProfileAction(ListrakAction):
    """An action that writes a person's profile; someone whose `opted_out` is true is opted out instead.

    Args:
        listrak: The account and what is known of it.
        scope: What the ledger keeps its deliveries under.
        opt_out: What is done about such a person.
    """

    def __init__(self, listrak: Listrak, scope: str, opt_out: Action) -> None:
        super().__init__(listrak, scope)
        self._opt_out = opt_out

    def route(self, record: Record, columns: Columns) -> Action | Verdict:
        """Send people who opted out to the opt-out; who has no value in that column did not."""
        said = says_opted_out(record, columns)
        if isinstance(said, Verdict):
            return said
        return self._opt_out if said else self

    def planner(self, columns: Columns) -> Planner:
        """Return a planner that maps columns to Listrak's fields. Reads the custom fields, if any could be meant."""
        profile_of = self._listrak.mapper(columns).profile

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            phone = self._who(person)
            if isinstance(phone, Verdict):
                return phone
            profile = profile_of(record, person)
            return profile if isinstance(profile, Verdict) else self._plan(Delivery(self, phone, profile))

        return plan

    def _plan(self, delivery: Delivery) -> Delivery | Verdict:
        return delivery


class Update(ProfileAction):
    """Writes the profile of people whom Listrak knows. Creates nobody and subscribes nobody.

    Args:
        listrak: The account and what is known of it.
        scope: What the ledger keeps its deliveries under.
        opt_out: What is done about people who opted out.
        bulk: What takes many at once, if that is wanted.
    """

    name: ClassVar[str] = "update"

    def __init__(self, listrak: Listrak, scope: str, opt_out: Action, bulk: BulkUpdate | None = None) -> None:
        super().__init__(listrak, scope, opt_out)
        self._bulk = bulk

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that the sender code can be used."""
        self._listrak.account.sender()
        return super().planner(columns)

    def _plan(self, delivery: Delivery) -> Delivery | Verdict:
        if not delivery.payload:
            return _NO_VALUES
        if self._bulk is not None and self._bulk.carries(delivery.payload):
            delivery.action = self._bulk
        return delivery

    def notes(self) -> Iterator[str]:
        """Say what is not known of imports."""
        if self._bulk is not None:
            yield from self._bulk.notes()

    def _send(self, delivery: Delivery) -> Verdict:
        return accepted("updated") if self._written(delivery) else NOT_KNOWN


class Unsubscribe(ListrakAction):
    """Takes people off the list. They stay on the sender code, and on its other lists.

    Args:
        listrak: The account and what is known of it.
        scope: What the ledger keeps its deliveries under.
        undone: The scope of what it makes untrue: subscriptions to the same list.
    """

    name: ClassVar[str] = "unsubscribe"
    needs_consent: ClassVar[bool] = False
    removes: ClassVar[bool] = True

    def __init__(self, listrak: Listrak, scope: str, undone: str) -> None:
        super().__init__(listrak, scope)
        self._undone = undone

    def undoes(self) -> Sequence[str]:
        """A subscription to the same list."""
        return (self._undone,)

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that the list can be used.

        How the number is written is part of what is asked: whom Listrak did not find is looked for again when
        `phone_format` is put right.
        """
        del columns
        self._listrak.account.phone_list()
        form = self._listrak.settings.phone_format

        return self._of_number(lambda phone: {"phoneNumber": written(phone, form)})

    def _send(self, delivery: Delivery) -> Verdict:
        contacts = self._listrak.contacts
        was_added = delivery.added_at is not None
        if self._listrak.dry_run and contacts.list_state(delivery.key) not in ON_THE_LIST:
            return _STILL_THERE if was_added and contacts.find(delivery.key) is None else _NOT_SUBSCRIBED
        try:
            contacts.unsubscribe(delivery.key)
        except RefusedError as refusal:
            if refusal.code in UNKNOWN_CODES:
                return _STILL_THERE if was_added else _NOT_SUBSCRIBED
            if refusal.code == NOT_SUBSCRIBED:
                return _NOT_SUBSCRIBED
            raise
        return accepted("unsubscribed")


class OptOut(ListrakAction):
    """Opts people out of the whole sender code. Listrak lifts that only by a new subscription."""

    name: ClassVar[str] = "opt_out"
    needs_consent: ClassVar[bool] = False
    removes: ClassVar[bool] = True

    def undoes(self) -> Sequence[str]:
        """Subscriptions to all lists of the sender code."""
        return (self.scope.replace(self.name, "subscribe", 1),)

    def route(self, record: Record, columns: Columns) -> Action | Verdict:
        """Where a stream has the column `opted_out`, only those whose value says so are opted out."""
        if "opted_out" not in columns.known:
            return self
        said = says_opted_out(record, columns)
        if isinstance(said, Verdict):
            return said
        return self if said else _NOT_OPTED_OUT

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that the sender code can be used."""
        del columns
        self._listrak.account.sender()
        return self._of_number(lambda _: {"optedOut": True})

    def _send(self, delivery: Delivery) -> Verdict:
        try:
            known = self._written(delivery)
        except RefusedError as refusal:
            if refusal.code == BANNED:
                return _BANNED
            raise
        if known:
            return accepted("opted_out")
        return _NOBODY_TO_OPT_OUT if delivery.added_at is None else _STILL_THERE


def says_opted_out(record: Record, columns: Columns) -> bool | Verdict:
    """Read the column `opted_out`; a rejection where it says neither yes nor no."""
    said = opted_out(columns.value(record, "opted_out"))
    if said is None:
        return rejected(
            "wrong_type",
            f"Column `{columns.known['opted_out']}`: expected true or false. Nothing is done about a person of whom "
            "it is not clear whether they opted out. Correct it at its source and replay the record.",
        )
    return said
