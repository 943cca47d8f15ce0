"""Rejected records without their content: which columns they had, and what kind of value was in each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.samples import MOST_COLUMNS, MOST_OF_A_REASON, MOST_REASONS, Samples, mask

PLACE = ("customers", "subscribe")


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (None, "null"),
        (True, "true or false"),
        (7, "a number"),
        (1.5, "a number"),
        (Decimal(1), "a number"),
        (["x"], "a list"),
        ({"a": 1}, "an object"),
        ("", "an empty text"),
        ("  ", "blanks"),
        ("Ann", "letters, 1 to 8 characters"),
        ("917 555 0100", "digits, 9 to 16 characters"),
        ("+1 917 555 0100", "digits and signs, 9 to 16 characters"),
        ("call 555-0100", "letters and digits and signs, 9 to 16 characters"),
        ("x" * 65, "letters, 65 to 256 characters"),
        ("x" * 300, "letters, more than 256 characters"),
    ],
)
def test_a_value_is_told_by_its_kind_and_about_its_length(value: Any, masked: Any) -> None:
    assert mask(value) == masked


@given(st.text(min_size=1))
def test_equal_kinds_and_lengths_look_alike_whatever_is_in_them(text: str) -> None:
    assert mask(text) == mask("".join("a" if s.isalpha() else "0" if s.isdecimal() else s for s in text))


def test_columns_that_the_schema_does_not_know_are_left_out_for_they_may_be_named_after_a_person() -> None:
    samples = Samples()
    samples.add(PLACE, "invalid_phone", {"phone": "1", "ann@example.com": "2"}, ["id", "phone"])
    (sample,) = samples.content()
    assert (sample.stream, sample.action, sample.reason) == (*PLACE, "invalid_phone")
    assert sample.columns == {"phone": "digits, 1 to 8 characters"}


def test_a_flood_of_rejects_leaves_a_few_of_each_reason() -> None:
    samples, record = Samples(), {f"c{number}": "x" for number in range(200)}
    for number in range(1000):
        samples.add(PLACE, f"reason-{number % 100}", record, record)
    found = samples.content()
    assert len(found) == MOST_OF_A_REASON * MOST_REASONS
    assert {len(each.columns) for each in found} == {MOST_COLUMNS}
    assert found == sorted(found, key=lambda each: each.reason)
