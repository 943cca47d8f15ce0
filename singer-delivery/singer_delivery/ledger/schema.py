"""The tables as the queries see them. `migrations.py` makes them, and a test holds the two together.

The names begin with `ledger_` because in PostgreSQL they may share a schema with anything. A row that is not accepted
has no source (the tables insist on it), so a lookup by source need not ask for the state and reads the index alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.types import UserDefinedType

from singer_delivery.ledger.rows import DIGEST_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection


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


def among(column: ColumnElement[bytes], dialect: str) -> ColumnElement[bool]:
    """Return the condition that a column is one of `digests`, which travel as one parameter.

    A parameter for each would cost more than the lookup: SQLAlchemy rewrites the statement for each number of them.
    """
    digests: ColumnElement[Any] = bindparam("digests")
    if dialect == "postgresql":
        return column == func.any(digests)
    # SQLite has no arrays: it cuts the digests, one after the other in one value, apart again.
    each = select(literal(0).label("n")).cte("each", recursive=True)
    each = each.union_all(select(each.c.n + 1).where((each.c.n + 2) * DIGEST_SIZE <= func.length(digests)))
    return column.in_(select(func.substr(digests, each.c.n * DIGEST_SIZE + 1, DIGEST_SIZE)))


def together(digests: Collection[bytes], dialect: str) -> bytes | list[bytes]:
    """Return the value of `digests` for the condition of `among`. There must be at least one."""
    return list(digests) if dialect == "postgresql" else b"".join(digests)
