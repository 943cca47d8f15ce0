"""Records to attributes: built-in fields, custom ones, and the type that an attribute keeps."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.columns import Columns
from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Verdict
from target_attentive import identifiers, settings
from target_attentive.attribute_mapping import SPELLINGS, AttributeMapper
from target_attentive.attribute_types import AttributeTypes, type_of

CANARY = "c4nary-value"
ALL_SPELLINGS = {**settings.SPELLINGS, **identifiers.SPELLINGS, **SPELLINGS}
BUILT_IN = {
    "phone": "+12025550100",
    "email": "ana@example.com",
    "client_user_id": "7",
    "custom_identifiers": {"crm": "9"},
    "first_name": " Ana ",
    "last_name": "Núñez 🎈",
    "birthday": "1990-04-01T23:30:00-05:00",
    "postal_code": 10001,
    "city": "New York",
    "state": "NY",
    "country": "us",
    "address1": "1 Main St",
    "address2": "Apt 2",
    "latitude": Decimal("40.7128000"),
    "longitude": "-74.0060",
    "region": "US-NY",
    "timezone": "America/New_York",
    "language": "en",
    "age": "34",
    "organization": "Example",
    "title": "Dr",
    "website": "https://example.com",
    "locale": "en_us",
    "Loyalty Tier": " Gold ",
}


def mapper(record: Any, types: Any = None) -> AttributeMapper:
    return AttributeMapper(Columns.of("people", record, ALL_SPELLINGS), types or AttributeTypes({}))


def attributes(record: Any, types: Any = None) -> Any:
    return mapper(record, types).attributes(record)


def test_built_in_fields_have_attentives_names_and_places() -> None:
    assert attributes(BUILT_IN) == {
        "firstName": "Ana",
        "lastName": "Núñez 🎈",
        "locale": {"language": "en", "country": "US"},
        "demographic": {
            "language": "en",
            "dateOfBirth": "1990-04-01",
            "age": 34,
            "organization": "Example",
            "title": "Dr",
            "website": "https://example.com",
        },
        "location": {
            "address1": "1 Main St",
            "address2": "Apt 2",
            "city": "New York",
            "state": "NY",
            "zip": "10001",
            "latitude": "40.7128000",
            "longitude": "-74.0060",
            "country": "US",
            "region": "US-NY",
            "timezone": "America/New_York",
        },
        "custom": {"Loyalty Tier": "Gold"},
    }


def test_attentives_own_spellings_of_columns_are_taken_too() -> None:
    record = {"firstName": "Ana", "dateOfBirth": "1990-04-01", "zip": "02134"}
    assert attributes(record) == {
        "firstName": "Ana",
        "demographic": {"dateOfBirth": "1990-04-01"},
        "location": {"zip": "02134"},
    }


def test_any_other_column_is_a_custom_attribute_of_exactly_that_name() -> None:
    assert attributes({"id": 7, "Points": Decimal("1.50"), "vip": True, "since": "2025-01-31", "é 🎈": "x"}) == {
        "custom": {"id": 7, "Points": Decimal("1.50"), "vip": True, "since": "2025-01-31", "é 🎈": "x"}
    }


def test_what_is_null_blank_or_empty_is_left_out_and_objects_for_it_too() -> None:
    record = {"first_name": " ", "city": None, "age": "", "birthday": " ", "latitude": "", "locale": "", "country": ""}
    assert attributes({**record, "tags": [], "extra": {}, "tier": "  ", "points": None}) == {}


@pytest.mark.parametrize(
    ("record", "region"),
    [
        ({"region": "us-ny"}, "US-NY"),
        ({"region": "NY", "country": "us"}, "US-NY"),
        ({"region": "FR-75C", "country": "FR"}, "FR-75C"),
        ({"region": "13", "country": "JP"}, "JP-13"),
    ],
)
def test_a_region_is_written_with_its_country(record: dict[str, Any], region: str) -> None:
    assert attributes(record)["location"]["region"] == region


@pytest.mark.parametrize("record", [{"region": "NY"}, {"region": "NY", "country": None}])
def test_a_region_without_its_country_is_not_guessed(record: dict[str, Any]) -> None:
    verdict: Any = attributes({**record, "timezone": "America/New_York"})
    assert verdict.reason == "wrong_type"
    assert "Column `region`" in verdict.message
    assert "US-NY" in verdict.message


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("first_name", ["Ana"]),
        ("region", "California"),
        ("region", "US-"),
        ("region", "USA-NY"),
        ("region", 7.5),
        ("first_name", True),
        ("birthday", "01/04/1990"),
        ("birthday", "1990-02-30"),
        ("birthday", 19900401),
        ("birthday", "1990-04-01x"),
        ("country", "United States"),
        ("country", "1"),
        ("locale", "en"),
        ("locale", "english-US"),
        ("age", -1),
        ("age", "old"),
        ("age", 34.5),
        ("latitude", "north"),
        ("latitude", 90.1),
        ("longitude", "NaN"),
        ("longitude", "sNaN"),
        ("longitude", "1e999999"),
        ("longitude", True),
        ("longitude", [CANARY]),
        ("tags", [CANARY]),
        ("tags", {"a": CANARY}),
        ("points", Decimal("Infinity")),
        ("points", float("nan")),
        ("points", 2**64),
    ],
)
def test_what_attentive_could_not_take_rejects_the_record_and_names_only_the_column(column: Any, value: Any) -> None:
    found = attributes({column: value})
    assert isinstance(found, Verdict)
    assert found.reason == "wrong_type"
    assert f"`{column}`" in found.message
    assert CANARY not in found.message


def test_a_name_of_more_than_200_characters_stops_the_stream() -> None:
    assert attributes({"x" * 200: 1}) == {"custom": {"x" * 200: 1}}
    for name in ("x" * 201, " "):
        with pytest.raises(SetupError, match="200 characters"):
            mapper({name: 1})


NAMES = st.sampled_from(["a", "b", "é", "first_name", "age", "city", "birthday", "locale", "latitude", "country"])
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(["24", "-1.5", "true", "FALSE", "2025-01-31", " ", "en-US"]))
DECIMALS = st.decimals(allow_nan=False)  # no JSON has one
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), DECIMALS, TEXTS)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=4)
RECORDS = st.dictionaries(NAMES, VALUES)


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)] or [{}]
    return [value]


@given(RECORDS)
def test_no_null_no_blank_no_list_and_no_empty_object_is_ever_in_a_payload(record: dict[str, Any]) -> None:
    found = attributes(record)
    if isinstance(found, Verdict) or not found:
        return
    for leaf in leaves(found):
        assert isinstance(leaf, (str, int, float, Decimal))
        assert not isinstance(leaf, str) or leaf.strip() == leaf != ""
        assert leaf == leaf  # noqa: PLR0124 - NaN is not
    assert all(not isinstance(each, dict) for each in found.get("custom", {}).values())


@given(st.lists(RECORDS, max_size=12))
def test_the_type_lock_never_lets_two_types_of_one_attribute_through(records: list[dict[str, Any]]) -> None:
    types = AttributeTypes({})
    kinds: dict[str, set[tuple[str | None, bool]]] = {}
    for record in records:
        found = attributes(record, types)
        if not isinstance(found, Verdict):
            for name, value in found.get("custom", {}).items():
                kinds.setdefault(name, set()).add((type_of(value), isinstance(value, str)))
    for name, seen in kinds.items():
        # A string attribute takes any text; every other one values of its own type alone.
        allowed_ = (
            all(is_text for _, is_text in seen) if types.known[name] == "string" else len({k for k, _ in seen}) == 1
        )
        assert allowed_, (name, seen)


@given(st.dictionaries(st.text(string.ascii_letters, min_size=1), st.text(min_size=1)))
def test_a_payload_does_not_depend_on_the_order_of_columns(record: dict[str, str]) -> None:
    other = dict(reversed(record.items()))
    left, right = attributes(record), attributes(other)
    assert left == right
    if not isinstance(left, Verdict):
        assert list(left.get("custom", {})) == list(right.get("custom", {}))


def test_a_value_of_another_type_than_the_attribute_has_is_rejected_and_not_quoted() -> None:
    assert not isinstance(
        attributes({"phone": "+12025550100", "vip": True}, AttributeTypes({"vip": "boolean"})), Verdict
    )
    found = attributes({"phone": "+12025550100", "points": 7}, AttributeTypes({"points": "boolean"}))
    assert isinstance(found, Verdict)
    assert "`points`" in found.message
    assert "7" not in found.message
