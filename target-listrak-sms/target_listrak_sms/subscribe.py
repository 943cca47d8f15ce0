"""The action `subscribe`: the true upsert that Listrak does not have, in as few calls as it takes.

Creating is subscribing, and only for a number that is new; all else is update, then subscribe. Someone new costs one
call when they are created first, two when they are looked up first; someone known costs three or four the other way
round. So what most people of the last minutes were decides.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from singer_delivery.errors import RefusedError, SetupError
from singer_delivery.outcomes import accepted, already, rejected, skipped
from target_listrak_sms.actions import ProfileAction
from target_listrak_sms.contacts import UNKNOWN_CODES, ListState
from target_listrak_sms.errors import FOUND, OPTED_OUT, PENDING, SUBSCRIBED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_delivery.actions import Action, Delivery, Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from target_listrak_sms.contacts import Contact
    from target_listrak_sms.listrak import Listrak

_LEFT_ALONE = skipped(
    "opted_out",
    "The person opted out of the sender code. They are left alone unless `resubscribe_opted_out` is on.",
    lasting=True,
)
_LEFT_THE_LIST = skipped(
    "left_the_list",
    "Listrak knows the person, and they left this list before this target put them on it. They are left alone unless "
    "`resubscribe_opted_out` is on.",
    lasting=True,
)
_NOT_LIFTED = skipped(
    "opted_out",
    "The person opted out, and Listrak does not let this target undo that. They can text START themselves.",
    lasting=True,
)
_INCONSISTENT = rejected(
    "inconsistent",
    "Listrak says that it has this number, and does not find it. If this happens to every record, try another "
    "`phone_format`; nobody is subscribed before it is seen whether they opted out.",
)


_SURE = frozenset({ListState.SUBSCRIBED, ListState.PENDING})
"""Where there is nothing to subscribe."""
_FOUND = {
    ListState.SUBSCRIBED: "subscribed",
    ListState.UNCLEAR: "subscribed",
    ListState.PENDING: "pending",
}
_STATES = {SUBSCRIBED: "subscribed", PENDING: "pending", OPTED_OUT: "opted_out"}
"""What a refused subscription says of the person's state."""
_WRITTEN = {"subscribed": accepted("updated"), "pending": accepted("pending"), "opted_out": _NOT_LIFTED}
"""The outcome in each state, of somebody whose profile was written."""
_UNTOUCHED = {"subscribed": already("already_subscribed"), "pending": already("pending"), "opted_out": _NOT_LIFTED}
"""The same, of somebody who has none."""


class Tally:
    """Whether people are mostly new or mostly known, by the last ones. Safe to use from several threads."""

    MEMORY = 20
    """People that are remembered at most: so many of the other kind turn it."""

    def __init__(self) -> None:
        self._balance = 0
        self._lock = threading.Lock()

    @property
    def mostly_new(self) -> bool:
        """Whether most were new. At first, that is assumed: it saves the most."""
        return self._balance >= 0

    def note(self, *, new: bool) -> None:
        """Take note of a person."""
        with self._lock:
            balance = self._balance + (1 if new else -1)
            self._balance = max(-self.MEMORY, min(self.MEMORY, balance))


