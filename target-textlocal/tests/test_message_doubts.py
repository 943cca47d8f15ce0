"""Runs of `messages` in which a call to many breaks off, and what a run says of the people it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Run, Seen, Tap

RECORDS = [{"id": n, "phone": f"+447700900{500 + n}", "message": f"Secret-text {n}"} for n in range(20)]
SAME = [{**each, "message": "Secret-text"} for each in RECORDS]
BOTH_CALLS = pytest.mark.parametrize(("command", "records"), [("bulk_json", RECORDS), ("send", SAME)])
PRIVATE = ("4477009005", "7700 9005", "Secret", "Surname", "sandbox-textlocal")


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target: `run(records, resend=True)`."""
    return lambda records, **settings: run_target(tap("messages", records, keys=["id"]), **settings)


@BOTH_CALLS
def test_a_call_to_many_that_never_arrived_is_one_doubt_and_nobody_is_texted_by_the_next_runs(
    run: Run, seen: Seen, clean_sandbox: Sandbox, command: str, records: list[dict[str, Any]]
) -> None:
    clean_sandbox.faults("drop-before", command, vendor="textlocal", times=1)
    for _ in range(3):
        assert run(records).reasons == {"unknown": 20}
    assert clean_sandbox.calls("textlocal")[command] == 1
    assert not seen.texts()


@BOTH_CALLS
def test_a_call_to_many_whose_answer_got_lost_is_found_whole_beside_one_that_was_answered(
    run: Run, seen: Seen, clean_sandbox: Sandbox, command: str, records: list[dict[str, Any]]
) -> None:
    other = [{**each, "id": each["id"] + 100, "message": "Other.", "sender": "ACMEShop"} for each in records]
    clean_sandbox.faults("drop-after", command, vendor="textlocal", times=1)
    done = run([*records, *other])
    assert (done.code, done.reasons) == (0, {"sent": 40})
    assert run([*records, *other]).report["requests"] == 0
    assert sum(seen.texts().values()) == 40


def test_who_was_left_out_of_a_call_that_broke_off_is_not_in_doubt(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.post("/_sandbox/textlocal/optouts", {"number": "447700900503"})
    clean_sandbox.faults("drop-after", "send", vendor="textlocal", times=1)
    assert run(SAME).reasons == {"sent": 19, "opted_out": 1}
    assert not clean_sandbox.texts(phone="447700900503")


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "drop-before"},
        {"fault": "textlocal-error", "code": 999, "message": "447700900500 Secret"},
        {"fault": "html-200"},
        None,
    ],
)
def test_what_a_run_says_names_nobody_and_no_text(
    run: Run, seen: Seen, clean_sandbox: Sandbox, fault: dict[str, Any] | None
) -> None:
    for command in ("send", "bulk_json"):
        if fault:
            clean_sandbox.faults(vendor="textlocal", operation=command, **fault)
    wrong = [
        {"id": 30, "phone": "0207 9460 000", "message": "Secret-text"},
        {"id": 31, "phone": "+447700900530", "message": "Secret" * 200},
        {"id": 32, "phone": "+447700900531", "message": "Secret", "sender": "Surname"},
        {"id": 33, "phone": "+447700900532", "template": "Surname"},
        {"id": 34, "phone": "+447700900533", "message": "Secret", "send_at": "Surname"},
    ]
    done = run([*RECORDS[:3], *SAME[3:6], *wrong], environment={"TARGET_TEXTLOCAL_LOGLEVEL": "DEBUG"})
    report = (done.folder / "report.json").read_text(encoding="utf-8")
    for said in (done.stdout, done.stderr, report):
        assert not [each for each in PRIVATE if each in said]
    ledgers = [each for each in done.folder.iterdir() if "ledger" in each.name]
    assert ledgers
    for each in ledgers:
        assert not [private for private in PRIVATE if private.encode() in each.read_bytes()]


def test_who_was_in_the_part_of_a_refused_call_that_was_not_made_any_more_is_texted_by_the_next_run(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    dear = [{**each, "phone": f"+1202555010{place}"} for place, each in enumerate(RECORDS[:2])]
    records = [*dear, *RECORDS[2:4]]
    clean_sandbox.faults("textlocal-error", "bulk_json", vendor="textlocal", times=1, code=15)
    first = run(records, max_credits=4)  # numbers abroad take all of it
    assert (first.code, first.reasons) == (1, {"sent": 2})
    assert "max_credits" in first.stderr
    assert run(records).reasons == {"same_as_last_accepted": 2, "sent": 2}
    assert sum(seen.texts().values()) == 4
