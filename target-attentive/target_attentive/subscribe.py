"""The action `subscribe`: each channel on its own, and only who has no subscription there.

A repeated subscription texts the person (Attentive's description of POST /v1/subscriptions). So how they stand is
asked first, and what became of a call that broke off is asked, too, never tried out.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Delivery, Doubt
from singer_delivery.outcomes import Verdict, accepted, already, skipped
from target_attentive.identifiers import reader
from target_attentive.single_calls import SingleCalls
from target_attentive.subscriptions import EMAIL, LOOKS, TEXT, Subscriptions, channels, keys_of, on_channels, without

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_delivery.actions import Action, Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.memory import Memory
    from singer_delivery.people import Person
    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings
    from target_attentive.user_forms import User

_ALREADY = already("already_subscribed")
_ASKED_BEFORE = already("asked_before")
_NOT_ELIGIBLE = skipped(
    "not_eligible",
    "The person opted out, or has not answered Y yet: Attentive does not say which. They are left alone unless "
    "`resubscribe_opted_out` is on.",
    lasting=True,
)


class SubscribeEmail(SingleCalls):
    """Subscribes people whose record has an e-mail address alone. Nobody is texted, so it may be repeated.

    Args:
        client: Who calls.
        settings: The sign-up unit, and what is done about who opted out.
        scope: What the ledger keeps its deliveries under.
        unsubscribe: What is done about people whose row was deleted.
        dry_run: Whether only reading calls are made.

    Attributes:
        calls: What it calls, and what is known of the sign-up unit.
    """

    name: ClassVar[str] = "subscribe"
    identity: ClassVar[tuple[str, ...]] = ("phone", "email")
    takes_notes = True

    def __init__(
        self, client: AttentiveClient, settings: AttentiveSettings, scope: str, unsubscribe: Action, *, dry_run: bool
    ) -> None:
        super().__init__(client, settings, scope, dry_run=dry_run)
        self.calls = Subscriptions(client, settings)
        self._unsubscribe = unsubscribe

    def on_deleted_row(self) -> Action:
        """Unsubscribe people whose row was deleted."""
        return self._unsubscribe

    def undoes(self) -> Sequence[str]:
        """An unsubscribe on any channel, where it is from the type that people are subscribed to."""
        return (self._unsubscribe.scope,) if self._settings.unsubscribes_own_type else ()

    def yields_to(self) -> Sequence[str]:
        """Leave alone whom this target unsubscribed, unless people who opted out are to be brought back."""
        settings = self._settings
        yields = settings.unsubscribes_own_type and not settings.resubscribe_opted_out
        return (self._unsubscribe.scope,) if yields else ()

    def yields(self, delivery: Delivery) -> bool:
        """Leave the whole alone for its own key; an e-mail address that left says nothing of texts."""
        return delivery.key in delivery.opted_out

    def planner(self, columns: Columns) -> Planner:
        """Return a planner, once it is clear that there is a sign-up unit."""
        self.calls.require_unit()
        identifiers_of = reader(columns)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            who = identifiers_of(record, person)
            if isinstance(who, Verdict):
                return who
            external = who.external_identifiers()
            user = who.user()
            payload = {"user": user, **({"externalIdentifiers": external} if external else {})}
            key, *also = keys_of(user)
            return Delivery(self._action_for(who.phone), key, payload, also)

        return plan

    def _action_for(self, phone: str | None) -> Action:
        del phone
        return self

    def _send(self, delivery: Delivery) -> Verdict:
        user = _user(delivery)
        eligible = self.calls.eligibility(user)
        asked = [each for each in channels(user) if self._is_to_be_asked(eligible.get(each))]
        # An accepted 202 may not be done yet, and who does not answer Y, or left, may not be shown: no second text.
        # Who is shown, and was asked to come back, is not asked for that again, whatever else of them changes.
        if TEXT in asked and (delivery.noted if TEXT in eligible else delivery.known):
            asked.remove(TEXT)
            if not asked:
                return _ASKED_BEFORE
        if not asked:
            return _ALREADY if any(eligible.get(each) for each in channels(user)) else _NOT_ELIGIBLE
        reply = self.calls.subscribe(on_channels(user, asked), delivery.payload.get("externalIdentifiers"))
        comes_back = any(each in eligible for each in asked)
        delivery.noted |= TEXT in asked and TEXT in eligible
        if reply.statuses == {"PREVIOUSLY_CREATED"} and not comes_back:
            return _ALREADY
        # Somebody who texted STOP has to answer Y even where single opt-in is on: carriers ask for it.
        confirms = TEXT in asked and not (self._settings.single_opt_in and TEXT not in eligible)
        return accepted("pending" if confirms else "subscribed")

    def _is_to_be_asked(self, eligible: bool | None) -> bool:  # noqa: FBT001 - of three states: None is no subscription
        return eligible is None or (not eligible and self._settings.resubscribe_opted_out)


class Subscribe(SubscribeEmail):
    """Subscribes people who have a phone number, each of them at most once: a repeat would text them.

    What has an e-mail address alone is left to another action, of the same scope.

    Args:
        client: Who calls.
        settings: The sign-up unit, and what is done about who opted out.
        scope: What the ledger keeps its deliveries under.
        unsubscribe: What is done about people whose row was deleted.
        dry_run: Whether only reading calls are made.
    """

    repeatable = False

    def __init__(
        self, client: AttentiveClient, settings: AttentiveSettings, scope: str, unsubscribe: Action, *, dry_run: bool
    ) -> None:
        super().__init__(client, settings, scope, unsubscribe, dry_run=dry_run)
        self._email = SubscribeEmail(client, settings, scope, unsubscribe, dry_run=dry_run)
        self.calls = self._email.calls  # one sign-up unit, of one type

    def recall(self, memory: Memory) -> None:
        """Take the type of the sign-up source that an earlier run saw."""
        self.calls.recall(memory)

    def resolve(self, delivery: Delivery) -> Verdict | Doubt:
        """Look whether there is a subscription now. Nobody had one on the channels that were asked for before.

        After a call that was made just now, Attentive is given some seconds; a call of long ago would be there by now.
        """
        since = delivery.in_doubt_since
        over = since is not None and time.time() - since >= self._settings.in_doubt_minutes * 60
        user = _user(delivery)
        eligible = self.calls.eligibility(user)
        for seconds in () if over else LOOKS:
            if eligible.keys() >= set(channels(user)):
                break
            self._client.pause(seconds)
            eligible = self.calls.eligibility(user)
        return self._found(user, eligible, over=over)

    def _action_for(self, phone: str | None) -> Action:
        return self._email if phone is None else self

    def _found(self, user: User, eligible: Mapping[str, bool], *, over: bool) -> Verdict | Doubt:
        """Return what the subscriptions after a call say of it."""
        if TEXT not in eligible:
            return Doubt.NOT_DONE if over else Doubt.REMAINS
        if self._is_to_be_asked(eligible[TEXT]):
            return Doubt.REMAINS  # they had one before the call: was it made, or have they not answered?
        if EMAIL in channels(user) and EMAIL not in eligible:
            return Doubt.NOT_DONE  # and if it is done again, then by e-mail alone: there is a subscription to texts
        return accepted("subscribed" if eligible[TEXT] else "pending")


def _user(delivery: Delivery) -> User:
    """Return whom a delivery is about, by what this target has not unsubscribed."""
    return without(delivery.payload["user"], delivery.opted_out)
