"""What the demo's parts say in the same way: commands, answers of the database, what is wrong."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import psycopg
from demo_report import table_of_answer
from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from demo_postgres import Database
    from demo_report import Query
    from rich.console import Console


def say(console: Console, text: str) -> None:
    """Show a text as it is, without breaking its lines."""
    console.print(text, highlight=False, soft_wrap=True)


def ask(console: Console, target: Database, query: Query) -> None:
    """Show a question to the database, and its answer."""
    say(console, f"[bold]{query.title}[/bold]\n{escape(query.statement)}")
    with psycopg.connect(target.url) as connection:
        console.print(table_of_answer(connection, query))


@contextmanager
def command(console: Console, blocks: tuple[str, ...], comment: str = "") -> Iterator[None]:
    """Show what is run, and that it runs."""
    console.print(f"$ meltano run {' '.join(blocks)}{comment}", highlight=False)
    with console.status("Meltano runs ...") if console.is_terminal else nullcontext():
        yield


def is_right(console: Console, wrong: Iterable[str]) -> bool:
    """Show what is wrong; whether nothing is."""
    complained = list(wrong)
    for each in complained:
        console.print(f"[red]{each}[/red]")
    return not complained
