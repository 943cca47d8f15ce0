"""Only what is selected is read: streams, columns, and the calls they need."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import Run


def answered(calls: dict[str, int]) -> set[str]:
    return {operation for operation, count in calls.items() if count}


REPORTS = {
    "message_sends": "ReportMessageContactSent",
    "message_opens": "ReportRangeMessageContactOpen",
    "message_reads": "ReportRangeMessageContactRead",
    "message_clicks": "ReportRangeMessageContactClick",
    "message_bounces": "ReportRangeMessageContactBounces",
    "message_unsubs": "ReportRangeMessageContactRemoval",
}


@pytest.fixture
def run_selected(run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    return lambda config, *streams, **columns: run_tap(config, catalog=select(*streams, **columns))


@pytest.mark.parametrize("stream", REPORTS)
def test_a_report_without_messages_costs_only_its_own_calls(
    config: dict[str, Any], clean_sandbox: Sandbox, run_selected: Callable[..., Any], full_run: Run, stream: Any
) -> None:
    run = run_selected(config, stream)
    assert set(run.records) == {stream}
    assert run.records[stream] == full_run.records[stream]
    assert run.activated == [stream]
    needed = {"WSDL", "GetContactListCollection", "ReportListMessageActivity", REPORTS[stream]}
    assert answered(clean_sandbox.calls()) == needed
    assert clean_sandbox.calls()["GetContactListCollection"] == 1


def test_lists_alone_cost_one_call(
    config: dict[str, Any], clean_sandbox: Sandbox, run_selected: Callable[..., Any]
) -> None:
    run = run_selected(config, "lists")
    assert set(run.records) == {"lists"}
    assert clean_sandbox.calls() == {"WSDL": 1, "GetContactListCollection": 1}


def test_subscribed_contacts_need_no_messages(
    config: dict[str, Any], clean_sandbox: Sandbox, run_selected: Callable[..., Any]
) -> None:
    run_selected(config, "subscribed_contacts")
    assert answered(clean_sandbox.calls()) == {"WSDL", "GetContactListCollection", "ReportRangeSubscribedContacts"}


def test_nothing_selected_calls_nothing(
    config: dict[str, Any], clean_sandbox: Sandbox, run_selected: Callable[..., Any]
) -> None:
    run = run_selected(config)
    assert run.code == 0
    assert run.messages == []
    assert clean_sandbox.calls() == {}


def pages(records: list[dict[str, int | str | None]], page_size: int) -> int:
    """Calls that a report takes: every page of every message, and the empty one behind the last."""
    rows = Counter(record["MsgID"] for record in records)
    return sum(ceil(count / page_size) for count in rows.values())


def test_every_call_is_one_that_is_needed(
    start_sandbox: Callable[..., Sandbox], config: dict[str, Any], run_tap: Callable[..., Run]
) -> None:
    account = start_sandbox(lists=2, messages=4, contacts=50, page_size=20)
    run = run_tap({**config, "wsdl_url": account.wsdl_url, "start_date": "2023-01-01"})
    calls = account.calls()
    years = datetime.now(timezone.utc).year - 2023 + 1
    assert calls["GetContactListCollection"] == 1
    assert calls["ReportListMessageActivity"] in (2 * years, 2 * (years + 1))  # windows of 365 days, leap years
    assert len(run.records["messages"]) == 8
    for stream, operation in REPORTS.items():
        assert calls[operation] == 8 + pages(run.records[stream], 20), stream


def test_only_selected_columns_and_keys_are_written(
    config: dict[str, Any], run_selected: Callable[..., Any], full_run: Run
) -> None:
    run = run_selected(config, message_clicks=["LinkUrl"], lists=["ListName", "Vmta"], messages=["Subject"])
    assert [set(run.records[stream][0]) for stream in ("lists", "messages", "message_clicks")] == [
        {"ListID", "ListName", "Vmta"},
        {"MsgID", "Subject"},
        {"MsgID", "EmailAddress", "LinkUrl"},
    ]
    wanted = [
        {key: click[key] for key in ("MsgID", "EmailAddress", "LinkUrl")}
        for click in full_run.records["message_clicks"]
    ]
    assert run.records["message_clicks"] == wanted


def test_selected_columns_are_the_same_one_by_one(
    config: dict[str, Any], select: Callable[..., dict[str, Any]], run_tap: Callable[..., Run]
) -> None:
    catalog = select(message_unsubs=["RemovalDate"], messages=["Subject", "OpenPercent"])
    pages, single = (run_tap(config, catalog=catalog, one_by_one=each) for each in (False, True))
    assert pages.records == single.records


def test_empty_reports_are_skipped_only_when_asked_to(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run], full_run: Run
) -> None:
    run = run_tap({**config, "skip_empty_reports": True})
    assert run.records == full_run.records
    calls = clean_sandbox.calls()
    messages = full_run.records["messages"]
    opened = [message for message in messages if message["OpenCount"]]
    assert len(opened) < len(messages)
    assert calls["ReportRangeMessageContactOpen"] == 2 * len(opened)
    # Nobody counts sends and bounces, so every message is asked for them.
    for operation in ("ReportMessageContactSent", "ReportRangeMessageContactBounces"):
        assert calls[operation] > len(messages)


@pytest.mark.parametrize("how", ["deselected", "not in the schema"])
@pytest.mark.parametrize("stream", ["message_opens", "lists"])
def test_a_catalog_that_leaves_out_a_part_of_the_key_is_refused_in_one_sentence(
    config: dict[str, Any], select: Callable[..., dict[str, Any]], run_tap: Callable[..., Run], stream: str, how: str
) -> None:
    catalog = select(stream)
    (entry,) = (each for each in catalog["streams"] if each["tap_stream_id"] == stream)
    key = entry["key_properties"][-1]
    for item in entry["metadata"]:
        if item["breadcrumb"] == ["properties", key]:
            item["metadata"] = {"inclusion": "available", "selected": how != "deselected"}
    if how != "deselected":
        del entry["schema"]["properties"][key]
    run = run_tap(config, catalog=catalog)
    assert run.code == 1
    assert f"The catalog leaves out `{key}`, of the key of `{stream}`. Select the whole key" in run.stderr
    assert "Traceback" not in run.stderr
    assert "mistake" not in run.stderr
    assert not run.records
