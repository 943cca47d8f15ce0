"""A schema of tables in PostgreSQL, as a shop's own system may have them, for pipelines out of it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from demo_postgres import Database


class Crm:
    """A schema of its own.

    Args:
        database: Where it is made.
        tables: The statements that make its tables.

    Attributes:
        schema: Its name.
        settings: What tap-postgres has to know of it, as environment variables.
    """

    def __init__(self, database: Database, tables: str) -> None:
        self.schema = f"crm_{uuid.uuid4().hex[:12]}"
        self._url = database.url
        self.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.schema)))
        self.execute(tables)
        self.settings: dict[str, Any] = {
            "TAP_POSTGRES_SQLALCHEMY_URL": database.tap_url(),
            "TAP_POSTGRES_FILTER_SCHEMAS": json.dumps([self.schema]),
        }

    def execute(self, statements: str | sql.Composed) -> None:
        """Run statements in the schema."""
        with psycopg.connect(self._url) as connection:
            connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self.schema)))
            connection.execute(statements if isinstance(statements, sql.Composed) else statements.encode())
