"""Validation: what is wrong is said in the schema's words, never in the record's."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.exceptions import InvalidRecord
from singer_sdk.sinks.core import JSONSchemaValidator

from singer_delivery.errors import InputError
from singer_delivery.validation import RecordValidator

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "phone": {"type": ["string", "null"], "maxLength": 20},
        "points": {"type": "integer"},
        "spent": {"type": ["null", "number"], "multipleOf": Decimal("0.01"), "maximum": 1000},
        "address": {"type": "object", "properties": {"zip": {"type": "string"}}, "required": ["zip"]},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
        "by_email": {"type": "object", "additionalProperties": {"type": "integer"}},
        "at": {"type": "string", "format": "date-time"},
    },
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def validator() -> RecordValidator:
    return RecordValidator(SCHEMA, stream="people")


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"phone": None, "points": 10**400},
        {"spent": Decimal("19.90")},
        {"spent": Decimal("0.07")},
        {"spent": 3},
        {"points": Decimal("2.0")},
        {"at": "formats are not asserted"},
        {"address": {"zip": "10001", "more": 1}},
    ],
)
def test_good_records_pass(validator: RecordValidator, record: dict[str, Any]) -> None:
    assert validator.problem(record) is None
    validator.validate(record)


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"phone": 5550100}, "`phone` does not match `type` (null or string)"),
        ({"phone": "x" * 10_000_000}, "`phone` does not match `maxLength`"),
        ({"points": Decimal("1.5")}, "`points` does not match `type` (integer)"),
        ({"points": True}, "`points` does not match `type` (integer)"),
        ({"spent": Decimal("1E+400")}, "`spent` does not match `maximum`"),
        ({"spent": Decimal("0.071")}, "`spent` does not match `multipleOf`"),
        ({"spent": 10**400}, "`spent` does not match `maximum`"),
        ({"address": {"zip": 10001}}, "`address.zip` does not match `type` (string)"),
        ({"address": {}}, "`address` does not match `required`: `zip` is missing"),
        ({"tags": ["a", "canary"]}, "`tags.1` does not match `enum`"),
        ({"by_email": {"someone@example.com": "canary"}}, "`by_email.*` does not match `type` (integer)"),
        ({"someone@example.com": 1}, "the record does not match `additionalProperties`"),
        ({"at": datetime.now(timezone.utc)}, "it holds a value that JSON does not know, or text that is not Unicode"),
        ({"address": {"zip": b"canary"}}, "it holds a value that JSON does not know, or text that is not Unicode"),
    ],
)
def test_each_problem_is_a_path_and_a_keyword(
    validator: RecordValidator, record: dict[str, Any], problem: str
) -> None:
    assert validator.problem(record) == problem
    with pytest.raises(InvalidRecord) as caught:
        validator.validate(record)
    assert str(caught.value) == f"Record Message Validation Error: {problem}"
    assert caught.value.record == {}


def test_a_record_may_be_nested_deeply() -> None:
    schema = {
        "properties": {"tree": {"$ref": "#/$defs/tree"}},
        "$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
    }
    tree: list[Any] = []
    for _ in range(5000):
        tree = [tree]
    assert RecordValidator(schema).problem({"tree": tree}) is None
    assert RecordValidator(schema).problem({"tree": [[["canary"]]]}) == "`tree.0.0.0` does not match `type` (array)"


def test_references_inside_the_schema_are_followed_and_their_names_shown() -> None:
    schema = {
        "properties": {"home": {"$ref": "#/definitions/address"}},
        "definitions": {"address": SCHEMA["properties"]["address"]},
    }
    assert RecordValidator(schema).problem({"home": {"zip": 5}}) == "`home.zip` does not match `type` (string)"


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"n": {"exclusiveMinimum": True, "minimum": 0}}},
        {"properties": {"n": {"items": [{"type": "string"}], "additionalItems": False}}},
        {"$schema": "http://json-schema.org/schema#", "properties": {"n": {"type": "integer"}}},
        {"$schema": "https://example.com/unknown", "properties": {"n": {"type": "integer"}}},
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "properties": {"n": {"exclusiveMinimum": True, "minimum": 0}},
        },
        {
            "properties": {
                "n": {"type": ["null", "number"], "multipleOf": Decimal("1E-38"), "format": "singer.decimal"}
            }
        },
    ],
)
def test_schemas_of_older_drafts_and_with_odd_labels_are_taken(schema: dict[str, Any]) -> None:
    assert RecordValidator(schema).problem({"n": None if "null" in str(schema) else []}) in {
        None,
        "`n` does not match `type` (integer)",
    }


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"properties": {"zip": {"type": "strin"}}}, "`properties.zip.type` is not what JSON Schema allows there"),
        ({"properties": {"zip": {"pattern": "("}}}, "`properties.zip.pattern` is not what"),
        ({"properties": {"zip": {"$ref": "#/definitions/zip"}}}, "a `$ref` leads nowhere"),
        ({"properties": {"zip": {"$ref": "http://127.0.0.1:9/zip.json"}}}, "out of the schema (nothing is fetched)"),
        ({"properties": {"zip": {"$ref": "file:///etc/hostname"}}}, "out of the schema (nothing is fetched)"),
    ],
)
def test_a_schema_that_is_none_ends_the_run_with_the_place(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match="stream `people`") as caught:
        RecordValidator(schema, stream="people")
    assert words in str(caught.value)
    assert "`validate_records`" in str(caught.value)
    assert caught.value.__context__ is None


def test_a_schema_that_is_nested_without_end_ends_the_run() -> None:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(300):
        schema = {"properties": {"a": schema}}
    with pytest.raises(InputError, match="nested too deeply"):
        RecordValidator(schema, stream="people")


_VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "phone": _VALUES,
        "points": _VALUES,
        "address": st.fixed_dictionaries({}, optional={"zip": _VALUES}) | _VALUES,
        "tags": st.lists(st.sampled_from(["a", "b", "c", 1])) | _VALUES,
        "by_email": st.dictionaries(st.text(max_size=3), _VALUES, max_size=3),
    },
)


@given(_RECORDS)
def test_it_finds_what_the_sdks_validator_finds(record: dict[str, Any]) -> None:
    decimals = msgspec.json.Decoder(float_hook=Decimal).decode(msgspec.json.encode(record))
    schema = {**SCHEMA, "properties": {name: part for name, part in SCHEMA["properties"].items() if name != "spent"}}
    try:
        JSONSchemaValidator(schema).validate(record)
        valid = True
    except InvalidRecord:
        valid = False
    assert (RecordValidator(schema).problem(decimals) is None) is valid
