"""Whole runs of `contacts` and `remove`: what the second one does, dry runs, deleted rows, mass removals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Seen, Tap

GROUP = "Customers"
_FIRST_AREAS = (
    201,
    202,
    203,
    205,
    206,
    207,
    208,
    209,
    210,
    212,
    213,
    214,
    215,
    216,
    217,
    218,
    219,
    224,
    225,
    228,
    229,
    231,
)
_AREAS = (*_FIRST_AREAS, 234, 239, 240, 248, 251, 252, 253, 254, 256)
MANY = [{"phone": f"+1{area}55501{line:02d}"} for area in _AREAS for line in range(100)][:3001]
"""More people than the United Kingdom has numbers for drama."""
SECRETS = ("Zoë-canary", "447700900500", "sandbox-textlocal", "C-canary-1")


def people(count: int, first: int = 500, **fields: str) -> list[dict[str, object]]:
    return [
        {"phone": f"07700 900{first + each}", "first_name": f"Ana {each}", "custom2": "gold", **fields}
        for each in range(count)
    ]


@pytest.fixture
def calls(clean_sandbox: Sandbox) -> Callable[..., dict[str, int]]:
    """The calls since it was last asked, by command."""
    seen: dict[str, int] = {}

    def since() -> dict[str, int]:
        now = clean_sandbox.calls("textlocal")
        new = {name: count - seen.get(name, 0) for name, count in now.items() if count != seen.get(name, 0)}
        seen.update(now)
        return new

    since()
    return since


def test_a_second_run_makes_no_call_and_a_changed_record_is_one(
    run_target: TargetRunner, tap: Tap, seen: Seen, calls: Callable[..., dict[str, int]]
) -> None:
    first = run_target(tap("contacts", people(20)))
    assert (first.code, first.reasons, len(first.states)) == (0, {"created": 20}, 1)
    assert calls() == {"get_groups": 1, "get_contacts": 2, "create_contacts_bulk": 1}
    assert seen.groups()[GROUP] == 140

    assert run_target(tap("contacts", people(20))).outcomes == {"unchanged": 20}
    assert calls() == {}

    changed = [*people(19), *people(1, 519, last_name="Smith")]
    assert run_target(tap("contacts", changed)).reasons == {"same_as_last_accepted": 19, "changed": 1}
    assert seen.members(GROUP)["447700900519"]["last_name"] == "Smith"


def test_resend_finds_everybody_there_and_changes_nothing(
    run_target: TargetRunner, tap: Tap, calls: Callable[..., dict[str, int]]
) -> None:
    run_target(tap("contacts", people(20)))
    calls()
    assert run_target(tap("contacts", people(20)), resend=True).reasons == {"already_there": 20}
    assert calls() == {"get_groups": 1, "get_contacts": 2}


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(
    run_target: TargetRunner, tap: Tap, seen: Seen, calls: Callable[..., dict[str, int]]
) -> None:
    there = {"phone": "+447700900001", "first_name": "Other"}
    dry = run_target(tap("contacts", [*people(2), there]), dry_run=True, plan_path="plan.jsonl")
    assert (dry.code, dry.states) == (0, [])
    assert dry.reasons == {"would_be_created": 2, "would_be_changed": 1}
    assert not set(calls()) - {"get_groups", "get_contacts"}
    assert seen.groups()[GROUP] == 120
    plans = [json.loads(line) for line in (dry.folder / "plan.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [call["operation"] for plan in plans for call in plan["calls"]] == ["create_contacts_bulk"] * 3
    assert "sandbox-textlocal" not in json.dumps(plans)


def test_a_dry_run_into_a_group_that_is_not_there_makes_none(
    run_target: TargetRunner, tap: Tap, seen: Seen, calls: Callable[..., dict[str, int]]
) -> None:
    dry = run_target(tap("contacts", people(3)), dry_run=True, group_name="VIP")
    assert dry.reasons == {"would_be_created": 3}
    assert calls() == {"get_groups": 1}
    assert "VIP" not in seen.groups()


def test_a_deleted_row_takes_its_person_out_of_this_group_only(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run_target(tap("contacts", [{"phone": "+447700900003", "_sdc_deleted_at": None}]))
    gone = {"phone": "+447700900003", "_sdc_deleted_at": "2026-11-21T10:00:00Z"}
    assert run_target(tap("contacts", [gone])).reasons == {"removed": 1}
    assert "447700900003" not in seen.members(GROUP)
    assert "447700900003" in seen.members("Newsletter")
    back = run_target(tap("contacts", [{"phone": "+447700900003", "_sdc_deleted_at": None}]))
    assert back.reasons == {"created": 1}


def test_who_is_deleted_in_the_run_that_made_the_group_is_not_in_it(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    there = {"phone": "+447700900500", "_sdc_deleted_at": None}
    gone = [{**each, "_sdc_deleted_at": "2026-11-21T10:00:00Z"} for each in (there, {"phone": "+447700900501"})]
    assert run_target(tap("contacts", [there, *gone]), group_name="VIP").reasons == {
        "created": 1,
        "removed": 1,
        "not_in_group": 1,
    }
    assert seen.groups()["VIP"] == 0


def test_a_deleted_row_makes_no_group(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    gone = {"phone": "+447700900003", "_sdc_deleted_at": "2026-11-21T10:00:00Z"}
    assert run_target(tap("contacts", [gone]), group_name="VIP").reasons == {"no_group": 1}
    assert "VIP" not in seen.groups()


def test_a_mass_removal_stops(
    run_target: TargetRunner, tap: Tap, seen: Seen, calls: Callable[..., dict[str, int]]
) -> None:
    run_target(tap("contacts", people(100)))
    calls()
    stopped = run_target(tap("remove", people(60)), max_removal_percent=50)
    assert stopped.code == 1
    assert "`max_removal_percent`" in stopped.stderr
    before = calls()["delete_contact"]
    assert before <= 50
    rest = run_target(tap("remove", people(60)), max_removal_percent=100).reasons
    assert rest == {"removed": 60 - before, **({"same_as_last_accepted": before} if before else {})}
    assert seen.groups()[GROUP] == 160
    assert run_target(tap("remove", people(60)), max_removal_percent=60).outcomes == {"unchanged": 60}


def test_a_dry_run_takes_nobody_out(
    run_target: TargetRunner, tap: Tap, seen: Seen, calls: Callable[..., dict[str, int]]
) -> None:
    dry = run_target(tap("remove", [{"phone": "+447700900003"}]), dry_run=True)
    assert dry.reasons == {"would_be_removed": 1}
    assert calls() == {"get_groups": 1}
    assert "447700900003" in seen.members(GROUP)


def test_no_consent_adds_nobody_and_does_not_keep_anybody_in(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    records = [{"phone": "+447700900003", "sms": False}]
    assert run_target(tap("contacts", records), consent_field="sms").reasons == {"no_consent": 1}
    assert run_target(tap("remove", records), consent_field="sms").reasons == {"removed": 1}


def test_a_group_deleted_between_two_calls_ends_the_run_and_state_stays(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("textlocal-error", "create_contacts_bulk", vendor="textlocal", code=10, after=1, times=1)
    ended = run_target(tap("contacts", MANY), concurrency=1)
    assert (ended.code, ended.states) == (1, [])
    assert "somebody may have deleted it" in ended.stderr
    again = run_target(tap("contacts", MANY), concurrency=1, group_name="Anew")
    assert (again.code, again.reasons) == (0, {"created": 3001})


def test_people_come_in_calls_of_1500(
    run_target: TargetRunner, tap: Tap, calls: Callable[..., dict[str, int]]
) -> None:
    assert run_target(tap("contacts", MANY), group_name="Many").reasons == {"created": 3001}
    assert calls() == {"get_groups": 1, "create_group": 1, "create_contacts_bulk": 3}


def test_what_the_vendor_cannot_do_now_is_done_by_the_next_run(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, seen: Seen
) -> None:
    clean_sandbox.faults("drop-before", "create_contacts_bulk", vendor="textlocal", times=6)
    ended = run_target(tap("contacts", people(5)))
    assert (ended.code, ended.states) == (1, [])
    assert run_target(tap("contacts", people(5))).reasons == {"created": 5}
    assert seen.groups()[GROUP] == 125


def test_a_page_of_some_server_between_is_tried_again_in_smaller_calls(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("html-200", "create_contacts_bulk", vendor="textlocal", times=6)
    done = run_target(tap("contacts", people(5)))
    assert (done.code, done.reasons) == (0, {"created": 5})


def test_nothing_of_anybody_is_in_what_a_run_says(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> None:
    record = {"phone": "+447700900500", "first_name": "Zoë-canary", "customer_id": "C-canary-1"}
    loud: dict[str, Any] = {"customer_id_field": "custom1", "environment": {"TARGET_TEXTLOCAL_LOGLEVEL": "DEBUG"}}
    runs = [run_target(tap("contacts", [record]), **loud)]
    clean_sandbox.faults("textlocal-error", "create_contacts_bulk", vendor="textlocal", code=15, message="Zoë-canary")
    runs.append(run_target(tap("contacts", [{**record, "last_name": "x"}]), max_rejected_percent=0, **loud))
    assert [each.code for each in runs] == [0, 1]
    for each in runs:
        said = each.stdout + each.stderr + json.dumps(each.report)
        assert not [secret for secret in SECRETS if secret in said]
