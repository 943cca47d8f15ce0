"""The action `unsubscribe`: silent unless a setting says otherwise, on the channels whose identifiers are given."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.actions import Action, Delivery
from singer_delivery.emails import INVALID_EMAIL
from singer_delivery.outcomes import Verdict, accepted, already, rejected
from singer_delivery.people import has_value
from target_attentive.single_calls import SingleCalls
from target_attentive.subscriptions import EMAIL, LOOKS, TEXT, Subscriptions, channels, keys_of, on_channels, without

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_attentive.client import AttentiveClient
    from target_attentive.settings import AttentiveSettings
    from target_attentive.subscriptions import Reply
    from target_attentive.user_forms import User

_NOT_SUBSCRIBED = already("not_subscribed")
_UNSUBSCRIBED = accepted("unsubscribed")
_PENDING = rejected(
    "pending_subscription",
    "This target subscribed the person a moment ago, and Attentive does not show the subscription yet: it may still "
    "make it. Replay the record, or run again with it, when `in_doubt_minutes` have passed.",
    still_wanted=True,
)
_NOBODY = {
    TEXT: rejected(
        "missing_identity",
        "The record asks to unsubscribe from TEXT and has no phone number: Attentive would do nothing.",
    ),
    EMAIL: rejected(
        "missing_identity",
        "The record asks to unsubscribe from EMAIL and has no e-mail address: Attentive would do nothing.",
    ),
}


class Unsubscribe(SingleCalls):
    """Takes people off TEXT, EMAIL or both, by the column `channel`.

    Args:
        client: Who calls.
        settings: Which types, and whether people are told.
        scope: What the ledger keeps its deliveries under; what is about one channel has a scope of its own below it.
        dry_run: Whether only reading calls are made.
    """

    name: ClassVar[str] = "unsubscribe"
    identity: ClassVar[tuple[str, ...]] = ("phone", "email")
    needs_consent: ClassVar[bool] = False
    removes: ClassVar[bool] = True
    spellings: ClassVar[Mapping[str, str]] = {"channel": "channel"}

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings, scope: str, *, dry_run: bool) -> None:
        super().__init__(client, settings, scope, dry_run=dry_run)
        self._calls = Subscriptions(client, settings)
        self.repeatable = not settings.notify_on_unsubscribe  # a repeat would text the person again
        self._parts = {each: _OneChannel(self, each) for each in (TEXT, EMAIL)}

    def route(self, record: Record, columns: Columns) -> Action | Verdict:
        """Keep what is about one channel apart: it must neither replace nor equal what is about both."""
        channel = _channel(record, columns)
        if channel is None or isinstance(channel, Verdict):
            return channel or self
        return self._parts[channel]

    def undoes(self) -> Sequence[str]:
        """Subscriptions by any sign-up unit of the type that is left, at the same host."""
        return (self._settings.subscribe_scope,) if self._settings.unsubscribes_own_type else ()

    def planner(self, columns: Columns) -> Planner:
        """Return a planner: somebody is named only by the identifiers of the channels that are meant."""

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            channel = _channel(record, columns)
            if isinstance(channel, Verdict):
                return channel
            user = on_channels(_user(person), (TEXT, EMAIL) if channel is None else (channel,))
            if channel is not None and not user:
                is_wrong = channel == EMAIL and has_value(columns.value(record, "email"))
                return INVALID_EMAIL if is_wrong else _NOBODY[channel]
            # A part's key is that of its channel: an unsubscribe by e-mail says nothing of texts.
            key, *also = keys_of(user)
            return Delivery(self, key, self._payload(user), also)

        return plan

    def resolve(self, delivery: Delivery) -> Verdict:
        """Do it again without a text: an opt-out must not be lost, and nobody may be told twice."""
        reply = self._asked(delivery, silent=True)
        if wanted := self._just_added(delivery):
            return _UNSUBSCRIBED if self._left_everywhere(delivery, wanted, reply) else _PENDING
        return _NOT_SUBSCRIBED if reply is None else _UNSUBSCRIBED

    def _payload(self, user: User) -> dict[str, Any]:
        """Return what decides whether it was done before. Whether people are told of it does not."""
        types = self._settings.unsubscribe_types
        wanted = [{"type": kind, "channel": channel} for channel in channels(user) for kind in types]
        return {"user": user, **({"subscriptions": wanted} if wanted else {})}

    def _send(self, delivery: Delivery) -> Verdict:
        # Who was told once is not told again.
        reply = self._asked(delivery, silent=self.repeatable or delivery.known)
        if wanted := self._just_added(delivery):
            return _UNSUBSCRIBED if self._left_everywhere(delivery, wanted, reply) else _PENDING
        done = reply is not None and (reply.pretended or "NEWLY_UNSUBSCRIBED" in reply.statuses)
        return _UNSUBSCRIBED if done else _NOT_SUBSCRIBED

    def _just_added(self, delivery: Delivery) -> frozenset[str]:
        """Return the channels on which this target subscribed the person so lately that it may be still to come."""
        since = time.time() - self._settings.in_doubt_minutes * 60
        user: User = delivery.payload["user"]
        recent = {key for key, at in delivery.added.items() if at > since}
        return frozenset(channels(without(user, set(keys_of(user)) - recent)))

    def _left_everywhere(self, delivery: Delivery, wanted: frozenset[str], reply: Reply | None) -> bool:
        """Unsubscribe, without a text, until a subscription has ended on each wanted channel; say whether one has.

        Right behind our own subscribe there may be none yet. What was left before is not told from that for certain.
        """
        left = set(reply.left) if reply is not None else set()
        for seconds in LOOKS:
            if left >= wanted or (reply is not None and reply.pretended):
                return True
            self._client.pause(seconds)
            again = self._asked(delivery, silent=True)
            left |= again.left if again is not None else set()
        return left >= wanted

    def _asked(self, delivery: Delivery, *, silent: bool) -> Reply | None:
        payload = delivery.payload
        return self._calls.unsubscribe(payload["user"], payload.get("subscriptions", ()), silent=silent)


class _OneChannel(Action):
    """What is about one channel: planned and sent as the rest, and kept under a scope of its own."""

    name: ClassVar[str] = Unsubscribe.name
    identity: ClassVar[tuple[str, ...]] = Unsubscribe.identity
    needs_consent: ClassVar[bool] = Unsubscribe.needs_consent
    removes: ClassVar[bool] = Unsubscribe.removes

    def __init__(self, whole: Unsubscribe, channel: str) -> None:
        super().__init__(f"{whole.scope}/{channel.lower()}")
        self._whole = whole
        self.repeatable = whole.repeatable

    def planner(self, columns: Columns) -> Planner:
        """Return the planner of the whole; its deliveries are the whole's, and sent by it."""
        return self._whole.planner(columns)

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Send by the whole."""
        return self._whole.send(deliveries)


def _user(person: Person) -> User:
    user: User = {}
    if person.phone is not None:
        user["phone"] = person.phone
    if person.email is not None:
        user["email"] = person.email
    return user


def _channel(record: Record, columns: Columns) -> str | Verdict | None:
    """Read the column `channel`: TEXT, EMAIL, or None for both."""
    given = columns.value(record, "channel")
    wanted = given.strip().upper() if isinstance(given, str) else given
    if wanted is None or wanted == "":
        return None
    if wanted in (TEXT, EMAIL):
        return str(wanted)
    return rejected(
        "wrong_channel",
        f"Column `{columns.known['channel']}`: expected TEXT or EMAIL, or nothing for both. Correct it at its source "
        "and replay the record.",
    )
