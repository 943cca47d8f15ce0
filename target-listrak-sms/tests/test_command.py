"""The command as a user runs it: records in, outcomes out, state when all is settled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import Seen, Tap

NEW = ["+13125550150", "+13125550151", "+13125550152"]
OPTED_OUT, BANNED, ON_THE_LIST = "+12125550129", "+12125550134", "+12125550101"


def about_people(run: TargetRun) -> list[str]:
    """The operations of a run that were about a contact, and not about the account."""
    return [each for each in run.report["operations"] if each.startswith("Contact")]


def test_a_table_becomes_profiles_and_subscriptions_and_a_second_run_makes_no_call(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    records = [{"phone": phone, "firstName": "Zoe", "Loyalty Points": 5} for phone in (*NEW, OPTED_OUT, ON_THE_LIST)]
    first = run_target(tap("subscribe", records))
    assert first.code == 0, first.stderr
    assert first.outcomes == {"accepted": 4, "skipped": 1}
    assert json.loads(first.stdout.splitlines()[-1]) == {"at": "done"}
    assert seen.state("13125550150") == "subscribed"
    assert seen.custom("13125550150") == {9002: "5"}
    assert seen.texts() == {(phone.removeprefix("+"), "welcome"): 1 for phone in NEW}

    before = clean_sandbox.calls("listrak-sms")
    second = run_target(tap("subscribe", [each for each in records if each["phone"] != OPTED_OUT]))
    assert second.code == 0, second.stderr
    assert second.outcomes == {"unchanged": 4}
    assert clean_sandbox.calls("listrak-sms") == before


def test_only_what_changed_is_sent_in_one_call(run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox) -> None:
    records = [{"phone": phone, "first_name": "Zoe"} for phone in NEW]
    run_target(tap("subscribe", records))
    before = clean_sandbox.calls("listrak-sms").get("Contact_PutContactResource", 0)
    records[1]["first_name"] = "Eve"
    run = run_target(tap("subscribe", records))
    assert run.outcomes == {"unchanged": 2, "accepted": 1}
    assert clean_sandbox.calls("listrak-sms")["Contact_PutContactResource"] == before + 1


def test_a_person_comes_and_goes_and_comes_again(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    seen.most = 2  # a welcome each time
    record = {"phone": NEW[0], "first_name": "Zoe"}
    deleted = {**record, "_sdc_deleted_at": "2025-01-01T00:00:00Z"}
    for stream, what, state in (
        ("subscribe", record, "subscribed"),
        ("subscribe", deleted, "unsubscribed"),
        ("subscribe", record, "subscribed"),
        ("unsubscribe", record, "unsubscribed"),
        ("unsubscribe", record, "unsubscribed"),
    ):
        run = run_target(tap(stream, [what]))
        assert run.code == 0, run.stderr
        assert seen.state("13125550150") == state
    assert run.outcomes == {"unchanged": 1}


def test_who_signed_up_anew_is_welcomed_once_although_the_deleted_row_comes_in_every_run(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    rows = [
        {"id": 1, "phone": NEW[0], "_sdc_deleted_at": "2025-01-01T00:00:00Z"},
        {"id": 2, "phone": NEW[0], "_sdc_deleted_at": None},
    ]
    assert run_target(tap("subscribe", rows, keys=("id",))).outcomes == {"accepted": 1, "skipped": 1}
    assert seen.texts() == {("13125550150", "welcome"): 1}
    again = run_target(tap("subscribe", rows, keys=("id",)))
    assert again.reasons == {"superseded": 1, "same_as_last_accepted": 1}
    assert not about_people(again)
    assert seen.state("13125550150") == "subscribed"


def test_who_asked_to_be_taken_off_stays_off_whatever_the_table_says(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    record = {"phone": NEW[0], "first_name": "Zoe"}
    run_target(tap("subscribe", [record]))
    assert run_target(tap("unsubscribe", [record])).reasons == {"unsubscribed": 1}
    for name in ("Zoe", "Eve"):
        again = run_target(tap("subscribe", [{**record, "first_name": name}]))
        assert again.reasons == {"opted_out": 1}
        assert not about_people(again)
    assert seen.state("13125550150") == "unsubscribed"
    assert seen.texts() == {("13125550150", "welcome"): 1}
    seen.most = 2  # welcomed again, on purpose
    assert run_target(tap("subscribe", [record]), resubscribe_opted_out=True).reasons == {"subscribed": 1}
    assert run_target(tap("unsubscribe", [record])).reasons == {"unsubscribed": 1}  # it is sent again


@pytest.mark.parametrize("first", ["subscribe", "unsubscribe"], ids=["deleted first", "asked first"])
def test_who_asked_stays_off_even_if_their_row_was_deleted_and_came_back(
    run_target: TargetRunner, tap: Tap, seen: Seen, first: str
) -> None:
    record = {"phone": NEW[0], "first_name": "Zoe"}
    rows = {"subscribe": {**record, "_sdc_deleted_at": "2025-01-01T00:00:00Z"}, "unsubscribe": record}
    run_target(tap("subscribe", [record]))
    assert run_target(tap(first, [rows.pop(first)])).reasons == {"unsubscribed": 1}
    [(second, row)] = rows.items()
    assert run_target(tap(second, [row])).reasons == {"not_subscribed": 1}
    assert run_target(tap("subscribe", [record])).reasons == {"opted_out": 1}
    assert seen.state("13125550150") == "unsubscribed"


def test_who_is_not_found_on_the_list_that_we_put_them_on_is_taken_off_once_they_are(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    run_target(tap("subscribe", [{"phone": NEW[0]}]))
    operation = "ContactListSubscription_DeleteUnsubscribeContactListSubscription"
    code = "ERROR_UNABLE_TO_LOCATE_RESOURCE"
    clean_sandbox.faults("api-error", operation, vendor="listrak-sms", code=code, times=1)
    lost = run_target(tap("unsubscribe", [{"phone": NEW[0]}]), max_rejected_percent=100)
    assert lost.reasons == {"inconsistent": 1}
    # They asked for it, whatever Listrak says: no row of theirs puts them on the list again, welcome or not.
    assert run_target(tap("subscribe", [{"phone": NEW[0], "first_name": "Zoe"}])).reasons == {"opted_out": 1}
    assert run_target(tap("unsubscribe", [{"phone": NEW[0]}])).reasons == {"unsubscribed": 1}
    assert seen.state("13125550150") == "unsubscribed"


def test_who_opted_out_at_the_source_is_not_subscribed_again_by_an_older_row(
    run_target: TargetRunner, tap: Tap, seen: Seen
) -> None:
    run_target(tap("subscribe", [{"phone": NEW[0], "optedOut": False}]))
    run_target(tap("subscribe", [{"phone": NEW[0], "optedOut": True}]))
    assert seen.contact("13125550150")["optedOut"]
    again = run_target(tap("subscribe", [{"phone": NEW[0], "optedOut": False}]))
    assert again.reasons == {"opted_out": 1}
    assert seen.contact("13125550150")["optedOut"]


def test_a_dry_run_changes_nothing_and_writes_its_plan(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox
) -> None:
    fresh = clean_sandbox.get("/_sandbox/listrak-sms/contacts")
    records = [{"phone": phone, "first_name": "Zoe"} for phone in (NEW[0], ON_THE_LIST, OPTED_OUT)]
    run = run_target(tap("subscribe", records), dry_run=True)
    assert run.code == 0, run.stderr
    assert run.reasons == {"would_be_created": 1, "would_be_updated": 1, "opted_out": 1}
    assert clean_sandbox.get("/_sandbox/listrak-sms/contacts") == fresh
    assert clean_sandbox.texts() == []
    assert {path.name for path in run.folder.iterdir()} == {
        "config.json",
        "report.html",
        "report.json",
        "target-listrak-sms-plan.jsonl",
    }


def test_rejects_name_field_and_type_and_a_run_without_a_phone_column_is_one_error(
    run_target: TargetRunner, tap: Tap
) -> None:
    records = [{"phone": phone, "Loyalty Points": "5"} for phone in NEW] * 4
    records = [{**record, "phone": f"+1312555{150 + place:04}"} for place, record in enumerate(records)]
    records[3] = {"phone": "+13125550199", "Loyalty Points": "many"}
    run = run_target(tap("subscribe", records))
    assert run.code == 0, run.stderr
    assert run.reasons == {"created": 11, "wrong_type": 1}
    _, line = (run.folder / "target-listrak-sms-rejects.jsonl").read_text().splitlines()  # the first is the schema
    reject = json.loads(line)
    assert reject["record"] == records[3]
    assert "'Loyalty Points' expects a Number" in reject["message"]
    none = run_target(tap("subscribe", [{"mobile": "+13125550150"}]))
    assert none.code == 1
    assert "`phone`" in none.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"client_secret": "wrong"}, "does not accept the credentials"),
        ({"client_id": "sandbox-elsewhere"}, "IP address"),
        ({"list_name": "Mister List"}, "has no list 'Mister List'"),
        ({"list_name": "Summer 2019"}, "is inactive"),
        ({"sender_code": "10152"}, "sender code is disabled"),
    ],
)
def test_what_would_fail_every_record_stops_the_run_with_its_own_words(
    run_target: TargetRunner, tap: Tap, settings: dict[str, Any], words: str
) -> None:
    run = run_target(tap("subscribe", [{"phone": NEW[0]}]), **settings)
    assert run.code == 1
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_the_check_says_line_by_line_what_works(run_target: TargetRunner) -> None:
    good = run_target((), "--test")
    assert good.code == 0
    assert good.stdout == (
        "token    ok      the credentials are accepted\n"
        "sender   ok      sender code 501 (digits 10150, 'Example Outfitters')\n"
        "list     ok      list 7001 'Master List', Marketing, active\n"
        "fields   ok      48 custom fields: 'Loyalty Member' (Checkbox), 'Loyalty Points' (Number), 'Last Purchase' "
        "(Date), 'Favorite Color' (Text), 'Preferred Store' (Text), 'Notes' (Text), 'Anniversary' (Date), "
        "'Lifetime Value' (Number), 'Préférée' (Text), 'Likes Wine' (Checkbox) and 38 more\n"
        "Ready. Nothing was written; a run with `dry_run` tells what would be, and writes nothing.\n"
    )
    wrong = run_target((), "--test", list_name="Mister List")
    assert wrong.code == 1
    assert wrong.stdout.splitlines()[2].startswith("list     FAILED  Sender code 501")
    assert wrong.stdout.splitlines()[3] == "fields   not tried"
    none = run_target((), "--test", list_name=None)
    assert "only `update` and `opt_out`" in none.stdout


def test_settings_come_from_the_environment_too(run_target: TargetRunner, tap: Tap) -> None:
    given = {**run_target.config, "list_name": None, "list_id": 7002, "default_action": None}
    given |= {"streams": json.dumps({"cust*": "update"}), "dry_run": "true"}
    run_target.environment = {
        f"TARGET_LISTRAK_SMS_{name.upper()}": str(each) for name, each in given.items() if each is not None
    }
    dry = run_target(tap("customers", [{"phone": ON_THE_LIST, "Notes": "x"}]), "--config=ENV")
    assert dry.code == 0, dry.stderr
    assert dry.reasons == {"would_be_updated": 1}
    run = run_target((), "--config=ENV", "--test")
    assert run.code == 0, run.stderr
    assert "list 7002 'VIP', Marketing, active, people confirm a subscription" in run.stdout


def test_bulk_updates_go_through_imports_and_the_report_says_what_is_not_known(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("listrak-sms", import_seconds="0")
    records = [{"phone": f"+1212555{100 + place:04}", "Loyalty Points": place} for place in range(34)]
    records += [{"phone": NEW[0], "Loyalty Points": 1}]
    run = run_target(tap("update", records), list_name=None, bulk_updates=True)
    assert run.code == 0, run.stderr
    assert run.reasons == {"updated": 4, "imported": 30, "not_found": 1}
    assert clean_sandbox.calls("listrak-sms")["Contact_PostImportFileResource"] == 1
    assert "tells nothing of single records" in " ".join(run.report["notes"])
    assert seen.custom("12125550117")[9002] == "17"
    again = run_target(tap("update", records[:-1]), list_name=None, bulk_updates=True)
    assert again.outcomes == {"unchanged": 34}
