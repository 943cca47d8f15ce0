from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Action, Delivery
from singer_delivery.columns import Columns
from singer_delivery.consent import opted_out
from singer_delivery.ledger import Accepted, Forget, Ledger, LeftAlone
from singer_delivery.outcomes import Verdict, rejected
from singer_delivery.people import People
from singer_delivery.planning import Planning
from singer_delivery.rows import Binding, Chunk, Row, Source
from singer_delivery.settings import DeliverySettings, target_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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
        source = Source("people", ["id", "phone"], ["id"])
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


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    opened = Ledger.open("sqlite://")
    yield opened
    opened.close()


@pytest.fixture
def way(ledger: Ledger) -> Way:
    return Way(ledger)


def ann(name: str = "Ann", **more: object) -> dict[str, Any]:
    return {"id": 1, "phone": "(212) 555-0101", "name": name, **more}


def bob(name: str = "Bob", **more: object) -> dict[str, Any]:
    return {"id": 2, "phone": "212 555 0102", "name": name, **more}


def test_what_was_accepted_is_unchanged_the_next_time_and_is_not_even_planned(way: Way) -> None:
    way.plan(ann(), bob())
    planned = way.join.planned
    assert way.outcomes(ann(), bob()) == ["same_as_last_accepted"] * 2
    assert way.join.planned == planned == 2


def test_a_record_that_only_looks_different_is_unchanged_and_learned(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(note="new column")) == ["same_as_last_accepted"]
    planned = way.join.planned
    assert way.outcomes(ann(note="new column")) == ["same_as_last_accepted"]
    assert way.join.planned == planned


def test_a_change_is_sent_and_the_action_is_told_that_the_person_is_known(way: Way) -> None:
    way.plan(ann())
    way.plan(ann("Anna"))
    assert way.sent == [("join", ANN, "Ann", False), ("join", ANN, "Anna", True)]


def test_of_several_records_of_a_person_the_last_one_wins(way: Way) -> None:
    assert way.outcomes(ann("first"), bob(), ann("second"), ann("third", phone="+1 212.555.0101")) == [
        "superseded",
        "superseded",
    ]
    assert way.sent == [("join", BOB, "Bob", False), ("join", ANN, "third", False)]


def test_an_old_value_that_comes_after_a_new_one_wins_although_it_was_sent_before(way: Way) -> None:
    way.plan(ann("old"))
    assert way.outcomes(ann("new"), ann("old")) == ["same_as_last_accepted", "superseded"]
    assert [name for _, _, name, _ in way.sent] == ["old"]


def test_joining_and_leaving_keep_their_order_within_a_chunk(way: Way) -> None:
    assert way.outcomes(ann(), ann(opted_out=True), ann("back")) == []
    assert [(action, name) for action, _, name, _ in way.sent] == [("join", "Ann"), ("leave", None), ("join", "back")]


def test_who_left_is_sent_again_when_they_join_with_the_same_profile(way: Way) -> None:
    way.plan(ann())
    way.plan(ann(opted_out=True))
    way.plan(ann())
    assert [action for action, *_ in way.sent] == ["join", "leave", "join"]


def test_a_deleted_row_is_for_the_opposite_action(way: Way) -> None:
    way.plan(ann())
    way.plan(ann(), deleted=True)
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_who_signed_up_anew_behind_a_deleted_row_stays(way: Way) -> None:
    """Both rows come in every run, and to add somebody again can mean to text them."""
    old, new = ann(deleted=True), ann(id=3)
    assert way.outcomes(old, new) == ["superseded"]
    assert way.outcomes(old, bob(), new) == ["same_as_last_accepted", "superseded"]
    assert way.outcomes(old, ann("Anna", id=3)) == ["superseded"]
    assert [(action, name) for action, _, name, _ in way.sent] == [("join", "Ann"), ("join", "Bob"), ("join", "Anna")]


def test_who_signed_up_before_the_row_that_was_deleted_leaves(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(), ann(deleted=True)) == ["same_as_last_accepted"]
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_a_deleted_row_counts_where_nobody_is_added_behind_it(ledger: Ledger) -> None:
    way = Way(ledger, consent_field="consent")
    way.plan(ann(consent=True))
    assert way.outcomes(ann(deleted=True), ann(id=3), ann("bad", id=4, consent=True)) == ["no_consent", "wrong_type"]
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_who_says_that_they_leave_is_taken_off_even_if_a_later_row_adds_them(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(opted_out=True), ann(id=2, deleted=True), ann(id=3)) == ["superseded"]
    assert [action for action, *_ in way.sent] == ["join", "leave", "join"]


def test_a_deleted_row_counts_where_the_one_behind_it_is_left_alone(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Join, "yields_to", lambda _: ("leave",))
    way.plan(ann())
    assert way.outcomes(ann(deleted=True), ann(id=3)) == ["opted_out"]
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_of_rows_that_are_deleted_added_and_deleted_the_last_one_counts(way: Way) -> None:
    way.plan(ann())
    way.plan(ann(deleted=True), ann(id=3), ann(id=3, deleted=True))
    assert [action for action, *_ in way.sent][-1] == "leave"
    assert way.outcomes(ann(deleted=True), ann(id=3), ann(id=3, deleted=True)).count("superseded") >= 1
    assert [action for action, *_ in way.sent][-1] == "leave"


@pytest.mark.parametrize("name", ["leave", "leaves later"])
def test_who_left_is_not_added_again_by_an_earlier_row_whatever_the_later_one_looks_like(way: Way, name: str) -> None:
    way.plan(ann(), ann("leave", opted_out=True))
    assert way.outcomes(ann(), ann(name, opted_out=True)) == ["same_as_last_accepted", "superseded"]
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_who_left_is_not_added_again_although_everything_is_sent_anew(ledger: Ledger) -> None:
    Way(ledger).plan(ann(), ann(opted_out=True))
    way = Way(ledger, resend=True)
    assert way.outcomes(ann(), ann(opted_out=True)) == ["superseded"]
    assert [action for action, *_ in way.sent] == ["leave"]


