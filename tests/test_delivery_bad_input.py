"""Bad input and a bad vendor, with the real target against the sandbox: a clear error, and nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.testing.audience import audience, person, phone, record, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

VENDOR = "listrak-sms"


@pytest.fixture
def target(listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    return listrak_sms(clean_sandbox)


def contacts(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """The sandbox's contacts that the tests made, by phone."""
    found = sandbox.get("/_sandbox/listrak-sms/contacts")["contacts"]
    return {each["phoneNumber"]: each for each in found if not each["phoneNumber"].startswith("1212")}


def rejects(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "target-listrak-sms-rejects.jsonl").read_text(encoding="utf-8").splitlines()
    return [content for content in map(json.loads, lines) if "schema" not in content]


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


def test_everybody_is_subscribed_and_every_record_accounted_for(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    run = target(audience(30, state_every=10))
    assert run.code == 0, run.stderr
    assert run.outcomes == {"accepted": 30}
    assert run.reasons == {"created": 30}
    assert run.states[-1] == {"bookmark": 29}
    assert len(contacts(clean_sandbox)) == 30
    assert len(clean_sandbox.texts()) == 30


def test_the_second_run_makes_no_call_at_all(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    target(audience(30))
    before = clean_sandbox.calls(VENDOR)
    run = target(audience(30, state_every=10))
    assert run.outcomes == {"unchanged": 30}
    assert run.states[-1] == {"bookmark": 29}
    assert clean_sandbox.calls(VENDOR) == before


def test_who_opted_out_is_left_alone_and_not_asked_about_again_in_every_run(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    opted_out = [person(number, phone=f"+12125550{number}") for number in range(128, 132)]
    messages = [schema(), *map(record, opted_out)]
    assert target(messages).reasons == {"opted_out": 4}
    before = clean_sandbox.calls(VENDOR)
    assert target(messages).reasons == {"opted_out": 4}
    assert clean_sandbox.calls(VENDOR) == before
    assert target(messages, resubscribe_opted_out=True).reasons == {"resubscribed": 4}


def test_a_malformed_line_ends_the_run_behind_what_came_before_it(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    lines = [*audience(5), state(4), '{"type": "RECORD", "stream": "audience", "rec', "\n", record(person(5))]
    run = target(lines)
    assert run.code == 1
    assert "Line 8" in last_line(run.stderr)
    assert "Traceback" not in run.stderr


def test_a_record_before_its_schema_ends_the_run(target: TargetRunner) -> None:
    run = target([record(person(1)), schema()])
    assert run.code == 1
    assert "before its SCHEMA" in last_line(run.stderr)


def test_a_stream_without_a_phone_column_is_one_error_and_not_a_million_rejects(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    message = schema()
    del message["schema"]["properties"]["phone"]
    run = target([message, *(record({"id": number, "email": "a@example.com"}) for number in range(100))])
    assert run.code == 1
    assert "no column `phone`" in last_line(run.stderr)
    assert "stream_maps" in last_line(run.stderr)
    assert not (target.folder / "target-listrak-sms-rejects.jsonl").exists() or not rejects(target.folder)
    assert not clean_sandbox.calls(VENDOR)


def test_one_bad_phone_in_ten_is_rejected_with_its_reason_and_the_rest_delivered(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    people = [person(number, phone="12" if number % 10 == 9 else phone(number)) for number in range(50)]
    run = target([schema(), *map(record, people), state(50)])
    assert run.code == 0, run.stderr
    assert run.outcomes == {"accepted": 45, "rejected": 5}
    assert {each["reason"] for each in rejects(target.folder)} == {"invalid_phone"}
    assert run.states == [{"bookmark": 50}]
    assert len(contacts(clean_sandbox)) == 45


def test_more_bad_records_than_allowed_fail_the_run_although_all_are_settled(target: TargetRunner) -> None:
    people = [person(number, phone="12" if number % 5 == 0 else phone(number)) for number in range(50)]
    run = target([schema(), *map(record, people), state(50)])
    assert run.code == 1
    assert "max_rejected_percent" in last_line(run.stderr)
    assert run.states == [{"bookmark": 50}]


def test_a_mass_of_rejects_ends_the_run_in_the_middle(target: TargetRunner) -> None:
    run = target([schema(), *(record(person(1, id=number, phone="12")) for number in range(15_000))])
    assert run.code == 1
    assert 10_000 <= run.report["outcomes"]["rejected"] < 15_000
    assert run.report["unsettled"] == 0


def test_a_runner_that_takes_no_state_any_more_is_told(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    process = target.start(audience(10, state_every=5))
    assert process.stdout
    process.stdout.close()
    process.stdout = None
    run = target.finish(process)
    assert run.code == 1
    assert "closed the pipe" in last_line(run.stderr)
    assert "Traceback" not in run.stderr
    assert len(contacts(clean_sandbox)) == 10


def test_rejected_rows_that_are_mended_and_replayed_are_not_replayed_again(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    target([schema(), record(person(1, phone="12")), *(record(person(number)) for number in range(2, 12))])
    run = target([schema(), record(person(1)), *(record(person(number)) for number in range(2, 12))])
    assert run.code == 0, run.stderr
    assert run.outcomes == {"accepted": 1, "unchanged": 10}
    assert rejects(target.folder)[-1]["resolved"] is True
    assert phone(1)[1:] in contacts(clean_sandbox)


def test_a_replay_knows_the_columns_that_its_rows_lack_and_a_sample_of_it_closes_no_row(target: TargetRunner) -> None:
    without_phone = [{"id": number, "first_name": "Ann"} for number in (1, 2)]
    target([schema(), *map(record, without_phone)])
    file = target.folder / "target-listrak-sms-rejects.jsonl"
    replay = subprocess.run(
        [Path(sys.executable).parent / "singer-rejects", "replay", file], check=True, capture_output=True, text=True
    )
    sample = target(replay.stdout.splitlines(keepends=True), max_records=1, max_rejected_percent=100)
    assert sample.code == 0, sample.stderr
    assert sample.reasons == {"missing_identity": 1, "max_records": 1}
    assert sample.report["open_rejects"] == 2


def test_of_two_records_of_a_phone_the_last_one_counts(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    run = target(
        [
            schema(),
            record(person(1, first_name="Early")),
            record(person(2)),
            record(person(1, id=99, phone="(213) 555-0101", first_name="Late")),
        ]
    )
    assert run.reasons == {"created": 2, "superseded": 1}
    assert contacts(clean_sandbox)[phone(1)[1:]]["firstName"] == "Late"


def test_emoji_and_right_to_left_names_arrive_as_they_are(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    names = {1: "Zoë 🎉👩‍👩‍👧", 2: "نور الهدى", 3: "שרה", 4: "ゆき"}
    target([schema(), *(record(person(number, first_name=name)) for number, name in names.items())])
    assert {number: contacts(clean_sandbox)[phone(number)[1:]]["firstName"] for number in names} == names


def test_a_record_that_does_not_fit_its_schema_is_rejected_by_path_and_keyword(target: TargetRunner) -> None:
    run = target([schema(), record(person(1, id="one")), *(record(person(number)) for number in range(2, 12))])
    assert run.code == 0
    assert run.reasons == {"created": 10, "schema_violation": 1}
    assert "`id` does not match `type`" in rejects(target.folder)[0]["message"]


def test_a_server_error_in_the_middle_is_tried_again(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("api-error", vendor=VENDOR, after=20, times=3)
    run = target(audience(30))
    assert run.outcomes == {"accepted": 30}
    assert run.report["retries"] >= 3
    assert len(clean_sandbox.texts()) == 30


def test_a_connection_that_drops_after_the_contact_was_created_texts_nobody_twice(
    target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-after", "Contact_PostContactListResource", vendor=VENDOR, after=3, times=5)
    run = target(audience(20))
    assert run.outcomes == {"accepted": 20}
    texts = clean_sandbox.texts()
    assert len(texts) == len({each["phone"] for each in texts}) == 20


def test_a_storm_of_429_is_waited_out(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("http-429", vendor=VENDOR, after=5, times=8, retry_after=0)
    run = target(audience(30))
    assert run.outcomes == {"accepted": 30}
    assert run.report["rate_limited"] == 8


def test_wrong_credentials_stop_the_run_before_the_first_record(target: TargetRunner, clean_sandbox: Sandbox) -> None:
    run = target([*audience(30), state(1)], client_secret="wrong-secret")
    assert run.code == 1
    assert not run.stdout
    assert "client_secret" in last_line(run.stderr)
    assert run.report["finished"] == "failed"
    assert run.report["unsettled"] == 30
    assert not contacts(clean_sandbox)


def test_a_vendor_that_is_down_stops_the_run_and_state_stays(
    listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox
) -> None:
    target = listrak_sms(clean_sandbox, api_url="http://127.0.0.1:9/listrak/sms")
    run = target([*audience(3), state(3)], request_timeout=1)
    assert run.code == 1
    assert not run.stdout
    assert "Traceback" not in run.stderr
