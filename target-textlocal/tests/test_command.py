"""The command as a user runs it: records in, outcomes out, state when all is settled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Seen, Tap

PEOPLE = [{"phone": f"+44770090050{number}", "first_name": "Zoë", "customer_id": f"C{number}"} for number in range(3)]
NUMBERS = [each["phone"].removeprefix("+") for each in PEOPLE]
UPGRADED = "sandbox-textlocal-interact"
STILL_WORKS = "what works is `messages` with `message`"


def test_a_table_becomes_contacts_and_a_second_run_makes_no_call(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    first = run_target(tap("contacts", PEOPLE), customer_id_field="custom1")
    assert first.code == 0, first.stderr
    assert first.reasons == {"created": 3}
    assert json.loads(first.stdout.splitlines()[-1]) == {"at": "done"}
    members = seen.members("Customers")
    assert [(members[each]["first_name"], members[each]["custom1"]) for each in NUMBERS] == [
        ("Zoë", "C0"),
        ("Zoë", "C1"),
        ("Zoë", "C2"),
    ]

    before = clean_sandbox.calls("textlocal")
    second = run_target(tap("contacts", PEOPLE), customer_id_field="custom1")
    assert second.outcomes == {"unchanged": 3}
    assert clean_sandbox.calls("textlocal") == before
    assert not seen.texts()


def test_one_run_serves_streams_of_many_actions(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    messages = [
        *tap("contacts", PEOPLE[:1]),
        *tap("remove", [{"phone": "+447700900001"}]),
        *tap("messages", [{"id": 1, "phone": PEOPLE[1]["phone"], "message": "50% off + more & €"}], keys=("id",)),
    ]
    run = run_target(messages)
    assert run.code == 0, run.stderr
    assert run.outcomes == {"accepted": 3}
    assert NUMBERS[0] in seen.members("Customers")
    assert "447700900001" not in seen.members("Customers")
    assert seen.texts() == {(NUMBERS[1], "50% off + more & €"): 1}


def test_a_dry_run_changes_nothing_and_its_plan_holds_no_key(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    run = run_target(tap("contacts", PEOPLE), dry_run=True)
    assert run.code == 0, run.stderr
    assert run.reasons == {"would_be_created": 3}
    assert not {*NUMBERS} & seen.members("Customers").keys()
    plan = (run.folder / "target-textlocal-plan.jsonl").read_text(encoding="utf-8")
    assert "create_contacts_bulk" in plan
    assert "sandbox-textlocal" not in plan


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": "wrong"}, "Check `api_key`"),
        ({"api_key": "sandbox-textlocal-locked"}, "limited to IP addresses"),
        ({"api_key": UPGRADED}, STILL_WORKS),
        ({"api_url": "{url}/nothing"}, "Check `api_url`"),
        ({"group_name": None, "group_id": "999999"}, "Check `group_id`. Groups that are there: 'Customers'"),
    ],
)
def test_what_would_fail_every_record_stops_the_run_with_its_own_words(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, settings: dict[str, Any], words: str
) -> None:
    where = {"api_url": settings.get("api_url", "{url}/textlocal").format(url=clean_sandbox.url)}
    run = run_target(tap("contacts", PEOPLE), **{**settings, **where})
    assert run.code == 1
    assert words in " ".join(run.stderr.split())
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_a_page_of_html_instead_of_answers_ends_the_run_and_state_stays(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, seen: Seen
) -> None:
    clean_sandbox.faults("html-200", vendor="textlocal")
    run = run_target(tap("contacts", PEOPLE))
    assert run.code == 1
    assert "a page, no JSON" in " ".join(run.stderr.split())
    assert run.stdout == ""
    assert run.outcomes == {}
    assert not {*NUMBERS} & seen.members("Customers").keys()


def test_credits_that_do_not_suffice_stop_the_run_and_nobody_is_texted(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox, seen: Seen
) -> None:
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 0})
    run = run_target(tap("messages", [{"id": 1, "phone": PEOPLE[0]["phone"], "message": "Hello"}], keys=("id",)))
    assert run.code == 1
    assert "Buy credits" in " ".join(run.stderr.split())
    assert run.stdout == ""
    assert not seen.texts()
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 10})
    again = run_target(tap("messages", [{"id": 1, "phone": PEOPLE[0]["phone"], "message": "Hello"}], keys=("id",)))
    assert again.outcomes == {"accepted": 1}, again.stderr


def test_the_check_names_credits_group_and_sender_and_texts_nobody(
    run_target: TargetRunner, clean_sandbox: Sandbox, seen: Seen
) -> None:
    good = run_target((), "--test")
    assert good.code == 0
    assert good.stdout == (
        "key      ok      taken by 127.0.0.1; 1,000 credits for texts\n"
        "account  ok      all commands are known\n"
        "group    ok      group 'Customers' (300001) with 120 contacts\n"
        "sender   ok      the account's default, 'ACME'\n"
        "Ready. Nothing was written; a run with `dry_run` tells what would be, and writes nothing.\n"
    )
    calls = clean_sandbox.calls("textlocal")
    assert {name: count for name, count in calls.items() if count} == {
        "balance": 1,
        "get_groups": 1,
        "get_sender_names": 1,
    }


def test_the_check_of_an_upgraded_account_says_what_still_works_and_texts_nobody(
    run_target: TargetRunner, seen: Seen
) -> None:
    run = run_target((), "--test", api_key=UPGRADED, group_name=None)
    assert run.code == 0, run.stdout
    assert "key      ok      taken by 127.0.0.1, which does not tell the balance" in run.stdout
    assert STILL_WORKS in run.stdout
    assert not seen.texts()
    with_group = run_target((), "--test", api_key=UPGRADED)
    assert with_group.code == 1
    assert with_group.stdout.splitlines()[-2] == "sender   not tried"
    assert with_group.stdout.splitlines()[-3].startswith("group    FAILED  This account was upgraded")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"group_name": None}, "group    ok      none is set"),
        ({"group_name": "Nobody"}, "group    ok      'Nobody' is not there yet"),
        ({"group_name": "Nobody"}, "There are: 'Customers' (300001); 'Newsletter' (300002)"),
        ({"sender": "ACMEShop"}, "sender   ok      'ACMEShop'"),
        ({"sender": "acmeSHOP"}, "sender   ok      'ACMEShop'"),  # as texts go out
        ({"api_key": "sandbox-textlocal-fresh"}, "sender   ok      the account has no default"),
    ],
)
def test_the_check_says_what_the_settings_mean(run_target: TargetRunner, settings: dict[str, Any], words: str) -> None:
    run = run_target((), "--test", **settings)
    assert run.code == 0, run.stdout
    assert words in run.stdout


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": "wrong"}, "key      FAILED  Textlocal does not accept the key"),
        ({"api_key": "sandbox-textlocal-locked"}, "key      FAILED  Textlocal does not accept the key"),
        ({"api_url": "{url}/nothing"}, "key      FAILED  There is no such address. Check `api_url`"),
        ({"api_key": "sandbox textlocal"}, "config   FAILED  `api_key` holds blanks"),
        ({"group_name": None, "group_id": "999999"}, "group    FAILED  Textlocal has no group of the id 999999"),
        ({"sender": "Nobody"}, "sender   FAILED  The account has no sender 'Nobody'. It has: ACME, ACMEShop"),
    ],
)
def test_the_check_says_what_does_not_work_and_fails(
    run_target: TargetRunner, clean_sandbox: Sandbox, settings: dict[str, Any], words: str
) -> None:
    where = {"api_url": settings.get("api_url", "{url}/textlocal").format(url=clean_sandbox.url)}
    run = run_target((), "--test", **{**settings, **where})
    assert run.code == 1
    said = run.stdout.splitlines()
    assert next(line for line in said if "FAILED  " in line).startswith(words)
    assert said[-1] == "Not ready. Put right what is marked FAILED, and check again."


def test_settings_come_from_the_environment_too(run_target: TargetRunner, tap: Tap) -> None:
    given = {**run_target.config, "streams": json.dumps({"cust*": "contacts"}), "dry_run": "true", "optouts": "false"}
    given.update(group_name=None, group_id="300001", sender="447700900900")
    run_target.environment = {
        f"TARGET_TEXTLOCAL_{name.upper()}": str(each) for name, each in given.items() if each is not None
    }
    dry = run_target(tap("customers", PEOPLE), "--config=ENV")
    assert dry.code == 0, dry.stderr
    assert dry.reasons == {"would_be_created": 3}
    checked = run_target((), "--config=ENV", "--test")
    assert checked.code == 0, checked.stdout
    assert "sender   ok      '447700900900'" in checked.stdout


def test_about_shows_every_setting_and_that_the_key_is_secret(run_target: TargetRunner) -> None:
    about = json.loads(run_target((), "--about", "--format=json").stdout)["settings"]["properties"]
    assert about["api_key"]["secret"]
    assert about["default_action"]["enum"][0] == "contacts"
