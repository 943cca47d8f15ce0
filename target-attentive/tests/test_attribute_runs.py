"""Whole runs of `attributes`: large calls, second runs, types that last, jobs that a signal comes upon."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.testing import Program

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Run, Seen, Tap

BULK, JOB, RESULTS = "BulkAttributes", "Job", "JobResults"


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> Run:
    """Run the target with records of `attributes`: `run([{"email": ...}], attributes_api="v1")`."""
    clean_sandbox.switch("attentive", job_seconds="0", rate_limits="off")

    def start(records: list[dict[str, int | str]], **config: Any) -> TargetRun:
        return run_target(tap("attributes", records, keys=()), max_rejected_percent=100, **config)

    return start


def people(count: int, **values: int | str) -> list[dict[str, str | int]]:
    return [{"email": f"person-{number}@example.com", "tier": "Gold", **values} for number in range(count)]


def calls(sandbox: Sandbox) -> dict[str, int]:
    counted = sandbox.calls("attentive")
    return {name: counted[name] for name in (BULK, JOB, RESULTS) if counted.get(name)}


def test_the_257th_person_goes_in_a_second_call_and_a_second_run_makes_none(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    first = run(people(257))
    assert first.code == 0, first.stderr
    assert first.reasons == {"updated": 257}
    assert sorted(each["totalRecords"] for each in seen.shown("jobs")) == [1, 256]
    assert calls(clean_sandbox) == {BULK: 2, JOB: 2, RESULTS: 2}
    assert first.states == [{"at": "done"}]

    second = run(people(257))
    assert second.reasons == {"same_as_last_accepted": 257}
    assert second.report["requests"] == 0


def test_only_who_changed_is_sent_again_and_only_who_was_accepted_is_remembered(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", job_refuses="half")
    first = run(people(4))
    assert first.reasons == {"updated": 2, "refused": 2}
    clean_sandbox.switch("attentive", job_refuses="none")
    records = people(4)
    records[0]["tier"] = "Silver"
    second = run(records)
    assert second.reasons == {"updated": 3, "same_as_last_accepted": 1}
    assert [each["totalRecords"] for each in seen.shown("jobs")] == [4, 3]


def test_an_attribute_that_was_a_number_and_is_now_text_is_rejected_without_a_call_in_this_run_and_the_next(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    first = run([*people(2, points=24), {"email": "late@example.com", "points": "many"}])
    assert first.reasons == {"updated": 2, "type_locked": 1}
    assert [each["totalRecords"] for each in seen.shown("jobs")] == [2]

    second = run([{"email": "later@example.com", "points": "a few"}])
    assert second.reasons == {"type_locked": 1}
    assert calls(clean_sandbox)[BULK] == 1
    assert "a few" not in second.stderr
    rejects = (second.folder / "target-attentive-rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert "`points`" in json.loads(rejects[-1])["message"]


def test_a_type_in_the_settings_overrides_what_was_learned(run: Run) -> None:
    assert run([{"email": "a@example.com", "points": "24"}]).reasons == {"updated": 1}
    records = [{"email": "b@example.com", "points": "many"}]
    assert run(records).reasons == {"type_locked": 1}
    # Attentive itself still has the first one: it refuses, and that is said.
    run_ = run(records, attribute_types={"points": "string"})
    assert run_.reasons == {"type_locked": 1}
    assert run_.report["operations"][BULK] == 1


def test_a_pinned_type_keeps_a_first_odd_value_from_deciding(run: Run, seen: Seen) -> None:
    records = [{"email": "a@example.com", "points": "n/a"}, {"email": "b@example.com", "points": 7}]
    assert run(records, attribute_types={"points": "number"}).reasons == {"type_locked": 1, "updated": 1}
    assert {each["name"]: each["type"] for each in seen.shown("attributes")}["points"] == "number"


def test_a_dry_run_learns_no_types(run: Run) -> None:
    assert run([{"email": "a@example.com", "points": "n/a"}], dry_run=True).reasons == {"would_be_updated": 1}
    assert run([{"email": "a@example.com", "points": 7}]).reasons == {"updated": 1}


@pytest.mark.parametrize(
    ("end", "reason"),
    [("NEEDS_REVIEW", "job_needs_review"), ("FAILED", "job_failed"), ("CANCELLED", "job_cancelled")],
)
def test_records_of_a_job_that_ends_badly_are_in_the_rejects_file_and_sent_again_later(
    run: Run, clean_sandbox: Sandbox, seen: Seen, end: str, reason: str
) -> None:
    clean_sandbox.switch("attentive", job_end=end)
    assert run(people(3)).reasons == {reason: 3}
    clean_sandbox.switch("attentive", job_end="COMPLETED")
    again = run(people(3))
    assert again.reasons == {"updated": 3}
    assert again.report["open_rejects"] == 0


def test_what_nobody_waits_for_is_submitted_and_the_report_says_so(run: Run, clean_sandbox: Sandbox) -> None:
    done = run(people(3), wait_for_jobs=False)
    assert done.code == 0, done.stderr
    assert done.reasons == {"submitted": 3}
    assert calls(clean_sandbox) == {BULK: 1}
    assert any("not waited for" in note for note in done.report["notes"])


def test_a_key_without_subscribers_ends_the_run_before_anything_is_accepted_and_v1_works_with_it(run: Run) -> None:
    key = "sandbox-attentive-no-subscribers"
    refused = run(people(3), api_key=key)
    assert refused.code == 1
    assert refused.states == []
    assert "`subscriptions:write`" in refused.stderr
    assert "Traceback" not in refused.stderr
    single = run(people(3, first_name="Ana"), api_key=key, attributes_api="v1")
    assert single.code == 0, single.stderr
    assert single.reasons == {"updated": 3}
    assert any("`first_name`" in note for note in single.report["notes"])


def test_a_column_whose_name_is_too_long_ends_the_run_before_a_call(run: Run, clean_sandbox: Sandbox) -> None:
    done = run(people(1, **{"x" * 201: 1}))
    assert done.code == 1
    assert "200 characters" in done.stderr
    assert calls(clean_sandbox) == {}


def wait_for(sandbox: Sandbox, operation: str, seconds: int = 20) -> None:
    """Wait until a call was made."""
    given_up = time.monotonic() + seconds
    while not sandbox.calls("attentive").get(operation):
        assert time.monotonic() < given_up
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_run_that_ends_while_a_job_is_under_way_lets_no_state_out_and_the_next_one_settles_all(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, seen: Seen, how: Any
) -> None:
    clean_sandbox.switch("attentive", job_seconds="14400")
    messages = tap("attributes", people(300), keys=())
    process = run_target.start(messages)
    wait_for(clean_sandbox, JOB)
    process.send_signal(how)
    ended = run_target.finish(process)
    assert ended.code in {128 + how, -how}, ended.stderr
    assert ended.states == []
    assert seen.person("person-0@example.com") is None
    if how is signal.SIGTERM:
        assert "Traceback" not in ended.stderr
        assert ended.report["unsettled"] == 300

    clean_sandbox.switch("attentive", job_seconds="0")
    again = run_target(messages)
    assert again.code == 0, again.stderr
    assert again.reasons == {"updated": 300}
    assert again.states == [{"at": "done"}]
    assert seen.person("person-299@example.com")["attributes"] == {"tier": "Gold"}


def test_a_job_that_never_ends_ends_the_run_with_what_can_be_done(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, seen: Seen
) -> None:
    clean_sandbox.switch("attentive", job_end="never")
    program = run_target.program
    assert isinstance(program, Program)
    run_target.program = replace(program, imports=f"{program.imports}jobs.MINUTE = 0.002\n")
    ended = run_target(tap("attributes", people(3), keys=()))
    assert ended.code == 1
    assert ended.states == []
    assert "`job_timeout_minutes`" in ended.stderr
    assert ended.report["unsettled"] == 3
