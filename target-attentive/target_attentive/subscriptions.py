"""The calls about subscriptions, as Attentive's description of /v1/subscriptions has them.

A call has no field for the channel: a phone number in `user` is TEXT, an e-mail address is EMAIL, both are both. So
who is to be subscribed or unsubscribed on one channel is named by that identifier alone.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_delivery.error_table import Then
from singer_delivery.errors import RefusedError, SetupError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from singer_delivery.client import Answer, Client
    from singer_delivery.memory import Memory
    from target_attentive.settings import AttentiveSettings
    from target_attentive.user_forms import ExternalIdentifiers, User

TEXT, EMAIL = "TEXT", "EMAIL"
LOOKS = (0.5, 1.0, 2.0, 4.0)
"""Seconds between looks at somebody who may be about to be subscribed: Attentive's 202 is done some time after it."""
_PATH = "/v1/subscriptions"
_NOT_FOUND = 404
_TYPE = "subscription_type"
"""What the ledger remembers the type of a sign-up unit under."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a 202 says.

    Attributes:
        types: The types of the subscriptions it names.
        statuses: What it says of them: `NEWLY_CREATED`, `PREVIOUSLY_UNSUBSCRIBED`... Their order is Attentive's own,
            so nothing is read from a place in it.
        left: The channels on which it ends a subscription that there was, of the type that is looked at.
        pretended: Whether there was no call, in a dry run.
    """

    types: frozenset[str]
    statuses: frozenset[str]
    left: frozenset[str] = frozenset()
    pretended: bool = False


class Subscriptions:
    """Asks who is eligible, subscribes and unsubscribes. Safe to use from several threads.

    Args:
        client: Who calls.
        settings: The sign-up unit, and which type of subscription is looked at.
    """

    def __init__(self, client: Client, settings: AttentiveSettings) -> None:
        self._client = client
        self._settings = settings
        self._type = settings.subscription_type
        self._unit: dict[str, Any] = {}
        if settings.sign_up_source_id is not None:
            self._unit = {"signUpSourceId": settings.sign_up_source_id}
        elif settings.locale is not None:
            locale = {"language": settings.locale.language, "country": settings.locale.country}
            self._unit = {"locale": locale, "subscriptionType": self._type}
        # A locale comes with its type. What type a sign-up source has is seen in its first answer.
        self._type_is_sure = settings.locale is not None
        self._first_answer = threading.Lock()
        self._problem: str | None = None
        self._memory: Memory | None = None

    def recall(self, memory: Memory) -> None:
        """Take what earlier runs learned: the type of the sign-up source."""
        self._memory = memory
        known = memory.known().get(_TYPE)
        if known is not None and not self._type_is_sure:
            self._judge(known)

    def require_unit(self) -> None:
        """Make sure that people can be subscribed by these settings.

        Raises:
            SetupError: They name no sign-up unit, or one of another type than is looked at.
        """
        if not self._unit:
            raise SetupError(
                "`subscribe` needs `sign_up_source_id`, or `locale` with `subscription_type`: which API sign-up unit "
                "of Attentive people are subscribed by."
            )
        if self._problem:
            raise SetupError(self._problem)

    def eligibility(self, user: User) -> dict[str, bool]:
        """Ask how somebody stands.

        Args:
            user: By phone number in E.164, e-mail address, or both.

        Returns:
            By channel, whether they are eligible for what is looked at; a channel without a subscription is absent.

        Raises:
            UnavailableError: The answer says neither yes nor no: rather no outcome than to text somebody again.
        """
        try:
            answer = self._client.call(
                "Eligibility", "GET", _PATH, params=user, quota="eligibility", changes=False, may_be_empty=True
            )
        except RefusedError as refusal:
            if refusal.status == _NOT_FOUND:  # so says Attentive of who has no subscription at all
                return {}
            raise
        found: dict[str, bool] = {}
        for kind, channel, eligible in _eligibilities(answer.body):
            if kind == self._type:
                found[channel] = found.get(channel, False) or eligible
        return found

    def subscribe(self, user: User, external: ExternalIdentifiers | None) -> Reply:
        """Subscribe somebody on the channels of `user`. Attentive does it some time after its answer.

        Raises:
            OutcomeUnknownError: There is a phone number, and nobody knows whether the person was texted.
            SetupError: The sign-up unit is of another type than is looked at.
        """
        body: dict[str, Any] = {"user": user, **self._unit}
        if self._settings.single_opt_in:
            body["singleOptIn"] = True
        if external:
            body["externalIdentifiers"] = external
        if self._type_is_sure:
            return self._subscribe(body)
        with self._first_answer:  # one at a time: were it the wrong type, one person was asked by it, not one a worker
            self.require_unit()
            reply = self._subscribe(body)
            if reply.types:
                self._judge(self._type if self._type in reply.types else min(reply.types))
            self.require_unit()
            return reply

    def unsubscribe(self, user: User, subscriptions: Sequence[Mapping[str, str]], *, silent: bool) -> Reply | None:
        """Unsubscribe somebody on the channels of `user`. Attentive does it some time after its answer.

        Args:
            user: By phone number in E.164, e-mail address, or both.
            subscriptions: `{type, channel}` of each; none for all of them, and then the list is left out: what an
                empty one means is not documented.
            silent: Whether nobody is texted about it; only then it may be repeated.

        Returns:
            What the answer says; None where Attentive knows no subscription of theirs.

        Raises:
            OutcomeUnknownError: It is not silent, and nobody knows whether the person was texted.
        """
        body: dict[str, Any] = {"user": user}
        if subscriptions:
            body["subscriptions"] = subscriptions
        if silent:
            body["notification"] = {"disabled": True}
        elif self._settings.notification_language is not None:
            body["notification"] = {"language": self._settings.notification_language}
        path = f"{_PATH}/unsubscribe"
        try:
            answer = self._client.call("Unsubscribe", "POST", path, json=body, quota="unsubscribe", repeatable=silent)
        except RefusedError as refusal:
            if refusal.rule.then is Then.ALREADY:
                return None
            raise
        return self._reply(answer, "subscriptionUnsubscribeStatus")

    def _subscribe(self, body: Mapping[str, Any]) -> Reply:
        repeatable = "phone" not in body["user"]  # a repeat texts the person
        answer = self._client.call("Subscribe", "POST", _PATH, json=body, quota="subscribe", repeatable=repeatable)
        return self._reply(answer, "subscriptionCreationStatus")

    def _reply(self, answer: Answer, status: str) -> Reply:
        """Read a 202. What it does not say is left open: that Attentive took the call is said by the status."""
        body = answer.body
        responses = body.get("subscriptionResponses") if isinstance(body, dict) else None
        rows = [each for each in responses if isinstance(each, dict)] if isinstance(responses, list) else []
        found = [(each.get("subscription"), each.get(status)) for each in rows]
        kinds = [(each, said) for each, said in found if isinstance(each, dict)]
        ended = [each for each, said in kinds if said == "NEWLY_UNSUBSCRIBED" and each.get("type") == self._type]
        return Reply(
            _texts(each.get("type") for each, _ in kinds),
            _texts(said for _, said in found),
            _texts(each.get("channel") for each in ended),
            pretended=answer.pretended,
        )

    def _judge(self, kind: str) -> None:
        """Compare the type that a sign-up source has with the one that is looked at."""
        if kind == self._type:
            self._type_is_sure = True
        else:
            self._problem = (
                f"The sign-up source of `sign_up_source_id` is of another type than {self._type}, whose subscriptions "
                "are looked at before anybody is subscribed. Set `subscription_type` to the type of the sign-up "
                "source (MARKETING or TRANSACTIONAL): otherwise people who have that subscription are texted again."
            )
        if self._memory is not None:
            self._memory.learn(_TYPE, kind)


