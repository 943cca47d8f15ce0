"""Custom events against the sandbox: each is sent once, under one id, whatever happens on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict
    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import MakeTarget, Run, Seen, Tap

PHONE, OTHER = "+12025550150", "+12025550151"
VISIT: dict[str, Any] = {"id": 1, "phone": PHONE, "type": "Visit", "points": 5}
OPERATION = "CustomEvent"


def outcome(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.reason


def visits(count: int) -> list[dict[str, Any]]:
    return [{**VISIT, "id": number, "phone": f"+120255501{number:02d}"} for number in range(count)]


def sent(seen: Seen) -> Counter[str]:
    """How often each event came, by its id."""
    return Counter(each["externalEventId"] for each in seen.shown("events"))


def ago(hours: float) -> str:
    return (datetime.now(timezone.utc) - timedelta(hours=hours)).isoformat()


@pytest.fixture
def events(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target for some events."""

    def run(records: list[dict[str, Any]], **config: Any) -> TargetRun:
        return run_target(tap("events", records, keys=["id"]), **config)

    return run


def test_an_event_arrives_as_the_record_has_it(target: MakeTarget, seen: Seen) -> None:
    record = {**VISIT, "email": "zoe@example.com", "client_user_id": "c-1", "custom_identifiers": {"crm": 17}}
    attentive = target(keys=["id"])
    assert outcome(attentive.deliver("events", record)) == (Outcome.ACCEPTED, "sent")
    (event,) = seen.shown("events")
    assert event["body"] == {
        "type": "Visit",
        "properties": {"id": 1, "points": 5},
        "externalEventId": attentive.plan("events", record).key,
        "user": {
            "phone": PHONE,
            "email": "zoe@example.com",
            "externalIdentifiers": {
                "clientUserId": "c-1",
                "customIdentifiers": [{"name": "crm", "value": "17"}],  # v1 spells it so
            },
        },
    }
    assert event["journey"]


