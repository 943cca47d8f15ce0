"""Every kind of trouble at the vendor: what the user sees, and that nothing is lost or made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slow_share import in_turn

from tap_listrak.streams import STREAMS as CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import Run

STREAMS = [vars(stream)["name"] for stream in CLASSES]

SENDS = "ReportMessageContactSent"
OPENS = "ReportRangeMessageContactOpen"

PASSING = {
    "soap-fault": {},
    "http-503": {},
    "http-429": {},
    "iis-404": {},
    "html-200": {},
    "empty-body": {},
    "truncated-xml": {},
    "drop-before": {},
    "drop-mid-body": {},
    "hang": {"seconds": 30},
}
"""Faults that pass when a call is made again."""


@pytest.fixture(scope="session")
def opens_of(full_run: Run) -> dict[int, dict[str, Any]]:
    return {record["MsgID"]: record for record in full_run.records["message_opens"]}


@pytest.mark.slow
@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_trouble_leaves_no_trace_in_the_data(
    config: dict[str, Any],
    clean_sandbox: Sandbox,
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    full_run: Run,
    fault: str,
) -> None:
    clean_sandbox.faults(fault, OPENS, times=3, after=5, **PASSING[fault])
    run = run_tap({**config, "request_timeout": 2}, catalog=select("message_opens"))
    assert run.code == 0, run.stderr
    assert run.records["message_opens"] == full_run.records["message_opens"]
    assert run.activated == ["message_opens"]
    assert f"{OPENS} (list " in run.stderr
    assert "attempt 1 of 5 met" in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("operation", ["GetContactListCollection", "ReportListMessageActivity", "WSDL"])
def test_a_passing_trouble_is_waited_out_at_every_step(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run], full_run: Run, operation: str
) -> None:
    clean_sandbox.faults("http-503", operation, times=2)
    run = run_tap(config)
    assert run.code == 0, run.stderr
    assert run.content == full_run.content


@pytest.mark.parametrize("operation", ["ReportListMessageActivity", SENDS])
def test_a_wsexception_is_an_error_and_never_an_empty_page(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run], full_run: Run, operation: str
) -> None:
    clean_sandbox.faults("ws-exception", operation, times=2)
    run = run_tap(config)
    assert run.code == 0, run.stderr
    assert "a WSException (" in run.stderr
    assert run.content == full_run.content


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("soap-fault", "a SOAP fault ("),
        ("http-503", "HTTP 503"),
        ("iis-404", "HTTP 404, a page (html) instead of a SOAP answer"),
        ("html-200", "a page (html) instead of a SOAP answer"),
        ("empty-body", "an answer that is empty or breaks off"),
        ("truncated-xml", "an answer that is empty or breaks off"),
        ("drop-mid-body", "a connection that broke in the middle of the answer"),
        ("drop-before", "a connection that could not be made or was dropped"),
        ("ws-exception", "a WSException ("),
    ],
)
def test_a_lasting_trouble_ends_the_run_and_is_named(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run], full_run: Run, fault: str, words: str
) -> None:
    ids = [message["MsgID"] for message in full_run.records["messages"]]
    clean_sandbox.faults(fault, SENDS, match={"MsgID": ids[9]})
    run = run_tap(config)
    assert run.code == 1
    assert f"{SENDS} (list " in run.stderr
    assert f"message {ids[9]}, page 1) failed 5 times, at last with: {words}" in run.stderr
    assert "Traceback" not in run.stderr
    # What came before it is whole and in order; nothing is deleted downstream for the stream that broke off.
    assert run.activated == ["lists", "messages"]
    before = [record for record in full_run.records["message_sends"] if record["MsgID"] in ids[:9]]
    assert run.records["message_sends"] == before


def test_a_lasting_trouble_is_tried_five_times(
    config: dict[str, Any], clean_sandbox: Sandbox, select: Callable[..., dict[str, Any]], run_tap: Callable[..., Run]
) -> None:
    clean_sandbox.faults("http-503", "GetContactListCollection")
    run = run_tap(config, catalog=select("lists"))
    assert run.code == 1
    assert clean_sandbox.calls()["GetContactListCollection"] == 5
    assert run.records == {}


@pytest.mark.parametrize("fault", in_turn(["hang", "slow-body"]))
def test_a_call_that_falls_silent_is_given_up_after_the_time_out(
    config: dict[str, Any],
    clean_sandbox: Sandbox,
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    fault: str,
) -> None:
    clean_sandbox.faults(fault, "GetContactListCollection", seconds=20)
    run = run_tap({**config, "request_timeout": 1}, catalog=select("lists"))
    assert run.code == 1
    assert "no answer in time (`request_timeout`)" in run.stderr


def test_nobody_listening_is_said_plainly(config: dict[str, Any], run_tap: Callable[..., Run]) -> None:
    run = run_tap({**config, "wsdl_url": "http://127.0.0.1:9/nothing.asmx?WSDL"})
    assert run.code == 1
    assert "Reading the WSDL failed 5 times, at last with: a connection that could not be made" in run.stderr
    assert run.records == {}


def test_something_that_is_no_wsdl_is_said_plainly(
    config: dict[str, Any], sandbox: Sandbox, run_tap: Callable[..., Run]
) -> None:
    run = run_tap({**config, "wsdl_url": f"{sandbox.url}/"})
    assert run.code == 1
    assert "Reading the WSDL failed 5 times, at last with: something that is no WSDL" in run.stderr


@pytest.mark.parametrize(
    ("fault", "extra"),
    [
        ("latency", {"seconds": 0.02}),
        ("slow-body", {"seconds": 0.001}),
        ("reordered-elements", {}),
        ("gzip", {"on": True}),
        ("gzip", {"on": False}),
    ],
)
def test_what_is_only_unusual_changes_nothing(
    config: dict[str, Any],
    clean_sandbox: Sandbox,
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    full_run: Run,
    fault: str,
    extra: dict[str, Any],
) -> None:
    clean_sandbox.faults(fault, OPENS, **extra)
    run = run_tap(config, catalog=select("message_opens"))
    assert run.code == 0, run.stderr
    assert run.records["message_opens"] == full_run.records["message_opens"]
    assert "attempt" not in run.stderr


def test_unknown_elements_are_ignored_and_told_once(
    config: dict[str, Any],
    clean_sandbox: Sandbox,
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    full_run: Run,
) -> None:
    clean_sandbox.faults("unknown-element", OPENS)
    run = run_tap(config, catalog=select("message_opens"))
    assert run.records["message_opens"] == full_run.records["message_opens"]
    assert run.stderr.count("elements that this tap does not know ignored") == 1


@pytest.mark.parametrize("raw", [False, True])
def test_illegal_characters_are_removed_and_counted(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run], full_run: Run, *, raw: bool
) -> None:
    clean_sandbox.faults("illegal-character", OPENS, times=4, raw=raw)
    run = run_tap(config)
    assert run.code == 0, run.stderr
    assert "message_opens: 4: illegal XML characters removed" in run.stderr
    assert run.content == full_run.content


def test_nan_becomes_null_and_is_counted(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run], full_run: Run
) -> None:
    clean_sandbox.faults("nan", "ReportListMessageActivity")
    run = run_tap(config)
    assert run.code == 0, run.stderr
    assert "NaN or INF written as null" in run.stderr
    odd = run.records["messages"]
    assert any(None in (message["OpenPercent"], message["OrderTotal"]) for message in odd)
    assert [message["MsgID"] for message in odd] == [message["MsgID"] for message in full_run.records["messages"]]


def test_a_broken_report_can_be_left_out_and_then_nothing_is_deleted(
    config: dict[str, Any],
    clean_sandbox: Sandbox,
    run_tap: Callable[..., Run],
    full_run: Run,
    opens_of: dict[int, dict[str, Any]],
) -> None:
    message = list(opens_of)[3]
    clean_sandbox.faults("iis-404", OPENS, match={"MsgID": message})
    run = run_tap({**config, "on_report_error": "skip"})
    assert run.code == 0, run.stderr
    assert f"message_opens: message {message} is left out" in run.stderr
    assert "message_opens: 1 messages left out because their report stayed broken" in run.stderr
    assert run.activated == [stream for stream in STREAMS if stream != "message_opens"]
    expected = [record for record in full_run.records["message_opens"] if record["MsgID"] != message]
    assert run.records["message_opens"] == expected
    for stream in STREAMS:
        if stream != "message_opens":
            assert run.records[stream] == full_run.records[stream]


def test_many_broken_reports_are_no_longer_one_messages_trouble(
    config: dict[str, Any], clean_sandbox: Sandbox, select: Callable[..., dict[str, Any]], run_tap: Callable[..., Run]
) -> None:
    clean_sandbox.faults("http-503", OPENS)
    run = run_tap({**config, "on_report_error": "skip"}, catalog=select("message_opens"))
    assert run.code == 1
    assert run.stderr.count("is left out") == 4
    assert run.activated == []


def test_a_broken_list_is_never_left_out(
    config: dict[str, Any], clean_sandbox: Sandbox, select: Callable[..., dict[str, Any]], run_tap: Callable[..., Run]
) -> None:
    clean_sandbox.faults("http-503", "ReportRangeSubscribedContacts", after=2)
    run = run_tap({**config, "on_report_error": "skip"}, catalog=select("subscribed_contacts"))
    assert run.code == 1
    assert "ReportRangeSubscribedContacts (list " in run.stderr
    assert run.activated == []
