"""Gathered calls whose vendor says of each member what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import member, schema, state

from singer_delivery.actions import Doubt, Gathered
from singer_delivery.errors import InternalError
from singer_delivery.ledger import EntryState, Ledger
from singer_delivery.outcomes import UNKNOWN, accepted, already, rejected, skipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Vendor

GOLD = [schema("segment"), member(1), member(2), member(3), state(1)]
TAKEN = accepted("taken")
NOT_TAKEN = rejected("not_taken", "The vendor did not take this member.")


@pytest.fixture
def entry(tmp_path: Path) -> Callable[..., EntryState | None]:
    """The ledger's entry of the segment."""

    def find() -> EntryState | None:
        ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", "target-made-up", dry_run=True)
        digest = ledger.digest(b"gold")
        found = ledger.by_key(ledger.scope("segment/1"), [digest]).get(digest)
        ledger.close()
        return found and found.state

    return find


@pytest.fixture
def open_rejects(tmp_path: Path) -> Callable[..., list[int]]:
    """Ids of the records that are rejected, and have not come through."""

    def find() -> list[int]:
        found: dict[str, int] = {}
        for line in map(json.loads, (tmp_path / "rejects.jsonl").read_text().splitlines()):
            if line.get("resolved"):
                del found[line["id"]]
            elif "record" in line:
                found[line["id"]] = line["record"]["id"]
        return sorted(found.values())

    return find


@pytest.mark.parametrize("rows", [1, 10_000])
def test_each_record_gets_its_own_outcome_and_the_call_counts_as_accepted(
    deliver: Callable[..., Any],
    vendor: Vendor,
    entry: Callable[..., EntryState | None],
    open_rejects: Callable[..., list[int]],
    rows: int,
) -> None:
    vendor.verdicts["gold"] = Gathered([NOT_TAKEN, TAKEN, already("there")])
    outcome = deliver(GOLD, batch_size_rows=rows)
    assert outcome.reasons == {"not_taken": 1, "taken": 1, "there": 1}
    assert outcome.states == [{"at": 1}]
    assert entry() is EntryState.ACCEPTED
    assert open_rejects() == [1]


def test_an_equal_delivery_is_unchanged_and_who_was_rejected_of_it_stays_so(
    deliver: Callable[..., Any], vendor: Vendor, open_rejects: Callable[..., list[int]]
) -> None:
    vendor.verdicts["gold"] = Gathered([TAKEN, NOT_TAKEN, TAKEN])
    deliver(GOLD)
    again = deliver(GOLD)
    assert (again.reasons, len(vendor.calls)) == ({"same_as_last_accepted": 3}, 1)
    assert (again.report["open_rejects"], open_rejects()) == (1, [2])
    vendor.verdicts.clear()
    last = deliver([*GOLD, member(4)])
    assert (last.reasons, last.report["open_rejects"]) == ({"taken": 4}, 0)


def test_what_is_not_done_again_leaves_who_was_rejected_of_it_rejected(
    deliver: Callable[..., Any], vendor: Vendor, open_rejects: Callable[..., list[int]]
) -> None:
    vendor.verdicts["gold"] = Gathered([TAKEN, NOT_TAKEN, TAKEN])
    deliver(GOLD)
    vendor.says_again = already("sent_before")
    again = deliver([*GOLD, member(4)])
    assert (again.reasons, len(vendor.calls)) == ({"sent_before": 4}, 1)
    assert open_rejects() == [2]


def test_a_delivery_of_which_nothing_was_taken_is_sent_again_by_the_next_run(
    deliver: Callable[..., Any], vendor: Vendor, entry: Callable[..., EntryState | None]
) -> None:
    vendor.verdicts["gold"] = Gathered([NOT_TAKEN, NOT_TAKEN, skipped("opted_out_there", lasting=True)])
    assert deliver(GOLD).reasons == {"not_taken": 2, "opted_out_there": 1}
    assert entry() is None
    vendor.verdicts.clear()
    assert deliver(GOLD).reasons == {"taken": 3}


@pytest.mark.parametrize(
    ("others", "known"), [([TAKEN, NOT_TAKEN], EntryState.ACCEPTED), ([NOT_TAKEN, UNKNOWN], EntryState.SENDING)]
)
def test_a_record_of_which_nobody_knows_leaves_the_delivery_in_doubt_unless_another_was_taken(
    deliver: Callable[..., Any], vendor: Vendor, entry: Callable[..., EntryState | None], others: list[Any], known: Any
) -> None:
    vendor.verdicts["gold"] = Gathered([UNKNOWN, *others])
    assert deliver(GOLD).reasons["unknown"] >= 1
    assert entry() is known
    vendor.verdicts.clear()
    second = deliver(GOLD)
    assert len(vendor.calls) == 1
    assert second.reasons == ({"same_as_last_accepted": 3} if known is EntryState.ACCEPTED else {"unknown": 3})


def test_what_became_of_each_record_can_be_found_out_later(
    deliver: Callable[..., Any],
    vendor: Vendor,
    entry: Callable[..., EntryState | None],
    open_rejects: Callable[..., list[int]],
) -> None:
    vendor.break_off("gold")
    vendor.answers = Doubt.REMAINS
    assert deliver(GOLD).reasons == {"unknown": 3}
    vendor.errors.clear()
    vendor.answers = Gathered([TAKEN, TAKEN, NOT_TAKEN])
    assert deliver(GOLD).reasons == {"taken": 2, "not_taken": 1}
    assert (entry(), open_rejects(), vendor.calls) == (EntryState.ACCEPTED, [3], [])


def test_a_dry_run_says_of_each_record_what_would_become_of_it(
    deliver: Callable[..., Any], vendor: Vendor, entry: Callable[..., EntryState | None]
) -> None:
    vendor.verdicts["gold"] = Gathered([TAKEN, NOT_TAKEN, TAKEN])
    assert deliver(GOLD, dry_run=True).reasons == {"would_be_taken": 2, "not_taken": 1}
    assert (vendor.calls, entry()) == ([], None)


@pytest.mark.parametrize("count", [0, 2, 4])
def test_an_action_that_miscounts_ends_the_run_and_its_records_stay_in_doubt(
    deliver: Callable[..., Any], vendor: Vendor, entry: Callable[..., EntryState | None], count: int
) -> None:
    vendor.verdicts["gold"] = Gathered([TAKEN] * count)
    outcome = deliver(GOLD)
    assert isinstance(outcome.error, InternalError)
    assert (outcome.states, outcome.report["unsettled"]) == ([], 3)
    assert entry() is EntryState.SENDING
    vendor.verdicts.clear()
    assert deliver(GOLD).reasons == {"unknown": 3}
