"""The taps' output against the Singer specification: by a checker of our own, and by Singer's own of old."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from other_people import python_programs
from singer_spec import Output, problems_of_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandboxes import Sandbox

    Tap = tuple[str, Path, str]

BIN = Path(sys.executable).parent
TAPS = ("tap-listrak", "tap-textlocal")
STREAMS = 9
"""Of each of the taps."""
SCHEMA = {
    "type": "SCHEMA",
    "stream": "s",
    "schema": {"properties": {"id": {"type": "integer"}, "at": {"type": ["string", "null"], "format": "date-time"}}},
    "key_properties": ["id"],
    "bookmark_properties": ["at"],
}
RECORD = {
    "type": "RECORD",
    "stream": "s",
    "record": {"id": 1, "at": "2026-01-31T10:00:00Z"},
    "version": 7,
    "time_extracted": "2026-01-31T10:00:00.123+00:00",
}
ACTIVATE = {"type": "ACTIVATE_VERSION", "stream": "s", "version": 7}
STATE = {"type": "STATE", "value": {"bookmarks": {"s": {"replication_key": "at"}}}}


def account_of_listrak(sandbox: Sandbox) -> dict[str, Any]:
    """One list of the account: all streams have rows there."""
    access = {"username": sandbox.username, "password": sandbox.password}
    return {**access, "wsdl_url": sandbox.wsdl_url, "list_ids": [3117], "start_date": "2025-08-01"}


def account_of_textlocal(sandbox: Sandbox) -> dict[str, Any]:
    """An account with a row in every stream: a text that was sent, and one that waits."""
    url, form = sandbox.textlocal_url, {"apikey": "sandbox-textlocal", "message": "Sale"}
    sent = requests.post(f"{url}/send/", {**form, "numbers": "447700900001,447700900002"}, timeout=30).json()
    requests.post(f"{url}/send/", {**form, "group_id": "300002", "schedule_time": "4102444800"}, timeout=30)
    access = {"api_key": form["apikey"], "api_url": url, "requests_per_second": 1000}
    return {**access, "batch_ids": [str(sent["batch_id"])]}


def run(name: str, config: Path, *arguments: str | Path) -> str:
    command = [BIN / name, "--config", config, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=TAPS)
def tap(request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tap]:
    """A tap's name, its config as a file, and what it wrote."""
    sandbox.reset()
    accounts = {"tap-listrak": account_of_listrak, "tap-textlocal": account_of_textlocal}
    config = tmp_path_factory.mktemp(request.param) / "config.json"
    config.write_text(json.dumps(accounts[request.param](sandbox)))
    yield request.param, config, run(request.param, config)
    sandbox.reset()


def test_every_message_keeps_the_specification(tap: Tap) -> None:
    _, _, written = tap

    output = Output.of(written.splitlines())

    assert output.problems == []
    assert len(output.streams) == STREAMS
    assert all(output.streams.values()), output.streams
    assert output.state["bookmarks"].keys() == output.streams.keys()


@pytest.mark.parametrize("name", TAPS)
def test_every_stream_and_column_of_the_catalog_can_be_selected(name: str) -> None:
    printed = subprocess.run([BIN / name, "--discover"], capture_output=True, text=True, check=True).stdout

    catalog = json.loads(printed)

    assert list(problems_of_catalog(catalog)) == []
    assert len(catalog["streams"]) == STREAMS


