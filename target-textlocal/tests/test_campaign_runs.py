"""Whole runs of `campaigns`: at their time, once, whatever breaks off, and whatever their records say later."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.memory import remembered

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Run, Seen, Tap

    Check = Callable[[], None]
    Kill = Callable[..., None]

CUSTOMERS = [f"C{1020 + number}" for number in range(6)]
PHONES = [f"4477009000{20 + number}" for number in range(6)]
TITLES = ["Spring sale", "Soldes de printemps"]
TEXTS = {
    "Hi there, 20% off everything until Sunday.": 3,
    "Bonjour there, -20 % sur tout jusqu'à dimanche.": 3,
}
STEPS = ["create_group", "create_contacts_bulk", "get_contacts", "send"]
LONGEST = 60


def noon(hours: float = 2) -> str:
    return (datetime.now(timezone.utc) + timedelta(hours=hours)).isoformat()


def members(**columns: str | None) -> list[dict[str, Any]]:
    """A campaign in two languages, by customer id: no phone number anywhere."""
    usual = {"campaign_id": "spring", "first_name": "there", "loaded_at": time.time()}
    return [
        {"customer_id": each, "template": TITLES[place % 2], **usual, **columns}
        for place, each in enumerate(CUSTOMERS)
    ]


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target with records of `campaigns`."""

    def start(records: list[dict[str, float | str | None]], *arguments: str, **config: Any) -> TargetRun:
        return run_target(tap("campaigns", records, keys=()), *arguments, **{"customer_id_field": "custom1", **config})

    return start


@pytest.fixture
def once(seen: Seen, clean_sandbox: Sandbox) -> Check:
    """Make sure that each customer had one text, in their language, once it is past noon."""

    def check() -> None:
        clean_sandbox.advance(3 * 3600)
        assert Counter(text for _, text in seen.texts().elements()) == TEXTS
        assert sorted(phone for phone, _ in seen.texts().elements()) == PHONES

    return check


def test_two_languages_by_customer_id_go_out_at_noon_once(
    run: Run, seen: Seen, once: Check, clean_sandbox: Sandbox
) -> None:
    rows = members(send_at=noon())
    first = run(rows)
    assert (first.code, first.reasons) == (0, {"scheduled": 6}), first.stderr
    assert first.states == [{"at": "done"}]
    assert not seen.texts()
    assert len(seen.shown("scheduled")) == 2
    calls = clean_sandbox.calls("textlocal")
    again = run([{**each, "loaded_at": 0} for each in reversed(rows)])
    assert (again.reasons, again.report["requests"]) == ({"same_as_last_accepted": 6}, 0)
    once()
    late = run(rows)
    assert (late.reasons, late.report["requests"]) == ({"same_as_last_accepted": 6}, 0)
    assert clean_sandbox.calls("textlocal") == calls


