"""No phone number, name, text or key in what the tap logs or keeps as state, at any level and on any path."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run, Textlocal

KEY = "canary-key-0123"
SENT = "Canary text to 07700 900123 of Zoë"
LEVELS = [{"TAP_TEXTLOCAL_LOGLEVEL": "INFO"}, {"TAP_TEXTLOCAL_LOGLEVEL": "DEBUG", "LOGLEVEL": "DEBUG"}]


def assert_private(run: Run, *secrets: str) -> None:
    said = run.stderr + json.dumps(run.of_type("STATE"))
    assert not re.search(r"447700\s?900", said)
    assert "07700" not in said
    for word in ("Zoë", "Brontë", "O'Neill", "Canary", "sandbox-textlocal", KEY, *secrets):
        assert word not in said


@pytest.mark.parametrize("env", LEVELS, ids=["info", "debug"])
def test_a_good_run_tells_nothing_of_people(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    ledger: Callable[..., str],
    env: dict[str, Any],
) -> None:
    batch = textlocal.call("send", numbers="447700900001,447700900002", message=SENT)["batch_id"]
    textlocal.call("send", group_id="300002", message=SENT, schedule_time="4102444800")
    url = ledger({str(batch): {"campaign": "spring", "sent_at": "2026-11-01T00:00:00Z", "test": False}})
    run = run_tap({**config, "ledger_url": url}, env=env)
    assert run.code == 0
    assert run.records["message_status"]
    assert run.records["scheduled"]
    assert_private(run)


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        ("textlocal-error", {"code": 99, "message": SENT}),
        ("textlocal-error", {"code": 10, "message": SENT}),
        ("http-503", {}),
        ("html-200", {}),
        ("drop-after", {}),
        ("truncated-json", {}),
    ],
)
@pytest.mark.parametrize("command", ["get_contacts", "status_batch", "get_history_api"])
def test_troubles_tell_nothing_of_people(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    fault: str,
    more: dict[str, Any],
    command: str,
) -> None:
    batches = [textlocal.send("447700900001"), textlocal.send("447700900002")]
    textlocal.fault(fault, command, **more)
    streams = select("contacts", "campaign_metrics", "message_status", "history")
    assert_private(run_tap({**config, "batch_ids": batches}, catalog=streams, env=LEVELS[1]))


@pytest.mark.parametrize("env", LEVELS, ids=["info", "debug"])
def test_a_key_is_in_no_log_and_in_no_address(
    config: dict[str, Any], run_tap: Callable[..., Run], env: dict[str, Any]
) -> None:
    for arguments in ([], ["--test"]):
        run = run_tap({**config, "api_key": KEY}, *arguments, env=env)
        assert run.code == 1
        assert KEY not in run.stdout + run.stderr


def test_a_ledger_s_password_is_in_no_message(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    url = "postgresql://user:canary-pa55word@127.0.0.1:9/ledger"
    for arguments in ([], ["--test"]):
        run = run_tap({**config, "ledger_url": url}, *arguments, catalog=select("campaign_metrics"))
        assert run.code == 1
        assert "canary-pa55word" not in run.stdout + run.stderr
        assert "Traceback" not in run.stderr
