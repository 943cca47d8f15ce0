"""Records to profiles: what is sent, what is left alone, what is rejected and with which words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.columns import Columns
from singer_delivery.outcomes import Outcome, Verdict
from singer_delivery.people import Person
from target_listrak_sms.mapping import Mapper, ProfileField, match
from target_listrak_sms.settings import SPELLINGS, MappingSettings

if TYPE_CHECKING:
    from decimal import Decimal

FIELDS = (
    ProfileField(9002, "Loyalty Points", "Number"),
    ProfileField(9001, "Loyalty Member", "Checkbox"),
    ProfileField(9003, "Last Purchase", "Date"),
    ProfileField(9004, "Favorite Color", "Text", 20),
    ProfileField(9007, "Old Tier", "Text", 20, status="Disabled"),
    ProfileField(9020, "City", "Text", 50),
)
SETTINGS = MappingSettings()
CANARY = "c4nary-value"


def columns(*names: str) -> Columns:
    return Columns.of("customers", names, SPELLINGS)


def profile(record: dict[str, Any], email: str | None = None, settings: MappingSettings = SETTINGS) -> Any:
    """The profile of a record, custom values as a dictionary by id; or the `Verdict` that it is none."""
    of = columns(*record)
    found = Mapper(of, match(of, FIELDS).fields, settings).profile(record, Person("+12125550100", email))
    if isinstance(found, Verdict):
        return found
    custom = found.pop("segmentationFieldValues", None)
    if custom is not None:
        found["custom"] = {each["segmentationFieldId"]: each["value"] for each in custom}
    return found


def test_system_fields_have_listraks_names_and_a_phone_is_no_field() -> None:
    record = {
        "phone": "212-555-0100",
        "email": "ANA@example.com",
        "first_name": "Ana",
        "last_name": "Núñez 🎈",
        "birthday": "1990-04-01",
        "postal_code": "02134",
    }
    assert profile(record, "ana@example.com") == {
        "emailAddress": "ana@example.com",
        "firstName": "Ana",
        "lastName": "Núñez 🎈",
        "birthday": "1990-04-01T00:00:00",
        "postalCode": "02134",
    }


def test_listraks_own_spellings_are_taken_too() -> None:
    record = {"phoneNumber": "x", "FirstName": "Ana", "postalCode": 10001, "emailAddress": "a@example.com"}
    assert profile(record, "a@example.com") == {
        "firstName": "Ana",
        "postalCode": "10001",
        "emailAddress": "a@example.com",
    }


def test_custom_fields_are_matched_by_name_in_any_case_and_typed() -> None:
    record = {
        "LOYALTY POINTS": 120,
        "loyalty member": True,
        "Last Purchase": "2025-12-31T23:59:59Z",
        "favorite color": "نور",
        "city": "New York",
    }
    assert profile(record)["custom"] == {9001: "on", 9002: "120", 9003: "12/31/2025", 9004: "نور", 9020: "New York"}


def test_dates_can_be_written_year_first() -> None:
    settings = replace(SETTINGS, iso_dates=True)
    assert profile({"last purchase": "2025-12-31"}, settings=settings)["custom"] == {9003: "2025-12-31"}


def test_only_what_the_record_has_is_sent() -> None:
    of = columns("phone", "first_name", "last_name", "Loyalty Points")
    mapper = Mapper(of, match(of, FIELDS).fields, SETTINGS)
    assert mapper.profile({"phone": "x", "last_name": "Abe"}, Person("+12125550100", None)) == {"lastName": "Abe"}


BLANKS = {"first_name": None, "birthday": "", "email": " ", "Loyalty Points": None, "Favorite Color": ""}


def test_blank_values_leave_listraks_alone_by_default() -> None:
    assert profile(BLANKS) == {}


def test_blank_values_can_clear_and_a_birthday_is_never_an_empty_text() -> None:
    cleared = profile(BLANKS, settings=replace(SETTINGS, clear_nulls=True))
    assert cleared == {"firstName": None, "birthday": None, "emailAddress": None, "custom": {9002: "", 9004: ""}}


def test_a_text_that_is_too_long_rejects_the_record_or_is_truncated() -> None:
    long = {"Favorite Color": CANARY * 3}
    found = profile(long)
    assert found.reason == "too_long"
    assert "20 characters" in found.message
    assert "'Favorite Color'" in found.message
    assert CANARY not in found.message
    truncated = profile(long, settings=replace(SETTINGS, truncate=True))
    assert truncated["custom"][9004] == (CANARY * 3)[:20]


def test_a_truncated_text_ends_with_a_whole_character() -> None:
    found = profile({"Favorite Color": "a" * 19 + "🎈"}, settings=replace(SETTINGS, truncate=True))
    assert found["custom"][9004] == "a" * 19


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("Loyalty Points", CANARY, "Number"),
        ("Loyalty Points", True, "Number"),
        ("Loyalty Points", "1,234.50", "Number"),
        ("Loyalty Points", float("nan"), "Number"),
        ("Loyalty Points", "1" * 40, "at most 15 digits"),
        ("Loyalty Member", CANARY, "Checkbox"),
        ("Loyalty Member", 2, "Checkbox"),
        ("Last Purchase", CANARY, "Date"),
        ("Last Purchase", "31/12/2025", "Date"),
        ("Last Purchase", "2025-02-30", "Date"),
        ("Last Purchase", 1767139200, "Date"),
        ("Favorite Color", {"a": CANARY}, "Text"),
        ("Favorite Color", [CANARY], "Text"),
        ("first_name", [CANARY], "Text"),
        ("birthday", CANARY, "Date"),
        ("birthday", "1899-12-31", "1900"),
        ("birthday", "0001-01-01T00:00:00", "1900"),
    ],
)
def test_a_wrong_value_rejects_the_record_naming_column_and_type_but_no_value(
    column: str, value: Any, expected: str
) -> None:
    found = profile(
        {"phone": "x", "Loyalty Points" if column != "Loyalty Points" else "first_name": "5", column: value}
    )
    assert found.outcome is Outcome.REJECTED
    assert found.reason == "wrong_type"
    assert f"`{column}`" in found.message
    assert expected in found.message
    assert CANARY not in found.message


def test_fifty_fields_go_in_one_profile_and_one_wrong_value_among_them_rejects_it() -> None:
    fields = [ProfileField(9000 + place, f"Attribute {place}", "Number") for place in range(50)]
    record = {f"attribute {place}": place for place in range(50)}
    of = columns("phone", *record)
    mapper = Mapper(of, match(of, fields).fields, SETTINGS)
    whole: Any = mapper.profile(record, Person("+12125550100", None))
    assert len(whole["segmentationFieldValues"]) == 50
    found: Any = mapper.profile({**record, "attribute 37": CANARY}, Person("+12125550100", None))
    assert "`attribute 37`" in found.message
    assert "'Attribute 37' expects a Number" in found.message


def test_half_a_character_rejects_the_record() -> None:
    assert profile({"first_name": "\ud83c"}).reason == "invalid_text"
    assert profile({"Favorite Color": "\ud83c"}).reason == "invalid_text"


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        ("Loyalty Points", "12.345", "12.35"),
        ("Loyalty Points", 1e3, "1000"),
        ("Loyalty Points", -0.001, "0"),
        ("Loyalty Points", " 7.50 ", "7.5"),
        ("Loyalty Points", 0.1 + 0.2, "0.3"),
        ("Loyalty Member", "Yes", "on"),
        ("Loyalty Member", 0, "off"),
        ("Loyalty Member", 1.0, "on"),
        ("Loyalty Member", "off", "off"),
        ("Favorite Color", 7, "7"),
        ("Favorite Color", 7.0, "7"),
        ("Favorite Color", True, "true"),
    ],
)
def test_values_are_written_as_listrak_takes_them(column: str, value: Any, written: str) -> None:
    assert list(profile({column: value})["custom"].values()) == [written]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_every_number_has_at_most_two_decimals_and_no_exponent(value: Decimal) -> None:
    for form in (value, str(value), float(value)):
        text = profile({"Loyalty Points": form})["custom"][9002]
        whole, _, decimals = text.partition(".")
        assert whole.lstrip("-").isdigit()
        assert len(decimals) <= 2
        assert abs(float(text) - float(value)) <= 0.0051


@given(st.text(max_size=60))
def test_a_text_is_sent_whole_truncated_to_fit_or_rejected(text: str) -> None:
    kept = profile({"Favorite Color": text})
    truncated = profile({"Favorite Color": text}, settings=replace(SETTINGS, truncate=True))
    if not text.strip():
        assert kept == truncated == {}
    elif isinstance(kept, Verdict):
        assert kept.reason == "too_long"
        assert text.startswith(truncated["custom"][9004])
        assert len(truncated["custom"][9004].encode("utf-16-le")) <= 40
    else:
        assert kept == truncated
        assert kept["custom"] == {9004: text}


@given(
    st.dictionaries(
        st.sampled_from(["phone", "first_name", "birthday", "Loyalty Points", "Last Purchase", "city"]),
        st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.integers()),
    )
)
def test_no_record_breaks_the_mapping(record: dict[str, Any]) -> None:
    found = profile(record)
    assert isinstance(found, Verdict) or set(found) <= {"firstName", "birthday", "custom"}


def test_the_order_of_columns_makes_no_difference() -> None:
    record = {"Loyalty Points": 1, "Loyalty Member": 1, "first_name": "Ana"}
    assert profile(record) == profile(dict(reversed(record.items())))


def test_an_accent_is_the_same_letter_however_it_is_written() -> None:
    matched = match(columns("pr\u0065\u0301nom"), [ProfileField(9011, "PR\u00c9NOM", "Text")])
    assert not matched.unknown


def test_columns_that_are_no_field_are_named_but_not_places() -> None:
    matched = match(columns("phone", "city", "state", "country", "Old Tier", "shoe size"), FIELDS)
    assert set(matched.fields) == {"city"}
    assert sorted(matched.unknown) == ["Old Tier", "shoe size"]  # a disabled field cannot be written to


def test_a_streams_key_is_not_missed_as_a_field() -> None:
    columns = Columns.of("customers", ["id", "phone", "Shoe"], SPELLINGS, keys=["id"])
    assert match(columns, []).unknown == ["Shoe"]


def test_names_that_are_not_clear_are_told() -> None:
    twice = (*FIELDS, ProfileField(9099, " loyalty POINTS", "Text"))
    assert "9002, 9099" in match(columns("Loyalty Points"), twice).ambiguous[0]
    assert (
        "`Favorite Color` and `favorite color`"
        in match(columns("Favorite Color", "favorite color"), FIELDS).ambiguous[0]
    )


def test_an_email_address_that_cannot_be_read_rejects_a_profile_that_would_hold_it() -> None:
    found = profile({"phone": "212-555-0100", "email": CANARY})
    assert isinstance(found, Verdict)
    assert found.reason == "invalid_email"
    assert CANARY not in found.message
