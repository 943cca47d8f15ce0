"""History: four of them, each from where the last run ended, and a while before."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

import pytest

from tap_textlocal.tap import TapTextlocal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run, Textlocal

SOURCES = {"api", "single", "group", "email"}


@pytest.fixture
def history(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]]
) -> Callable[..., Run]:
    """Run the stream alone: `history(state=None, **settings) -> Run`."""

    def run(state: dict[str, Any] | None = None, **settings: Any) -> Run:
        done = run_tap({**config, **settings}, catalog=select("history"), state=state)
        assert done.code == 0, done.stderr
        return done

    return run


def keys(run: Run) -> set[tuple[str, str]]:
    return {(each["source"], each["id"]) for each in run.records["history"]}


def test_all_of_four_histories_is_read(history: Callable[..., Run], textlocal: Textlocal) -> None:
    textlocal.send("447700900001", "447700900002")
    run = history()
    rows = run.records["history"]
    assert {each["source"] for each in rows} == SOURCES
    assert len(keys(run)) == len(rows)
    sent = {each["number"] for each in rows if each["source"] == "api" and each["datetime"] >= "2026-11-20"}
    assert sent >= {"447700900001", "447700900002"}
    of_group = next(each for each in rows if each["source"] == "group")
    assert of_group["id"] == of_group["batch_id"]
    assert (of_group["group_name"], of_group["num_credits"]) == ("Newsletter", 40.0)


def test_the_next_run_reads_what_is_new_and_the_look_back(history: Callable[..., Run], textlocal: Textlocal) -> None:
    first = history(lookback_hours=1)
    textlocal.sandbox.advance(7200)
    batch = textlocal.send(group_id="300002")
    later = (datetime.now(timezone.utc) + timedelta(hours=3)).isoformat()
    second = history(first.state, lookback_hours=0, as_of=later)
    assert ("group", batch) in keys(second)
    assert len(keys(second)) < len(keys(first))
    wider = history(first.state, lookback_hours=24 * 365, as_of=later)
    assert keys(wider) == keys(first) | {("group", batch)}


def test_nothing_new_leaves_the_state_as_it_was(history: Callable[..., Run]) -> None:
    first = history()
    assert history(first.state).state == first.state


def test_start_date_bounds_the_first_run_and_the_look_back(history: Callable[..., Run]) -> None:
    start = (datetime.now(timezone.utc) - timedelta(days=30)).isoformat()
    first = history(start_date=start)
    assert all(each["datetime"] >= start[:19] for each in first.records["history"])
    assert len(keys(first)) < len(keys(history()))
    assert keys(history(first.state, start_date=start, lookback_hours=24 * 365)) == keys(first)


def test_a_history_that_broke_off_is_read_again_and_the_others_are_not_lost(
    config: dict[str, Any], run_tap: Callable[..., Run], select: Callable[..., dict[str, Any]], textlocal: Textlocal
) -> None:
    textlocal.fault("textlocal-error", "get_history_single", code=3)
    broken = run_tap(config, catalog=select("history"))
    assert broken.code == 1
    assert broken.state["bookmarks"]["history"]["read_through"].keys() == {"api"}
    textlocal.sandbox.reset()
    rest = run_tap({**config, "lookback_hours": 0}, catalog=select("history"), state=broken.state)
    whole = run_tap(config, catalog=select("history"))
    assert keys(broken) | keys(rest) == keys(whole)
    assert {each["source"] for each in rest.records["history"]} >= SOURCES - {"api"}


def test_times_of_another_zone_do_not_lead_the_state_into_the_future(
    history: Callable[..., Run], textlocal: Textlocal
) -> None:
    textlocal.send("447700900001")
    place = history(timezone="America/Los_Angeles").state["bookmarks"]["history"]["read_through"]["api"]
    assert datetime.fromisoformat(place) <= datetime.now(timezone.utc)


def test_histories_of_many_pages_are_read_to_the_end(history: Callable[..., Run], textlocal: Textlocal) -> None:
    before = len(keys(history()))
    textlocal.sandbox.post("/_sandbox/textlocal/credits", {"sms": 5000})
    everybody = [f"447700900{number:03}" for number in range(1000)]
    for _ in range(2):
        textlocal.send(*everybody)
    run = history()
    assert len(keys(run)) == len(run.records["history"]) == before + 2000


def test_the_first_run_says_from_when_on_so_that_its_pages_do_not_move_with_the_clock() -> None:
    asked: list[dict[str, Any]] = []

    class Client:
        def read(self, _command: str, **fields: Any) -> dict[str, Any]:
            asked.append(fields)
            return {"messages": [{"id": len(asked)}] if fields["start"] < 2 else [], "total": 2}

    tap = TapTextlocal(config={"api_key": "k", "as_of": "2026-11-22T12:00:00+00:00"})
    tap.account.client = cast("Any", Client())
    assert len(list(tap.streams["history"].get_records(None))) == 8
    assert {(each["min_time"], each["max_time"]) for each in asked} == {(1779451200, 1795348800)}
    assert 1795348800 - 1779451200 == 184 * 86_400
