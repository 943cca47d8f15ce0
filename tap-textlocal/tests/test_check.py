"""`--test`: what works and what does not, in one line each; and errors that end a run, which say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Run, Textlocal

KEYS_THAT_ARE_REFUSED = {
    "made-up": "Check `api_key` (in Textlocal under Settings > All settings > API keys)",
    "sandbox-textlocal-locked": "If the key is limited to IP addresses, add that of this machine.",
    "sandbox-textlocal-interact": "Accounts that were upgraded to Webex Interact know only `send`",
}


def test_the_check_says_what_works_and_reads_no_contacts(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], ledger: Callable[..., str]
) -> None:
    url = ledger({"700000001": {"sent_at": "2026-01-01T00:00:00Z"}, "700000002": {"send_at": "2999-01-01T00:00:00Z"}})
    run = run_tap({**config, "ledger_url": url}, "--test")
    assert run.code == 0
    assert run.stdout.splitlines() == [
        "key      ok      the key is accepted; 1,000 credits are left",
        "groups   ok      2 seen: 300001 'Customers', 300002 'Newsletter'",
        "batches  ok      2 known, of which 1 have yet to go out",
        "Ready. Nothing was written.",
    ]
    assert textlocal.sandbox.calls("textlocal") == {"balance": 1, "get_groups": 1}


def test_the_check_says_which_groups_are_chosen_and_that_there_are_no_batches(
    config: dict[str, Any], run_tap: Callable[..., Run]
) -> None:
    run = run_tap({**config, "group_names": ["customers"]}, "--test")
    assert run.stdout.splitlines()[1:-1] == [
        "groups   ok      1 of 2: 300001 'Customers'",
        "batches  ok      none known (set `ledger_url` or `batch_ids`): no figures are fetched",
    ]


@pytest.mark.parametrize(("key", "words"), KEYS_THAT_ARE_REFUSED.items())
def test_the_check_says_what_does_not_work(
    config: dict[str, Any], run_tap: Callable[..., Run], key: Any, words: Any
) -> None:
    run = run_tap({**config, "api_key": key}, "--test")
    assert run.code == 1
    assert run.stdout.startswith("key      FAILED  ")
    assert run.stdout.splitlines()[1:-1] == ["groups   not tried", "batches  not tried"]
    assert words in run.stdout
    assert key not in run.stdout + run.stderr


@pytest.mark.parametrize(("key", "words"), KEYS_THAT_ARE_REFUSED.items())
def test_a_key_that_is_refused_is_tried_once_and_the_message_says_what_to_do(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], key: Any, words: Any
) -> None:
    run = run_tap({**config, "api_key": key})
    assert run.code == 1
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert key not in run.stderr
    assert textlocal.sandbox.calls("textlocal") == {"get_templates": 1}
    assert not run.of_type("ACTIVATE_VERSION")


def test_the_check_fails_where_a_group_or_the_ledger_is_wrong(
    config: dict[str, Any], run_tap: Callable[..., Run], tmp_path: Path
) -> None:
    run = run_tap({**config, "group_ids": ["9"]}, "--test")
    assert run.code == 1
    assert "groups   FAILED  `group_names` or `group_ids` names groups that are not there: 9." in run.stdout
    (tmp_path / "page.db").write_text("<html>" * 1000)
    run = run_tap({**config, "ledger_url": f"sqlite:///{tmp_path}/page.db"}, "--test")
    assert run.code == 1
    assert "batches  FAILED" in run.stdout


def test_about_says_what_the_tap_is(run_tap: Callable[..., Run]) -> None:
    run = run_tap(None, "--about", "--format=json")
    assert '"name": "tap-textlocal"' in run.stdout
    assert '"secret": true' in run.stdout
