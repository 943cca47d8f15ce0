"""People who join and leave, planned against a real ledger; a vendor that takes everything at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_delivery.actions import Action, Delivery
from singer_delivery.columns import Columns
from singer_delivery.consent import opted_out
from singer_delivery.ledger import Accepted, Forget, Ledger, LeftAlone
from singer_delivery.outcomes import Verdict, rejected
from singer_delivery.people import People
from singer_delivery.planning import Planning
from singer_delivery.reject_lines import StreamSchema
from singer_delivery.rows import Binding, Chunk, Row, Source
from singer_delivery.settings import DeliverySettings, target_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from singer_delivery.comparison import Plan

ANN, BOB = "+12125550101", "+12125550102"


class Leave(Action):
    name = "leave"
    needs_consent = False
    removes = True

    def planner(self, columns: Columns) -> Callable[..., Any]:
        return lambda record, person: Delivery(self, person.phone, {})

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        raise NotImplementedError

    def undoes(self) -> tuple[str, ...]:
        return ("join",)


class Join(Leave):
    name = "join"
    needs_consent = True
    removes = False

    def __init__(self, scope: str, leave: Leave) -> None:
        super().__init__(scope)
        self.leave = leave
        self.planned = 0

    def route(self, record: Mapping[str, Any], columns: Columns) -> Join | Leave:
        return self.leave if opted_out(record.get("opted_out")) else self

    def on_deleted_row(self) -> Leave:
        return self.leave

    def planner(self, columns: Columns) -> Callable[..., Delivery | Verdict]:
        def plan(record: Mapping[str, Any], person: Any) -> Delivery | Verdict:
            self.planned += 1
            if record.get("name") == "bad":
                return rejected("wrong_type", "Bad.")
            return Delivery(self, person.phone, {"name": record.get("name")})

        return plan

    def undoes(self) -> tuple[str, ...]:
        return ("leave",)


class Part(Join):
    """Takes people off, by one action or another."""

    removes = True

    def on_deleted_row(self) -> None:  # type: ignore[override] # there is none
        return None


class Profile(Join):
    """Says nothing of who joins and who leaves."""

    name = "profile"

    def undoes(self) -> tuple[str, ...]:
        return ()


class Way:
    """Planning, and a vendor that takes everything at once."""

    def __init__(self, ledger: Ledger, **config: object) -> None:
        known = target_schema("t")["properties"]
        defaults = {name: each["default"] for name, each in known.items() if "default" in each}
        settings = DeliverySettings.from_config({**defaults, "default_country": "US", **config})
        self.leave = Leave("leave/1")
        self.join = Join("join/1", self.leave)
        self.ledger = ledger
        self.in_flight: set[bytes] = set()
        self.waited = 0
        self.sent: list[tuple[str, str, object, bool]] = []
        names = ["id", "phone", "email", "name", "consent", "opted_out"]
        columns = Columns.of("people", names, {"optedOut": "opted_out"})
        source = Source("people", {"id", "phone"}, ["id"], StreamSchema("", b"{}"))
        self.binding = Binding("people", source, self.join, columns, b"rules")
        self.profiles = Binding("profiles", source, Profile("profile/1", self.leave), columns, b"rules")
        self.planning = Planning(ledger, People(settings), self.pending, self.wait, resend=settings.resend)

    def pending(self) -> frozenset[bytes]:
        return frozenset(self.in_flight)

    def wait(self) -> None:
        self.waited += 1
        self.in_flight.clear()

    def plan(self, *records: dict[str, Any], deleted: bool = False) -> list[Plan]:
        """Plan records as one chunk: `deleted` are all of them, or those that say so."""
        chunk = Chunk()
        rows = [
            Row(
                self.profiles if each.get("profile") else self.binding,
                each,
                each,
                1,
                chunk,
                deleted or bool(each.get("deleted")),
            )
            for each in records
        ]
        plans = []
        for plan in self.planning.plan(rows):
            plans.append(plan)
            self.accept(plan)
        return plans

    def accept(self, plan: Plan) -> None:
        for each in (item.delivery for item in plan.items):
            self.sent.append((each.action.name, each.key, each.payload.get("name"), each.known))
        accepted = [Accepted(item.scope, item.key, item.source, item.payload) for item in plan.items]
        forget = [Forget(scope, item.key) for item in plan.items for scope in item.delivery.action.undoes()]
        touch = [Accepted(item.scope, item.key, item.source, item.payload) for item in plan.touched]
        self.ledger.settle(accepted, forget, [], touch)

    def leave_alone(self, record: dict[str, Any]) -> None:
        """Let the vendor say that the person of a record is to be left alone."""
        row = Row(self.binding, record, record, 1, Chunk())
        for plan in self.planning.plan([row]):
            left = [LeftAlone(item.scope, item.key, item.source, "opted_out") for item in plan.items]
            self.ledger.settle([], [], [], [], left)

    def outcomes(self, *records: dict[str, Any]) -> list[str]:
        reasons: list[str] = []
        for plan in self.plan(*records):
            reasons += [each.verdict.reason for each in plan.settled]
            reasons += ["same_as_last_accepted" for group in plan.unchanged for _ in group.rows]
        return sorted(reasons)


def ann(name: str = "Ann", **more: object) -> dict[str, Any]:
    return {"id": 1, "phone": "(212) 555-0101", "name": name, **more}


def bob(name: str = "Bob", **more: object) -> dict[str, Any]:
    return {"id": 2, "phone": "212 555 0102", "name": name, **more}
