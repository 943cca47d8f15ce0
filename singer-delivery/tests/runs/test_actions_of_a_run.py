"""What an action says of itself, and what a run makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from made_up_target import Leave, person, schema

from singer_delivery.ledger import Ledger
from singer_delivery.outcomes import rejected, skipped
from singer_delivery.reject_lines import StreamSchema
from singer_delivery.rows import Binding, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Vendor

    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from singer_delivery.people import Person

ANN = "person1@example.com"


def leave(number: int) -> dict[str, Any]:
    return person(number, stream="leave")


def test_an_actions_own_spellings_count_for_its_streams_and_for_no_others(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    deliver([schema("join"), schema("leave"), person(1), leave(2)])
    assert vendor.calls == [(ANN, {"name": "Ann"}), ("person2@example.com", {"name": None})]


def test_actions_recall_what_earlier_runs_learned_each_for_itself(deliver: Callable[..., Any], vendor: Vendor) -> None:
    deliver([schema("join")])
    assert vendor.recalled == {"join": {}, "leave": {}, "segment": {}}
    deliver([schema("join")], dry_run=True)
    assert vendor.recalled["join"] == {"taken by": "join"}
    assert vendor.recalled["segment"] == {"taken by": "segment"}


def test_a_dry_run_learns_nothing(deliver: Callable[..., Any], vendor: Vendor) -> None:
    deliver([schema("join")], dry_run=True)
    deliver([schema("join")])
    assert vendor.recalled["join"] == {}


@pytest.mark.parametrize("rows", [1, 10_000])
def test_who_was_taken_off_in_this_run_is_not_added_again(
    deliver: Callable[..., Any], vendor: Vendor, rows: int
) -> None:
    outcome = deliver([schema("join"), schema("leave"), leave(1), person(1), person(2)], batch_size_rows=rows)
    assert outcome.report["streams"]["join"]["reasons"] == {"taken": 1, "opted_out": 1}
    assert outcome.report["streams"]["leave"]["reasons"] == {"taken": 1}
    assert [key for key, _ in vendor.calls].count(ANN) == 1


def test_who_was_taken_off_in_an_earlier_run_is_not_added_again_however_they_look(deliver: Callable[..., Any]) -> None:
    both = [schema("join"), schema("leave")]
    assert deliver([*both, person(1), leave(1)]).reasons == {"taken": 2}
    assert deliver([*both, person(1)]).reasons == {"opted_out": 1}
    assert deliver([*both, person(1, "Anna"), person(2)]).reasons == {"opted_out": 1, "taken": 1}


def test_who_was_taken_off_by_a_later_row_is_not_added_again_when_both_rows_come_again(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    vendor.brings_back = True
    both, rows = [schema("join"), schema("leave")], [person(1), leave(1)]
    assert deliver([*both, *rows]).reasons == {"taken": 2}
    again = deliver([*both, *rows, person(2)])
    assert again.reasons == {"superseded": 1, "same_as_last_accepted": 1, "taken": 1}
    assert [key for key, _ in vendor.calls].count(ANN) == 2
    assert deliver([*both, *rows, person(1)]).reasons["taken"] == 1, "a row behind it counts"


def test_who_was_perhaps_taken_off_is_not_added_again(deliver: Callable[..., Any], vendor: Vendor) -> None:
    vendor.break_off(ANN)
    assert deliver([schema("leave"), leave(1)]).reasons == {"unknown": 1}
    vendor.errors.clear()
    assert deliver([schema("join"), person(1)]).reasons == {"opted_out": 1}


@pytest.mark.parametrize("kind", [rejected, skipped])
def test_who_is_still_to_be_taken_off_is_not_added_meanwhile(
    deliver: Callable[..., Any], vendor: Vendor, monkeypatch: pytest.MonkeyPatch, kind: Callable[..., Verdict]
) -> None:
    not_yet = kind("not_yet", "Try again later.", still_wanted=True)
    monkeypatch.setattr(Leave, "send", lambda _action, deliveries: [not_yet] * len(deliveries))
    assert deliver([schema("leave"), leave(1)]).reasons == {"not_yet": 1}
    assert deliver([schema("join"), person(1), person(2)]).reasons == {"opted_out": 1, "taken": 1}


def test_who_could_not_be_taken_off_is_added(deliver: Callable[..., Any], vendor: Vendor) -> None:
    vendor.refuse(ANN)
    assert deliver([schema("leave"), leave(1)]).reasons == {"bad_value": 1}
    vendor.errors.clear()
    assert deliver([schema("join"), person(1)]).reasons == {"taken": 1}


def test_who_was_taken_off_is_added_where_the_target_says_so_and_stays(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    deliver([schema("leave"), leave(1)])
    vendor.brings_back = True
    assert deliver([schema("join"), person(1)]).reasons == {"taken": 1}
    vendor.brings_back = False
    assert deliver([schema("join"), person(1, "Anna")]).reasons == {"taken": 1}


def test_two_actions_of_one_name_have_a_planner_each() -> None:
    class Named:
        name = "members"

        def planner(self, columns: Columns) -> Callable[..., Any]:
            return lambda record, person: self

    adding, removing = cast("Any", Named()), cast("Any", Named())
    columns, nobody = cast("Columns", None), cast("Person", None)
    binding = Binding("s", Source("s", set(), [], StreamSchema("", b"{}")), adding, columns, b"")
    assert [binding.planner(each)({}, nobody) for each in (adding, removing, adding)] == [adding, removing, adding]


def test_scopes_are_found_by_name_and_below(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", "target-a")
    other = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", "target-b")
    ids = [ledger.scope(name) for name in ("leave", "leave/1", "leaves/1")]
    other.scope("leave/1")
    assert ledger.scopes_below(["leave"]) == set(ids[:2])
    assert ledger.scopes_below(["leaves/1", "none"]) == {ids[2]}
    ledger.close()
    other.close()
