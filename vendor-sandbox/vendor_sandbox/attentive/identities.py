"""Identifiers that belong together, and people who want to be forgotten."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from vendor_sandbox.attentive.envelopes import answer, nothing
from vendor_sandbox.attentive.errors import ApiError, PrivacyError
from vendor_sandbox.attentive.fields import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.later import Later
    from vendor_sandbox.attentive.store import Store
    from vendor_sandbox.attentive.who import Identifiers
    from vendor_sandbox.clock import Clock
    from vendor_sandbox.switches import Switchboard

_TABLES = {
    "attentive_privacy": (
        "(id TEXT PRIMARY KEY, phone TEXT, email TEXT, client TEXT, message TEXT, requested REAL, processed REAL)"
        " WITHOUT ROWID"
    )
}
_SHOWN = 4


class Identities:
    """Identity resolution and privacy requests."""

    def __init__(
        self, store: Store, identifiers: Identifiers, later: Later, clock: Clock, switches: Switchboard
    ) -> None:
        self._store = store
        self._identifiers = identifiers
        self._later = later
        self._clock = clock
        self._switches = switches
        store.state.own(_TABLES)
        later.kinds |= {"identify": self._identify_now, "forget": self._forget}

    def operations(self) -> dict[str, Callable[[Asked], Answer]]:
        """By operation."""
        return {"Identify": self._identify, "PrivacyDelete": self._delete, "PrivacyStatus": self._status}

    def describe(self) -> list[dict[str, Any]]:
        """Every privacy request, with whom it is about."""
        names = ("id", "subjectPhone", "subjectEmail", "clientUserId", "requestMsg", "requested", "processed")
        rows = self._store.state.execute("SELECT * FROM attentive_privacy ORDER BY requested, id").fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _identify(self, asked: Asked) -> Answer:
        who = self._identifiers.flat(asked.body, "name")
        own = [kind for kind, _ in who.identifiers if kind == "clientUserId" or kind.startswith("custom:")]
        if not own or len(who.identifiers) < 2:  # noqa: PLR2004 - two are what is to be tied together
            raise ApiError.bad("a clientUserId or custom identifier, and another identifier, are required")
        seconds = float(self._switches["accepted-seconds"])
        self._later.do("identify", {"who": who.identifiers}, seconds)
        return nothing(202)

    def _identify_now(self, work: dict[str, Any]) -> None:
        self._store.resolve([(kind, value) for kind, value in work["who"]])

    def _delete(self, asked: Asked) -> Answer:
        try:
            phone = self._identifiers.phone(asked.body, "subjectPhone")
            email = self._identifiers.email(asked.body, "subjectEmail")
            client, message = text(asked.body, "clientUserId"), text(asked.body, "requestMsg")
        except ApiError as error:
            raise PrivacyError(error.message) from error
        if not (phone or email or client):
            # The words of the description's example, which are not the names of the fields.
            raise PrivacyError("subscriberPhone or subscriberEmail is required")
        number = str(uuid.uuid4())
        self._store.state.execute(
            "INSERT INTO attentive_privacy VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (number, phone, email, client, message, self._clock.now()),
        )
        self._later.do("forget", {"id": number}, float(self._switches["privacy-seconds"]))
        return answer({"id": number})

    def _forget(self, work: dict[str, Any]) -> None:
        row = self._row(work["id"])
        subject = [("phone", row[1]), ("email", row[2]), ("clientUserId", row[3])]
        for person in self._store.find([(kind, value) for kind, value in subject if value]):
            self._store.erase(person)
        self._store.state.execute(
            "UPDATE attentive_privacy SET processed = ? WHERE id = ?", (self._clock.now(), work["id"])
        )

    def _status(self, asked: Asked) -> Answer:
        number, phone, email, _, message, requested, processed = self._row(asked.params["id"])
        return answer(
            {
                "id": number,
                "processed": processed is not None,
                "type": "DELETE",
                "subjectPhone": _masked_phone(phone),
                "subjectEmail": _masked_email(email),
                "requestMsg": message,
                "requestDateTime": _time(requested),
                "processingStartDateTime": _time(processed),
                "processingEndDateTime": _time(processed),
            }
        )

    def _row(self, number: str) -> Any:
        row = self._store.state.execute("SELECT * FROM attentive_privacy WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise ApiError(404, "Privacy request not found")
        return row


def _masked_phone(phone: str) -> str | None:
    return f"+*****{phone[-_SHOWN:]}" if phone else None


def _masked_email(email: str) -> str | None:
    name, _, domain = email.partition("@")
    return f"{name[0]}**@{domain}" if email else None


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
