"""The action `attributes`: what is known of people, written in bulk (v2), or one by one (v1).

Bulk takes 256 people a call and a hundred calls a second, names and addresses too, and creates who is not known; its
records end when their job does. It needs two permissions of the key. v1 needs one of them, takes one person a call,
and custom attributes only. Neither ever subscribes anybody: no call here holds `subscriptions`.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.actions import Action, Delivery, Job
from singer_delivery.errors import CallError, DeliveryError, RefusedError
from singer_delivery.outcomes import Verdict, accepted, rejected, skipped
from singer_delivery.people import missing_identity
from singer_delivery.transport import encoded
from target_attentive import attribute_mapping, identifiers
from target_attentive.attribute_mapping import AttributeMapper
from target_attentive.attribute_types import AttributeTypes
from target_attentive.error_words import TYPE_CLASH
from target_attentive.jobs import BulkCall, JobParts, Jobs
from target_attentive.results import ResultRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.memory import Memory
    from singer_delivery.people import Person
    from target_attentive.client import AttentiveClient
    from target_attentive.identifiers import Identifiers
    from target_attentive.settings import AttentiveSettings

MOST_USERS = 256
"""People in a bulk call (description of v2)."""
LARGEST_RECORD = 1_048_576
"""Bytes of a person in a bulk call; Attentive refuses a larger one, and it alone, in the job's results."""
LARGEST_CALL = 16 * LARGEST_RECORD
"""Bytes of people in one call: a limit of ours. The results of a job hold its records, and are read as a whole."""
MANY_ATTRIBUTES = 100
"""Custom attributes that an account may have by the description of v2; that of v1 knows no limit."""
_UPDATED = accepted("updated")
_RULES = ResultRules(done=_UPDATED)
_NOTHING = skipped("no_attributes", "The record has no value that could be written.")
_TOO_LARGE = rejected(
    "too_large",
    "The record is larger than 1 MiB, which is the most that Attentive takes. Leave columns out by `stream_maps`, or "
    "shorten values, and replay the record.",
)
_SENT: Mapping[str, Any] = {}
_LOGGER = logging.getLogger("target-attentive.attributes")


class Attributes(Action):
    """What both ways have in common.

    Args:
        client: Who calls.
        settings: This target's own settings.
        scope: What the ledger keeps its deliveries under.
        dry_run: Whether nothing is changed.
    """

    name: ClassVar[str] = "attributes"
    identity: ClassVar[tuple[str, ...]] = ("phone", "email", "client_user_id", "custom_identifiers")
    spellings: ClassVar[Mapping[str, str]] = {**identifiers.SPELLINGS, **attribute_mapping.SPELLINGS}

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings, scope: str, *, dry_run: bool) -> None:
        super().__init__(scope)
        self._client = client
        self._settings = settings
        self._dry_run = dry_run
        self._types = AttributeTypes(settings.attribute_types)
        self._names: set[str] = set()
        self._notes: dict[str, str] = {}

    def recall(self, memory: Memory) -> None:
        """Take the types of attributes that earlier runs saw accepted."""
        self._types.recall(memory)

    def planner(self, columns: Columns) -> Planner:
        """Return the planner of a stream. Makes no call.

        Raises:
            SetupError: A column's name cannot be an attribute's.
        """
        mapper = AttributeMapper(columns, self._types)
        read = identifiers.reader(columns, short_email=self._short_email)
        self._look_over(mapper)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            who = read(record, person)
            if isinstance(who, Verdict):
                return who
            key = who.key()
            return self._plan(key, who, mapper, record) if key else missing_identity(self.identity)

        return plan

    def vendor_works(self) -> bool:
        """Ask whose key it is: if that works, what failed was the record's fault."""
        try:
            self._client.call("Me", "GET", "/v1/me", changes=False)
        except (CallError, DeliveryError):
            return False
        return True

    def notes(self) -> Iterator[str]:
        """Yield what was warned of."""
        yield from self._notes.values()

    @property
    def _short_email(self) -> bool:
        return True

    @abstractmethod
    def _plan(self, key: str, who: Identifiers, mapper: AttributeMapper, record: Record) -> Delivery | Verdict: ...

    def _look_over(self, mapper: AttributeMapper) -> None:
        """Warn of what is wrong with a stream's columns as a whole."""
        self._names.update(mapper.custom)
        count = len(self._names | self._types.known.keys())
        if count > MANY_ATTRIBUTES:
            self._warn(
                "many",
                f"{count} custom attributes are known or in this run's columns. Attentive's description of bulk calls "
                f"allows an account {MANY_ATTRIBUTES}, and may refuse what is beyond. Leave columns out by "
                "`stream_maps`.",
            )

    def _warn(self, about: str, note: str) -> None:
        """Warn of something once, and keep it for the report in its last form."""
        if about not in self._notes:
            _LOGGER.warning("%s", note)
        self._notes[about] = note


