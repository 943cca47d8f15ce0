"""Calls that break: tried again where that may help, and never an empty table in the place of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run, Textlocal

PASSING = ["http-503", "http-429", "html-200", "drop-before", "drop-after", "truncated-json"]


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    fault: Any,
) -> None:
    whole = run_tap(config, catalog=select("contacts"))
    textlocal.fault(fault, "get_contacts", times=2, after=1)
    run = run_tap(config, catalog=select("contacts"))
    assert run.code == 0, run.stderr
    assert run.records == whole.records
    assert run.activated == ["contacts"]


@pytest.mark.parametrize("fault", ["http-503", "html-200", "truncated-json"])
def test_what_stays_ends_the_run_without_deleting_anything(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    fault: Any,
) -> None:
    textlocal.fault(fault, "get_contacts", after=1)
    run = run_tap(config, catalog=select("contacts"))
    assert run.code == 1
    assert "get_contacts failed 6 times" in run.stderr
    assert "Traceback" not in run.stderr
    assert not run.activated
    assert textlocal.calls("get_contacts") == 7


@pytest.mark.parametrize("command", ["get_groups", "get_sender_names", "get_contacts"])
def test_a_failure_of_a_list_that_is_never_empty_is_an_error(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    command: Any,
) -> None:
    textlocal.fault("textlocal-error", command, code=0)
    run = run_tap(config, catalog=select("sender_names", "groups", "contacts"))
    assert run.code == 1
    assert f"{command} " in run.stderr
    assert "was refused (code failure)" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_group_that_is_deleted_while_it_is_read_is_passed_over(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    textlocal.fault("textlocal-error", "get_contacts", code=10, times=1)
    run = run_tap(config, catalog=select("contacts"))
    assert run.code == 0
    assert {each["group_name"] for each in run.records["contacts"]} == {"Newsletter"}
    assert "group 300001 was deleted while it was read" in run.stderr


def test_a_key_that_is_revoked_in_the_middle_ends_the_run_at_once(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    textlocal.fault("textlocal-error", "get_contacts", code=3, after=1)
    run = run_tap(config, catalog=select("contacts", "history"))
    assert run.code == 1
    assert "Textlocal does not accept the key" in run.stderr
    assert textlocal.calls("get_contacts") == 2
    assert textlocal.calls("get_history_api") == 0


def test_figures_that_broke_off_are_fetched_by_the_next_run_and_nobody_is_asked_about_twice(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    batches = [textlocal.send("447700900001") for _ in range(5)]
    settings, catalog = {**config, "batch_ids": batches}, select("campaign_metrics", "message_status")
    textlocal.fault("http-503", "status_batch", after=3, times=6)
    broken = run_tap(settings, catalog=catalog)
    assert broken.code == 1
    for stream in ("campaign_metrics", "message_status"):
        assert [each["batch_id"] for each in broken.records[stream]] == [*batches[:3], batches[4]]
    before = textlocal.calls("status_batch")
    rest = run_tap(settings, catalog=catalog, state=broken.state)
    assert rest.code == 0
    for stream in ("campaign_metrics", "message_status"):
        assert [each["batch_id"] for each in rest.records[stream]] == [batches[3]]
    assert textlocal.calls("status_batch") - before == 1


def test_a_server_that_is_not_there_is_one_message(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    run = run_tap({**config, "api_url": "http://127.0.0.1:9"}, catalog=select("groups"))
    assert run.code == 1
    assert "get_groups failed 6 times" in run.stderr
    assert "Traceback" not in run.stderr