def test_the_tap_finds_every_batch_in_the_ledger(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    done = run(members(send_at=noon()))
    url = f"sqlite:///{done.folder}/target-textlocal-ledger.db"
    (facts,) = remembered(url, "target-textlocal", "campaigns").values()
    batches = {name: json.loads(fact) for name, fact in facts.items()}
    assert set(batches) == {str(each["batch_id"]) for each in seen.shown("scheduled")}
    groups = {str(each["id"]) for each in seen.shown("groups")}
    for each in batches.values():
        assert (each["campaign"], each["recipients"], each["test"]) == ("spring", 3, False)
        assert each["group_id"] in groups
        assert datetime.fromisoformat(each["send_at"]) > datetime.now(timezone.utc)
    assert sorted(each["template"] for each in batches.values()) == TITLES[::-1]


def test_what_is_looked_for_later_does_not_change_when_its_batch_was_sent(run: Run) -> None:
    at = noon()
    done = run(members(send_at=at))
    url = f"sqlite:///{done.folder}/target-textlocal-ledger.db"
    before = remembered(url, "target-textlocal", "campaigns")
    assert run(members(send_at=at)[:5]).reasons == {"sent_before": 5}
    assert remembered(url, "target-textlocal", "campaigns") == before


def test_the_tap_finds_the_batch_of_a_send_that_was_killed(
    killed: Kill, run: Run, run_target: TargetRunner, seen: Seen
) -> None:
    at = noon()
    killed(members(send_at=at), "latency", "send")
    run(members(send_at=at))
    url = f"sqlite:///{run_target.folder}/target-textlocal-ledger.db"
    (facts,) = remembered(url, "target-textlocal", "campaigns").values()
    assert set(facts) == {str(each["batch_id"]) for each in seen.shown("scheduled")}
    assert sorted(json.loads(fact)["template"] for fact in facts.values()) == TITLES[::-1]


@pytest.mark.parametrize("text", [{"message": "Hello", "template": None}, {}])
def test_an_upgraded_account_is_told_in_one_line_what_it_lacks(run: Run, text: dict[str, Any]) -> None:
    done = run(members(customer_id=None, phone="+447700900500", **text), api_key="sandbox-textlocal-interact")
    assert done.code == 1
    assert "Webex Interact" in done.stderr


@pytest.mark.parametrize(
    "change",
    [
        {"send_at": noon(5)},
        {"first_name": "Ana"},
        {"template": "Opening hours"},
        {"template": None, "message": "Another text"},
        {"sender": "ACMEShop"},
    ],
)
def test_a_campaign_that_changed_is_told_and_not_sent_beside_the_old_one(
    run: Run, once: Check, clean_sandbox: Sandbox, change: dict[str, Any]
) -> None:
    at = noon()
    run(members(send_at=at))
    calls = clean_sandbox.calls("textlocal")
    changed = run(members(**{"send_at": at, **change}))
    assert (changed.code, changed.reasons) == (1, {"campaign_changed": 6})
    rejects = (changed.folder / "target-textlocal-rejects.jsonl").read_text(encoding="utf-8")
    assert "`campaign_id` of its own" in rejects
    assert {**clean_sandbox.calls("textlocal"), "get_templates": 1} == calls
    assert run(members(send_at=at)).reasons == {"same_as_last_accepted": 6}
    once()


def test_a_new_member_of_a_campaign_that_was_sent_is_told_and_the_others_are_left_in_peace(
    run: Run, once: Check
) -> None:
    at = noon()
    run(members(send_at=at))
    more = [*members(send_at=at), {**members(send_at=at)[0], "customer_id": "C1050"}]
    told = run(more, max_rejected_percent=20)
    assert told.reasons == {"sent_before": 6, "campaign_changed": 1}
    again = run(more)
    assert (again.reasons, again.report["open_rejects"]) == ({"same_as_last_accepted": 7}, 1)
    assert run(members(send_at=at)[:4]).reasons == {"sent_before": 4}  # two have left the table
    new = [{**more[-1], "campaign_id": "spring 2", "send_at": noon(48)}]
    assert run([*members(send_at=at), *new]).reasons == {"sent_before": 6, "scheduled": 1}
    once()


def test_a_new_language_of_a_campaign_that_was_sent_is_told_in_every_run(run: Run, once: Check) -> None:
    at = noon()
    run(members(send_at=at))
    new = {**members(send_at=at)[0], "customer_id": "C1050", "template": "Opening hours"}
    alone = {**members(send_at=at)[1], "customer_id": "C1051"}
    assert run([new]).reasons == {"campaign_changed": 1}
    assert run([new, alone]).reasons == {"campaign_changed": 2}
    assert run([new, alone]).reasons == {"campaign_changed": 2}
    told = run([*members(send_at=at), new], max_rejected_percent=20)
    assert told.reasons == {"sent_before": 6, "campaign_changed": 1}
    once()


def test_a_campaign_whose_groups_are_gone_is_not_sent_again(
    run: Run, seen: Seen, once: Check, clean_sandbox: Sandbox
) -> None:
    at = noon()
    run(members(send_at=at))
    once()
    for each in seen.shown("groups"):
        if each["name"].startswith("spring"):
            clean_sandbox.post("/_sandbox/textlocal/delete-group", {"id": each["id"]})
    assert run(members(send_at=at)[:5]).reasons == {"sent_before": 5}
    assert sum(seen.texts().values()) == 6


def test_who_was_left_out_is_rejected_and_their_reject_stays_open(run: Run, once: Check) -> None:
    rows = [*members(send_at=noon()), {**members()[0], "customer_id": "C9999"}]
    first = run(rows, max_rejected_percent=20)
    assert first.reasons == {"scheduled": 6, "unknown_customer": 1}
    lines = (first.folder / "target-textlocal-rejects.jsonl").read_text(encoding="utf-8").splitlines()
    rejects = [content for content in map(json.loads, lines) if "schema" not in content]
    assert [each["record"]["customer_id"] for each in rejects] == ["C9999"]
    assert "C9999" not in first.stderr + json.dumps(first.report)
    assert run(rows).report["open_rejects"] == 1
    once()


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", "http-503"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_breaks_off_is_made_up_for(
    run: Run, once: Check, clean_sandbox: Sandbox, step: str, fault: str
) -> None:
    at = noon()
    clean_sandbox.faults(fault, step, vendor="textlocal", times=1, after=1)
    run(members(send_at=at))
    second = run(members(send_at=at))
    assert second.code == 0, second.stderr
    assert set(second.reasons) <= {"scheduled", "same_as_last_accepted"}
    third = run(members(send_at=at))
    assert (third.reasons, third.report["requests"]) == ({"same_as_last_accepted": 6}, 0)
    once()


