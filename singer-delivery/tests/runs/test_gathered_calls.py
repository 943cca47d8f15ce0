"""Records that go out as one call at the end of the run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import member, person, schema, state

from singer_delivery.errors import SetupError
from singer_delivery.ledger import EntryState, Ledger
from singer_delivery.outcomes import accepted, rejected

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Vendor

    from singer_delivery.ledger.rows import Entry
    from singer_delivery.outcomes import Verdict

GOLD = [schema("segment"), member(1), member(2), member(3)]
EMAILS = [f"member{number}@example.com" for number in (1, 2, 3, 4)]
SMALL = {"batch_size_rows": 2}


def rejects(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "rejects.jsonl").read_text().splitlines()
    return [content for content in map(json.loads, lines) if "schema" not in content]


def entry(folder: Path, key: str = "gold", scope: str = "segment/1") -> Entry | None:
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.db'}", "target-made-up")
    try:
        digest = ledger.digest(key.encode())
        return ledger.by_key(ledger.scope(scope), [digest]).get(digest)
    finally:
        ledger.close()


def state_of(folder: Path, key: str = "gold") -> EntryState | None:
    found = entry(folder, key)
    return found.state if found else None


@pytest.mark.parametrize("rows", [1, 2, 10_000])
def test_all_records_of_a_key_go_out_as_one_call_however_many_chunks_they_come_in(
    deliver: Callable[..., Any], vendor: Vendor, rows: int
) -> None:
    lines = [schema("segment"), schema("join"), member(1), person(1), member(2, "silver"), member(3), person(2)]
    outcome = deliver(lines, batch_size_rows=rows)
    assert vendor.calls[-2:] == [("gold", {"members": EMAILS[0:3:2]}), ("silver", {"members": EMAILS[1:2]})]
    assert outcome.report["outcomes"]["accepted"] == 5
    assert outcome.report["streams"]["segment"]["outcomes"]["accepted"] == 3


def test_two_streams_fill_one_segment(deliver: Callable[..., Any], vendor: Vendor) -> None:
    more = {**member(2), "stream": "more"}
    outcome = deliver([schema("segment"), schema("more"), member(1), more], streams={"more": "segment"})
    assert vendor.members("gold") == [EMAILS[:2]]
    assert {name: each["reasons"] for name, each in outcome.report["streams"].items()} == {
        "segment": {"taken": 1},
        "more": {"taken": 1},
    }


def test_an_equal_segment_is_unchanged_and_any_other_is_sent_whole(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    deliver(GOLD)
    assert deliver(GOLD, **SMALL).reasons == {"same_as_last_accepted": 3}
    assert deliver([*GOLD, member(4)]).reasons == {"taken": 4}
    assert deliver(GOLD).reasons == {"taken": 3}
    assert vendor.members("gold") == [EMAILS[:3], EMAILS, EMAILS[:3]]


@pytest.mark.parametrize("repeatable", [True, False])
def test_an_equal_segment_is_sent_again_on_demand_if_that_does_no_harm(
    deliver: Callable[..., Any], vendor: Vendor, *, repeatable: bool
) -> None:
    vendor.repeatable = repeatable
    deliver(GOLD)
    assert deliver(GOLD, resend=True).reasons == {"taken" if repeatable else "same_as_last_accepted": 3}


def test_who_is_rejected_or_suppressed_is_no_member(
    deliver: Callable[..., Any], vendor: Vendor, tmp_path: Path
) -> None:
    (tmp_path / "suppressed.txt").write_text("member3@example.com\n")
    outcome = deliver([*GOLD, member(4, email="no address")], suppression_file=str(tmp_path / "suppressed.txt"))
    assert vendor.members("gold") == [EMAILS[:2]]
    assert outcome.reasons == {"taken": 2, "suppressed": 1, "invalid_email": 1}


def test_every_record_of_a_refused_segment_is_rejected_and_can_be_replayed(
    deliver: Callable[..., Any], vendor: Vendor, tmp_path: Path
) -> None:
    vendor.refuse("gold")
    outcome = deliver([*GOLD, member(4, "silver")], **SMALL)
    assert outcome.reasons == {"bad_value": 3, "taken": 1}
    assert [each["record"] for each in rejects(tmp_path)] == [line["record"] for line in GOLD[1:]]
    vendor.errors.clear()
    again = deliver(GOLD)
    assert again.reasons == {"taken": 3}
    assert again.report["open_rejects"] == 0


def test_a_dry_run_sends_nothing_and_plans_one_call(
    deliver: Callable[..., Any], vendor: Vendor, tmp_path: Path
) -> None:
    outcome = deliver(GOLD, dry_run=True, **SMALL)
    assert (vendor.calls, outcome.reasons) == ([], {"would_be_taken": 3})
    plan = [json.loads(line) for line in (tmp_path / "plan.jsonl").read_text().splitlines()]
    assert [each["key"]["id"] for each in plan] == [1, 2, 3]
    assert [call["json"] for each in plan for call in each["calls"]] == [{"members": EMAILS[:3]}]
    assert entry(tmp_path) is None


def test_what_is_beyond_max_records_is_no_member(deliver: Callable[..., Any], vendor: Vendor) -> None:
    outcome = deliver([*GOLD, state(1)], max_records=2)
    assert vendor.members("gold") == [EMAILS[:2]]
    assert (outcome.reasons, outcome.states) == ({"taken": 2, "max_records": 1}, [])


def test_state_waits_for_the_call_at_the_end(deliver: Callable[..., Any], vendor: Vendor) -> None:
    lines = [schema("join"), person(1), state(1), *GOLD, state(2), person(2), state(3)]
    vendor.end_the_run("gold")
    failed = deliver(lines, batch_size_rows=1)
    assert isinstance(failed.error, SetupError)
    assert failed.states == [{"at": 1}]
    assert (failed.reasons, failed.report["unsettled"]) == ({"taken": 2}, 3)
    vendor.errors.clear()
    again = deliver(lines)
    assert again.states == [{"at": 3}]
    assert again.reasons == {"same_as_last_accepted": 2, "taken": 3}


def test_no_state_goes_out_between_two_calls_at_the_end(deliver: Callable[..., Any], vendor: Vendor) -> None:
    lines = [schema("segment"), member(1), state(1), member(2, "silver"), state(2), member(3), state(3)]
    vendor.end_the_run("silver")
    failed = deliver(lines, batch_size_rows=1)
    assert vendor.members("gold") == [EMAILS[0:3:2]]
    assert (
        failed.states == []
    )  # else an incremental tap would give the third member alone, as if that were all of them
    vendor.errors.clear()
    again = deliver(lines, batch_size_rows=1)
    assert again.states == [{"at": 3}]
    assert again.reasons == {"same_as_last_accepted": 2, "taken": 1}


def test_a_run_that_ends_early_sends_no_segment_and_leaves_no_doubt(
    deliver: Callable[..., Any], vendor: Vendor, tmp_path: Path
) -> None:
    vendor.end_the_run("person1@example.com")
    failed = deliver([*GOLD, schema("join"), person(1)])
    assert (failed.report["unsettled"], vendor.calls, entry(tmp_path)) == (4, [], None)
    vendor.errors.clear()
    assert deliver(GOLD).reasons == {"taken": 3}


def test_the_ledger_knows_of_a_call_that_must_not_be_repeated_before_the_vendor_does(
    deliver: Callable[..., Any], vendor: Vendor, tmp_path: Path
) -> None:
    states = []
    vendor.on_call = lambda key: states.append(state_of(tmp_path, key))
    deliver(GOLD)
    assert states == [EntryState.SENDING]
    assert state_of(tmp_path) is EntryState.ACCEPTED


def test_a_call_that_broke_off_leaves_all_its_records_unknown_and_is_not_repeated(
    deliver: Callable[..., Any], vendor: Vendor, tmp_path: Path
) -> None:
    vendor.break_off("gold")
    assert deliver(GOLD).reasons == {"unknown": 3}
    vendor.errors.clear()
    assert deliver([*GOLD, member(4)]).reasons == {"unknown": 4}
    assert vendor.calls == []
    assert state_of(tmp_path) is EntryState.SENDING


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [(accepted("found"), {"found": 3}), (rejected("lost", "It is not there."), {"lost": 3})],
)
def test_what_the_vendor_says_of_a_call_that_broke_off_counts_for_all_its_records(
    deliver: Callable[..., Any], vendor: Vendor, answer: Verdict, reasons: dict[str, Any]
) -> None:
    vendor.break_off("gold")
    deliver(GOLD)
    vendor.errors.clear()
    vendor.answers = answer
    assert deliver(GOLD).reasons == reasons
    assert vendor.calls == []
