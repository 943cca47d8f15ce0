"""target-listrak-sms without its calls: fills a ledger as if a million people had been delivered, in minutes.

Everything but sending is the target's own way: reading, validating, planning, settling, the ledger. A delivery is
accepted at once instead of sent, so nobody reaches the vendor. There are not a million made-up phone numbers, so
people who share one are told apart by a key of their own; whoever's record changes later has a number, and so the
very key that the target gives them.

Arguments and input are those of target-listrak-sms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inputs import is_changed

from singer_delivery.actions import Delivery
from singer_delivery.outcomes import accepted
from target_listrak_sms import target
from target_listrak_sms.subscribe import Subscribe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_delivery.actions import Planner, Record
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from singer_delivery.people import Person

_CREATED = accepted("created")


class Accept(Subscribe):
    """`subscribe`, of which everything is accepted at once."""

    batch_size = 1000  # settled together, for speed

    def planner(self, columns: Columns) -> Planner:
        """Return the action's own planner, but for the key of people who share a number."""
        plan = super().planner(columns)

        def told_apart(record: Record, person: Person) -> Delivery | Verdict:
            planned = plan(record, person)
            if isinstance(planned, Delivery) and not is_changed(record["id"]):
                planned.key = f"{planned.key} {record['id']}"
            return planned

        return told_apart

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Accept deliveries."""
        return [_CREATED] * len(deliveries)


if __name__ == "__main__":
    # The target makes its actions by this name, which mypy takes for a type that cannot be replaced.
    target.Subscribe = Accept  # type: ignore[attr-defined,misc]
    target.TargetListrakSms.cli()
