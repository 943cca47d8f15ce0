"""The tables as the queries see them. `migrations.py` makes them, and a test holds the two together.

The names begin with `ledger_` because in PostgreSQL they may share a schema with anything. A row that is not accepted
has no source (the tables insist on it), so a lookup by source need not ask for the state and reads the index alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.types import UserDefinedType


class Digest(UserDefinedType[bytes]):
    """Bytes that go to the driver and come back as they are: SQLAlchemy's own type copies each value both ways."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name, for messages only: the tables are made by `migrations.py`."""
        return "DIGEST"


_tables = MetaData()

meta = Table(
    "ledger_meta",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("salt", Digest, nullable=False),
)
scopes = Table(
    "ledger_scopes",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)
deliveries = Table(
    "ledger_deliveries",
    _tables,
    Column("key", Digest, primary_key=True),
    Column("scope", Integer, primary_key=True, autoincrement=False),
    Column("payload", Digest),
    Column("state", SmallInteger, nullable=False),
    Column("at", Integer, nullable=False),
    Column("source", Digest),
    Index("ledger_deliveries_source", "source", "scope"),
)

left_alone = Table(
    "ledger_left_alone",
    _tables,
    Column("key", Digest, primary_key=True),
    Column("scope", Integer, primary_key=True, autoincrement=False),
    Column("source", Digest, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Index("ledger_left_alone_source", "source", "scope"),
)
memory = Table(
    "ledger_memory",
    _tables,
    Column("scope", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
