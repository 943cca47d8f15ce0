"""Privacy requests: Attentive forgets somebody within 30 days, and nothing brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.actions import Delivery
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict, accepted
from target_attentive.event_mapping import event_id
from target_attentive.events import NOBODY
from target_attentive.identifiers import reader
from target_attentive.single_calls import SingleCalls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_delivery.actions import Action, Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person
    from target_attentive.client import AttentiveClient
    from target_attentive.identifiers import Identifiers
    from target_attentive.settings import AttentiveSettings

_SUBJECT = ("phone", "email", "client_user_id")


class PrivacyDelete(SingleCalls):
    """Asks Attentive to delete somebody (`POST /v1/privacy/delete-request`).

    Args:
        client: Who calls.
        settings: Whether that is allowed.
        scope: What the ledger keeps its deliveries under.
        undone: Actions whose deliveries are not so any more once somebody is forgotten. Not an opt-out: that somebody
            wants no texts is so even if Attentive does not know them.
        dry_run: Whether only reading calls are made.
    """

    name: ClassVar[str] = "privacy_delete"
    identity: ClassVar[tuple[str, ...]] = _SUBJECT
    needs_consent: ClassVar[bool] = False
    removes: ClassVar[bool] = True
    renewed_by_record: ClassVar[bool] = False

    def __init__(
        self, client: AttentiveClient, settings: AttentiveSettings, scope: str, *undone: Action, dry_run: bool
    ) -> None:
        super().__init__(client, settings, scope, dry_run=dry_run)
        self._undone = tuple(each.scope for each in undone)

    def undoes(self) -> Sequence[str]:
        """What Attentive knew of them."""
        return self._undone

    def planner(self, columns: Columns) -> Planner:
        """Return a planner for a stream.

        Raises:
            SetupError: `allow_privacy_delete` does not allow it.
        """
        if not self._settings.allow_privacy_delete:
            raise SetupError(
                f"Stream `{columns.stream}` is bound to `privacy_delete`, which has Attentive delete people for good. "
                "If that is meant, set `allow_privacy_delete: true`."
            )
        identifiers_of = reader(columns)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            found = identifiers_of(record, person)
            if isinstance(found, Verdict):
                return found
            if not (subject := _subject(found)):
                return NOBODY
            # Of somebody who came back, and asks again, a new row is a new request.
            return Delivery(self, found.key(), {"subject": subject, "request": event_id(record, columns)})

        return plan

    def _send(self, delivery: Delivery) -> Verdict:
        self._client.call(
            "PrivacyDelete", "POST", "/v1/privacy/delete-request", json=delivery.payload["subject"], quota="privacy"
        )
        return accepted("requested")


def _subject(found: Identifiers) -> dict[str, Any]:
    """Return the body: every identifier that the call knows."""
    given = {"subjectPhone": found.phone, "subjectEmail": found.email, "clientUserId": found.client_user_id}
    return {name: value for name, value in given.items() if value is not None}
