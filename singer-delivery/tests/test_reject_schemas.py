"""The schemas in a rejects file: what a replay declares its rows with."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from singer_delivery.outcomes import rejected
from singer_delivery.rejects import Reject, RejectsFile, StreamSchema
from singer_delivery.replay import ANY_TYPE, Survey, cli, messages

if TYPE_CHECKING:
    from pathlib import Path

BAD_PHONE = rejected("invalid_phone", "The phone number cannot exist.")
BAD_FIELD = rejected("custom_field", "`Colour` is too long.")
NUMBERS = {"type": "object", "properties": {"id": {"type": "integer"}, "age": {"multipleOf": 0.1}}}
TEXTS = {"properties": {"id": {"type": "string"}}}


def _reject(number: int, schema: dict[str, Any] = NUMBERS, stream: str = "customers") -> Reject:
    return Reject(stream, "join", {"id": number}, ("id",), BAD_PHONE, schema=StreamSchema.of(stream, schema))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejects.jsonl"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _schemas(path: Path, **wanted: str) -> list[tuple[str, Any]]:
    """The stream and schema of each SCHEMA message of a replay."""
    replayed = map(json.loads, messages(path, Survey.of(path, **wanted)))
    return [(each["stream"], each["schema"]) for each in replayed if each["type"] == "SCHEMA"]


def test_a_schema_is_written_once_for_all_rejects_that_need_it_and_before_them(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1), _reject(2)])
    rejects.add([_reject(3)])
    RejectsFile(path).add([_reject(4, dict(reversed(NUMBERS.items()))), _reject(5, stream="others")])
    first, *rest = _lines(path)
    assert first.pop("at").endswith("+00:00")
    assert first == {"stream": "customers", "schema": NUMBERS, "id": rest[0]["schema_id"]}
    assert ["schema" in line for line in rest] == [False, False, False, False, True, False]
    assert _schemas(path) == [("customers", NUMBERS), ("others", NUMBERS)]
    assert len(RejectsFile(path).open_rejects) == 5


def test_each_row_is_declared_as_when_it_was_rejected_last(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1), _reject(2), _reject(3, TEXTS)])
    assert _schemas(path) == [("customers", NUMBERS), ("customers", TEXTS)]
    rejects.add([_reject(1, TEXTS), _reject(2, TEXTS), _reject(3, TEXTS)])
    assert _schemas(path) == [("customers", TEXTS)]
    assert len(_lines(path)) == 7


def test_a_schema_whose_line_was_lost_is_made_up_until_the_row_is_rejected_with_another_one(path: Path) -> None:
    RejectsFile(path).add([_reject(1)])
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    assert [schema["properties"] for _, schema in _schemas(path)] == [{"id": ANY_TYPE}]
    RejectsFile(path).add([_reject(1), _reject(2), _reject(2, TEXTS)])
    assert [schema.get("type") for _, schema in _schemas(path)] == ["object", None]


def test_a_crash_in_the_middle_of_a_schema_costs_no_row_its_schema(path: Path) -> None:
    RejectsFile(path).add([_reject(1)])
    content = path.read_bytes()
    for cut in range(1, content.index(b"\n")):
        path.write_bytes(content[:cut])
        RejectsFile(path).add([_reject(1)])
        assert _schemas(path) == [("customers", NUMBERS)], cut


@pytest.mark.parametrize("schema", ["5", "null", '"\\ud83d"', "[]"])
def test_a_schema_that_was_edited_so_that_it_is_none_is_passed_over(path: Path, schema: str) -> None:
    path.write_text(f'{{"stream":"s","id":"x","schema":{schema}}}\n')
    assert Survey.of(path).unreadable == 1
    assert not RejectsFile(path).has_open


def test_a_column_whose_name_holds_half_of_a_character_comes_back(path: Path) -> None:
    schema: dict[str, Any] = {"properties": {"\ud83d": {}, "id": {}}}
    price = Reject("s", "join", {"id": 1, "\ud83d": Decimal("1.10")}, ("id",), BAD_PHONE)
    RejectsFile(path).add([_reject(1, schema), price])
    assert _schemas(path)[0] == ("customers", schema)
    assert [each["properties"].keys() for _, each in _schemas(path)[1:]] == [price.record.keys()]
    assert len(Survey.of(path).rows) == 2


def test_rows_that_came_through_are_counted_of_what_was_asked_for_alone(path: Path) -> None:
    others = [_reject(number, stream="others") for number in range(5)]
    field = Reject("customers", "join", {"id": 9}, ("id",), BAD_FIELD)
    rejects = RejectsFile(path)
    rejects.add([_reject(1), _reject(2), *others, field])
    rejects.resolve((each.stream, each.row) for each in [_reject(1), field, *others[:3]])
    with path.open("ab") as file:
        file.write(path.read_bytes().splitlines(keepends=True)[-1])  # of a row that is open no more

    def listed(*options: str) -> str:
        done = CliRunner().invoke(cli, ["list", str(path), *options], catch_exceptions=False)
        return done.output.splitlines()[0].partition(", in ")[0]

    assert listed() == "3 rows open, 5 resolved since"
    assert listed("--stream", "customers") == "1 row open, 2 resolved since"
    assert listed("--stream", "customers", "--reason", "custom_field") == "0 rows open, 1 resolved since"
    assert listed("--stream", "others") == "2 rows open, 3 resolved since"
    assert _schemas(path, stream="others") == [("others", NUMBERS)]


def test_a_row_is_another_one_for_an_action_that_its_stream_is_bound_to_in_another_configuration() -> None:
    rows = [Reject("people", "leave", {"id": 1}, ("id",), BAD_PHONE, bound=bound).row for bound in ("join", "leave")]
    assert len(set(rows)) == 2
