"""Many rows of digests in one statement: they travel to the database as one parameter, or one for each column.

A statement for each row would cost more than what it does: SQLAlchemy binds the parameters of each, and at each,
Python's SQLite lets other threads run and then waits for them. It does so at each row of a result, too; so pairs of
digests come back from it in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from singer_delivery.errors import InternalError
from singer_delivery.ledger.rows import DIGEST_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, ColumnElement, FromClause, Result, Select, Subquery

_NAME = "many"


def digests(dialect: str, *names: str) -> FromClause:
    """Return a table of digests, with a column for each name; `parameters` fills it.

    Args:
        dialect: `sqlite` or `postgresql`.
        names: Of its columns.
    """
    if dialect == "postgresql":
        columns = (bindparam(_parameter(name), type_=ARRAY(BYTEA)) for name in names)
        return func.unnest(*columns).table_valued(*names).render_derived(_NAME)
    return _cut(names)


def parameters(dialect: str, names: Sequence[str], rows: Sequence[Sequence[bytes]]) -> dict[str, Any]:
    """Return the parameters that fill a table of digests.

    Args:
        dialect: `sqlite` or `postgresql`.
        names: Of its columns.
        rows: At least one, each with a digest for every column.

    Raises:
        InternalError: One of them has another size: all that come behind it would be cut wrongly.
    """
    if dialect == "postgresql":
        columns = zip(names, zip(*rows, strict=True), strict=True)
        return {_parameter(name): list(column) for name, column in columns}
    packed = b"".join([digest for row in rows for digest in row])
    if len(packed) != DIGEST_SIZE * len(names) * len(rows):
        raise InternalError(f"A digest for the ledger has not {DIGEST_SIZE} bytes.")
    return {_NAME: packed}


def pairs(dialect: str, first: ColumnElement[bytes], second: ColumnElement[bytes]) -> Select[Any]:
    """Return a query for pairs of digests, to be read by `read_pairs`.

    Args:
        dialect: `sqlite` or `postgresql`.
        first: What is selected, of the same table.
        second: The same.
    """
    if dialect == "postgresql":
        return select(first, second)
    return select(func.group_concat(func.hex(first).concat(func.hex(second)), ""))


def read_pairs(dialect: str, result: Result[Any]) -> dict[bytes, bytes]:
    """Return the pairs of digests that a query for `pairs` found, the second of each by the first."""
    if dialect == "postgresql":
        return dict(result.tuples().all())
    found = bytes.fromhex(result.scalar_one() or "")
    starts = range(0, len(found), 2 * DIGEST_SIZE)
    return {found[at : at + DIGEST_SIZE]: found[at + DIGEST_SIZE : at + 2 * DIGEST_SIZE] for at in starts}


def _cut(names: Sequence[str]) -> Subquery:
    """Cut rows, which come one after the other in one value, apart again: SQLite has no arrays."""
    packed: BindParameter[bytes] = bindparam(_NAME)
    width = DIGEST_SIZE * len(names)
    each = select(literal(0).label("n")).cte("each", recursive=True)
    each = each.union_all(select(each.c.n + 1).where((each.c.n + 2) * width <= func.length(packed)))
    columns = (
        func.substr(packed, each.c.n * width + place * DIGEST_SIZE + 1, DIGEST_SIZE).label(name)
        for place, name in enumerate(names)
    )
    return select(*columns).subquery(_NAME)


def _parameter(name: str) -> str:
    return f"{_NAME}_{name}"
