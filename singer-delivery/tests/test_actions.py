"""What becomes of deliveries by an action that says nothing of itself beyond what it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_delivery.actions import Action, Delivery, Doubt
from singer_delivery.ledger import Ledger
from singer_delivery.memory import Memory
from singer_delivery.outcomes import accepted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_delivery.actions import Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict


class Plain(Action):
    name = "plain"

    def planner(self, columns: Columns) -> Planner:
        return lambda record, person: Delivery(self, person.phone or "", {})

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        return [accepted("taken")] * len(deliveries)


def test_a_change_is_sent_again_and_has_no_say_in_what_other_actions_did() -> None:
    action = Plain("plain/1")
    assert action.again(Delivery(action, "+12125550101", {})) is None
    assert list(action.undoes()) == list(action.yields_to()) == []


def test_what_earlier_runs_learned_is_not_asked_for() -> None:
    ledger = Ledger.open("sqlite://")
    Plain("plain/1").recall(Memory(ledger, "plain/1"))
    assert ledger.scopes_below(["plain"]) == set()
    ledger.close()


def test_what_broke_off_stays_in_doubt_and_a_vendor_that_fails_counts_as_broken() -> None:
    action = Plain("plain/1")
    assert action.resolve(Delivery(action, "+12125550101", {})) is Doubt.REMAINS
    assert not action.vendor_works()