class BulkAttributes(Attributes):
    """Writes attributes of up to 256 people a call, and takes each one's outcome from the results of the job."""

    most_unsettled: int | None = 50_000  # they wait for their jobs, without what was sent

    def __init__(self, client: AttentiveClient, settings: AttentiveSettings, scope: str, *, dry_run: bool) -> None:
        super().__init__(client, settings, scope, dry_run=dry_run)
        self.batch_size = 1 if dry_run else MOST_USERS  # a dry run shows the call of each record
        self._jobs = Jobs(client, settings)
        self._largest = 0

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Job:
        """Submit people, in one call if they are not too large for that."""
        parts = [self._submitted(part) for part in self._parts(deliveries)]
        jobs = [part for part in parts if isinstance(part, Job)]
        if not jobs:
            return [verdict for part in parts if not isinstance(part, Job) for verdict in part]
        for delivery in deliveries:
            delivery.payload = _SENT  # Attentive has it; many wait for their jobs, and memory is not to fill with it
        return jobs[0] if len(parts) == 1 else JobParts(parts)

    def notes(self) -> Iterator[str]:
        """Yield what was warned of, and what nobody knows of jobs."""
        yield from super().notes()
        yield from self._jobs.notes()

    def _plan(self, key: str, who: Identifiers, mapper: AttributeMapper, record: Record) -> Delivery | Verdict:
        attributes = mapper.attributes(record)
        if isinstance(attributes, Verdict):
            return attributes
        if not attributes:
            return _NOTHING
        user = {"identifiers": who.v2(), "attributes": attributes}
        size = len(encoded(user))
        if size > self._largest:
            if size > LARGEST_RECORD:
                return _TOO_LARGE
            self._largest = size
        return Delivery(self, key, user)

    def _parts(self, deliveries: Sequence[Delivery]) -> Sequence[Sequence[Delivery]]:
        """Divide deliveries into calls by their size, which is looked at only where it can matter."""
        if self._largest * len(deliveries) <= LARGEST_CALL:
            return [deliveries]
        parts: list[list[Delivery]] = [[]]
        room = LARGEST_CALL
        for delivery in deliveries:
            size = len(encoded(delivery.payload))
            if size > room and parts[-1]:
                parts.append([])
                room = LARGEST_CALL
            parts[-1].append(delivery)
            room -= size
        return parts

    def _submitted(self, deliveries: Sequence[Delivery]) -> Job | Sequence[Verdict]:
        users = [delivery.payload for delivery in deliveries]
        call = BulkCall("BulkAttributes", "POST", "/v2/bulk/user/attributes", "bulk_attributes", {"users": users})
        unconfirmed = self._types.unconfirmed
        asked = [_among(user["attributes"].get("custom", _SENT), unconfirmed) for user in users] if unconfirmed else []
        return self._jobs.submit(call, deliveries, _RULES, partial(self._learn, asked) if any(asked) else None)

    def _learn(self, asked: Sequence[Sequence[str]], verdicts: Sequence[Verdict]) -> None:
        """Learn from results which types Attentive has accepted."""
        accepted_, refused = set[str](), set[str]()
        for names, verdict in zip(asked, verdicts, strict=True):
            if verdict is _UPDATED:
                accepted_.update(names)
            elif verdict.reason == "type_locked":
                refused.update(names)
        self._types.confirm(accepted_)
        self._types.doubt(refused - accepted_)


class SingleAttributes(Attributes):
    """Writes custom attributes of one person a call: v1, for keys without the permission Subscribers."""

    @property
    def _short_email(self) -> bool:
        return False

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Write them, one person after the other."""
        return [self._send(delivery) for delivery in deliveries]

    def _plan(self, key: str, who: Identifiers, mapper: AttributeMapper, record: Record) -> Delivery | Verdict:
        properties = mapper.custom_attributes(record)
        if isinstance(properties, Verdict):
            return properties
        return Delivery(self, key, {"properties": properties, "user": who.event_user()}) if properties else _NOTHING

    def _look_over(self, mapper: AttributeMapper) -> None:
        super()._look_over(mapper)
        if mapper.built_in:
            names = ", ".join(f"`{name}`" for name in mapper.built_in)
            self._warn(
                names,
                f"The columns {names} are left out: Attentive's v1 (`attributes_api`) takes custom attributes only. "
                "Bulk calls take them, with a key that has both permissions.",
            )

    def _send(self, delivery: Delivery) -> Verdict:
        asked = _among(delivery.payload["properties"], self._types.unconfirmed)
        try:
            self._client.call(
                "SetAttributes",
                "POST",
                "/v1/attributes/custom",
                json=delivery.payload,
                quota="attributes_v1",
                may_be_empty=True,
            )
        except RefusedError as refusal:
            if refusal.code == TYPE_CLASH:
                self._types.doubt(asked)
            raise
        if not self._dry_run:
            self._types.confirm(asked)
        return _UPDATED


def attributes_action(
    client: AttentiveClient, settings: AttentiveSettings, scope: str, *, dry_run: bool
) -> Attributes:
    """Make the action as `attributes_api` has it."""
    way = SingleAttributes if settings.attributes_api == "v1" else BulkAttributes
    return way(client, settings, scope, dry_run=dry_run)


def _among(names: Mapping[str, Any], unconfirmed: set[str]) -> Sequence[str]:
    return [name for name in names if name in unconfirmed]
