"""Figures of batches, day by day, and the state of each message: by the ledger of target-textlocal or a setting."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Run, Textlocal

START = datetime.now(timezone.utc).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
"""Noon: figures are of a day of the calendar, and midnight shall be far. Of yesterday: it has to be over."""
NUMBERS = [f"447700900{number:03}" for number in range(40)]
BOTH = ("campaign_metrics", "message_status")


def told(sent_at: datetime = START, **more: Any) -> dict[str, Any]:
    usual = {"campaign": "spring", "template": "Sale", "group_id": "300002", "send_at": None, "recipients": 40}
    return {**usual, "sent_at": sent_at.isoformat(), "test": False, **more}


@pytest.fixture
def a_day_later(textlocal: Textlocal) -> Callable[..., dict[str, str]]:
    """Move the sandbox's clock; the settings that tell the tap."""
    moved = [0.0]

    def later(days: float) -> dict[str, str]:
        textlocal.sandbox.advance((days - moved[0]) * 86_400)
        moved[0] = days
        return {"as_of": (START + timedelta(days=days)).isoformat()}

    return later


def counts(record: Any) -> Any:
    return {name: record[name] for name in ("delivered", "undelivered", "expired", "unknown", "invalid", "pending")}


@pytest.mark.slow
def test_figures_of_a_week_add_up_day_by_day_and_end(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    ledger: Callable[..., str],
    a_day_later: Callable[..., dict[str, str]],
) -> None:
    batch = textlocal.send(*NUMBERS)
    settings = {**config, "ledger_url": ledger({batch: told()})}
    catalog, state, rows = select(*BOTH), None, []
    for day in range(10):
        run = run_tap({**settings, **a_day_later(day + 0.01)}, catalog=catalog, state=state)
        assert run.code == 0, run.stderr
        state = run.state
        rows += run.records["campaign_metrics"]
        asked = textlocal.calls("status_batch")
        again = run_tap({**settings, **a_day_later(day + 0.02)}, catalog=catalog, state=state)
        assert not again.records
        assert textlocal.calls("status_batch") == asked == min(day + 1, 8)
    assert [row["day"] for row in rows] == [*range(8)]
    assert [row["as_of_date"] for row in rows] == [
        (START + timedelta(days=day + 0.01)).date().isoformat() for day in range(8)
    ]
    assert all(sum(counts(row).values()) == row["total"] == 40 for row in rows)
    assert all(row["rate"] == pytest.approx(row["delivered"] / 40) for row in rows)
    assert [row["pending"] for row in rows] == sorted((row["pending"] for row in rows), reverse=True)
    assert rows[-1]["pending"] == 0
    assert rows[-1]["delivered"] > 0
    assert {name: rows[0][name] for name in ("batch_id", "campaign", "template", "group_id", "sent_at")} == {
        "batch_id": batch, "campaign": "spring", "template": "Sale", "group_id": "300002", "sent_at": START.isoformat()
    }  # fmt: skip


def test_messages_are_the_same_as_the_figures_of_the_same_call(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    ledger: Callable[..., str],
    a_day_later: Callable[..., dict[str, str]],
) -> None:
    batch = textlocal.send(*NUMBERS)
    settings = {**config, "ledger_url": ledger({batch: told()}), **a_day_later(3)}
    run = run_tap(settings, catalog=select(*BOTH))
    (figures,) = run.records["campaign_metrics"]
    messages = run.records["message_status"]
    assert [each["number"] for each in messages] == NUMBERS
    words = [each["status_text"] for each in messages]
    assert counts(figures) == {name: words.count(name) for name in counts(figures)}
    assert {each["batch_id"] for each in messages} == {batch}
    assert textlocal.calls("status_batch") == 1


def test_messages_alone_are_asked_for_by_themselves(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    ledger: Callable[..., str],
) -> None:
    batch = textlocal.send(*NUMBERS)
    run = run_tap({**config, "ledger_url": ledger({batch: told()})}, catalog=select("message_status"))
    assert len(run.records["message_status"]) == 40
    assert "campaign_metrics" not in run.records


def test_a_scheduled_campaign_has_figures_from_its_time_on(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    ledger: Callable[..., str],
    a_day_later: Callable[..., dict[str, str]],
) -> None:
    due = START + timedelta(days=2)
    batch = textlocal.send(*NUMBERS, schedule_time=int(due.timestamp()))
    url = ledger({batch: told(send_at=due.isoformat())})
    catalog, state, asked = select("campaign_metrics"), None, []
    for day in (0.5, 1.9, 2.1, 3):
        run = run_tap({**config, "ledger_url": url, **a_day_later(day)}, catalog=catalog, state=state)
        state = run.state
        asked += [(day, row["day"], row["sent_at"]) for row in run.records["campaign_metrics"]]
    assert asked == [(2.1, 0, due.isoformat()), (3, 1, due.isoformat())]


