"""Which column of a stream is which of ours, and which is the vendor's custom field."""

from __future__ import annotations

import pytest

from singer_delivery.columns import Columns

SPELLINGS = {"phoneNumber": "phone", "given": "first_name"}


@pytest.mark.parametrize("names", [["phone", "phoneNumber", "Colour"], ["Colour", "phoneNumber", "phone"]])
def test_of_two_spellings_of_one_column_our_own_name_counts(names: list[str]) -> None:
    columns = Columns.of("people", names, SPELLINGS)
    record = {"phone": "ours", "phoneNumber": "theirs", "Colour": "red"}
    assert columns.value(record, "phone") == "ours"
    assert columns.others == ("Colour",)


def test_a_column_that_the_stream_or_the_record_lacks_has_no_value() -> None:
    columns = Columns.of("people", ["phoneNumber"], SPELLINGS)
    assert columns.value({}, "phone") is None
    assert columns.value({"email": "ann@example.com"}, "email") is None
