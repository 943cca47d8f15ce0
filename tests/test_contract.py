"""What every target keeps to, whatever its vendor: the targets are those of `contract.py`."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from audience import audience, person, phone, record, schema, state
from contract import CONTRACTS, PEOPLE
from meltano.core.plugin_test_service import LoaderTestService

EVERYBODY = {phone(number) for number in range(PEOPLE)}
OWN_FILES = {"config.json", "report.json", "report.html"}
REJECTS, PLAN = "rejects.jsonl", "plan.jsonl"
LONGEST = 30


@pytest.fixture(params=CONTRACTS, ids=lambda each: each.name)
def contract(request):
    return request.param


@pytest.fixture
def target(contract, request, clean_sandbox):
    contract.prepare(clean_sandbox)
    files = {"rejects_path": REJECTS, "plan_path": PLAN, "ledger_url": "sqlite:///ledger.db"}
    settings = {**files, "concurrency": 3, "batch_size_rows": 10, "max_rejected_percent": 100, **contract.settings}
    runner = request.getfixturevalue(contract.runner)(clean_sandbox, **settings)
    runner.program = contract.program or runner.program
    return runner


def lines_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} - OWN_FILES


def assert_adds_up(run, read: int) -> None:
    """Every record that was read has one outcome, and a reason, in all and by stream and action."""
    report = run.report
    assert report["read"] == read
    assert sum(report["outcomes"].values()) + report["unsettled"] == read
    assert sum(report["reasons"].values()) == sum(report["outcomes"].values())
    for stream in report["streams"].values():
        assert sum(stream["outcomes"].values()) == sum(stream["reasons"].values())
    assert sum(stream["read"] for stream in report["streams"].values()) == read


def assert_vendor_has_what_state_says(run, arrived: set[str]) -> None:
    for each in run.states:
        assert {phone(number) for number in range(each["bookmark"] + 1)} <= arrived


def test_every_record_that_was_read_has_one_outcome(contract, target, clean_sandbox):
    broken = [person(30, phone="12"), person(31, id="x"), {"phone": phone(32)}, person(33, phone=None, email=None)]
    twice = [person(1, id=90), person(2, id=91)]
    people = [*map(person, range(PEOPLE)), *broken, *twice]
    run = target([schema(), *map(record, people), state(PEOPLE - 1)], batch_size_rows=1000)
    assert run.code == 0, run.stderr
    assert_adds_up(run, len(people))
    assert run.outcomes == {"accepted": PEOPLE, "rejected": len(broken), "skipped": len(twice)}
    assert len(lines_of(target.folder / REJECTS)) == len(broken)
    assert stat.S_IMODE((target.folder / REJECTS).stat().st_mode) == 0o600
    assert contract.arrived(clean_sandbox) >= EVERYBODY


def test_second_run_at_the_same_time_is_refused_and_the_first_is_not_disturbed(contract, target, clean_sandbox):
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as lines, os.fdopen(writing, "w", encoding="utf-8") as tap:
        half = [schema(), *map(record, map(person, range(PEOPLE // 2)))]
        tap.writelines(json.dumps(each) + "\n" for each in half)
        tap.flush()
        first = target.start(lines)
        until = time.monotonic() + LONGEST
        while not contract.arrived(clean_sandbox) & EVERYBODY:
            assert time.monotonic() < until, first.communicate()
            time.sleep(0.05)
        second = target(audience(PEOPLE))
        assert second.code == 1
        assert "in use by another run" in second.stderr
        assert second.report["requests"] == 0
        tap.writelines(json.dumps(record(person(number))) + "\n" for number in range(PEOPLE // 2, PEOPLE))
    run = target.finish(first)
    assert run.code == 0, run.stderr
    assert run.outcomes == {"accepted": PEOPLE}
    assert contract.arrived(clean_sandbox) >= EVERYBODY


def test_state_is_never_ahead_of_the_vendor(contract, target, clean_sandbox):
    contract.break_at(clean_sandbox, phone(12))
    run = target(audience(PEOPLE, state_every=1))
    assert run.code == 1
    assert run.states
    assert phone(12) not in contract.arrived(clean_sandbox)
    assert_vendor_has_what_state_says(run, contract.arrived(clean_sandbox))
    assert_adds_up(run, run.report["read"])
    assert run.report["unsettled"]

    run = target(audience(PEOPLE, state_every=1))
    assert run.code == 0, run.stderr
    assert run.states[-1] == {"bookmark": PEOPLE - 1}
    assert contract.arrived(clean_sandbox) >= EVERYBODY


def test_a_dry_run_changes_nothing_and_plans_every_record(contract, target, clean_sandbox):
    before, changes = contract.held(clean_sandbox), contract.changes(clean_sandbox)
    people = [*map(person, range(PEOPLE)), person(0), person(30, phone="12"), person(31, id="x")]
    messages = [schema(), *map(record, people), state(PEOPLE)]
    run = target(messages, dry_run=True)
    assert run.code == 0, run.stderr
    assert not run.stdout
    assert_adds_up(run, len(people))
    assert contract.held(clean_sandbox) == before
    assert contract.changes(clean_sandbox) == changes
    assert files(target.folder) == {PLAN}
    assert stat.S_IMODE((target.folder / PLAN).stat().st_mode) == 0o600
    plan = lines_of(target.folder / PLAN)
    assert sorted(str(each["key"]["id"]) for each in plan) == sorted(str(each["id"]) for each in people)
    assert all(bool(each["calls"]) == each["reason"].startswith("would_be_") for each in plan)

    target(messages)
    kept = {name: (target.folder / name).read_bytes() for name in (REJECTS, "ledger.db")}
    run = target(messages, dry_run=True)
    assert run.outcomes == {"unchanged": PEOPLE + 1, "rejected": 2}
    assert {name: (target.folder / name).read_bytes() for name in kept} == kept


def test_records_beyond_the_most_are_left_for_a_later_run(contract, target, clean_sandbox):
    first = target(audience(PEOPLE, state_every=4), max_records=10)
    assert first.code == 0, first.stderr
    assert first.reasons["max_records"] == PEOPLE - 10
    assert_adds_up(first, PEOPLE)
    assert first.states[-1] == {"bookmark": 7}
    assert contract.arrived(clean_sandbox) & EVERYBODY == {phone(number) for number in range(10)}
    second = target(audience(PEOPLE, state_every=4))
    assert second.outcomes == {"accepted": PEOPLE - 10, "unchanged": 10}
    assert second.states[-1] == {"bookmark": PEOPLE - 1}


def test_rejects_that_are_replayed_come_through_and_are_resolved(contract, target, clean_sandbox):
    # Without a country, numbers without its code are rejected: what is mended is the setting.
    people = [person(number, phone=phone(number)[2:] if number < 3 else phone(number)) for number in range(PEOPLE)]
    maps = {"audience": {"mobile": None, "phone": "mobile"}}
    renamed = [{**each, "mobile": each.pop("phone")} for each in people]
    run = target([schema("audience", "mobile"), *map(record, renamed)], default_country=None, stream_maps=maps)
    assert run.outcomes == {"accepted": PEOPLE - 3, "rejected": 3}

    def replay():
        command = [Path(sys.executable).parent / "singer-rejects", "replay", target.folder / REJECTS]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    with replay() as replayed:
        again = target(replayed.stdout, stream_maps=maps)
    assert replayed.returncode == again.code == 0, again.stderr
    assert again.outcomes == {"accepted": 3}
    assert contract.arrived(clean_sandbox) >= EVERYBODY
    with replay() as nothing:
        assert nothing.stdout.read() == ""


def test_meltanos_test_stream_is_never_written_and_tells_whether_the_connection_works(contract, target, clean_sandbox):
    service = SimpleNamespace(plugin_invoker=SimpleNamespace(capabilities=["activate-version"]))
    messages = [each + "\n" for each in LoaderTestService._generate_test_messages(service, "meltano_test_stream")]
    before, changes = contract.held(clean_sandbox), contract.changes(clean_sandbox)
    good, bad = target(messages), target(messages, **contract.no_access)
    assert (good.code, bad.code) == (0, 1)
    # Meltano takes any line that holds one of these words for a failure.
    assert not [word for word in ("error", "exception") if word in (good.stdout + good.stderr).lower()]
    assert contract.held(clean_sandbox) == before
    assert contract.changes(clean_sandbox) == changes
    assert not files(target.folder)


def test_a_check_changes_nothing_and_tells_by_its_exit_code(contract, target, clean_sandbox):
    before, changes = contract.held(clean_sandbox), contract.changes(clean_sandbox)
    good, bad = target((), "--test"), target((), "--test", **contract.no_access)
    assert (good.code, bad.code) == (0, 1)
    assert "FAILED" in bad.stdout
    assert "FAILED" not in good.stdout
    assert contract.held(clean_sandbox) == before
    assert contract.changes(clean_sandbox) == changes
    assert not {each.name for each in target.folder.iterdir()} - {"config.json"}


def test_a_row_that_is_deleted_or_missing_from_a_new_version_takes_nobody_off_by_mistake(
    contract, target, clean_sandbox
):
    assert target(audience(PEOPLE)).outcomes == {"accepted": PEOPLE}
    before = contract.held(clean_sandbox)
    version = {"type": "ACTIVATE_VERSION", "stream": "audience", "version": 2}
    fewer = [schema(), version, *(record(person(number)) for number in range(5)), version, state(5)]
    run = target(fewer)
    assert run.code == 0, run.stderr
    assert run.outcomes == {"unchanged": 5}
    assert run.states == [{"bookmark": 5}]
    assert contract.held(clean_sandbox) == before

    gone = {**person(3), "_sdc_deleted_at": "2025-01-01T00:00:00Z"}
    stays = {**person(4), "_sdc_deleted_at": None}
    run = target([schema("audience", "_sdc_deleted_at"), record(gone), record(stays)])
    assert run.reasons == {contract.deleted: 1, "same_as_last_accepted": 1}


def test_stream_maps_rename_drop_and_filter_and_what_they_leave_out_is_counted(contract, target, clean_sandbox):
    maps = {
        "customers": {
            "__alias__": "audience",
            "__filter__": "country == 'US'",
            "phone": "mobile",
            "mobile": None,
            "country": None,
            "birthday": None,
        }
    }
    people = []
    for number in range(PEOPLE):
        each = person(number, country="FR" if number % 4 == 0 else "US", birthday="no day at all")
        people.append({**each, "mobile": each.pop("phone")})
    message = schema("customers", "mobile", "country", "birthday")
    run = target([message, *(record(each, "customers") for each in people), state(PEOPLE)], stream_maps=maps)
    assert run.code == 0, run.stderr
    chosen = {phone(number) for number in range(PEOPLE) if number % 4}
    assert run.outcomes == {"accepted": len(chosen)}
    assert run.report["filtered"] == PEOPLE - len(chosen)
    assert_adds_up(run, len(chosen))
    assert set(run.report["streams"]) == {"audience"}
    assert run.states == [{"bookmark": PEOPLE}]
    assert contract.arrived(clean_sandbox) & EVERYBODY == chosen


def test_a_tap_that_dies_in_the_middle_of_a_line_ends_the_run_and_the_next_one_completes_it(
    contract, target, clean_sandbox
):
    run = target([*audience(15, state_every=5), '{"type": "RECORD", "stream": "audience", "reco'])
    assert run.code == 1
    assert "breaks off" in run.stderr
    assert "Traceback" not in run.stderr
    assert_adds_up(run, 15)
    assert_vendor_has_what_state_says(run, contract.arrived(clean_sandbox))
    again = target(audience(PEOPLE, state_every=5))
    assert again.code == 0, again.stderr
    assert again.outcomes.keys() <= {"accepted", "unchanged"}
    assert contract.arrived(clean_sandbox) >= EVERYBODY


def test_no_input_is_a_good_run_without_a_call(contract, target, clean_sandbox):
    before = clean_sandbox.calls(contract.vendor)
    run = target(())
    assert run.code == 0, run.stderr
    assert not run.stdout
    assert_adds_up(run, 0)
    assert clean_sandbox.calls(contract.vendor) == before


def test_a_second_run_on_a_ledger_in_postgresql_makes_no_call(contract, target, clean_sandbox, postgres):
    name = f"ledger_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    target.config["ledger_url"] = postgres.url.replace("@/postgres?", f"@/{name}?")
    assert target(audience(PEOPLE)).outcomes == {"accepted": PEOPLE}
    before = clean_sandbox.calls(contract.vendor)
    run = target(audience(PEOPLE, state_every=10))
    assert run.code == 0, run.stderr
    assert run.outcomes == {"unchanged": PEOPLE}
    assert run.states[-1] == {"bookmark": PEOPLE - 1}
    assert clean_sandbox.calls(contract.vendor) == before
    assert "ledger.db" not in files(target.folder)
