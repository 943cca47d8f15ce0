"""Writes the tables of a DuckDB schema as one JSON object: `read_duckdb.py FILE SCHEMA`.

Tables are lists of rows by column. The loader's times have no zone: they are UTC.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import duckdb  # type: ignore[import-not-found] # in an environment of its own


def plain(value: Any, kind: str) -> Any:
    """Return a value of a column of some kind as JSON has it."""
    if value is None:
        return None
    if kind == "JSON":
        return json.loads(value)
    return f"{value.isoformat()}+00:00" if kind == "TIMESTAMP" else value


def rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[dict[str, Any]]:
    """Return a table."""
    query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
    kinds = dict(connection.execute(query, [schema, table]).fetchall())
    answer = connection.execute(f'SELECT * FROM "{schema}"."{table}"')  # noqa: S608 - names of our own
    names = [name for name, *_ in answer.description]
    return [
        {name: plain(value, kinds[name]) for name, value in zip(names, row, strict=True)} for row in answer.fetchall()
    ]


file, schema = sys.argv[1:]
with duckdb.connect(file, read_only=True) as connection:
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = ?"
    tables = [name for (name,) in connection.execute(query, [schema]).fetchall()]
    json.dump({name: rows(connection, schema, name) for name in tables}, sys.stdout)
