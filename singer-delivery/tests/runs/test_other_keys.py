"""People who are known by more than one key, and what is done once for each of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import Join, schema

from singer_delivery.actions import Delivery
from singer_delivery.ledger import NOT_KNOWN, Accepted, Ledger, also_below, noted_below
from singer_delivery.outcomes import rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from made_up_target import Vendor

ANN, OTHER, BOB = "ann@example.com", "ann@example.org", "bob@example.com"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Delivery]:
    """What is sent, of people whose name is another key of theirs, or a star where something is noted of them."""
    taken: list[Delivery] = []
    send = Join.send

    def planner(self: Join, _: object) -> Callable[..., Delivery]:
        def plan(record: Any, person: Any) -> Delivery:
            name = record.get("fullName")
            return Delivery(self, person.email, {"name": name}, [name.strip("*")] if name else ())

        return plan

    def keep(self: Join, deliveries: Sequence[Delivery]) -> Any:
        taken.extend(deliveries)
        found = send(self, deliveries)
        for each in deliveries:
            each.noted |= "*" in (each.payload["name"] or "")
        return found

    monkeypatch.setattr(Join, "planner", planner)
    monkeypatch.setattr(Join, "send", keep)
    monkeypatch.setattr(Join, "takes_notes", True)
    return taken


def row(email: str, name: str | None = None, stream: str = "join", number: int = 1) -> dict[str, Any]:
    return {"type": "RECORD", "stream": stream, "record": {"id": number, "email": email, "fullName": name}}


def leaves(email: str, name: str | None = None) -> dict[str, Any]:
    return row(email, name, stream="leave")


@pytest.fixture
def run(deliver: Callable[..., Any], sent: list[Delivery]) -> Callable[..., dict[str, int]]:
    def running(*lines: dict[str, Any], **config: Any) -> dict[str, int]:
        sent.clear()
        ran = deliver([schema("join"), schema("leave"), *lines], **config)
        assert ran.error is None
        return dict(ran.reasons)

    return running


def test_what_takes_people_off_learns_by_which_of_their_keys_they_were_added(
    run: Callable[..., Any], sent: list[Delivery]
) -> None:
    run(row(ANN, OTHER))
    run(leaves(OTHER))
    assert sent[0].added == {OTHER: pytest.approx(time.time(), abs=60)}
    assert sent[0].added_at == sent[0].added[OTHER]
    run(row(BOB))
    run(leaves(ANN, BOB))
    assert sent[0].added.keys() == {ANN, BOB}
    run(leaves(BOB))
    assert sent[0].added == {}  # it was undone by each key
    assert sent[0].added_at is None


def test_who_left_by_one_key_is_left_alone_by_each(run: Callable[..., Any]) -> None:
    run(leaves(ANN, OTHER))
    assert run(row(OTHER)) == {"opted_out": 1}
    assert run(row(BOB, OTHER)) == {"opted_out": 1}
    assert run(row(BOB)) == {"taken": 1}


def test_an_action_may_leave_out_what_left_and_that_stays_so(
    run: Callable[..., Any], sent: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Join, "yields", lambda _, delivery: delivery.key in delivery.opted_out)
    run(leaves(OTHER))
    assert run(row(BOB, OTHER)) == {"taken": 1}
    assert sent[0].opted_out == {OTHER}
    assert run(row(OTHER)) == {"opted_out": 1}


def test_who_comes_back_does_so_by_each_key(run: Callable[..., Any], vendor: Vendor) -> None:
    run(leaves(ANN, OTHER))
    vendor.brings_back = True
    assert run(row(BOB, OTHER)) == {"taken": 1}
    vendor.brings_back = False
    assert run(row(OTHER)) == {"taken": 1}


@pytest.mark.parametrize("rows", [1, 100])
def test_deliveries_of_one_person_do_not_overtake_each_other_whatever_key_they_are_known_by(
    run: Callable[..., Any], vendor: Vendor, sent: list[Delivery], rows: int
) -> None:
    vendor.on_call = lambda key: time.sleep(0.3 if key == ANN else 0)
    run(row(ANN, OTHER), leaves(OTHER), concurrency=4, batch_size_rows=rows)
    assert [key for key, _ in vendor.calls] == [ANN, OTHER]
    assert sent[1].added.keys() == {OTHER}


def test_who_perhaps_left_is_left_alone_by_each_key(run: Callable[..., Any], vendor: Vendor) -> None:
    vendor.break_off(ANN)
    assert run(leaves(ANN, OTHER)) == {"unknown": 1}
    assert run(row(OTHER)) == {"opted_out": 1}


def test_whose_leaving_is_still_wanted_is_left_alone_by_each_key(run: Callable[..., Any], vendor: Vendor) -> None:
    vendor.break_off(ANN)
    vendor.answers = rejected("later", "Not yet.", still_wanted=True)
    assert run(leaves(ANN, OTHER)) == {"later": 1}
    assert run(row(OTHER)) == {"opted_out": 1}


def test_what_did_not_happen_is_known_by_no_key(run: Callable[..., Any], vendor: Vendor) -> None:
    vendor.refuse(ANN)
    run(leaves(ANN, OTHER))
    assert run(row(OTHER)) == {"taken": 1}


def test_what_was_noted_of_somebody_is_known_until_it_is_undone(run: Callable[..., Any], sent: list[Delivery]) -> None:
    run(row(ANN, "*"))
    assert run(row(ANN, "Ann"), row(BOB, "Bob", number=2)) == {"taken": 2}
    assert {each.key: each.noted for each in sent} == {ANN: True, BOB: False}
    run(row(ANN, "Anna"))
    assert sent[0].noted
    run(leaves(ANN))
    assert not sent[0].noted


def test_people_count_once_however_many_keys_they_have() -> None:
    ledger = Ledger.open("sqlite://")
    scopes = [ledger.scope(name) for name in ("join/1", also_below("join/1"), noted_below("join/1"))]
    ledger.settle([Accepted(scope, ledger.digest(b"k"), NOT_KNOWN, NOT_KNOWN) for scope in scopes], [], [], [])
    assert ledger.scopes_below(["join"]) == set(scopes)
    assert ledger.known_count(["join"]) == 1
    ledger.close()