def test_every_attempt_has_the_same_id(events: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("http-429", OPERATION, vendor="attentive", times=3, retry_after=0)
    run = events(visits(2))
    assert run.outcomes == {"accepted": 2}, run.stderr
    assert run.report["rate_limited"] == 3
    assert set(sent(seen).values()) == {1}
    assert len(sent(seen)) == 2


def test_no_event_is_sent_twice_by_any_run(events: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    assert events(visits(3)).outcomes == {"accepted": 3}
    assert events(visits(3)).outcomes == {"unchanged": 3}
    assert events(visits(3), resend=True).outcomes == {"unchanged": 3}
    changed = events([{**each, "points": 6} for each in visits(4)])
    assert changed.reasons == {"sent_before": 3, "sent": 1}
    again = events([{**each, "points": 6} for each in visits(4)])
    assert again.reasons == {"sent_before": 3, "same_as_last_accepted": 1}
    assert clean_sandbox.calls("attentive")[OPERATION] == 4
    assert set(sent(seen).values()) == {1}


def test_events_that_were_sent_are_not_forgotten_by_a_run_that_fails(events: Run, seen: Seen) -> None:
    """Their rows have changed, and wait behind a call that ends the run."""
    events(visits(20))
    changed = [{**each, "points": 6} for each in visits(20)]
    failed = events([{**VISIT, "id": "new"}, *changed], api_key="no-key", concurrency=1)
    assert failed.code == 1
    assert events(changed).reasons.keys() <= {"sent_before", "same_as_last_accepted"}
    assert set(sent(seen).values()) == {1}


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", "spring-error-after"])
def test_an_event_whose_answer_is_lost_is_unknown_and_never_sent_again(
    events: Run, seen: Seen, clean_sandbox: Sandbox, fault: str
) -> None:
    clean_sandbox.faults(fault, OPERATION, vendor="attentive", times=1, match={"user.phone": "+12025550101"})
    first = events(visits(3))
    assert first.code == 0, first.stderr
    assert first.reasons == {"sent": 2, "unknown": 1}
    assert events(visits(3)).reasons == {"same_as_last_accepted": 2, "unknown": 1}
    assert len(sent(seen)) == (2 if fault == "drop-before" else 3)
    assert set(sent(seen).values()) == {1}


def test_a_run_that_is_killed_sends_no_event_twice(
    events: Run, run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("latency", OPERATION, vendor="attentive", seconds=0.2)
    process = run_target.start(tap("events", visits(40), keys=["id"]), concurrency=3)
    while process.poll() is None and not sent(seen):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    run_target.finish(process)
    second = events(visits(40))
    assert second.code == 0, second.stderr
    assert set(sent(seen).values()) == {1}
    doubts = second.reasons.get("unknown", 0)
    assert len(sent(seen)) + doubts >= 40
    assert doubts <= 12  # what was handed to three workers, and what they had not written down


def test_where_attentive_deduplicates_a_lost_answer_is_no_doubt(
    events: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("attentive", event_dedupe="on")
    clean_sandbox.faults("drop-after", OPERATION, vendor="attentive", times=1)
    assert events(visits(2), event_ids_deduplicate=True).outcomes == {"accepted": 2}
    assert set(sent(seen).values()) == {1}
    assert clean_sandbox.calls("attentive")[OPERATION] == 3


def test_a_repeat_that_attentive_is_trusted_with_has_the_same_id(
    events: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-after", OPERATION, vendor="attentive", times=1)
    events(visits(1), event_ids_deduplicate=True)
    assert events(visits(1), event_ids_deduplicate=True, resend=True).outcomes == {"accepted": 1}
    assert list(sent(seen).values()) == [3]


def test_an_event_that_was_rejected_keeps_its_id_in_a_replay(
    events: Run, run_target: TargetRunner, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("spring-error", OPERATION, vendor="attentive", status=400, message="no", times=1)
    (record,) = visits(1)
    record["at"] = 1.10
    assert events([record]).reasons == {"refused": 1}
    replay = [str(Path(sys.executable).parent / "singer-rejects"), "replay", "target-attentive-rejects.jsonl"]
    lines = subprocess.run(replay, cwd=run_target.folder, capture_output=True, check=True, text=True).stdout
    assert run_target(lines.splitlines(keepends=True)).outcomes == {"accepted": 1}
    assert events([record]).outcomes == {"unchanged": 1}
    assert list(sent(seen).values()) == [1]


def test_streams_have_events_of_their_own_and_rows_without_a_key_are_told_apart_by_all_they_hold(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    rows = [{"phone": PHONE, "type": "Visit", "points": points} for points in (1, 2, 1)]
    lines = [*tap("web", rows, keys=[]), *tap("app", rows, keys=[])]
    run = run_target(lines, streams={"*": "events"})
    assert run.reasons == {"sent": 4, "superseded": 2}
    assert len(sent(seen)) == 4
    assert "`web` has no key" in run.stderr


def test_old_events_are_sent_counted_and_warned_about(events: Run, seen: Seen) -> None:
    records = visits(3)
    for record, hours in zip(records, (11, 13, 300), strict=True):
        record["occurred_at"] = ago(hours)
    run = events(records)
    assert run.outcomes == {"accepted": 3}
    assert [each["journey"] for each in seen.shown("events")].count(False) == 2
    assert any("2 events of `events` were older than 12 hours" in note for note in run.report["notes"])
    assert "an event is older than 12 hours" in run.stderr


def test_old_events_can_be_left_out(events: Run, seen: Seen) -> None:
    records = [{**visits(2)[0], "occurred_at": ago(13)}, {**visits(2)[1], "occurred_at": ago(1)}]
    run = events(records, old_events="skip")
    assert run.reasons == {"too_old": 1, "sent": 1}
    assert len(seen.shown("events")) == 1
    assert run.report["notes"] == []


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("type", "Visit (web)", "wrong_name"),
        ("type", None, "missing_type"),
        ("properties", '{"a|b": 1}', "wrong_name"),
        ("properties", "[1, 2]", "wrong_type"),
        ("occurred_at", "2026-11-21T10:00:00", "no_offset"),
        ("client_user_id", "c" * 101, "too_long"),
    ],
)
def test_what_attentive_would_not_take_is_rejected_without_a_call(
    target: MakeTarget, field: str, value: str | None, reason: str
) -> None:
    attentive = target(keys=["id"])
    assert outcome(attentive.deliver("events", {**VISIT, field: value})) == (Outcome.REJECTED, reason)
    assert attentive.calls() == {}


@pytest.mark.parametrize("drop", ["type", "phone"])
def test_a_stream_that_cannot_be_one_of_events_ends_the_run_before_a_call(
    events: Run, clean_sandbox: Sandbox, drop: str
) -> None:
    run = events([{name: value for name, value in VISIT.items() if name != drop}])
    assert run.code == 1
    assert f"`{drop}`" in run.stderr
    assert not any(clean_sandbox.calls("attentive").values())


def test_a_column_that_can_be_no_property_is_told_at_once(target: MakeTarget) -> None:
    with pytest.raises(SetupError, match=r"`a\|b`"):
        target().plan("events", {**VISIT, "a|b": 1})


def test_identifiers_that_are_blank_are_nobody(target: MakeTarget) -> None:
    record = {"id": 1, "custom_identifiers": "[]", "type": "Visit"}
    assert target().deliver("events", record).reason == "missing_identity"


@pytest.mark.parametrize(
    ("switch", "known", "reason"),
    [
        ("ignored", True, "sent"),
        ("ignored", False, "sent"),
        ("refuse", True, "sent"),
        ("refuse", False, "unknown_person"),
    ],
)
def test_an_event_of_somebody_known_by_an_id_alone(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, switch: str, *, known: bool, reason: str
) -> None:
    clean_sandbox.switch("attentive", unknown_external_id=switch)
    client = "customer-3" if known else "customer-no-one"
    record = {"id": 1, "client_user_id": client, "type": "Visit"}
    assert target().deliver("events", record).reason == reason
    assert [each["person"] is not None for each in seen.shown("events")] == ([known] if reason == "sent" else [])


def test_a_type_of_another_app_is_rejected_with_what_to_do(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    assert target(api_key="sandbox-attentive-second").deliver("events", VISIT).reason == "sent"
    verdict = target().deliver("events", {**VISIT, "id": 2})
    assert outcome(verdict) == (Outcome.REJECTED, "foreign_event")
    assert "`api_key`" in verdict.message
    clean_sandbox.switch("attentive", foreign_event="accept")
    assert target().deliver("events", {**VISIT, "id": 3}).reason == "sent"


def test_a_dry_run_sends_nothing_and_shows_what_it_would(events: Run, seen: Seen) -> None:
    run = events([{**VISIT, "occurred_at": ago(13)}], dry_run=True)
    assert run.reasons == {"would_be_sent": 1}
    assert seen.shown("events") == []
    plan = (run.folder / "target-attentive-plan.jsonl").read_text()
    assert '"path":"/v1/events/custom"' in plan
    assert '"externalEventId"' in plan
    assert events([VISIT]).outcomes == {"accepted": 1}


def test_without_the_permission_the_run_ends_with_its_name(events: Run, seen: Seen) -> None:
    run = events([VISIT], api_key="sandbox-attentive-read")
    assert run.code == 1
    assert "`events:write`" in run.stderr
    assert events([VISIT]).outcomes == {"accepted": 1}  # a refused call is no doubt
