"""Runs of `messages` as processes: each record is one text, once ever, however runs end."""

from __future__ import annotations

import json
import signal
import time
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from phonenumbers import is_valid_number, parse

from singer_delivery.memory import remembered

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Run, Seen, Tap

PHONES = tuple(f"+447700900{number}" for number in range(500, 600))
RECORDS: list[dict[str, Any]] = [
    {"id": n, "phone": phone, "message": f"Hi {n}: 100%41 a+b&c\n😀"} for n, phone in enumerate(PHONES[:3])
]
SAME = [{**record, "message": "Hello"} for record in RECORDS]
ONE_EACH = {(each["phone"].removeprefix("+"), each["message"]): 1 for each in RECORDS}
BOTH_CALLS = pytest.mark.parametrize(("command", "records"), [("bulk_json", RECORDS), ("send", SAME)])
LATER = "2036-07-01T12:00:00+01:00"


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target: `run(records, resend=True)`."""
    return lambda records, **settings: run_target(tap("messages", records, keys=["id"]), **settings)


@cache
def many_numbers(count: int) -> list[str]:
    """Numbers that nobody has, 555-0100 to 555-0199 in each American area."""
    areas = (area for area in range(201, 990) if is_valid_number(parse(f"+1{area}5550100")))
    return list(islice((f"+1{area}55501{number:02d}" for area in areas for number in range(100)), count))


def outbox(sandbox: Sandbox) -> int:
    return len(sandbox.texts())


def calls(sandbox: Sandbox, *names: str) -> list[int]:
    made = sandbox.calls("textlocal")
    return [made.get(name, 0) for name in names]


@BOTH_CALLS
def test_each_record_is_one_text_and_a_second_run_makes_no_call(
    run: Run, seen: Seen, clean_sandbox: Sandbox, command: str, records: list[dict[str, Any]]
) -> None:
    assert run(records).reasons == {"sent": 3}
    again = run(records)
    assert (again.outcomes, again.report["requests"]) == ({"unchanged": 3}, 0)
    assert run(records, resend=True).report["requests"] == 0
    assert seen.texts() == {(each["phone"].removeprefix("+"), each["message"]): 1 for each in records}
    assert calls(clean_sandbox, "send", "bulk_json") == [command == "send", command == "bulk_json"]


def test_a_text_that_was_changed_later_is_not_sent_again(run: Run, seen: Seen) -> None:
    run(RECORDS)
    changed = run([{**each, "message": "Other."} for each in RECORDS])
    assert (changed.outcomes, changed.reasons) == ({"already": 3}, {"sent_before": 3})
    assert seen.texts() == ONE_EACH


def test_a_template_that_was_changed_later_is_not_sent_again(run: Run, seen: Seen) -> None:
    record = {"id": 1, "phone": PHONES[0], "first_name": "Ana"}
    run([{**record, "template": "Spring sale"}])
    assert run([{**record, "template": "Soldes de printemps"}]).reasons == {"sent_before": 1}
    assert sum(seen.texts().values()) == 1


def test_a_time_that_has_passed_since_changes_nothing_about_what_was_scheduled(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    send_at = time.time() + 2
    timed = [{**RECORDS[0], "send_at": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(send_at))}Z"}]
    assert run(timed).reasons == {"scheduled": 1}
    time.sleep(2.1)
    assert run([{**timed[0], "shop": "North"}]).reasons == {"same_as_last_accepted": 1}
    assert run([{**timed[0], "message": "Other."}]).reasons == {"sent_before": 1}
    assert sum(seen.texts().values()) == 1


def test_ten_thousand_personal_texts_take_twenty_calls(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 100_000})
    records = [{"id": n, "phone": phone, "message": f"Hi {n}"} for n, phone in enumerate(many_numbers(10_000))]
    done = run(records)
    assert done.reasons == {"sent": 10_000}
    assert done.report["operations"]["bulk_json"] == 20
    assert done.report["requests"] <= 23
    assert outbox(clean_sandbox) == len(seen.texts()) == 10_000
    assert run(records).report["requests"] == 0


def test_one_text_for_ten_thousand_is_one_call_and_the_next_one_is_in_a_second(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 100_000})
    records = [{"id": n, "phone": phone, "message": "Hello"} for n, phone in enumerate(many_numbers(10_001))]
    done = run(records, batch_size_rows=20_000)
    assert (done.code, done.reasons) == (0, {"sent": 10_001})
    assert calls(clean_sandbox, "send", "bulk_json") == [2, 0]
    assert sorted(each["count"] for each in seen.shown("batches")) == [1, 10_000]
    assert len(seen.texts()) == 10_001


@BOTH_CALLS
@pytest.mark.parametrize("fault", ["drop-after", "latency"])
def test_a_time_out_after_sending_leaves_one_text_each_and_the_history_tells(
    run: Run, seen: Seen, clean_sandbox: Sandbox, command: str, records: list[dict[str, Any]], fault: str
) -> None:
    clean_sandbox.faults(fault, command, vendor="textlocal", times=1, **({"seconds": 3} if fault == "latency" else {}))
    first = run(records, request_timeout=1)
    assert (first.code, first.reasons) == (0, {"sent": 3})
    assert run(records).report["requests"] == 0
    assert outbox(clean_sandbox) == 3
    assert calls(clean_sandbox, command) == [1]


@BOTH_CALLS
@pytest.mark.parametrize("fault", ["drop-before", "html-200"])
def test_what_never_arrived_is_unknown_and_not_sent_by_a_later_run(
    run: Run, seen: Seen, clean_sandbox: Sandbox, command: str, records: list[dict[str, Any]], fault: str
) -> None:
    clean_sandbox.faults(fault, command, vendor="textlocal", times=1)
    for _ in range(2):
        assert run(records).reasons == {"unknown": 3}
    assert not seen.texts()
    assert calls(clean_sandbox, command) == [1]


def test_a_scheduled_text_whose_answer_got_lost_is_not_scheduled_twice(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    timed = [{**each, "send_at": LATER} for each in SAME]
    clean_sandbox.faults("drop-after", "send", vendor="textlocal", times=1)
    assert run(timed).reasons == {"scheduled": 3}
    assert run(timed).report["requests"] == 0
    [batch] = seen.shown("scheduled")
    assert batch["count"] == 3


@BOTH_CALLS
def test_after_kill_9_between_call_and_ledger_nobody_gets_a_second_text(
    run: Run, run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, command: Any, records: Any
) -> None:
    clean_sandbox.faults("latency", command, vendor="textlocal", times=1, seconds=30)
    process = run_target.start(tap("messages", records, keys=["id"]))
    deadline = time.monotonic() + 30
    while outbox(clean_sandbox) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert outbox(clean_sandbox) == 3
    second = run(records)
    assert (second.reasons, second.states) == ({"sent": 3}, [{"at": "done"}])
    assert run(records).report["requests"] == 0
    assert outbox(clean_sandbox) == 3
    assert calls(clean_sandbox, command) == [1]


def test_a_call_that_certainly_did_not_arrive_is_made_again(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("http-429", "bulk_json", vendor="textlocal", times=2, retry_after=0)
    assert run(RECORDS).reasons == {"sent": 3}
    assert seen.texts() == ONE_EACH


@pytest.mark.parametrize("key", ["sandbox-textlocal-locked", "no-key-at-all"])
def test_a_key_that_is_wrong_or_locked_ends_the_run_and_the_next_one_sends(run: Run, seen: Seen, key: str) -> None:
    ended = run(RECORDS, api_key=key)
    assert (ended.code, ended.states) == (1, [])
    assert "`api_key`" in ended.stderr
    assert "IP addresses" in ended.stderr
    assert key not in ended.stderr
    assert run(RECORDS).reasons == {"sent": 3}
    assert seen.texts() == ONE_EACH


def test_the_run_stops_before_it_spends_more_than_it_may_and_the_next_one_goes_on(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    halves = [*SAME, *({**each, "id": each["id"] + 3, "send_at": LATER} for each in RECORDS)]
    ended = run(halves, max_credits=5, concurrency=1)
    assert (ended.code, ended.states) == (1, [])
    assert "max_credits" in ended.stderr
    assert ended.reasons == {"scheduled": 3}
    assert ended.report["spent"] == {"credits": 3}
    rest = run(halves)
    assert rest.reasons == {"same_as_last_accepted": 3, "sent": 3}
    assert sum(seen.texts().values()) == 3
    assert len(seen.shown("scheduled")) == 3


def test_without_enough_credits_the_run_ends_and_after_buying_some_the_next_one_sends(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 2})
    ended = run(SAME)
    assert (ended.code, ended.states) == (1, [])
    assert "Buy credits" in ended.stderr
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 3})
    assert run(SAME).reasons == {"sent": 3}
    assert sum(seen.texts().values()) == 3


def test_if_textlocal_takes_none_of_the_numbers_all_are_rejected(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("textlocal-error", "send", vendor="textlocal", code=51, times=1)
    ended = run(SAME)
    assert (ended.code, ended.reasons) == (1, {"invalid_phone": 3})
    assert calls(clean_sandbox, "send") == [1]
    assert run(SAME).reasons == {"sent": 3}  # the ledger does not take them for sent


def test_a_culprit_that_fails_a_whole_call_is_found_and_all_others_are_texted_once(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", bad_number="refuse")
    bad = [{**SAME[0], "id": 9, "phone": "+12015550100"}]
    clean_sandbox.faults("textlocal-error", "send", vendor="textlocal", code=32, times=1)
    done = run([*SAME, *bad], max_rejected_percent=100)
    assert done.reasons == {"sent": 4}
    assert sum(seen.texts().values()) == 4


def test_a_dry_run_shows_each_text_and_texts_nobody(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    records = [*RECORDS, {"id": 8, "phone": "+447700900007", "message": "Hello"}]
    dry = run(records, dry_run=True, plan_path="plan.jsonl")
    assert dry.reasons == {"would_be_sent": 3, "opted_out": 1}
    assert calls(clean_sandbox, "send", "bulk_json") == [0, 0]
    plan = (dry.folder / "plan.jsonl").read_text(encoding="utf-8")
    forms = [call["form"] for line in plan.splitlines() for call in json.loads(line)["calls"]]
    assert sorted(each["numbers"] for each in forms) == [each["phone"].removeprefix("+") for each in RECORDS]
    assert "sandbox-textlocal" not in plan
    assert run(RECORDS).reasons == {"sent": 3}


def test_what_was_only_tested_is_still_to_be_sent(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    tested = run(RECORDS, test_mode=True)
    assert (tested.outcomes, tested.reasons) == ({"accepted": 3}, {"tested": 3})
    assert not seen.texts()
    assert run(RECORDS).reasons == {"sent": 3}
    assert seen.texts() == ONE_EACH


def test_a_template_that_is_not_there_ends_the_run_with_all_records_rejected(run: Run, seen: Seen) -> None:
    ended = run([{**each, "message": None, "template": "Summer sale"} for each in RECORDS])
    assert (ended.code, ended.reasons) == (1, {"unknown_template": 3})
    assert "'Spring sale'" in ended.stderr
    assert not seen.texts()


def test_a_ledger_in_memory_is_refused(run: Run, seen: Seen) -> None:
    ended = run(RECORDS, ledger_url="sqlite://")
    assert ended.code == 1
    assert "`ledger_url` is a ledger in memory: `messages` would text people again" in ended.stderr
    assert not seen.texts()


def test_who_did_not_agree_is_not_texted(run: Run, seen: Seen) -> None:
    people = [{**each, "agreed": each["id"] == 1} for each in RECORDS]
    assert run(people, consent_field="agreed").reasons == {"no_consent": 2, "sent": 1}
    assert len(seen.texts()) == 1


def test_batches_are_remembered_for_the_tap_and_nothing_of_a_person_with_them(run: Run, seen: Seen) -> None:
    one = [{**each, "message": None, "template": "Opening hours", "campaign_id": "spring"} for each in RECORDS]
    timed = {**RECORDS[0], "id": 9, "send_at": LATER}
    done = run([*one, timed], ledger_url="sqlite:///ledger.db")
    [facts] = remembered(f"sqlite:///{done.folder / 'ledger.db'}", "target-textlocal", "messages").values()
    assert {*facts} == {str(each["batch_id"]) for each in seen.shown("batches")}
    batches = sorted((json.loads(each) for each in facts.values()), key=lambda each: each["recipients"])
    assert [(each["campaign"], each["template"], each["recipients"]) for each in batches] == [
        (None, None, 1),
        ("spring", "Opening hours", 3),
    ]
    assert [each["send_at"] for each in batches] == ["2036-07-01T11:00:00+00:00", None]
    assert "4477009" not in "".join(facts.values())
