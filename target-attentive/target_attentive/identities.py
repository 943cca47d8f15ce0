"""Identities: identifiers that belong to one person. Two people who share one are merged by it, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from singer_delivery.actions import Delivery
from singer_delivery.outcomes import Verdict, accepted, rejected
from target_attentive.identifiers import reader
from target_attentive.single_calls import SingleCalls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.people import Person

_FEWEST = 2
_TOO_FEW = rejected(
    "too_few_identifiers",
    "Attentive ties identifiers together where there are two at least, one of them a `client_user_id` or a custom "
    "identifier. Fill in another one, and replay the record.",
)


class Identities(SingleCalls):
    """Tells Attentive which identifiers belong together (`POST /v1/identity-resolution/user-identifiers`)."""

    name: ClassVar[str] = "identities"
    identity: ClassVar[tuple[str, ...]] = ("client_user_id", "custom_identifiers")
    spellings: ClassVar[Mapping[str, str]] = {"shopifyId": "shopify_id", "klaviyoId": "klaviyo_id"}

    def planner(self, columns: Columns) -> Planner:
        """Return a planner for a stream."""
        identifiers_of = reader(columns, short_email=True)

        def plan(record: Record, person: Person) -> Delivery | Verdict:
            found = identifiers_of(record, person)
            if isinstance(found, Verdict):
                return found
            if found.count < _FEWEST or not (found.client_user_id or found.custom):
                return _TOO_FEW
            return Delivery(self, found.key(), dict(found.identity()))

        return plan

    def _send(self, delivery: Delivery) -> Verdict:
        self._client.call(
            "Identify",
            "POST",
            "/v1/identity-resolution/user-identifiers",
            json=delivery.payload,
            quota="identity",
            may_be_empty=True,
        )
        return accepted("linked")
