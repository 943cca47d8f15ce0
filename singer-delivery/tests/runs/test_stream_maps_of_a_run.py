"""Stream maps over records that lack columns, and what they leave out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import person, schema, state

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Outcome, Vendor

ANN, BOB = "person1@example.com", "person2@example.com"
SPARSE: dict[str, Any] = {"type": "RECORD", "stream": "join", "record": {"id": 2, "email": BOB}}
"""Of somebody whose name the tap left out."""


@pytest.mark.parametrize(
    ("maps", "names"),
    [
        ({"fullName": "fullName"}, [None]),
        ({"fullName": "str(self)"}, ["None"]),
        ({"fullName": "record['fullName'] or 'nobody'"}, ["nobody"]),
        ({"fullName": "record.get('fullName', 'nobody')"}, ["nobody"]),
        ({"fullName": "'there' if 'fullName' in record else 'not there'"}, ["not there"]),
        ({"__filter__": "fullName == 'Ann'"}, []),
        ({"__filter__": "fullName != 'Ann'", "segmentName": "fullName"}, [None]),
        ({"segmentName": "str(record)", "__else__": None, "id": "id", "email": "email"}, [None]),
    ],
    ids=str,
)
def test_a_column_that_a_record_lacks_is_null_for_its_stream_maps(
    deliver: Callable[..., Outcome], vendor: Vendor, maps: dict[str, Any], names: list[str | None]
) -> None:
    outcome = deliver([schema("join"), SPARSE, state(1)], stream_maps={"join": maps})
    assert (outcome.error, outcome.states) == (None, [{"at": 1}])
    assert vendor.calls == [(BOB, {"name": name}) for name in names]


def test_a_column_that_a_record_lacks_is_lacked_by_what_is_made_of_it_too(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    """Null would not fit its schema, and say something else to the vendor."""
    described = schema("join")
    texts = {name: {"type": "string"} for name in ("email", "fullName", "segmentName", "whole")}
    described["schema"] = {"type": "object", "properties": {"id": {"type": "integer"}, **texts, "whole": {}}}
    maps = {"join": {"segmentName": "segmentName or 'none'", "whole": "record"}}
    vendor.refuse(BOB)
    assert deliver([described, SPARSE], stream_maps=maps).reasons == {"bad_value": 1}
    (line,) = [line for line in (tmp_path / "rejects.jsonl").read_text().splitlines() if "record" in json.loads(line)]
    assert json.loads(line)["record"] == SPARSE["record"]


@pytest.mark.parametrize("name", [{}, {"fullName": None}, {"fullName": 7}], ids=["none", "null", "number"])
def test_a_record_whose_value_an_expression_was_not_made_for_is_rejected_alone(
    deliver: Callable[..., Outcome], name: dict[str, Any]
) -> None:
    maps = {"join": {"fullName": "fullName.upper()"}}
    odd = {**SPARSE, "record": {**SPARSE["record"], **name}}
    outcome = deliver([schema("join"), person(1), odd, state(1)], stream_maps=maps)
    assert outcome.reasons == {"taken": 1, "stream_map_failed": 1}
    assert outcome.states[-1] == {"at": 1}


@pytest.mark.parametrize("address", [{}, {"address": None}, {"address": {}}], ids=str)
def test_a_record_whose_object_lacks_what_an_expression_reads_is_rejected_alone(
    deliver: Callable[..., Outcome], address: dict[str, Any]
) -> None:
    described = schema("join")
    described["schema"] = {"properties": {"id": {}, "email": {}, "address": {}}}
    rows = [{**SPARSE, "record": {**SPARSE["record"], **each}} for each in (address, {"address": {"zip": "78701"}})]
    outcome = deliver([described, *rows], stream_maps={"join": {"postal_code": "address.zip"}})
    assert outcome.reasons == {"taken": 1, "stream_map_failed": 1}


def test_an_attribute_that_no_value_has_ends_the_run(deliver: Callable[..., Outcome], vendor: Vendor) -> None:
    whole = person(1)
    whole["record"]["segmentName"] = "gold"
    outcome = deliver([schema("join"), whole], stream_maps={"join": {"fullName": "fullName.uper()"}})
    assert isinstance(outcome.error, SetupError)
    assert vendor.calls == []


def test_a_column_that_no_schema_has_ends_the_run_whatever_else_a_record_lacks(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    outcome = deliver([schema("join"), SPARSE, person(1)], stream_maps={"join": {"fullName": "full_name"}})
    assert isinstance(outcome.error, SetupError)
    assert vendor.calls == []


def test_a_record_that_one_of_several_stream_maps_takes_is_not_left_out(
    deliver: Callable[..., Outcome], vendor: Vendor
) -> None:
    maps = {"join": {"__source__": "people", "__filter__": "id != 3"}, "people": "__NULL__"}
    people = [person(number, stream="people") for number in (1, 2, 3)]
    outcome = deliver([schema("people"), *people], stream_maps=maps)
    assert [key for key, _ in vendor.calls] == [ANN, BOB]
    assert (outcome.report["read"], outcome.report["filtered"]) == (2, 1)
