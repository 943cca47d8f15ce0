"""The command line.

Exit codes: 0 after Ctrl-C or SIGTERM; 1 the port is taken, the data folder cannot be used or the data would not
fit; 2 wrong usage.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from vendor_sandbox.server import is_exposed, listen, serve
from vendor_sandbox.state import State
from vendor_sandbox.vendors import Options


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vendor-sandbox")
def main() -> None:
    """The vendors on your own machine: their documented contracts, made-up data, and faults on demand."""


@main.command("serve")
@click.option("--port", default=8700, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder that keeps the state over restarts.")
@click.option("--scale", default="small", show_default=True, type=click.Choice(["small", "medium", "large"]))
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="Grows the data: the same for ever."
)
@click.option("--page-size", default=2500, show_default=True, type=click.IntRange(1), help="Rows of a page.")
@click.option("--lists", type=click.IntRange(1, 10_000), help="A plain account instead: how many lists.")
@click.option("--messages", type=click.IntRange(0, 10_000_000), help="A plain account instead: messages of a list.")
@click.option("--contacts", type=click.IntRange(0, 100_000_000), help="A plain account instead: contacts of a list.")
def serve_command(host: str, port: int, data: Path | None, **options: object) -> None:
    r"""Serve until Ctrl-C.

    \b
    Exit codes: 0 after Ctrl-C or SIGTERM
                1 port taken, data folder unusable, data that would not fit
                2 wrong usage
    """
    try:
        listener = listen(host, port)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    if is_exposed(listener):
        click.echo(
            "Warning: reachable from other machines. Its passwords are public, and whoever reaches it can break it.",
            err=True,
        )
    try:
        state = State(data)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"cannot keep data in {data}: {error}") from error
    with closing(state):
        try:
            serve(Options(**options), state, listener)  # type: ignore[arg-type] # click has checked each type
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        except sqlite3.Error as error:
            raise click.ClickException(
                f"cannot use the data in {data}: {error}; an empty folder can be used"
            ) from error
