"""The operations that submit a bulk job: attributes of up to 256 people, members of a segment up to 10,000."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import EMAIL, TEXT, needed
from vendor_sandbox.attentive.jobs import FINE
from vendor_sandbox.attentive.subscriptions import SUBSCRIBED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.attributes import Attributes, Read
    from vendor_sandbox.attentive.jobs import Jobs
    from vendor_sandbox.attentive.segments import Segments
    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.attentive.who import Identifiers, Who
    from vendor_sandbox.switches import Switchboard

_USERS, _MEMBERS = 256, 10_000
_ADD = "INSERT OR IGNORE INTO attentive_members VALUES (?, ?)"
_REMOVE = "DELETE FROM attentive_members WHERE segment = ? AND person = ?"
_SKIPPED = "Skipped: not a subscriber"


class Bulk:
    """The operations."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a job touches
        self,
        jobs: Jobs,
        attributes: Attributes,
        segments: Segments,
        store: Store,
        identifiers: Identifiers,
        switches: Switchboard,
    ) -> None:
        self._jobs = jobs
        self._attributes = attributes
        self._segments = segments
        self._store = store
        self._identifiers = identifiers
        self._switches = switches
        jobs.processes |= {
            "BulkAttributes": lambda record, _request, read: self._user(record, read),
            "AddMembers": lambda record, request, who: self._member(who or self._who(record), request, _ADD),
            "RemoveMembers": lambda record, request, who: self._member(who or self._who(record), request, _REMOVE),
        }

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {"BulkAttributes": self._users, "AddMembers": self._members, "RemoveMembers": self._members}

    def _users(self, asked: Asked) -> Answer:
        read = self._jobs.check(asked, "users", _USERS, self._attributes.check)
        return self._jobs.submit(asked, "users", "Bulk user attribute job successfully submitted", read)

    def _user(self, record: Mapping[str, Any], read: Read | None) -> str:
        if read is None and self._switches["bulk-bad-record"] == "record":
            read = self._attributes.check(record)
        return self._attributes.apply(record, "BulkAttributes", read)

    def _members(self, asked: Asked) -> Answer:
        external = needed(asked.body, "externalId")
        read = self._jobs.check(asked, "members", _MEMBERS, self._who)
        if self._switches["unknown-segment"] == "call":
            self._segments.find(external)
        word = "add" if asked.operation == "AddMembers" else "removal"
        return self._jobs.submit(asked, "members", f"Bulk segment member {word} job successfully submitted", read)

    def _who(self, record: Mapping[str, Any]) -> Who:
        who = self._identifiers.member(record)
        if not who.identifiers:
            raise ApiError.bad("email, phone or clientUserId is required")
        return who

    def _member(self, who: Who, request: Mapping[str, Any], statement: str) -> str | None:
        """Put someone into a segment, or out of it; who is no subscriber is skipped."""
        external = request["externalId"]
        self._segments.find(external)
        subscribers = [each for each in self._store.find(who.identifiers) if self._subscribed(each)]
        for person in subscribers:
            self._store.state.execute(statement, (external, person))
        if subscribers:
            return FINE
        way = self._switches["non-subscriber"]
        if way == "refused":
            raise ApiError.bad("Not a subscriber")
        return _SKIPPED if way == "skipped" else None

    def _subscribed(self, person: int) -> bool:
        channels = {"phone": TEXT, "email": EMAIL}
        return any(
            state == SUBSCRIBED
            for kind, value in self._store.identifiers(person)
            if kind in channels
            for _, state in self._store.subscriptions(channels[kind], value)
        )