def test_who_left_is_still_the_subject_of_what_has_nothing_to_do_with_that(way: Way) -> None:
    way.plan(ann(opted_out=True))
    assert way.outcomes(ann("Anna", profile=True), ann(opted_out=True)) == ["same_as_last_accepted"]
    assert [(action, name) for action, _, name, _ in way.sent] == [("leave", None), ("profile", "Anna")]


def test_an_opt_out_is_not_lost_with_its_row(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(opted_out=True, deleted=True), ann(id=3)) == []
    assert [action for action, *_ in way.sent] == ["join", "leave", "join"]
    way.plan(bob(opted_out=True, deleted=True, profile=True))
    assert way.sent[-1][:2] == ("leave", BOB)


def test_what_takes_people_off_is_told_when_they_were_added(way: Way) -> None:
    way.plan(ann())
    (left,) = way.plan(ann(opted_out=True), bob(opted_out=True))
    added = {item.delivery.key: item.delivery.added_at for item in left.items}
    assert added[BOB] is None
    assert added[ANN] == pytest.approx(time.time(), abs=60)
    (back,) = way.plan(ann())
    assert back.items[0].delivery.added_at is None


def test_a_key_in_flight_is_waited_for_before_the_ledger_is_asked(way: Way) -> None:
    way.plan(ann())
    way.in_flight.add(way.ledger.digest(ANN.encode()))
    assert way.outcomes(ann()) == ["same_as_last_accepted"]
    assert way.waited == 1


def test_what_is_settled_while_the_ledger_is_asked_is_not_overlooked(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed value is under way, and the one before it comes once more: it is what is to hold in the end."""
    way.plan(ann("old"))
    way.in_flight.add(way.ledger.digest(ANN.encode()))
    ask = way.ledger.by_source

    def settled_meanwhile(*asked: Any) -> dict[bytes, bytes]:
        known = ask(*asked)
        if way.in_flight:
            way.in_flight.clear()
            way.plan(ann("new"))
        return known

    monkeypatch.setattr(way.ledger, "by_source", settled_meanwhile)
    way.plan(ann("old"))
    assert [name for _, _, name, _ in way.sent] == ["old", "new", "old"]


def test_rejects_and_people_without_consent_are_told_apart(ledger: Ledger) -> None:
    way = Way(ledger, consent_field="consent")
    assert way.outcomes(
        ann(consent="yes"), bob(), ann("bad", consent=True, phone="2125550103"), bob(consent=1, phone="12")
    ) == ["invalid_phone", "no_consent", "wrong_type"]
    assert [key for _, key, *_ in way.sent] == [ANN]


def test_an_opt_out_needs_no_consent(ledger: Ledger) -> None:
    way = Way(ledger, consent_field="consent")
    way.plan(ann(opted_out="true"))
    assert [action for action, *_ in way.sent] == ["leave"]


def test_an_opt_out_is_not_lost_over_a_broken_email_address(way: Way) -> None:
    assert way.outcomes(bob(email="no address")) == ["invalid_email"]
    way.plan(ann(opted_out="true", email="no address"))
    assert [action for action, *_ in way.sent] == ["leave"]


def test_text_that_is_not_unicode_is_rejected(way: Way) -> None:
    assert way.outcomes(ann("\ud83d")) == ["not_unicode"]


def test_resend_sends_what_is_unchanged(ledger: Ledger) -> None:
    Way(ledger).plan(ann())
    way = Way(ledger, resend=True)
    way.plan(ann())
    assert way.sent == [("join", ANN, "Ann", True)]


def test_what_must_not_be_repeated_is_not_resent(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Join, "repeatable", False)
    Way(ledger).plan(ann())
    assert Way(ledger, resend=True).outcomes(ann()) == ["same_as_last_accepted"]


def test_whom_the_vendor_said_to_leave_alone_is_left_alone_for_some_days(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.leave_alone(ann())
    assert way.outcomes(ann(), bob()) == ["opted_out"]
    assert way.outcomes(ann("changed")) == []
    way.leave_alone(ann("again"))
    monkeypatch.setattr("singer_delivery.planning.LEFT_ALONE_SECONDS", -1)
    assert way.outcomes(ann("again")) == []


def test_who_was_taken_later_is_not_left_alone_any_more(way: Way) -> None:
    way.leave_alone(ann("old"))
    way.plan(ann("new"))
    way.plan(ann("old"))
    assert [name for _, _, name, _ in way.sent] == ["new", "old"]


@pytest.mark.parametrize("repeatable", [False, True])
def test_a_delivery_that_was_interrupted_is_in_doubt_since_then_unless_it_may_be_repeated(
    way: Way, monkeypatch: pytest.MonkeyPatch, *, repeatable: bool
) -> None:
    monkeypatch.setattr(Join, "repeatable", repeatable)
    before = int(time.time())
    way.ledger.mark_sending(way.ledger.scope("join/1"), [(way.ledger.digest(ANN.encode()), b"0" * 16)])
    (plan,) = way.plan(ann())
    (item,) = plan.items
    assert item.uncertain is not repeatable
    since = item.delivery.in_doubt_since
    assert since is None if repeatable else since and before <= since <= time.time()


def test_other_rules_plan_anew_and_send_only_what_comes_out_different(way: Way) -> None:
    way.plan(ann())
    way.binding.rules = b"other rules"
    assert way.outcomes(ann()) == ["same_as_last_accepted"]
    assert way.join.planned == 2