def channels(user: User) -> tuple[str, ...]:
    """Return the channels that somebody is named on, TEXT first."""
    return tuple(channel for channel, name in ((TEXT, "phone"), (EMAIL, "email")) if name in user)


def on_channels(user: User, wanted: Iterable[str]) -> User:
    """Return somebody with only the identifiers of some channels."""
    wanted = set(wanted)
    chosen: User = {}
    if TEXT in wanted and "phone" in user:
        chosen["phone"] = user["phone"]
    if EMAIL in wanted and "email" in user:
        chosen["email"] = user["email"]
    return chosen


def keys_of(user: User) -> list[str]:
    """Return what somebody is known by in the ledger: the phone number before the e-mail address."""
    return [each for each in (user.get("phone"), user.get("email")) if each is not None]


def without(user: User, keys: Collection[str]) -> User:
    """Return somebody without the identifiers that are among these keys."""
    return on_channels(
        user, [each for each, key in zip(channels(user), keys_of(user), strict=True) if key not in keys]
    )


def _eligibilities(body: Any) -> Iterator[tuple[str, str, bool]]:
    """Yield type, channel and eligibility of each subscription."""
    try:
        for each in body["subscriptionEligibilities"]:
            subscription = each["subscription"]
            yield str(subscription["type"]), str(subscription["channel"]), each["eligibility"]["isEligible"] is True
    except (KeyError, TypeError):
        raise UnavailableError(
            "Attentive's answer about a person's subscriptions has another form than is documented. Nobody is "
            "subscribed before it is clear how they stand. Run again later, or ask Attentive.",
            answered=True,
        ) from None


def _texts(values: Iterable[Any]) -> frozenset[str]:
    return frozenset(each for each in values if isinstance(each, str))
