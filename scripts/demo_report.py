"""What the demo shows of the database: that all is there, and a first look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql
from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

SCHEMA = "listrak_demo"
"""As in the `demo` environment of meltano.yml."""

# A message's counters come with the stream `messages`, the rows they count with other streams.
_COUNTERS = {
    "DeliverCount": "message_sends",
    "OpenCount": "message_opens",
    "ReadCount": "message_reads",
    "ClickCount": "message_clicks",
    "RemoveCount": "message_unsubs",
}


class Query(NamedTuple):
    """A question to the data, and the SQL that answers it."""

    title: str
    statement: str


# Listrak's column names have capitals, so SQL wants them in quotes.
QUERIES = (
    Query(
        "The messages that most people clicked in",
        """SELECT left(m."Subject", 34) AS subject, m."SendDate"::date AS sent,
       m."DeliverCount" AS delivered, count(*) AS clicked
FROM messages m JOIN message_clicks c USING ("MsgID")
GROUP BY m."MsgID" ORDER BY clicked DESC, m."MsgID" LIMIT 5""",
    ),
    Query(
        "Unsubscribes by month, the latest",
        """SELECT to_char("RemovalDate", 'YYYY-MM') AS month, count(*) AS unsubscribes
FROM message_unsubs WHERE "RemovalDate" IS NOT NULL
GROUP BY month ORDER BY month DESC LIMIT 5""",
    ),
)


@dataclass(frozen=True)
class Comparison:
    """Two counts that must be equal.

    Attributes:
        name: Of the stream or column.
        rows: Rows at Listrak.
        expected: How many of them must have arrived.
        found: What is in PostgreSQL; None where even the table is missing.
    """

    name: str
    rows: int
    expected: int
    found: int | None

    @property
    def agrees(self) -> bool:
        """Whether nothing is lost and nothing invented."""
        return self.found == self.expected


def compare_rows(
    connection: psycopg.Connection[tuple[Any, ...]], account: Mapping[str, Mapping[str, int]]
) -> list[Comparison]:
    """Compare each stream's distinct keys at Listrak with the rows of its table."""
    return [
        Comparison(stream, counts["rows"], counts["keys"], _count(connection, stream))
        for stream, counts in account.items()
    ]


def compare_counters(
    connection: psycopg.Connection[tuple[Any, ...]], account: Mapping[str, Mapping[str, int]]
) -> list[Comparison]:
    """Compare what the loaded messages say of their reports with the rows of these reports at Listrak."""
    found = []
    for column, stream in _COUNTERS.items():
        statement = sql.SQL("SELECT coalesce(sum({}), 0)::bigint FROM {}").format(
            sql.Identifier(column), sql.Identifier(SCHEMA, "messages")
        )
        row = connection.execute(statement).fetchone()
        rows = account[stream]["rows"]
        found.append(Comparison(column, rows, rows, row[0] if row else None))
    return found


def _count(connection: psycopg.Connection[tuple[Any, ...]], stream: str) -> int | None:
    exists = connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.{stream}"]).fetchone()
    if exists is None or exists[0] is None:
        return None
    counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(SCHEMA, stream))).fetchone()
    return int(counted[0]) if counted else None


def table_of_rows(comparisons: list[Comparison]) -> Table:
    """Return the table of all streams, with a row of totals."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    total = [sum(each.rows for each in comparisons), sum(each.expected for each in comparisons)]
    arrived = sum(each.found or 0 for each in comparisons)
    table.add_column("stream", "all")
    table.add_column("at Listrak", f"{total[0]:,}", justify="right")
    table.add_column("distinct keys", f"{total[1]:,}", justify="right")
    table.add_column("in PostgreSQL", f"{arrived:,}", justify="right")
    table.add_column("")
    for each in comparisons:
        found = "no table" if each.found is None else f"{each.found:,}"
        verdict = "ok" if each.agrees else "[red]DIFFERS[/red]"
        table.add_row(each.name, f"{each.rows:,}", f"{each.expected:,}", found, verdict)
    return table


def table_of_answer(connection: psycopg.Connection[tuple[Any, ...]], query: Query) -> Table:
    """Ask a query, and return its answer as a table."""
    connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(SCHEMA)))
    answer = connection.execute(sql.SQL(query.statement))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in answer.description or ():
        table.add_column(column.name)
    for row in answer:
        table.add_row(*map(str, row))
    return table
