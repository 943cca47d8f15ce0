"""What a replay of a run's rejects brings, and which of them it closes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from made_up_target import person, schema

from singer_delivery.replay import Survey, messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Outcome, Vendor

ANN = "person1@example.com"


def replayed(folder: Path) -> list[dict[str, Any]]:
    path = folder / "rejects.jsonl"
    return [json.loads(line) for line in messages(path, Survey.of(path))]


def declared(**columns: Any) -> dict[str, Any]:
    """The SCHEMA message of a stream whose tap knows the type of each column."""
    properties = {"id": {"type": "integer"}, "email": {"type": "string"}, **columns}
    described = {"type": "object", "properties": properties, "required": ["id"]}
    return {"type": "SCHEMA", "stream": "join", "key_properties": ["id"], "schema": described}


def test_a_row_that_another_action_took_stays_rejected_for_the_action_that_did_not(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    vendor.brings_back = True
    vendor.refuse(ANN)
    rows = [schema("people"), person(1, stream="people")]
    assert deliver(rows, streams={"people": "join"}).report["open_rejects"] == 1
    vendor.errors.clear()
    left = deliver(rows, streams={"people": "leave"})
    assert (left.reasons, left.report["open_rejects"]) == ({"taken": 1}, 1)
    again = deliver(replayed(tmp_path), streams={"people": "join"})
    assert (again.reasons, again.report["open_rejects"]) == ({"taken": 1}, 0)


def test_flattened_rows_come_through_a_replay_as_the_tap_sent_them(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    flat = {"flattening_enabled": True, "flattening_max_depth": 1}
    address = {"type": "object", "properties": {"zip": {"type": "string"}}}
    described = declared(age={"type": "integer"}, member={"type": "boolean"}, address=address)
    row = {"id": 1, "email": ANN, "age": 41, "member": True, "address": {"zip": "78701"}}
    record = {"type": "RECORD", "stream": "join", "record": row}
    vendor.refuse(ANN)
    assert deliver([described, record], **flat).reasons == {"bad_value": 1}
    assert replayed(tmp_path) == [described, record]
    vendor.errors.clear()
    again = deliver(replayed(tmp_path), **flat)
    assert (again.reasons, again.report["open_rejects"]) == ({"taken": 1}, 0)


def test_what_the_tap_did_not_declare_is_no_column_after_a_replay_either(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    vendor.refuse(ANN)
    row = {**person(1), "record": {"id": 1, "email": ANN, "ann.secret@example.com": 3}}
    deliver([declared(), row])
    again = deliver(replayed(tmp_path))
    assert [each["columns"].keys() for each in again.report["rejects_sample"]] == [{"id", "email"}]
    assert replayed(tmp_path)[1] == row


def test_the_schema_of_a_stream_that_is_mapped_is_kept_as_the_tap_sent_it(
    deliver: Callable[..., Outcome], vendor: Vendor, tmp_path: Path
) -> None:
    maps = {"join": {"email": "mail", "mail": None}}
    described = declared(mail={"type": "string"})
    del described["schema"]["properties"]["email"]
    row = {**person(1), "record": {"id": 1, "mail": ANN}}
    vendor.refuse(ANN)
    refused = deliver([described, row], stream_maps=maps)
    assert [each["columns"].keys() for each in refused.report["rejects_sample"]] == [{"id", "mail"}]
    assert replayed(tmp_path) == [described, row]
    vendor.errors.clear()
    assert deliver(replayed(tmp_path), stream_maps=maps).report["open_rejects"] == 0
