"""A round trip through Meltano, end to end on this machine: `make demo`.

A Listrak account goes into PostgreSQL; there views pick the people who are to get texts; they go to Listrak's SMS
side, to Attentive and to Textlocal, whose figures of a week come back. All accounts are the sandbox's. PostgreSQL is
one of the demo's own, kept in `.demo/`, or the one that DATABASE_URL names, where the demo makes the schemas
`listrak_demo`, `shop_demo` and `textlocal_demo`. Whatever it starts, it stops.

Exit codes: 0 all rows arrived, and were delivered once; 1 they were not, or something could not be started; 2 wrong
usage; 128 + the signal's number after Ctrl-C or another signal.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from demo_campaign import to_textlocal
from demo_console import ask
from demo_deliveries import to_attentive, to_phones
from demo_ending import ending, texted_by_most
from demo_folder import DEFAULT, claim
from demo_pipeline import load_warehouse, rows_at_listrak, vendor_sandbox
from demo_postgres import Database, LocalPostgres, PostgresError, psql
from demo_processes import DemoError, Stopped, shielded, stop_on_signals
from demo_report import CLICKS, SCHEMA, compare_counters, compare_rows, table_of_rows
from meltano_project import InstallError, install_plugins, locked
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager


@contextmanager
def step(console: Console, title: str) -> Iterator[None]:
    """Show a step when it is done, with the seconds it took."""
    started = time.monotonic()
    with console.status(f"{title} ...") if console.is_terminal else nullcontext():
        yield
    console.print(f"[green]done[/green]  {title:<58} {time.monotonic() - started:5.1f} s")


def database(folder: Path) -> AbstractContextManager[Database]:
    """Return the database of DATABASE_URL, or one to be started whose data is kept in `folder`.

    Raises:
        PostgresError: DATABASE_URL is the address of no PostgreSQL, or this machine cannot start one.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        return nullcontext(Database.named(url, "DATABASE_URL"))
    # Those of another server are not for this one.
    for name in [each for each in os.environ if each.startswith("PG")]:
        del os.environ[name]
    return LocalPostgres(folder / "postgres")


def demo(console: Console, folder: Path) -> int:
    """Run the demo, which keeps its data and logs in `folder`; its exit code."""
    started = time.monotonic()
    there = database(folder)
    with ExitStack() as stack:
        with step(console, "Meltano's plugins are installed"):
            install_plugins()
        with step(console, "The vendors' sandbox listens"):
            sandbox = stack.enter_context(vendor_sandbox(folder))
        with step(console, "PostgreSQL answers"):
            with shielded():
                target = stack.enter_context(there)
            psycopg.connect(target.url).close()
        parts = (to_warehouse, to_phones, to_attentive, to_textlocal)
        complete = all(part(console, folder, sandbox, target) for part in parts)
        person = texted_by_most(sandbox) if complete else ""
    console.print(f"\nThe demo took {time.monotonic() - started:.1f} s; everything it started is stopped.")
    if complete:
        for paragraph in ending(folder, person):
            console.print(paragraph, highlight=False, soft_wrap=True)
    return 0 if complete else 1


def to_warehouse(console: Console, folder: Path, sandbox: str, target: Database) -> bool:
    """Load the account into the database, and show what arrived; whether it is what the sandbox holds."""
    before = time.monotonic()
    account = rows_at_listrak(sandbox)
    console.print("\n$ meltano run tap-listrak target-postgres", highlight=False)
    log = folder / "meltano.log"
    load_warehouse(log, sandbox, target.sqlalchemy_url, len(account), console)
    seconds = time.monotonic() - before
    rows = sum(counts["rows"] for counts in account.values())
    console.print(
        f"[green]done[/green]  {rows:,} rows in {seconds:.1f} s, which is {rows / seconds:,.0f} rows/s, "
        f"Meltano's start included\n      its log: {os.path.relpath(log)}\n",
        highlight=False,
        soft_wrap=True,
    )
    return report(console, target, account)


def report(console: Console, target: Database, account: Mapping[str, Mapping[str, int]]) -> bool:
    """Show what arrived.

    Returns:
        Whether it is what the sandbox holds.
    """
    with psycopg.connect(target.url) as connection:
        streams = compare_rows(connection, account)
        console.print(table_of_rows(streams))
        lacking = sum(counts["without_key"] for counts in account.values())
        console.print(
            "Rows of one key, say the clicks of one person in one message, become one row: the last.\n"
            f"{lacking:,} rows lack a part of their key: the tap leaves them out with a warning.\n",
            highlight=False,
        )
        if not all(each.agrees for each in streams):
            console.print("[red]PostgreSQL does not hold what Listrak does: see the lines marked above.[/red]")
            return False
        counters = compare_counters(connection, account)
        for each in counters:
            if not each.agrees:
                console.print(f"[red]{each.name} adds up to {each.found}, Listrak has {each.expected} rows.[/red]")
        if not all(each.agrees for each in counters):
            return False
        console.print("The values agree too: the messages' counters add up to Listrak's report rows.\n")
    ask(console, target, CLICKS)
    return True


def look(folder: Path, arguments: list[str]) -> int:
    """Run psql on the data that the demo has left in `folder`; its exit code."""
    with ExitStack() as stack:
        with shielded():
            target = stack.enter_context(database(folder))
        address, password = target.for_psql()
        command = [psql(), address, *arguments]
        search_path = f"-c search_path={SCHEMA},shop_demo,textlocal_demo"
        options = {**os.environ, **password, "PGOPTIONS": search_path}
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # in psql, Ctrl-C ends a query
        return subprocess.run(command, env=options, check=False).returncode


def main() -> int:
    """Read the command line and run; the exit code."""
    parser = argparse.ArgumentParser(
        description="A Listrak account into PostgreSQL, and back: texts by Listrak, Attentive and Textlocal."
    )
    parser.add_argument(
        "--folder", type=Path, default=DEFAULT, help="where data and logs are kept: its own (default: %(default)s)"
    )
    parser.add_argument(
        "--psql",
        nargs=argparse.REMAINDER,
        metavar="ARGUMENT",
        help="do not run the demo: start its database and psql on it, with these arguments",
    )
    arguments = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without the letters of the data
    # Calls to this machine go to it, also where others go through a proxy.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    console = Console()
    stop_on_signals()
    folder = arguments.folder.resolve()
    try:
        claim(folder)
        with locked(folder / "lock", wait=False):
            return demo(console, folder) if arguments.psql is None else look(folder, arguments.psql)
    except BlockingIOError:
        console.print("The demo, or a look at its data, runs already in another terminal.", style="red")
    except (DemoError, InstallError, PostgresError, psycopg.Error) as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
    except Stopped as stopped:
        console.print("\nStopped, and with it everything that the demo had started.")
        return 128 + stopped.signal
    return 1


if __name__ == "__main__":
    sys.exit(main())