@pytest.fixture
def killed(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> Kill:
    """Kill a run, as `kill -9` does, while a call waits for its answer. With `hang` it never takes effect."""

    def kill(records: list[dict[str, float | str]], fault: str, step: str, after: int = 0) -> None:
        before = clean_sandbox.calls("textlocal").get(step, 0)
        clean_sandbox.faults(fault, step, vendor="textlocal", seconds=8.0, times=1, after=after)
        process = run_target.start(tap("campaigns", records, keys=()), customer_id_field="custom1")
        deadline = time.monotonic() + LONGEST
        while clean_sandbox.calls("textlocal").get(step, 0) <= before + after:
            assert time.monotonic() < deadline, "the call does not come"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        assert run_target.finish(process).code == -signal.SIGKILL

    return kill


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["latency", "hang"])
@pytest.mark.parametrize(("step", "after"), [(step, after) for step in STEPS for after in (0, 1)])
def test_after_kill_9_at_any_step_the_next_run_ends_what_was_begun(
    killed: Kill, run: Run, once: Check, clean_sandbox: Sandbox, step: str, after: int, fault: str
) -> None:
    at = noon()
    killed(members(send_at=at), fault, step, after)
    second = run(members(send_at=at))
    assert (second.code, second.reasons) == (0, {"scheduled": 6}), second.stderr
    third = run(members(send_at=at))
    assert (third.reasons, third.report["requests"]) == ({"same_as_last_accepted": 6}, 0)
    once()


def test_a_campaign_that_changed_after_its_run_was_killed_is_told(killed: Kill, run: Run, once: Check) -> None:
    at = noon()
    killed(members(send_at=at), "latency", "send", after=1)
    changed = run(members(send_at=noon(5)))
    assert changed.reasons == {"campaign_changed": 6}
    assert run(members(send_at=at)).reasons == {"scheduled": 6}
    once()


def test_what_was_tested_is_sent_afterwards_and_what_was_sent_can_be_tested(run: Run, once: Check) -> None:
    at = noon()
    assert run(members(send_at=at), test_mode=True).reasons == {"tested": 6}
    assert run(members(send_at=at)).reasons == {"scheduled": 6}
    assert run(members(send_at=noon(3)), test_mode=True).reasons == {"tested": 6}
    once()


def test_a_dry_run_plans_two_sends_and_leaves_no_trace(run: Run, seen: Seen, clean_sandbox: Sandbox) -> None:
    planned = run(members(send_at=noon()), dry_run=True)
    assert planned.reasons == {"would_be_scheduled": 6}
    assert not [name for name in clean_sandbox.calls("textlocal") if not name.startswith("get_")]
    lines = (planned.folder / "target-textlocal-plan.jsonl").read_text(encoding="utf-8").splitlines()
    sends = [call for line in lines for call in json.loads(line)["calls"] if call["operation"] == "send"]
    assert [call["form"]["custom"] for call in sends] == ["spring", "spring"]
    assert "sandbox-textlocal" not in "".join(lines)
    assert seen.shown("scheduled") == []


def test_nothing_private_is_in_the_log_the_report_or_the_ledger(run: Run, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("drop-after", "send", vendor="textlocal", times=1)
    done = run(members(send_at=noon(), first_name="Zaphod"), environment={"TARGET_TEXTLOCAL_LOGLEVEL": "DEBUG"})
    ledger = b"".join(each.read_bytes() for each in done.folder.glob("*ledger*"))
    assert b"spring" in ledger
    for private in ("Zaphod", "C1020", PHONES[0], "off everything", "sandbox-textlocal"):
        assert private.encode() not in ledger
        assert private not in done.stderr + done.stdout + json.dumps(done.report), private
