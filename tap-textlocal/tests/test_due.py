"""Which batches are asked about on which day: once a day, for some days, and none is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tap_textlocal.batches import Batch, Diary, read_fact
from tap_textlocal.tap import TapTextlocal

if TYPE_CHECKING:
    from tap_textlocal.settings import Settings

NOON = datetime(2026, 11, 2, 12, tzinfo=timezone.utc)


def settings(now: datetime = NOON, **more: int | str) -> Settings:
    config = {"api_key": "k", "as_of": now.isoformat(), **more}
    return TapTextlocal(config=config).settings


def sent(days: float, batch_id: str = "1") -> Batch:
    return Batch(batch_id, NOON + timedelta(days=days))


def ask(
    kept: dict[str, Any],
    batches: list[Batch],
    now: datetime = NOON,
    *,
    stop_after: int | None = None,
    broken: tuple[str, ...] = (),
    **more: int | str,
) -> list[str]:
    """Ask as a stream does, and return about whom; a run may break off, and batches may be broken."""
    batches = sorted(batches, key=lambda batch: batch.place)
    diary = Diary(kept, settings(now, **more))
    due = diary.due(batches)
    for batch in due[:stop_after]:
        (diary.failed if batch.id in broken else diary.asked)(batch)
    if stop_after is None:
        diary.finished(batches)
    return [batch.id for batch in due[:stop_after]]


def days_asked(batch: Batch, days: list[int] | range, **more: Any) -> list[int]:
    kept: dict[str, Any] = {}
    return [day for day in days if ask(kept, [batch], NOON + timedelta(days=day), **more)]


def test_a_batch_is_asked_about_on_its_day_and_seven_days_after_it() -> None:
    assert days_asked(sent(0), range(20)) == [*range(8)]


def test_metrics_days_says_for_how_long() -> None:
    assert days_asked(sent(0), range(20), metrics_days=2) == [0, 1, 2]


def test_no_batch_is_asked_about_twice_on_a_day() -> None:
    kept: dict[str, Any] = {}
    assert ask(kept, [sent(-1)]) == ["1"]
    assert ask(kept, [sent(-1)]) == []
    assert ask(kept, [sent(-1)], NOON + timedelta(hours=3)) == []
    assert ask(kept, [sent(-1)], NOON + timedelta(days=1)) == ["1"]


def test_a_batch_that_is_scheduled_waits_for_its_time() -> None:
    assert days_asked(sent(3), range(6)) == [3, 4, 5]
    assert ask({}, [Batch("1", NOON + timedelta(seconds=1))]) == []


def test_what_went_out_since_the_last_run_of_the_day_is_asked_about_on_the_same_day() -> None:
    kept: dict[str, Any] = {}
    assert ask(kept, [sent(-1, "1")]) == ["1"]
    assert ask(kept, [sent(-1, "1"), sent(0.1, "2")], NOON + timedelta(hours=5)) == ["2"]


def test_a_missed_last_day_is_made_up_for_once() -> None:
    assert days_asked(sent(0), [0, 1, 2, 30, 31, 32]) == [0, 1, 2, 30]


def test_a_batch_that_is_old_when_the_first_run_meets_it_is_asked_about_once() -> None:
    assert days_asked(sent(-100), range(3)) == [0]


def test_start_date_leaves_old_batches_out() -> None:
    assert ask({}, [sent(-100, "1"), sent(-1, "2")], start_date="2026-10-01") == ["2"]


def test_an_earlier_start_date_brings_back_what_the_old_one_left_out() -> None:
    kept: dict[str, Any] = {}
    batches = [sent(-100, "1"), sent(-40, "2"), sent(-1, "3")]
    assert ask(kept, batches, start_date="2026-11-01") == ["3"]
    assert ask(kept, batches, start_date="2026-09-01T00:00:00+01:00") == ["2"]
    assert ask(kept, batches, start_date="2026-09-01T00:00:00+01:00") == []
    assert ask(kept, batches, NOON + timedelta(days=1)) == ["1", "3"]
    assert ask(kept, batches, NOON + timedelta(days=2)) == ["3"]
    assert "since" not in kept


def test_a_batch_of_which_nothing_can_be_read_comes_last_until_its_days_are_over() -> None:
    kept: dict[str, Any] = {}
    batches = [sent(0, "1"), sent(1, "2")]
    asked = [ask(kept, batches, NOON + timedelta(days=day), broken=("1",)) for day in range(12)]
    assert asked == [["1"], *[["2", "1"]] * 8, [], [], []]
    assert "broken" not in kept


def test_a_batch_that_was_broken_is_due_again_on_the_same_day_and_no_other() -> None:
    kept: dict[str, Any] = {}
    batches = [sent(-3, "1"), sent(-2, "2"), Batch("3")]
    assert ask(kept, batches, broken=("1", "3")) == ["3", "1", "2"]
    assert ask(kept, batches, broken=("3",)) == ["3", "1"]
    assert ask(kept, batches) == ["3"]
    assert ask(kept, batches) == []


@pytest.mark.parametrize("batch", [sent(-100), Batch("1")])
def test_a_batch_whose_days_are_over_is_tried_in_two_runs(batch: Batch) -> None:
    kept: dict[str, Any] = {"named": {"1": ["2026-01-01", "2026-01-02"]}}
    assert [ask(kept, [batch], broken=("1",)) for _ in range(3)] == [["1"], ["1"], []]


def test_a_broken_batch_that_is_not_known_any_more_leaves_the_state() -> None:
    kept: dict[str, Any] = {}
    ask(kept, [sent(-1, "1"), sent(-1, "2")], broken=("1", "2"))
    ask(kept, [sent(-1, "2")], broken=("2",))
    assert kept["broken"] == ["2"]


def test_a_run_that_broke_off_is_gone_on_with_where_it_was() -> None:
    kept: dict[str, Any] = {}
    batches = [sent(-3, "1"), sent(-2, "2"), sent(-1, "3")]
    assert ask(kept, batches, stop_after=2) == ["1", "2"]
    assert ask(kept, batches) == ["3"]


def test_a_run_that_broke_off_on_a_last_day_is_made_up_for_on_the_next() -> None:
    kept: dict[str, Any] = {}
    batches = [sent(-8, "1"), sent(-7, "2"), sent(-7, "3")]
    ask(kept, batches, NOON - timedelta(days=1))
    assert ask(kept, batches, stop_after=1) == ["2"]
    assert ask(kept, batches, NOON + timedelta(days=1)) == ["2", "3"]


def test_batches_of_one_moment_are_told_apart() -> None:
    kept: dict[str, Any] = {}
    batches = [sent(-1, "2"), sent(-1, "1"), sent(-1, "3")]
    assert ask(kept, batches, stop_after=2) == ["1", "2"]
    assert ask(kept, batches) == ["3"]


def test_the_state_is_as_small_with_many_batches_as_with_one() -> None:
    kept: dict[str, Any] = {}
    ask(kept, [sent(-1, f"{number:04}") for number in range(1000)])
    assert kept == {"day": "2026-11-02", "through": ["2026-11-01T12:00:00+00:00", "0999"], "done": "2026-11-02"}


def test_a_batch_of_the_setting_has_its_days_from_the_first_run_on() -> None:
    kept: dict[str, Any] = {}
    asked = [day for day in range(20) if ask(kept, [Batch("1")], NOON + timedelta(days=day))]
    assert asked == [*range(8)]
    assert ask(kept, [Batch("1")], NOON + timedelta(days=20)) == []


def test_a_missed_last_day_of_a_batch_of_the_setting_is_made_up_for() -> None:
    kept: dict[str, Any] = {}
    asked = [day for day in [0, 1, 40, 41] if ask(kept, [Batch("1")], NOON + timedelta(days=day))]
    assert asked == [0, 1, 40]


def test_a_batch_that_the_setting_does_not_name_any_more_leaves_the_state() -> None:
    kept: dict[str, Any] = {}
    ask(kept, [Batch("1"), Batch("2")])
    ask(kept, [Batch("2")])
    assert kept["named"].keys() == {"2"}
    ask(kept, [])
    assert kept == {}


def test_days_begin_and_end_in_the_time_zone() -> None:
    kept: dict[str, Any] = {}
    late = datetime(2026, 11, 2, 18, 29, tzinfo=timezone.utc)
    assert ask(kept, [sent(-1)], late, timezone="Asia/Kolkata") == ["1"]
    assert ask(kept, [sent(-1)], late + timedelta(minutes=2), timezone="Asia/Kolkata") == ["1"]


@pytest.mark.parametrize("fact", ["{", "[]", "null", '{"sent_at": "yesterday"}'])
def test_what_cannot_be_read_of_a_batch_leaves_it_with_its_id(fact: str) -> None:
    assert read_fact("1", fact) == Batch("1")


def test_a_batch_goes_out_when_it_is_to_and_not_when_it_was_handed_over() -> None:
    fact = '{"campaign": "spring", "send_at": "2026-11-03T12:00:00+01:00", "sent_at": "2026-11-02T12:00:00Z"}'
    found = read_fact("1", fact)
    assert found == Batch("1", datetime(2026, 11, 3, 11, tzinfo=timezone.utc), "spring")


def test_a_test_is_no_batch() -> None:
    assert read_fact("1", '{"test": true, "sent_at": "2026-11-02T12:00:00+00:00"}') is None
