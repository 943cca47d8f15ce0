"""A schema that tap-listrak is loaded into, and what is in it."""

from __future__ import annotations

import json
import uuid
from datetime import timezone
from typing import TYPE_CHECKING, Any

import psycopg
from listrak_reader import KEYS, plain
from psycopg import sql

if TYPE_CHECKING:
    import subprocess

    from demo_postgres import Database
    from projects import Project
    from sandboxes import Sandbox


class Warehouse:
    """A schema of its own in the database, and a project that loads it.

    `select` names the streams and columns to load (`lists.*`); all of them, if it names none.
    """

    def __init__(self, project: Project, database: Database, sandbox: Sandbox, *select: str) -> None:
        self.project = project
        self.schema = f"listrak_{uuid.uuid4().hex[:12]}"
        self.url = database.url
        self.settings: dict[str, Any] = {
            "TAP_LISTRAK_USERNAME": sandbox.username,
            "TAP_LISTRAK_PASSWORD": sandbox.password,
            "TAP_LISTRAK_WSDL_URL": sandbox.wsdl_url,
            "TARGET_POSTGRES_SQLALCHEMY_URL": database.sqlalchemy_url,
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": self.schema,
        }
        if select:
            self.settings["TAP_LISTRAK__SELECT"] = json.dumps(select)

    def load(self, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.project.meltano("run", "listrak-to-postgres", **options, **self.settings)

    def tables(self) -> set[str]:
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [self.schema])
            return {table for (table,) in found}

    def rows(self, stream: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        """The rows of a table by their key, without the loader's own columns."""
        query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(self.schema, stream))
        with psycopg.connect(self.url) as connection:
            answer = connection.execute(query)
            names = [column.name for column in answer.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in answer]
        keyed = {
            tuple(row[key] for key in KEYS[stream]): {
                name: plain(_utc(value)) for name, value in row.items() if not name.startswith("_sdc_")
            }
            for row in rows
        }
        assert len(keyed) == len(rows)
        return keyed

    def everything(self) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
        return {stream: self.rows(stream) for stream in self.tables()}


def _utc(value: Any) -> Any:
    """The loader's times have no zone: they are UTC."""
    return value.replace(tzinfo=timezone.utc) if hasattr(value, "tzinfo") else value