class Subscribe(ProfileAction):
    """Creates people or updates them, and puts them on the list.

    Args:
        listrak: The account and what is known of it.
        scope: What the ledger keeps its deliveries under.
        opt_out: What is done about people who opted out.
        unsubscribe: What takes off the list who asked for it.
        removal: What is done about people whose row was deleted.
    """

    name: ClassVar[str] = "subscribe"

    def __init__(self, listrak: Listrak, scope: str, opt_out: Action, unsubscribe: Action, removal: Action) -> None:
        super().__init__(listrak, scope, opt_out)
        self._unsubscribe = unsubscribe
        self._removal = removal
        self._tally = Tally()

    def on_deleted_row(self) -> Action:
        """Take people off the list whose row was deleted."""
        return self._removal

    def undoes(self) -> Sequence[str]:
        """An unsubscribe from the same list, for either reason, and an opt-out."""
        return (self._unsubscribe.scope, self._removal.scope, self._opt_out.scope)

    def yields_to(self) -> Sequence[str]:
        """Leave alone who asked to be taken off the list, unless people who opted out are to be brought back.

        Not whose row was deleted: if it comes back, so do they.
        """
        return () if self._listrak.settings.resubscribe_opted_out else (self._unsubscribe.scope,)

    def yields_to_wanted(self) -> Sequence[str]:
        """Leave alone whose opt-out could not be done yet. Of one that was done, Listrak is asked."""
        return () if self._listrak.settings.resubscribe_opted_out else (self._opt_out.scope,)

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that the list can be used."""
        self._listrak.account.phone_list()
        return super().planner(columns)

    def _send(self, delivery: Delivery) -> Verdict:
        if delivery.known:
            return self._refresh(delivery)
        if self._tally.mostly_new and not self._listrak.dry_run:
            return self._created(delivery) or self._joined_after_look(delivery)
        contact = self._listrak.contacts.find(delivery.key)
        if contact is not None:
            self._tally.note(new=False)
            return self._joined(delivery, contact)
        return self._created(delivery) or self._joined_after_look(delivery)

    def _refresh(self, delivery: Delivery) -> Verdict:
        """Update someone who was subscribed before: they may have left since, which is theirs to decide."""
        if self._listrak.settings.resubscribe_opted_out:
            contact = self._listrak.contacts.find(delivery.key)
            if contact is not None and contact.opted_out:
                return self._joined(delivery, contact)
        if not delivery.payload:
            return already("nothing_to_update")
        if self._written(delivery):
            return accepted("updated")
        return self._created(delivery) or self._joined_after_look(delivery)

    def _created(self, delivery: Delivery) -> Verdict | None:
        """Create someone; None if Listrak has them already."""
        try:
            self._listrak.contacts.create(delivery.key, delivery.payload)
        except RefusedError as refusal:
            if refusal.code in {FOUND, PENDING}:
                self._tally.note(new=False)
                return None
            if refusal.code == OPTED_OUT:
                return _NOT_LIFTED
            if refusal.code in UNKNOWN_CODES:  # of a create, that can only be the list or the sender code
                raise SetupError(
                    "Listrak no longer finds the list or the sender code. Check `list_name` or `list_id`, and "
                    "`sender_code`; --test shows what there is."
                ) from refusal
            raise
        self._tally.note(new=True)
        return self._subscribed("created")

    def _joined_after_look(self, delivery: Delivery) -> Verdict:
        contact = self._listrak.contacts.find(delivery.key)
        return _INCONSISTENT if contact is None else self._joined(delivery, contact)

    def _joined(self, delivery: Delivery, contact: Contact) -> Verdict:
        """Update someone and put them on the list, unless they opted out, or left it before this target knew them."""
        contacts, settings, dry_run = self._listrak.contacts, self._listrak.settings, self._listrak.dry_run
        if contact.opted_out and not settings.resubscribe_opted_out:
            return _LEFT_ALONE
        # Whom this target took off, it may bring back: their row was deleted, and is there again.
        looks = not (settings.resubscribe_opted_out or delivery.removed_at)
        found = contacts.list_state(delivery.key) if looks or dry_run else ListState.NONE
        if looks and found is ListState.LEFT:
            return _LEFT_THE_LIST
        if delivery.payload and not contacts.update(delivery.key, delivery.payload):
            return self._created(delivery) or _INCONSISTENT  # they were erased this very moment
        is_sure = looks and found in _SURE
        state = _FOUND.get(found, "") if is_sure or dry_run else ""
        if not is_sure:
            try:
                contacts.subscribe(delivery.key)
            except RefusedError as refusal:
                if refusal.code in UNKNOWN_CODES:
                    return self._created(delivery) or _INCONSISTENT
                if refusal.code not in _STATES:
                    raise
                state = _STATES[refusal.code]
        if not state:
            return self._subscribed("resubscribed" if contact.opted_out else "subscribed")
        return _WRITTEN[state] if delivery.payload else _UNTOUCHED[state]

    def _subscribed(self, reason: str) -> Verdict:
        """A list may want people to confirm first."""
        return accepted("pending" if self._listrak.account.phone_list().confirms else reason)
