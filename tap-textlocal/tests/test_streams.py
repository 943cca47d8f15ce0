"""What the account holds, as records: every list whole, whichever way Textlocal writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run, Textlocal

WHOLE = ["templates", "sender_names", "groups", "contacts", "optouts", "scheduled"]


def test_discovery_needs_neither_network_nor_key_and_names_keys_and_methods(discovered: dict[str, Any]) -> None:
    found = {
        each["tap_stream_id"]: (each["key_properties"], each["replication_method"]) for each in discovered["streams"]
    }
    assert found == {
        "templates": (["id"], "FULL_TABLE"),
        "sender_names": (["sender_name"], "FULL_TABLE"),
        "groups": (["id"], "FULL_TABLE"),
        "contacts": (["group_id", "number"], "FULL_TABLE"),
        "optouts": (["number"], "FULL_TABLE"),
        "scheduled": (["id"], "FULL_TABLE"),
        "campaign_metrics": (["batch_id", "as_of_date"], "INCREMENTAL"),
        "message_status": (["batch_id", "number"], "INCREMENTAL"),
        "history": (["source", "id"], "INCREMENTAL"),
    }


def test_every_column_is_described(discovered: dict[str, Any]) -> None:
    for stream in discovered["streams"]:
        for name, column in stream["schema"]["properties"].items():
            assert column["description"], name


def test_templates_and_senders_are_the_account_s(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    run = run_tap(config, catalog=select("templates", "sender_names"))
    assert run.code == 0
    assert run.records["templates"][1] == {
        "id": "102",
        "title": "Soldes de printemps",
        "body": "Bonjour %%first_name%%, -20 % sur tout jusqu'à dimanche.",
        "sender_name": "ACME",
        "is_my_dnd": False,
    }
    ids = [each["id"] for each in run.records["templates"]]
    assert len(ids) == len(set(ids)) >= 5
    assert run.records["sender_names"] == [
        {"sender_name": "ACME", "is_default": True},
        {"sender_name": "ACMEShop", "is_default": False},
        {"sender_name": "447700900900", "is_default": False},
    ]


def held(textlocal: Any, group: Any) -> Any:
    return textlocal.sandbox.get(f"/_sandbox/textlocal/contacts?group={group}")["contacts"]


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"page_limit": "25"},
        {"page_limit": "25", "num_contacts": "page"},
        {"ids": "string", "contact_numbers": "number", "contact_extras": "present"},
    ],
)
def test_contacts_of_every_group_are_read_to_the_last_however_they_are_written(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    switches: Any,
) -> None:
    textlocal.sandbox.switch("textlocal", **switches)
    run = run_tap(config, catalog=select("groups", "contacts", "optouts"))
    assert run.code == 0
    names = {each["id"]: each["name"] for each in run.records["groups"]}
    assert [each["size"] for each in run.records["groups"]] == [120, 40]
    expected = [(group, each["number"]) for group in names for each in held(textlocal, group)]
    assert [(each["group_id"], each["number"]) for each in run.records["contacts"]] == expected
    assert len(expected) == 160
    assert {each["number"] for each in run.records["optouts"]} == {each["number"] for each in held(textlocal, 6)}
    assert run.records["contacts"][0].keys() == {
        "group_id", "number", "group_name", "first_name", "last_name", "custom1", "custom2", "custom3"
    }  # fmt: skip
    person = held(textlocal, next(iter(names)))[0]
    assert run.records["contacts"][0]["custom1"] == person["custom1"]


def test_groups_are_chosen_by_name_in_any_case_and_by_id_built_in_ones_too(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    run = run_tap({**config, "group_names": [" newsLETTER "], "group_ids": [5]}, catalog=select("contacts"))
    assert run.code == 0
    assert {each["group_name"] for each in run.records["contacts"]} == {"Newsletter", None}
    assert {each["group_id"] for each in run.records["contacts"]} == {"300002", "5"}


def test_a_group_that_is_not_there_ends_the_run_and_all_that_are_there_are_named(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    run = run_tap({**config, "group_names": ["Costumers"], "group_ids": ["9"]}, catalog=select("contacts"))
    assert run.code == 1
    assert "9, 'costumers'. There are: 300001 'Customers', 300002 'Newsletter'." in run.stderr
    assert "Traceback" not in run.stderr
    assert not run.of_type("ACTIVATE_VERSION")


def test_what_waits_for_its_time_is_there_with_its_zone(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    textlocal.send(group_id="300002", schedule_time=4_102_444_800)
    run = run_tap(config, catalog=select("scheduled"))
    (record,) = run.records["scheduled"]
    assert record.pop("id").isdigit()
    assert record == {
        "origin": record["origin"],
        "scheduled_for": "2100-01-01T00:00:00+00:00",
        "how_many": 40,
        "message": "Hello",
        "group_id": "300002",
        "group_name": "Newsletter",
    }


def test_a_fresh_account_is_empty_tables(
    config: dict[str, Any], run_tap: Callable[..., Run], at_textlocal: type[Textlocal], textlocal: Textlocal
) -> None:
    run = run_tap({**config, "api_key": "sandbox-textlocal-fresh"})
    assert run.code == 0
    assert not run.of_type("RECORD")
    assert run.activated == WHOLE


def test_templates_of_an_account_without_any_may_be_a_failure_which_deletes_nothing(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run]
) -> None:
    textlocal.sandbox.switch("textlocal", no_templates="failure", empty_history="failure")
    run = run_tap({**config, "api_key": "sandbox-textlocal-fresh"})
    assert run.code == 0
    assert run.activated == WHOLE[1:]
    assert "templates: Textlocal refused get_templates (code 999), which is taken for an empty list." in run.stderr
    assert "templates: ACTIVATE_VERSION is not sent: nothing is deleted downstream." in run.stderr
    assert "history: Textlocal refused get_history_api (code 999)" in run.stderr


def test_such_a_failure_may_name_no_error_at_all(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    textlocal.sandbox.switch("textlocal", no_templates="failure", unlisted_failures="bare")
    run = run_tap({**config, "api_key": "sandbox-textlocal-fresh"}, catalog=select("templates"))
    assert run.code == 0
    assert "(code failure)" in run.stderr


def test_versions_are_activated_behind_the_last_record_unless_the_setting_says_no(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    run = run_tap(config, catalog=select("groups"))
    assert [each["type"] for each in run.messages if each["type"] != "STATE"] == [
        "SCHEMA", "RECORD", "RECORD", "ACTIVATE_VERSION"
    ]  # fmt: skip
    quiet = run_tap({**config, "emit_activate_version_messages": False}, catalog=select("groups"))
    assert not quiet.of_type("ACTIVATE_VERSION")


def test_only_what_is_selected_is_asked_for(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    run_tap(config, catalog=select("sender_names"))
    assert textlocal.sandbox.calls("textlocal") == {"get_sender_names": 1}