@pytest.mark.slow
def test_singer_s_own_checker_finds_runs_valid_without_a_state_and_with_one(tap: Tap, tmp_path: Path) -> None:
    name, config, written = tap
    first = Output.of(written.splitlines())
    state = tmp_path / "state.json"
    state.write_text(json.dumps(first.state))
    checker = python_programs("singer-tools") / "singer-check-tap"

    # Its own way to run a tap is not used: it does not wait until it has read what the tap wrote.
    for output in (written, run(name, config, "--state", state)):
        done = subprocess.run([checker], input=output, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        records = sum(Output.of(output.splitlines()).streams.values())
        assert f"{records:7} record messages" in done.stdout


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    output = Output.of(json.dumps(each) for each in (SCHEMA, ACTIVATE, RECORD, STATE, ACTIVATE))

    assert output.problems == []
    assert output.streams == {"s": 1}
    assert output.state == STATE["value"]


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        pytest.param(["no JSON"], "line 1: no JSON object", id="json"),
        pytest.param([{"type": "ROW"}], "line 1: a type that the specification does not have", id="type"),
        pytest.param([{**RECORD, "stream": None}, STATE], "line 1: no stream", id="stream"),
        pytest.param([RECORD, SCHEMA], "line 1: RECORD before its SCHEMA", id="order"),
        pytest.param([{**SCHEMA, "schema": {}}], "line 1: SCHEMA without the properties of an object", id="schema"),
        pytest.param([{**SCHEMA, "key_properties": None}], "line 1: SCHEMA without key_properties", id="no-keys"),
        pytest.param(
            [{**SCHEMA, "key_properties": ["key"]}], "line 1: a key property that the schema does not have", id="key"
        ),
        pytest.param(
            [{**SCHEMA, "bookmark_properties": ["key"]}],
            "line 1: a bookmark property that the schema does not have",
            id="bookmark",
        ),
        pytest.param(
            [{**SCHEMA, "schema": {"properties": {"id": {"type": "int"}}}}],
            "line 1: a schema that is none, at $.properties.id.type",
            id="draft",
        ),
        pytest.param(
            [SCHEMA, {**RECORD, "record": {"at": None}}, STATE], "line 2: a record without its key id", id="null-key"
        ),
        pytest.param(
            [SCHEMA, {**RECORD, "record": {"id": "1"}}, STATE],
            "line 2: a record that does not fit its schema: type at $.id",
            id="misfit",
        ),
        pytest.param(
            [SCHEMA, {**RECORD, "record": {"id": 1, "at": "2026-01-31 10:00"}}, STATE],
            "line 2: a record that does not fit its schema: format at $.at",
            id="moment",
        ),
        pytest.param(
            [SCHEMA, {**RECORD, "record": {"id": 1, "to": 2}}, STATE],
            "line 2: a column that the schema does not have: to",
            id="column",
        ),
        pytest.param(
            [SCHEMA, {**RECORD, "time_extracted": "2026-01-31T10:00:00"}, STATE],
            "line 2: time_extracted is not of RFC 3339",
            id="time",
        ),
        pytest.param([SCHEMA, RECORD], "end: records without a STATE after them", id="no-state"),
        pytest.param([{"type": "STATE"}], "line 1: STATE without a value", id="state"),
        pytest.param(
            [{"type": "STATE", "value": {"bookmarks": []}}],
            "line 1: bookmarks that are not an object for each stream",
            id="bookmarks",
        ),
        pytest.param(
            [SCHEMA, {"type": "STATE", "value": {"bookmarks": {"s": {"replication_key": "on"}}}}],
            "line 2: a bookmark by a column that the schema does not have",
            id="replication-key",
        ),
        pytest.param([ACTIVATE], "line 1: ACTIVATE_VERSION before its SCHEMA", id="early-version"),
        pytest.param(
            [SCHEMA, RECORD, STATE, {**ACTIVATE, "version": 8}],
            "line 4: a version that the stream's records do not have",
            id="other-version",
        ),
        pytest.param([SCHEMA, {**ACTIVATE, "version": "7"}], "line 2: a version that is no integer", id="version"),
    ],
)
def test_what_breaks_the_specification_is_found(messages: list[Any], problem: str) -> None:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in messages]

    assert problem in Output.of(lines).problems


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"stream": ""}, "s: no tap_stream_id, stream or schema", id="name"),
        pytest.param({"metadata": []}, "s: no inclusion of id", id="inclusion"),
        pytest.param(
            {"metadata": [{"breadcrumb": [], "metadata": {"table-key-properties": ["key"]}}]},
            "s: table-key-properties that it does not have",
            id="keys",
        ),
    ],
)
def test_what_is_wrong_with_a_catalog_is_found(change: dict[str, Any], problem: str) -> None:
    stream = {"tap_stream_id": "s", "stream": "s", "schema": {"properties": {"id": {}}}, "metadata": [], **change}

    assert problem in list(problems_of_catalog({"streams": [stream]}))
