"""What the demo shows: that all is in the database, a first look at it, and what became of the audience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql
from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg
    from demo_texts import Delivery

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
CLICKS = Query(
    "The messages that most people clicked in",
    """SELECT left(m."Subject", 34) AS subject, m."SendDate"::date AS sent,
       m."DeliverCount" AS delivered, count(*) AS clicked
FROM messages m JOIN message_clicks c USING ("MsgID")
GROUP BY m."MsgID" ORDER BY clicked DESC, m."MsgID" LIMIT 5""",
)
AUDIENCE = Query(
    "The audience, some of it",
    """SELECT customer_id AS id, first_name, mobile, sms_consent AS consent, "Loyalty Points" AS points
FROM shop_demo.sms_audience ORDER BY id LIMIT 5""",
)
# Of an outcome, or of a reason for it.
_MEANINGS = {
    ("accepted", None): "new or changed: Listrak has it now",
    ("unchanged", None): "Listrak has it already: no call",
    ("already", None): "Listrak says it is so already",
    ("skipped", "no_consent"): "did not agree to be texted: no call",
    ("skipped", "opted_out"): "opted out of texts: left alone",
    ("rejected", None): "cannot be texted: see below",
}


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
        table.add_row(*("" if value is None else str(value) for value in row))
    return table


def table_of_deliveries(first: Delivery, second: Delivery, before: int) -> Table:
    """Return the table of what became of the audience.

    Args:
        first: The first run.
        second: The second run.
        before: How many people were on the list before both.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("outcome", ""):
        table.add_column(name)
    for name in ("first run", "second run"):
        table.add_column(name, justify="right")

    def add(label: str, meaning: str, *counts: int) -> None:
        table.add_row(label, meaning, *(f"{count:,}" for count in counts))

    for (outcome, reason), meaning in _MEANINGS.items():
        counts = first.count(outcome, reason), second.count(outcome, reason)
        if any(counts):
            add(outcome, meaning, *counts)
    add("all", "", first.records, second.records)
    table.add_section()
    add("calls", "that the SMS vendor counted", first.calls, second.calls)
    add("texts", "that people got: a welcome to the list", len(first.texts), len(second.texts))
    add("people", f"on the list at the vendor ({before:,} before)", first.subscribed, second.subscribed)
    return table


def table_of_rejects(rejects: Sequence[Mapping[str, Any]]) -> Table:
    """Return the table of records that were rejected, and why."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("customer", "phone", "reason", "message"):
        table.add_column(name)
    for line in rejects:
        record = line["record"]
        table.add_row(str(record["customer_id"]), record["phone"], line["reason"], line["message"])
    return table


def complaints(audience: int, first: Delivery, second: Delivery) -> Iterator[str]:
    """Yield what is not as it should be of two runs over the same audience."""
    if not first.records == second.records == audience:
        yield f"The audience has {audience:,} rows, the runs read {first.records:,} and {second.records:,}."
    delivered = first.outcomes["accepted"] + first.outcomes["already"]
    if not delivered or second.outcomes["unchanged"] != delivered:
        yield f"{second.outcomes['unchanged']:,} rows were unchanged, and should have been {delivered:,}."
    if any(first.count(outcome) != second.count(outcome) for outcome in ("skipped", "rejected")):
        yield "What was skipped or rejected in the first run was not so again in the second."
    if second.calls or second.texts:
        yield f"The second run made {second.calls:,} calls, and people got {len(second.texts):,} texts by it."
    if len(set(first.texts)) < len(first.texts):
        yield "Somebody got a text twice."
