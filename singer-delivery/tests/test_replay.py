"""`singer-rejects`: what is still open in a rejects file, and the same as a Singer stream."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from singer_sdk import RecordSink, Target
from singer_sdk.contrib.msgspec import MsgSpecReader
from singer_sdk.singerlib.encoding.simple import SimpleSingerReader

from singer_delivery.outcomes import rejected
from singer_delivery.rejects import Reject, RejectsFile, row_id
from singer_delivery.replay import Survey, cli, messages

if TYPE_CHECKING:
    from click.testing import Result

    from singer_delivery.outcomes import Verdict

BAD_PHONE = rejected("invalid_phone", "The phone number cannot exist.")
BAD_FIELD = rejected("custom_field", "`Colour` is too long.", "ERROR_FIELD")
COMMAND = Path(sys.executable).with_name("singer-rejects")


def _reject(number: int, verdict: Verdict = BAD_PHONE, stream: str = "customers", **columns: str) -> Reject:
    return Reject(stream, "subscribe", {"id": number, **columns}, ("id",), verdict)


def _id(number: int, stream: str = "customers") -> str:
    return row_id(stream, {"id": number}, ("id",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejects.jsonl"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def _messages(*arguments: Path | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _run("replay", *arguments).stdout.splitlines()]


def _records(*arguments: Path | str) -> list[dict[str, int | str]]:
    return [message["record"] for message in _messages(*arguments) if message["type"] == "RECORD"]


def test_the_last_version_of_each_open_row_is_replayed_in_the_files_order(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1, phone="a"), _reject(2, phone="b"), _reject(3, phone="c")])
    rejects.add([_reject(1, phone="new")])
    rejects.resolve([("customers", _id(2))])
    assert _records(path) == [{"id": 3, "phone": "c"}, {"id": 1, "phone": "new"}]


def test_a_schema_comes_first_and_names_every_column_of_what_is_replayed(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1, gone="x"), _reject(2, phone="b")])
    rejects.add([_reject(1, name="y"), Reject("events", "track", {"at": None}, (), BAD_PHONE)])
    found = _messages(path)
    assert [(each["type"], each["stream"]) for each in found] == [
        ("SCHEMA", "customers"),
        ("RECORD", "customers"),
        ("RECORD", "customers"),
        ("SCHEMA", "events"),
        ("RECORD", "events"),
    ]
    assert set(found[0]["schema"]["properties"]) == {"id", "phone", "name"}
    assert [found[0]["key_properties"], found[3]["key_properties"]] == [["id"], []]


def test_rows_of_a_stream_whose_key_has_changed_keep_their_ids(path: Path) -> None:
    old = Reject("s", "subscribe", {"id": 1, "code": 5}, ("id",), BAD_PHONE)
    new = Reject("s", "subscribe", {"id": 2, "code": 6}, ("code",), BAD_PHONE)
    RejectsFile(path).add([old, new])
    keys = [each["key_properties"] for each in _messages(path) if each["type"] == "SCHEMA"]
    assert keys == [["id"], ["code"]]


def test_rows_can_be_chosen_by_stream_and_by_reason(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1), _reject(2, BAD_FIELD), _reject(1, stream="others")])
    assert _records(path, "--stream", "customers") == [{"id": 1}, {"id": 2}]
    assert _records(path, "--reason", "custom_field") == [{"id": 2}]
    rejects.add([_reject(2, BAD_PHONE)])
    assert _records(path, "--reason", "custom_field") == []


def test_numbers_come_out_as_they_went_in(path: Path) -> None:
    record = {"id": 1, "price": Decimal("10.10"), "big": 2**70, "tiny": Decimal("1E-400")}
    RejectsFile(path).add([Reject("s", "a", record, ("id",), BAD_PHONE)])
    [line] = [text for text in _run("replay", path).stdout.splitlines() if '"RECORD"' in text]
    assert json.loads(line, parse_float=Decimal)["record"] == record
    assert '"price":10.10' in line


def test_what_is_torn_is_left_out_and_said(path: Path) -> None:
    RejectsFile(path).add([_reject(1), _reject(2)])
    path.write_bytes(path.read_bytes()[:-20])
    result = _run("replay", path)
    assert "1 row replayed" in result.stderr
    assert "1 line(s) of the file cannot be read" in result.stderr
    assert "cannot be read" in _run("list", path).stderr


def test_list_counts_what_is_open_and_shows_no_record(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(n, phone=f"+1212555010{n}") for n in range(4)] + [_reject(9, BAD_FIELD, stream="others")])
    rejects.resolve([("customers", _id(0))])
    assert _run("list", path).output.splitlines() == [
        f"4 rows open, 1 resolved since, in {path}",
        "",
        "rows  stream     action     reason         code         message",
        "   3  customers  subscribe  invalid_phone               The phone number cannot exist.",
        "   1  others     subscribe  custom_field   ERROR_FIELD  `Colour` is too long.",
    ]


@pytest.mark.parametrize("command", ["list", "replay"])
def test_a_file_without_rows_is_nothing_bad(path: Path, command: str) -> None:
    path.write_text("")
    result = _run(command, path)
    assert result.exit_code == 0
    assert "0 rows" in result.output


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    result = _run("replay", path)
    assert result.exit_code == 2
    assert "does not exist" in result.output


def test_a_reader_that_goes_away_is_no_trouble(path: Path) -> None:
    RejectsFile(path).add([_reject(n, text="x" * 1000) for n in range(500)])
    script = f"set -o pipefail; {COMMAND} replay {path} | head -n 1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith('{"type":"SCHEMA"')
    assert done.returncode == 1


def test_rows_that_a_run_appends_meanwhile_change_nothing(path: Path) -> None:
    rejects = RejectsFile(path)
    rejects.add([_reject(1), _reject(2)])
    replayed = messages(path, Survey.of(path))
    first = next(replayed)
    rejects.resolve([("customers", _id(1))])
    rejects.add([_reject(2, BAD_FIELD), _reject(3)])
    assert b"SCHEMA" in first
    assert [json.loads(line)["record"]["id"] for line in replayed] == [1, 2]


class _Sink(RecordSink):
    seen: ClassVar[list[Any]] = []

    def process_record(self, record: dict[str, Any], context: dict[Any, Any]) -> None:
        del context
        self.seen.append(record)


class _Target(Target):
    name = "target-test"
    config_jsonschema: ClassVar[dict[str, Any]] = {"properties": {}}
    default_sink_class = _Sink


def test_a_target_of_the_sdk_takes_what_is_replayed_schema_validation_and_all(path: Path) -> None:
    record = {
        "id": 1,
        "at": "2026-01-01T00:00:00Z",
        "tags": ["a", {"b": None}],
        "n": Decimal("1.5"),
        "name": "😀 שלום\u2028",
    }
    RejectsFile(path).add([Reject("customers", "subscribe", record, ("id",), BAD_PHONE)])
    _Sink.seen.clear()
    with redirect_stdout(io.StringIO()):
        _Target(config={"add_record_metadata": False}).listen(io.StringIO(_run("replay", path).stdout))
    assert _Sink.seen == [record]


_texts = st.text(st.characters()) | st.sampled_from(
    ["😀", "שלום", "a\u2028b\u2029\x85", "\ud83d", "\udc00x", "\x00", "\r\n"]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | _texts | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)


def _as_read(value: Any) -> Any:
    """What a JSON reader can have made of a message: two half surrogates in a row are one sign."""
    if isinstance(value, str):
        return json.loads(json.dumps(value))
    if isinstance(value, list):
        return [_as_read(each) for each in value]
    if isinstance(value, dict):
        return {_as_read(key): _as_read(each) for key, each in value.items()}
    return value


def _is_utf8(record: list[Any]) -> bool:
    try:
        json.dumps(record, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(st.lists(st.dictionaries(_texts, _values, max_size=5), min_size=1, max_size=4), _texts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_record_comes_back_as_it_was_rejected(tmp_path: Path, records: list[dict[str, Any]], stream: str) -> None:
    path = tmp_path / "any.jsonl"
    path.unlink(missing_ok=True)
    stream = _as_read(stream)
    wanted = [{**_as_read(record), "id": number} for number, record in enumerate(records)]
    RejectsFile(path).add([Reject(stream, "subscribe", record, ("id",), BAD_PHONE) for record in wanted])
    text = b"".join(messages(path, Survey.of(path))).decode()
    found: list[dict[str, Any]] = []
    schemas: list[dict[str, Any]] = []
    callbacks = {"RECORD": found.append, "SCHEMA": schemas.append}
    lines = io.StringIO(text, newline="\n")
    reader = MsgSpecReader() if _is_utf8([wanted, stream]) else SimpleSingerReader()
    reader.process_lines(lines, callbacks)
    assert [message["record"] for message in found] == wanted
    assert {message["stream"] for message in found + schemas} == {stream}
    assert len(schemas) == 1
    for record in wanted:
        jsonschema.validate(record, schemas[0]["schema"])
    assert {row_id(stream, message["record"], ("id",)) for message in found} == set(RejectsFile(path).open_rejects)
