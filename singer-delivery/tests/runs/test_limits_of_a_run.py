"""Where a run stops by itself, and what it makes of a vendor that is slow."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from made_up_target import Join, Leave, person, schema, state

from singer_delivery import pipeline
from singer_delivery.errors import LimitError
from singer_delivery.outcomes import accepted, rejected, skipped
from singer_delivery.planning import Planning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest
    from made_up_target import Outcome, Vendor

    from singer_delivery.actions import Delivery
    from singer_delivery.columns import Columns
    from singer_delivery.comparison import Plan
    from singer_delivery.rows import Row


def leave(number: int) -> dict[str, Any]:
    return person(number, stream="leave")


def test_more_rejects_than_are_allowed_end_the_run_behind_what_is_settled(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    vendor.refuse("person1@example.com", "person2@example.com")
    outcome = deliver([schema("join"), *map(person, range(4)), state(4)], max_rejected_percent=25)
    assert isinstance(outcome.error, LimitError)
    assert str(outcome.error).startswith("2 of 4 records were rejected, more than 25 %")
    assert outcome.reasons == {"taken": 2, "bad_value": 2}
    assert outcome.states == [{"at": 4}]


def test_rejects_are_measured_against_the_records_that_were_tried(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    vendor.refuse("person0@example.com", "person1@example.com")
    lines = [schema("join"), person(0), state(0), *map(person, range(1, 100)), state(100)]
    outcome = deliver(lines, max_rejected_percent=50, max_records=2)
    assert isinstance(outcome.error, LimitError)
    assert str(outcome.error).startswith("2 of 2 records were rejected")
    assert str(outcome.error).endswith("and state stays before the records beyond `max_records`.")
    assert outcome.states == [{"at": 0}]


def test_a_run_takes_no_more_people_off_than_is_allowed(
    deliver: Callable[..., Outcome], vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FEWEST_FOR_A_GUARD", 10)
    deliver([schema("join"), *map(person, range(10))])
    lines = [schema("leave"), *map(leave, range(6)), state(6)]
    outcome = deliver(lines, max_removal_percent=50, batch_size_rows=1)
    assert isinstance(outcome.error, LimitError)
    assert "`leave` would take off more than 50 % of the 10 people" in str(outcome.error)
    assert len(vendor.calls) <= 10 + 5
    assert deliver(lines, max_removal_percent=60).error is None


def test_who_asks_again_to_be_taken_off_does_not_count_as_taken_off_twice(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FEWEST_FOR_A_GUARD", 4)
    monkeypatch.setattr(Leave, "repeatable", True)
    deliver([schema("join"), *map(person, range(10))])
    gone = [schema("leave"), *map(leave, range(5))]
    assert deliver(gone, max_removal_percent=50).reasons == {"taken": 5}
    again = [schema("leave"), *(person(each, "again", stream="leave") for each in range(5))]
    assert deliver(again, max_removal_percent=1).reasons == {"taken": 5}
    more = [schema("leave"), leave(5)]
    assert isinstance(deliver(more, max_removal_percent=1).error, LimitError)


def test_fewer_rows_are_planned_together_where_planning_takes_long(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    plan = Planning.plan

    def slowly(self: Planning, rows: Sequence[Row]) -> Iterator[Plan]:
        sizes.append(len(rows))
        time.sleep(0.01 * len(rows))
        return plan(self, rows)

    monkeypatch.setattr(Planning, "plan", slowly)
    monkeypatch.setattr(pipeline, "FEWEST_ROWS", 1)
    monkeypatch.setattr(pipeline, "CHUNK_SECONDS", 0.02)
    deliver([schema("join"), *map(person, range(40))], batch_size_rows=16)
    assert sizes[0] == 16
    assert max(sizes[2:]) <= 8
    assert sum(sizes) == 40


def test_whom_the_vendor_said_to_leave_alone_for_good_is_not_asked_about_again(
    deliver: Callable[..., Outcome], vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_alone = skipped("vendor_opted_out", "They have opted out there.", lasting=True)

    def send(self: Join, deliveries: Sequence[Delivery]) -> list[Any]:
        vendor.sends.append([each.key for each in deliveries])
        return [left_alone if "person1" in each.key else accepted("taken") for each in deliveries]

    monkeypatch.setattr(Join, "send", send)
    lines = [schema("join"), person(1), person(2)]
    assert deliver(lines).reasons == {"vendor_opted_out": 1, "taken": 1}
    assert deliver(lines).reasons == {"vendor_opted_out": 1, "same_as_last_accepted": 1}
    assert len(vendor.sends) == 2


def test_a_route_may_decide_without_an_action(
    deliver: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def route(self: Join, record: dict[str, Any], columns: Columns) -> Any:
        return rejected("no_name", "Give a name.") if not record["fullName"] else self

    monkeypatch.setattr(Join, "route", route)
    assert deliver([schema("join"), person(1, ""), person(2)]).reasons == {"no_name": 1, "taken": 1}


def test_a_rejects_file_that_cannot_be_written_ends_the_run_before_the_first_call(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    outcome = deliver([schema("join"), person(1)], rejects_path=str(tmp_path))
    assert "rejects_path" in str(outcome.error)
    assert vendor.calls == []
    assert deliver([schema("join"), person(1)]).reasons == {"taken": 1}  # the ledger is free again


def test_a_plan_that_cannot_be_written_ends_a_dry_run(deliver: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = deliver([schema("join"), person(1)], dry_run=True, plan_path=str(tmp_path))
    assert f"The plan cannot be written to {tmp_path} (`plan_path`): Is a directory." in str(outcome.error)


def test_a_plan_names_what_would_be_called_and_what_stays_as_it_is(
    deliver: Callable[..., Outcome], tmp_path: Path
) -> None:
    deliver([schema("join"), person(1)])
    deliver([schema("join"), person(1), person(2)], dry_run=True)
    plan = [json.loads(line) for line in (tmp_path / "plan.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {line["key"]["id"]: (line["outcome"], line["reason"], line["calls"]) for line in plan}
    call = {"operation": "Take", "method": "POST", "path": "/take", "json": {"name": "Ann"}}
    assert found == {1: ("unchanged", "same_as_last_accepted", []), 2: ("skipped", "would_be_taken", [call])}
