"""The geometry of the charts: what is drawn is what was counted."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.charts import HIGH, WIDE, chart, round_top, segments

COLUMN = re.compile(r"M([\d.]+) ([-\d.]+)h[\d.]+v([\d.]+)h-[\d.]+z")


def columns(path: str) -> list[tuple[Any, ...]]:
    return [tuple(map(float, each)) for each in COLUMN.findall(path)]


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**7)))
def test_a_bar_is_full_its_parts_touch_and_what_is_there_is_seen(counts: dict[str, int]) -> None:
    parts = segments(counts)
    assert [(each.kind, each.n) for each in parts] == [(kind, n) for kind, n in counts.items() if n]
    if parts:
        assert parts[-1].start + parts[-1].width == pytest.approx(WIDE, abs=0.1)
    for before, after in itertools.pairwise(parts):
        assert before.start + before.width == pytest.approx(after.start, abs=0.1)
    assert all(each.width > 4 for each in parts)


def test_parts_have_the_share_that_they_are_of_the_whole() -> None:
    assert [each.width for each in segments({"a": 30, "b": 0, "c": 70})] == [300, 700]


def test_columns_are_stacked_per_second_below_a_round_end_of_the_axis() -> None:
    drawn = chart({"a": [10, 0], "b": [6, 4]}, 2, {})
    assert drawn.ticks == ["8", "4", "0"]
    assert drawn.times == ["0 s", "2 s", "4 s"]
    below, above = (columns(layer.path) for layer in drawn.layers)
    assert below == [(pytest.approx(0.06), 37.5, 62.5)]  # 5 a second of 8
    assert above == [(pytest.approx(0.06), 0, 37.5), (pytest.approx(1.06), 75, 25)]


def test_a_line_holds_its_level_until_the_next_one_is_known() -> None:
    drawn = chart({"a": [10, 10, 10]}, 1, {"default": [None, 10.0, 5.0]})
    (line,) = drawn.lines
    assert line.path == "M0 0.00H2V50.00H3"


def test_a_rate_that_is_far_above_what_was_used_is_told_and_not_drawn() -> None:
    drawn = chart({"a": [4, 2]}, 1, {"default": [1000.0, 900.0], "events": [None, 8.0]})
    assert drawn.beyond == {"default": 900.0}
    assert [each.kind for each in drawn.lines] == ["events"]
    assert drawn.ticks[0] == "8"


def test_refused_calls_are_marked_where_they_were() -> None:
    drawn = chart({"a": [1, 1, 1]}, 1, {}, marks=[0, 2, 0])
    assert columns(drawn.marks) == [(1, 0, 5)]
    assert not chart({"a": [1]}, 1, {}, marks=[0]).marks


@given(st.floats(1e-3, 1e9))
def test_an_axis_ends_at_or_just_above_the_highest_value(highest: float) -> None:
    assert highest * 0.998 <= round_top(highest) <= highest * 2


@given(st.lists(st.integers(0, 10**6), max_size=50), st.integers(1, 512))
def test_nothing_is_drawn_outside_of_the_chart(numbers: list[int], seconds: int) -> None:
    for layer in chart({"a": numbers, "b": numbers}, seconds, {}).layers:
        for left, top, height in columns(layer.path):
            assert 0 <= left <= len(numbers)
            assert -0.2 <= top <= HIGH
            assert top + height <= HIGH + 0.1
