"""Both taps into PyPI's target-duckdb, which knows neither: what the vendors hold is in the tables, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from listrak_reader import KEYS, by_key, plain, read_account
from other_people import OTHERS, pipe, python_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

    Keyed = dict[tuple[Any, ...], dict[str, Any]]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.version_info >= (3, 13), reason="duckdb 1.0.0, which target-duckdb 0.8.0 needs, is of older Pythons"
    ),
]
BIN = Path(sys.executable).parent
SCHEMA = "loaded"


class DuckDb:
    """A database file, and what is loaded into it."""

    def __init__(self, folder: Path) -> None:
        self.programs = python_programs("target-duckdb")
        self.folder = folder
        # `add_metadata_columns` because it fails on tables of which all columns are keys: message_sends is one.
        settings = {"path": "file.duckdb", "default_target_schema": SCHEMA, "validate_records": True}
        self._write("loader.json", {**settings, "add_metadata_columns": True})

    def load(self, tap: str, **settings: Any) -> None:
        """Run a tap into it."""
        self._write("tap.json", settings)
        command = [str(BIN / tap), "--config", str(self.folder / "tap.json")]
        pipe(command, [self.programs / "target-duckdb", "--config", "loader.json"], self.folder)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """All rows of all tables, without the loader's own columns."""
        files = (self.programs / "python", OTHERS / "read_duckdb.py", self.folder / "file.duckdb")
        command = [*map(str, files), SCHEMA]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout, parse_float=Decimal)
        return {
            table: [{name: each for name, each in row.items() if not name.startswith("_sdc_")} for row in rows]
            for table, rows in found.items()
        }

    def _write(self, name: str, content: object) -> None:
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")


def by_keys(rows: list[dict[str, Any]], keys: Sequence[str]) -> Keyed:
    """Rows by their key; the loader's columns are in lower case."""
    keyed = {
        tuple(row[key.lower()] for key in keys): {name: plain(each) for name, each in row.items()} for row in rows
    }
    assert len(keyed) == len(rows)
    return keyed


def lower(rows: Keyed) -> Keyed:
    return {key: {name.lower(): value for name, value in row.items()} for key, row in rows.items()}


def test_every_row_and_value_of_listrak_is_what_another_client_reads(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    sandbox = start_sandbox(lists=2, messages=20, contacts=200)
    account = read_account(sandbox.wsdl_url, sandbox.username, sandbox.password)
    access = {"username": sandbox.username, "password": sandbox.password}
    database = DuckDb(tmp_path)

    for _ in range(2):  # the second run finds the tables, and leaves them as they are
        database.load("tap-listrak", wsdl_url=sandbox.wsdl_url, **access)

    tables = database.tables()
    held = {stream: counts["keys"] for stream, counts in sandbox.rows().items()}
    assert {stream: len(rows) for stream, rows in tables.items()} == held
    assert all(held.values())
    for stream, keys in KEYS.items():
        assert by_keys(tables[stream], keys) == lower(by_key(stream, account[stream])), stream


def test_every_row_of_textlocal_is_what_the_account_holds(textlocal_api: TextlocalApi, tmp_path: Path) -> None:
    numbers = [f"447700900{number:03}" for number in range(30)]
    batch = textlocal_api.call("send", numbers=",".join(numbers), message="Sale")["batch_id"]
    textlocal_api.sandbox.advance(86_400)
    database = DuckDb(tmp_path)

    access = {"api_key": textlocal_api.key, "api_url": textlocal_api.sandbox.textlocal_url}
    database.load("tap-textlocal", requests_per_second=1000, batch_ids=[str(batch)], **access)

    tables = database.tables()
    for group in textlocal_api.call("get_groups")["groups"]:
        held = textlocal_api.shown(f"contacts?group={group['name']}")["contacts"]
        names = ("number", "first_name", "last_name", "custom1", "custom2", "custom3")
        found = [row for row in tables["contacts"] if row["group_id"] == str(group["id"])]
        assert sorted(tuple(row[name] or "" for name in names) for row in found) == sorted(
            tuple(each[name] for name in names) for each in held
        )
    templates = textlocal_api.call("get_templates")["templates"]
    assert {row["id"]: (row["title"], row["body"]) for row in tables["templates"]} == {
        str(each["id"]): (each["title"], each["body"]) for each in templates
    }
    sent = {each["number"]: each["status"] for each in textlocal_api.shown("messages")["messages"]}
    assert {row["number"]: row["status"] for row in tables["message_status"]} == sent
    (figures,) = tables["campaign_metrics"]
    assert (
        figures["total"]
        == 30
        == sum(figures[name] for name in ("delivered", "undelivered", "expired", "unknown", "invalid", "pending"))
    )
