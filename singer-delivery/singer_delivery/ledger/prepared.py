"""Statements whose SQL is written once.

SQLAlchemy keeps the SQL of most statements, but not of upserts: it would write that anew several times a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ClauseElement, Connection

_STYLES = {"postgresql": "pyformat", "sqlite": "named"}


@dataclass(frozen=True)
class Prepared:
    """A statement as its database takes it.

    Attributes:
        sql: The statement, its parameters by name.
        fixed: The parameters that are part of it.
    """

    sql: str
    fixed: Mapping[str, Any]

    @classmethod
    def of(cls, statement: ClauseElement, dialect: str) -> Prepared:
        """Write the SQL of a statement.

        Args:
            statement: All its parameters are bound by name.
            dialect: `sqlite` or `postgresql`.
        """
        made = postgresql if dialect == "postgresql" else sqlite
        compiled = statement.compile(dialect=made.dialect(paramstyle=_STYLES[dialect]))
        return cls(str(compiled), {name: value for name, value in compiled.params.items() if value is not None})

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> None:
        """Run it.

        Args:
            connection: In a transaction.
            parameters: Those that are not fixed.
        """
        connection.exec_driver_sql(self.sql, {**self.fixed, **parameters})