def test_batches_of_both_actions_of_this_host_are_known_and_no_others(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    ledger: Callable[..., str],
) -> None:
    messages, campaigns = textlocal.send(NUMBERS[0]), textlocal.send(NUMBERS[1])
    url = ledger({messages: told(campaign=None)}, "messages/127.0.0.1")
    ledger({campaigns: told()})
    ledger({"1": told()}, "campaigns/api.txtlocal.com")
    ledger({"2": told()}, "contacts/127.0.0.1")
    ledger({"3": told()}, owner="target-other")
    run = run_tap({**config, "ledger_url": url}, catalog=select("campaign_metrics"))
    assert [each["batch_id"] for each in run.records["campaign_metrics"]] == [messages, campaigns]
    assert textlocal.calls("status_batch") == 2


def test_tests_are_not_looked_up_even_if_the_setting_names_them(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    ledger: Callable[..., str],
) -> None:
    url = ledger({"700000123": told(test=True)}, "messages/127.0.0.1/test")
    run = run_tap({**config, "ledger_url": url, "batch_ids": [700000123]}, catalog=select(*BOTH))
    assert run.code == 0
    assert textlocal.calls("status_batch") == 0


def test_batches_of_the_setting_are_asked_about_without_a_ledger(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    batch = textlocal.send(*NUMBERS)
    settings = {**config, "batch_ids": [int(batch)]}
    run = run_tap(settings, catalog=select("campaign_metrics"))
    (figures,) = run.records["campaign_metrics"]
    assert (figures["batch_id"], figures["total"], figures["sent_at"], figures["day"]) == (batch, 40, None, None)
    assert not run_tap(settings, catalog=select("campaign_metrics"), state=run.state).records


def test_a_batch_that_cannot_be_looked_up_does_not_keep_others_from_it(
    config: dict[str, Any], textlocal: Textlocal, run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    test = textlocal.call("send", numbers=NUMBERS[0], message="Hello", test="1")["batch_id"]
    batch = textlocal.send(*NUMBERS)
    run = run_tap({**config, "batch_ids": [test, 1, batch]}, catalog=select(*BOTH))
    assert run.code == 0
    assert [each["batch_id"] for each in run.records["campaign_metrics"]] == [batch]
    assert len(run.records["message_status"]) == 40
    assert "looks up no batch of these ids" in run.stderr
    assert f"1 (code 999), {test} (code 999)" in run.stderr
    assert textlocal.calls("status_batch") == 3


def test_an_account_that_counts_no_expired_messages_has_them_counted(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    ledger: Callable[..., str],
    a_day_later: Callable[..., dict[str, str]],
) -> None:
    batch = textlocal.send(*NUMBERS)
    settings = {**config, "ledger_url": ledger({batch: told()}), **a_day_later(6)}
    usual = run_tap(settings, catalog=select("campaign_metrics"))
    textlocal.sandbox.switch("textlocal", num_expired="absent")
    older = run_tap(settings, catalog=select("campaign_metrics"))
    assert older.records == usual.records


def test_without_any_batch_the_tables_are_empty_and_it_is_said_why(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> None:
    run = run_tap(config, catalog=select("campaign_metrics"))
    assert run.code == 0
    assert not run.records
    assert "no batches are known; `ledger_url` or `batch_ids` names them" in run.stderr


def test_a_ledger_that_is_not_there_is_not_made(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    run = run_tap({**config, "ledger_url": f"sqlite:///{tmp_path}/none.db"}, catalog=select("campaign_metrics"))
    assert run.code == 0
    assert not (tmp_path / "none.db").exists()


def test_a_ledger_that_is_none_is_an_error(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "page.db").write_text("<html>" * 1000)
    run = run_tap({**config, "ledger_url": f"sqlite:///{tmp_path}/page.db"}, catalog=select("campaign_metrics"))
    assert run.code == 1
    assert "is not a SQLite database" in run.stderr


def full_table(entry: dict[str, Any]) -> None:
    entry["replication_method"] = "FULL_TABLE"


def without_replication_key(entry: dict[str, Any]) -> None:
    del entry["replication_key"], entry["replication_method"]
    for item in entry["metadata"]:
        item["metadata"].pop("replication-key", None)


@pytest.mark.parametrize("change", [full_table, without_replication_key])
def test_the_catalog_may_ask_for_everything_anew_and_nothing_is_deleted_that_cannot_be_told_again(
    config: dict[str, Any],
    textlocal: Textlocal,
    run_tap: Callable[..., Run],
    select: Callable[..., dict[str, Any]],
    change: Callable[[dict[str, Any]], None],
) -> None:
    settings = {**config, "batch_ids": [textlocal.send(*NUMBERS)]}
    catalog = select(*BOTH, "history")
    state = run_tap(settings, catalog=catalog).state
    for stream in catalog["streams"][-3:]:
        change(stream)
    run = run_tap(settings, catalog=catalog, state=state)
    assert run.code == 0, run.stderr
    assert run.records.keys() == {*BOTH, "history"}
    assert not run.activated
