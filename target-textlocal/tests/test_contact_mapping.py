"""What a record becomes as a contact, and how contacts are told apart without being kept."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from typing import Any

import pytest

from singer_delivery.columns import Columns
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict
from target_textlocal.contact_mapping import (
    SPELLINGS,
    ContactMapper,
    customer_id_of,
    digest,
    equal,
    merged,
    new_contact,
    text_of,
    updated,
)

PHONE = "+447700900500"


def mapper(*names: str, field: str | None = None, keys: tuple[str, ...] = ()) -> ContactMapper:
    return ContactMapper(Columns.of("people", names, SPELLINGS, keys=keys), field)


def test_a_contact_has_the_fields_that_the_stream_has_columns_for() -> None:
    record = {"PHONE": "x", "firstName": " Ana ", "last_name": None, "Custom2": 7}
    contact = mapper(*record).contact(record, PHONE)
    assert contact == {"number": "447700900500", "first_name": "Ana", "last_name": "", "custom2": "7"}
    empty: Any = mapper("custom2", "first_name").contact({}, PHONE)
    assert list(empty) == ["number", "first_name", "custom2"]


@pytest.mark.parametrize("field", ["custom1", "custom2", "custom3"])
def test_the_customer_id_goes_into_its_slot(field: str) -> None:
    contact = mapper("phone", "customer_id", field=field).contact({"customer_id": 1042}, PHONE)
    assert contact == {"number": "447700900500", field: "1042"}


def test_a_customer_id_without_a_slot_goes_nowhere_and_is_told() -> None:
    made = mapper("phone", "customer_id", "city", "birthday", "message")
    assert made.contact({"customer_id": 1}, PHONE) == {"number": "447700900500"}
    assert set(made.left_out) == {"customer_id", "city", "birthday"}


def test_nobody_is_told_of_the_key_or_of_columns_of_other_actions() -> None:
    assert mapper("id", "phone", "message", "template", "send_at", keys=("id",)).left_out == []


def test_two_columns_for_one_field_end_the_run() -> None:
    with pytest.raises(SetupError, match="`Custom1`, and both go into the field `custom1`"):
        mapper("phone", "customer_id", "Custom1", field="custom1")
    assert mapper("customer_id", "custom1", field="custom2").left_out == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  ", ""),
        (" Zoë ", "Zoë"),
        (42, "42"),
        (42.0, "42"),
        (Decimal("1E3"), "1000"),
        (Decimal("12.50"), "12.50"),
        (0.1, "0.1"),
        (True, "true"),
        (float("nan"), ""),
        ("50% + 1 & more\n😀", "50% + 1 & more\n😀"),
    ],
)
def test_single_values_become_texts(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": 1}])
def test_a_list_or_an_object_rejects_the_record_by_its_column(value: Any) -> None:
    verdict = mapper("phone", "Custom1").contact({"Custom1": value}, PHONE)
    assert isinstance(verdict, Verdict)
    assert verdict.reason == "wrong_type"
    assert "`Custom1`" in verdict.message


@pytest.mark.parametrize("value", [42, 42.0, "42", " 42 ", Decimal("42.0")])
def test_a_customer_id_is_the_same_however_a_warehouse_writes_it(value: Any) -> None:
    assert customer_id_of(value) == "42"


def test_nothing_and_a_list_are_no_customer_id() -> None:
    assert [customer_id_of(each) for each in (None, "", [1])] == ["", "", ""]


def test_a_new_contact_does_not_name_what_is_empty() -> None:
    assert new_contact({"number": "1", "first_name": "", "custom1": "a"}) == {"number": "1", "custom1": "a"}


def test_a_contact_that_replaces_one_keeps_what_the_record_says_nothing_of() -> None:
    there = {"number": "1", "first_name": "Ana", "last_name": "Old", "custom3": 7, "id": "99", "groupID": 3}
    assert merged(there, {"number": "1", "first_name": "", "last_name": "New"}) == {
        "number": "1",
        "first_name": "",
        "last_name": "New",
        "custom3": "7",
    }


def test_contacts_are_equal_in_the_fields_that_a_record_has() -> None:
    there = digest({"number": 1, "first_name": "Ana", "last_name": None, "custom1": 42, "custom2": "gold"})
    assert equal(there, {"number": "1", "first_name": "Ana", "custom1": "42"})
    assert equal(there, {"number": "1", "last_name": "", "custom3": ""})
    assert equal(there, {"number": "1"})
    assert not equal(there, {"number": "1", "first_name": ""})
    assert not equal(there, {"number": "1", "custom3": "gold"})
    assert not equal(there, {"number": "1", "first_name": "ana"})
    assert not equal(there, {"number": "1", "first_name": "42", "custom1": "Ana"})


def test_a_changed_contact_is_known_by_its_new_fields_and_its_old_others() -> None:
    there = digest({"first_name": "Ana", "custom1": "a", "custom2": "b"})
    after = updated(there, {"number": "1", "first_name": "Zoë", "custom2": ""})
    assert after == digest({"first_name": "Zoë", "custom1": "a"})


def test_a_hundred_thousand_contacts_take_a_few_megabytes_and_name_nobody() -> None:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = {
        447_700_000_000 + each: digest({"first_name": f"Ana {each}", "last_name": "Smith", "custom1": f"C{each}"})
        for each in range(100_000)
    }
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / len(kept) < 160
    assert {type(each) for each in kept.values()} == {int}
