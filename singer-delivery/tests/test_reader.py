"""Reading messages: a line that is none ends the run, named by its number and never quoted."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.singerlib.encoding.base import SingerMessageType

from singer_delivery.errors import InputError
from singer_delivery.reader import LineReader

if TYPE_CHECKING:
    from collections.abc import Callable


SCHEMA = '{"type": "SCHEMA", "stream": "people", "schema": {"properties": {}}, "key_properties": ["id"]}\n'
RECORD = '{"type": "RECORD", "stream": "people", "record": {"id": 1, "phone": "+12125550100"}}\n'
STATE = '{"type": "STATE", "value": {"bookmarks": {"people": {"seen": 0.1}}}}\n'


def read(text: str) -> list[dict[str, Any]]:
    return list(LineReader().messages(io.StringIO(text)))


def fault(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_messages_are_handed_to_the_callback_of_their_type_and_counted() -> None:
    seen: list[dict[str, Any]] = []
    callbacks: dict[str, Callable[[dict[str, Any]], None]] = dict.fromkeys(SingerMessageType, seen.append)
    reader = LineReader()
    counts = reader.process_lines(io.StringIO(SCHEMA + RECORD + RECORD + STATE), callbacks)
    assert [message["type"] for message in seen] == ["SCHEMA", "RECORD", "RECORD", "STATE"]
    assert counts[SingerMessageType.RECORD] == counts["RECORD"] == 2
    assert counts[SingerMessageType.STATE] == 1
    assert reader.line == 4


def test_standard_input_is_read_where_nothing_else_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(RECORD.encode())))
    seen: list[dict[str, Any]] = []
    LineReader().process_lines(None, {SingerMessageType.RECORD: seen.append})
    assert seen[0]["record"]["phone"] == "+12125550100"


def test_numbers_keep_their_digits_and_a_state_can_be_written_as_json() -> None:
    (record,) = read('{"type":"RECORD","stream":"s","record":{"price":19.90,"big":123456789012345678901234567890}}\n')
    assert record["record"] == {"price": Decimal("19.90"), "big": 123456789012345678901234567890}
    (state,) = read(STATE)
    assert json.loads(json.dumps(state["value"])) == {"bookmarks": {"people": {"seen": 0.1}}}


def test_emoji_and_names_in_any_script_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "\u05d3\u05d5\u05d3 \U0001f600"
    line = f'{{"type":"RECORD","stream":"s","record":{{"name":"{name}"}}}}\n'
    assert read(line)[0]["record"]["name"] == name
    monkeypatch.setenv("LC_ALL", "C")
    wrapped = io.TextIOWrapper(io.BytesIO(line.encode()), encoding="ascii", errors="surrogateescape")
    assert next(LineReader().messages(wrapped))["record"]["name"] == name


def test_blank_lines_are_passed_over_and_counted() -> None:
    assert len(read("\n" + RECORD + "  \r\n" + RECORD)) == 2
    assert "Line 3 " in fault("\n" + RECORD + "canary\n")


def test_a_last_line_without_an_end_is_read() -> None:
    assert len(read(RECORD.rstrip())) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("canary", "is not JSON (at byte 1)"),
        ('{"type": "RECORD", canary}', "is not JSON (at byte 20)"),
        ('{"type": "RECORD", "canary', "is not JSON"),
        ('{"canary": NaN}', "is not JSON"),
        ('{"canary": "\\ud800"}', "has no `type`"),
        ('"canary"', "has no `type`"),
        ('["canary"]', "has no `type`"),
        ('{"canary": 1}', "has no `type`"),
        ('{"type": "canary"}', "has a `type` that Singer does not know"),
        ('{"type": ["canary"]}', "has a `type` that Singer does not know"),
        ('{"type": "RECORD", "record": {"canary": 1}}', "no good RECORD message: it has no `stream`"),
        ('{"type": "RECORD", "stream": {"canary": 1}, "record": {}}', "its `stream` is not text"),
        ('{"type": "RECORD", "stream": "s", "canary": 1}', "it has no `record`"),
        ('{"type": "RECORD", "stream": "s", "record": ["canary"]}', "its `record` is not an object"),
        ('{"type": "SCHEMA", "stream": "s", "canary": 1}', "no good SCHEMA message: it has no `schema`"),
        ('{"type": "SCHEMA", "stream": "s", "schema": {"canary": 1}}', "(stream `s`): its schema has no `properties`"),
        (
            '{"type": "SCHEMA", "stream": "s", "schema": {"properties": {}}, "key_properties": "canary"}',
            "its `key_properties` is not a list of names",
        ),
        ('{"type": "STATE", "canary": 1}', "no good STATE message: it has no `value`"),
        ('{"type": "ACTIVATE_VERSION", "canary": 1}', "it has no `stream`"),
        ('{"type": "BATCH", "stream": "s", "encoding": {}, "canary": 1}', "it has no `manifest`"),
        ('{"canary": ' + "[" * 100_000 + "]" * 100_000 + "}", "is nested too deeply"),
        ('{"canary": 1e99999999999999999999}', "holds a number that is out of all bounds"),
    ],
)
def test_each_fault_is_told_by_line_and_key_alone(line: str, words: str) -> None:
    message = fault(RECORD + line + "\n")
    assert message.startswith("Line 2 of the input")
    assert words in message
    assert "canary" not in message


def test_a_line_that_is_not_utf_8_is_told_by_its_number() -> None:
    with pytest.raises(InputError, match="Line 2 of the input is not UTF-8"):
        list(LineReader().messages(io.TextIOWrapper(io.BytesIO(RECORD.encode() + b'{"canary": "\xff"}\n'))))


def test_a_tap_that_died_in_the_middle_of_a_line_is_told_as_such() -> None:
    assert "Line 2 of the input breaks off: the tap ended" in fault(RECORD + RECORD[:40])


def test_one_line_can_be_read_alone() -> None:
    reader = LineReader()
    assert reader.deserialize_json(RECORD)["stream"] == "people"
    with pytest.raises(InputError, match="not JSON"):
        reader.deserialize_json("canary\n")


@given(st.text() | st.binary(max_size=100) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_whatever_comes_is_a_message_or_a_plain_error(line: str | bytes) -> None:
    raw = line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
    try:
        list(LineReader().messages(io.TextIOWrapper(io.BytesIO(raw))))
    except InputError as error:
        assert str(error).startswith("Line ")  # noqa: PT017 - not every input is at fault


def test_a_text_that_was_cut_in_the_middle_of_an_emoji_is_no_broken_line() -> None:
    (message,) = read('{"type": "RECORD", "stream": "s", "record": {"name": "Ann \\ud83d", "price": 1.10}}\n')
    assert message["record"] == {"name": "Ann \ud83d", "price": Decimal("1.10")}
