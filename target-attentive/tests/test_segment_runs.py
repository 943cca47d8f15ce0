"""Whole runs of `segment_members`: order, second runs, removals, large segments, dry runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Run, Seen, Tap

ADD, REMOVE = "AddMembers", "RemoveMembers"
PEOPLE = [f"+1202555010{last}" for last in range(5)]


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> Run:
    """Run the target with records of `segment_members`: `run([{"phone": ...}], dry_run=True)`."""
    clean_sandbox.switch("attentive", job_seconds="0", rate_limits="off")

    def start(records: list[dict[str, Any]], **config: Any) -> TargetRun:
        usual = {"segment": "Gold", "segment_external_id": "gold"}
        return run_target(tap("segment_members", records, keys=()), **{**usual, **config})

    return start


@pytest.fixture
def inside(seen: Seen) -> Callable[[], list[str]]:
    """The phone numbers in the segment."""
    return lambda: sorted(each["phone"] for each in seen.members("gold"))


def calls(sandbox: Sandbox) -> dict[str, int]:
    counted = sandbox.calls("attentive")
    return {name: counted[name] for name in (ADD, REMOVE) if name in counted}


def subscribe(sandbox: Sandbox, emails: Iterable[str]) -> None:
    """Subscribe people at the sandbox, by e-mail."""
    for email in emails:
        answer = sandbox._session.post(
            f"{sandbox.attentive_url}/v1/subscriptions",
            json={"user": {"email": email}, "signUpSourceId": "132109"},
            headers={"Authorization": "Bearer sandbox-attentive"},
            timeout=30,
        )
        assert answer.status_code == 202


def test_a_second_run_makes_no_call_at_all(run: Run, inside: Callable[[], list[str]]) -> None:
    people = [{"phone": phone, "remove": False} for phone in PEOPLE]
    assert run(people).reasons == {"added": 5}
    second = run(people)
    assert second.reasons == {"same_as_last_accepted": 5}
    assert second.report["requests"] == 0
    assert inside() == PEOPLE


@pytest.mark.parametrize("last", [True, False])
def test_of_one_persons_records_the_last_wins(
    run: Run, inside: Callable[[], list[str]], clean_sandbox: Sandbox, *, last: bool
) -> None:
    run([{"phone": PEOPLE[4]}])
    records = [{"phone": PEOPLE[0], "remove": each} for each in (not last, last)]
    assert run(records).reasons == {"added": 1, "removed": 1}
    assert inside() == (PEOPLE[4:] if last else [PEOPLE[0], PEOPLE[4]])
    assert calls(clean_sandbox) == {ADD: 2, REMOVE: 1}


def test_who_was_taken_out_is_unchanged_and_added_again_when_they_come_back(
    run: Run, inside: Callable[[], list[str]]
) -> None:
    for remove, reason, there in (
        (False, "added", PEOPLE[:1]),
        (True, "removed", []),
        (True, "same_as_last_accepted", []),
        (False, "added", PEOPLE[:1]),
    ):
        assert run([{"phone": PEOPLE[0], "remove": remove}]).reasons == {reason: 1}
        assert inside() == there


def test_a_row_that_was_deleted_takes_its_person_out_and_absence_nobody(
    run: Run, inside: Callable[[], list[str]]
) -> None:
    run([{"phone": phone, "_sdc_deleted_at": None} for phone in PEOPLE])
    deleted = run([{"phone": PEOPLE[1], "_sdc_deleted_at": "2026-11-20T10:00:00Z"}])
    assert deleted.reasons == {"removed": 1}
    assert inside() == [PEOPLE[0], *PEOPLE[2:]]


def test_ten_thousand_and_one_members_go_out_in_two_calls(run: Run, seen: Seen) -> None:
    people = [{"email": f"m{number}@example.com"} for number in range(10_001)]
    done = run(people, batch_size_rows=20_000, validate_records=False)
    assert done.reasons == {"not_subscriber": 10_001}
    assert sorted(each["totalRecords"] for each in seen.shown("jobs")) == [1, 10_000]


def test_a_mass_removal_is_stopped_before_anybody_is_taken_out(run: Run, clean_sandbox: Sandbox, seen: Seen) -> None:
    emails = [f"m{number}@example.com" for number in range(100)]
    subscribe(clean_sandbox, emails)
    assert run([{"email": email} for email in emails]).reasons == {"added": 100}
    gone = [{"email": email, "remove": True} for email in emails[:26]]
    stopped = run(gone)
    assert stopped.code == 1
    assert "max_removal_percent" in stopped.stderr
    assert len(seen.members("gold")) == 100
    assert run(gone, max_removal_percent=26).reasons == {"removed": 26}
    assert len(seen.members("gold")) == 74


def test_consent_is_asked_of_who_is_added_and_not_of_who_is_taken_out(
    run: Run, inside: Callable[[], list[str]]
) -> None:
    run([{"phone": phone} for phone in PEOPLE[:2]])
    records = [{"phone": PEOPLE[0], "remove": True, "agreed": None}, {"phone": PEOPLE[2], "agreed": False}]
    assert run(records, consent_field="agreed").reasons == {"removed": 1, "no_consent": 1}
    assert inside() == PEOPLE[1:2]


def plan_of(done: TargetRun) -> list[list[str]]:
    lines = (done.folder / "target-attentive-plan.jsonl").read_text(encoding="utf-8").splitlines()
    return [[call["operation"] for call in json.loads(line)["calls"]] for line in lines]


def test_a_dry_run_shows_every_call_and_changes_nothing(run: Run, clean_sandbox: Sandbox, seen: Seen) -> None:
    planned = run([{"phone": PEOPLE[0]}], dry_run=True)
    assert planned.reasons == {"would_be_added": 1}
    assert plan_of(planned) == [["CreateSegment", ADD]]
    assert seen.shown("segments") == seen.shown("jobs") == []
    assert clean_sandbox.calls("attentive") == {"GetSegment": 1}
    run([{"phone": PEOPLE[0]}])
    planned = run([{"phone": PEOPLE[1]}, {"phone": PEOPLE[0], "remove": True}], dry_run=True)
    assert planned.reasons == {"would_be_added": 1, "would_be_removed": 1}
    assert sorted(plan_of(planned)) == [[ADD], [REMOVE]]
    assert seen.members("gold")[0]["phone"] == PEOPLE[0]


def test_a_run_that_ends_for_want_of_the_segment_sends_everybody_the_next_time(
    run: Run, clean_sandbox: Sandbox, inside: Callable[[], list[str]]
) -> None:
    people = [{"phone": phone} for phone in PEOPLE]
    clean_sandbox.faults("spring-error", ADD, vendor="attentive", times=1, status=404)
    ended = run(people)
    assert ended.code == 1
    assert "restore the segment in Attentive" in ended.stderr
    assert not any(phone[2:] in ended.stderr for phone in PEOPLE)
    assert ended.states == []
    assert run(people).reasons == {"added": 5}
    assert inside() == PEOPLE
