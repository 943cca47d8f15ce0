"""The command as a user runs it: records in, outcomes out, state when all is settled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

    from .conftest import Seen, Tap

NEW = ["+12025550150", "+12025550151", "+12025550152"]
ON_TEXT, OPTED_OUT = "+12025550101", "+12025550112"
NOT_READY = "Not ready. Put right what is marked FAILED, and check again."
ANNEX = {"site_id": "1001", "token": "sandbox-annex-secret"}


def test_a_table_becomes_subscribers_and_a_second_run_makes_no_call(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    records = [{"phone": phone} for phone in (*NEW, OPTED_OUT, ON_TEXT)]
    first = run_target(tap("subscribe", records))
    assert first.code == 0, first.stderr
    assert first.reasons == {"pending": 3, "not_eligible": 1, "already_subscribed": 1}
    assert json.loads(first.stdout.splitlines()[-1]) == {"at": "done"}
    assert seen.subscriptions(NEW[0]) == {("MARKETING", "TEXT"): "pending"}
    assert seen.texts() == {(phone.removeprefix("+"), "reply_y"): 1 for phone in NEW}

    before = clean_sandbox.calls("attentive")
    second = run_target(tap("subscribe", [each for each in records if each["phone"] != OPTED_OUT]))
    assert second.code == 0, second.stderr
    assert second.outcomes == {"unchanged": 4}
    assert clean_sandbox.calls("attentive") == before


def test_a_person_comes_and_goes(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    for stream, record, state in (
        ("subscribe", {"phone": NEW[0]}, "pending"),
        ("subscribe", {"phone": NEW[0], "_sdc_deleted_at": "2025-01-01T00:00:00Z"}, "unsubscribed"),
        ("unsubscribe", {"phone": NEW[0]}, "unsubscribed"),
    ):
        run = run_target(tap(stream, [record]))
        assert run.code == 0, run.stderr
        assert seen.subscriptions(NEW[0]) == {("MARKETING", "TEXT"): state}
    assert run.outcomes == {"unchanged": 1}
    again = run_target(tap("subscribe", [{"phone": NEW[0]}]))
    assert again.reasons == {"opted_out": 1}


def test_one_run_serves_streams_of_many_actions(run_target: TargetRunner, tap: Tap, seen: Seen) -> None:
    about = {"phone": NEW[0]}
    messages = [
        *tap("subscribe", [about]),
        *tap("attributes", [{**about, "first_name": "Zoe", "Loyalty Points": 5}]),
        *tap("events", [{**about, "type": "Order Shipped", "carrier": "post"}]),
        *tap("identities", [{**about, "client_user_id": "customer-150"}]),
    ]
    run = run_target(messages)
    assert run.code == 0, run.stderr
    assert run.outcomes == {"accepted": 4}
    assert {each["type"] for each in seen.shown("events")} == {"Order Shipped"}
    person = seen.person(NEW[0])
    assert person["attributes"]["Loyalty Points"] == 5
    assert person["identifiers"]["clientUserId"] == ["customer-150"]


def test_a_dry_run_changes_nothing_and_writes_its_plan(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox
) -> None:
    run = run_target(tap("subscribe", [{"phone": phone} for phone in (NEW[0], ON_TEXT, OPTED_OUT)]), dry_run=True)
    assert run.code == 0, run.stderr
    assert run.reasons == {"would_be_pending": 1, "already_subscribed": 1, "not_eligible": 1}
    assert clean_sandbox.calls("attentive").get("Subscribe", 0) == 0
    assert not seen.texts()
    files = {path.name for path in run.folder.iterdir()}
    assert files == {"config.json", "report.json", "report.html", "target-attentive-plan.jsonl"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": "wrong"}, "Check `api_key`"),
        ({"api_url": "{url}/v1"}, "Check `api_url`"),
        ({"api_key": "sandbox-attentive-no-subscribers"}, "Subscribers: Read (`subscriptions:read`)"),
        ({"api_key": "sandbox-attentive-read"}, "Subscribers: Write (`subscriptions:write`)"),
        ({"sign_up_source_id": "999999"}, "`sign_up_source_id`"),
        (
            {"sign_up_source_id": None, "locale": "de-DE", "subscription_type": "MARKETING"},
            "there must be exactly one such unit",
        ),
        (
            {"sign_up_source_id": None, "locale": "es-US", "subscription_type": "MARKETING"},
            "if there are several, give the id",
        ),
    ],
)
def test_what_would_fail_every_record_stops_the_run_with_its_own_words(
    run_target: TargetRunner, tap: Tap, seen: Seen, clean_sandbox: Sandbox, settings: dict[str, Any], words: str
) -> None:
    where = {"api_url": settings.get("api_url", "{url}").format(url=clean_sandbox.attentive_url)}
    run = run_target(tap("subscribe", [{"phone": NEW[0]}]), **{**settings, **where})
    assert run.code == 1
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    assert not seen.texts()


@pytest.mark.parametrize("key", ["no-subscribers", "no-attributes", "read"])
def test_bulk_attributes_with_half_of_the_permissions_name_both_and_the_way_without(
    run_target: TargetRunner, tap: Tap, key: str
) -> None:
    run = run_target(tap("attributes", [{"phone": NEW[0], "Points": 5}]), api_key=f"sandbox-attentive-{key}")
    assert run.code == 1
    for words in ("Custom Attributes: Write", "Subscribers: Write", "`attributes_api` to `v1`"):
        assert words in run.stderr


@pytest.mark.parametrize(
    ("stream", "record", "settings", "permission"),
    [
        ("unsubscribe", {}, {}, "subscriptions:write"),
        ("attributes", {"Points": 5}, {"attributes_api": "v1"}, "attributes:write"),
        ("events", {"type": "Order"}, {}, "events:write"),
        ("identities", {"client_user_id": "customer-150"}, {}, "identity:write"),
        ("segment_members", {}, {"segment": "Gold"}, "segments:write"),
        ("privacy_delete", {}, {"allow_privacy_delete": True}, "privacy_requests:write"),
    ],
)
def test_a_key_that_may_only_read_is_told_what_it_lacks(
    run_target: TargetRunner, tap: Tap, stream: str, record: dict[str, Any], settings: dict[str, Any], permission: str
) -> None:
    messages = tap(stream, [{"phone": ON_TEXT, **record}])
    run = run_target(messages, api_key="sandbox-attentive-read", **settings)
    assert run.code == 1
    assert permission in run.stderr


def test_the_check_names_the_account_and_says_what_it_cannot_see(
    run_target: TargetRunner, clean_sandbox: Sandbox
) -> None:
    good = run_target((), "--test")
    assert good.code == 0
    assert good.stdout == (
        "key      ok      application 'Sandbox App', company 'Example Outfitters', domain 'outfitters.example.com'\n"
        "scopes   ok      not checked: Attentive does not tell what a key may do; a permission that is missing shows "
        "as HTTP 403 at the first call that needs it, and the message names it\n"
        "unit     ok      sign-up source 132109; not checked: Attentive does not show sign-up units\n"
        "segment  ok      none is set, so `segment_members` cannot be used\n"
        "annex    ok      Annex Cloud is not set up, so `annex_segment` cannot be used\n"
        "Ready. Nothing was written; a run with `dry_run` tells what would be, and writes nothing.\n"
    )
    assert {name for name, count in clean_sandbox.calls("attentive").items() if count} == {"Me"}


def test_the_check_looks_for_the_segment_and_calls_annex_cloud_not_at_all(
    run_target: TargetRunner, tap: Tap, clean_sandbox: Sandbox
) -> None:
    both: dict[str, Any] = {
        "segment": "Gold members",
        "annex_cloud": ANNEX,
        "legacy_token": "sandbox-attentive-legacy",
    }
    new = run_target((), "--test", **both).stdout
    assert "segment  ok      not there yet: the first run that adds somebody makes it" in new
    assert "annex    ok      Annex Cloud, site 1001 at https://s15.socialannex.net, token scheme jwt; nothing" in new
    assert "legacy   ok      not checked: all that the legacy token can do is text somebody" in new
    assert ANNEX["token"] not in new
    run_target(tap("segment_members", [{"phone": ON_TEXT}]), **both)
    assert "segment  ok      segment 'Gold members' (SEG_" in run_target((), "--test", **both).stdout
    missing = run_target((), "--test", segment="Silver members", create_segment=False)
    assert missing.code == 1
    assert missing.stdout.splitlines()[3].startswith("segment  FAILED  Attentive has no segment 'Silver members'")
    assert missing.stdout.splitlines()[4:] == ["annex    not tried", NOT_READY]
    assert not clean_sandbox.texts()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": "wrong"}, "key      FAILED  Attentive does not accept the key"),
        ({"api_url": "{url}/v2"}, "key      FAILED  Attentive does not know an address"),
        ({"api_url": "{url}", "api_key": "sandbox attentive"}, "config   FAILED  `api_key` holds blanks"),
    ],
)
def test_the_check_says_what_does_not_work_and_fails(
    run_target: TargetRunner, clean_sandbox: Sandbox, settings: dict[str, Any], words: str
) -> None:
    where = {"api_url": settings.get("api_url", "{url}").format(url=clean_sandbox.attentive_url)}
    run = run_target((), "--test", **{**settings, **where})
    assert run.code == 1
    assert run.stdout.startswith(words)
    assert run.stdout.splitlines()[-2:] == ["annex    not tried", NOT_READY]


def test_settings_come_from_the_environment_too(run_target: TargetRunner, tap: Tap) -> None:
    given = {**run_target.config, "streams": json.dumps({"cust*": "attributes"}), "dry_run": "true"}
    given["annex_cloud"] = json.dumps(ANNEX)
    run_target.environment = {
        f"TARGET_ATTENTIVE_{name.upper()}": str(each) for name, each in given.items() if each is not None
    }
    dry = run_target(tap("customers", [{"phone": ON_TEXT, "Points": 5}]), "--config=ENV")
    assert dry.code == 0, dry.stderr
    assert dry.reasons == {"would_be_updated": 1}
    run = run_target((), "--config=ENV", "--test")
    assert run.code == 0, run.stderr
    assert "Annex Cloud, site 1001" in run.stdout


def test_about_shows_every_setting_and_that_secrets_are_secret(run_target: TargetRunner) -> None:
    about = json.loads(run_target((), "--about", "--format=json").stdout)["settings"]["properties"]
    assert about["api_key"]["secret"]
    assert about["annex_cloud"]["properties"]["token"]["secret"]
    assert about["default_action"]["enum"][0] == "subscribe"
