"""The pipes of the demo: the sandbox at both ends, `meltano run` between, and how far it is."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests
from demo_processes import DemoError, complaint, running
from meltano_project import BIN, copy_project, environment
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from rich.console import Console

LEFT = "sandbox"
"""The folder, in the demo's, that the sandbox's state is in; the Makefile names it too."""
_LISTENING = "vendor-sandbox listening on "
_USERNAME, _PASSWORD = "sandbox", "sandbox-password"
# What the tap and the loader log; only the bar depends on it.
_READING = re.compile(r"Beginning sync of '(\w+)'")
_LOADING = re.compile(r"activate version message for '(\w+)' was received")


@contextmanager
def vendor_sandbox(folder: Path) -> Iterator[str]:
    """Run a sandbox of the small scale on a free port, with a state that is begun anew: `make sandbox` opens it later.

    Args:
        folder: Where its log goes, and its state.

    Yields:
        Its address.

    Raises:
        DemoError: It did not start.
    """
    shutil.rmtree(folder / LEFT, ignore_errors=True)
    with listening_sandbox(folder) as address:
        yield address


@contextmanager
def listening_sandbox(folder: Path, port: int = 0) -> Iterator[str]:
    """Run a sandbox with the state that is in a folder, if there is any.

    Args:
        folder: Where its log goes, and its state.
        port: Where it listens; 0 takes a free one.

    Yields:
        Its address.

    Raises:
        DemoError: It did not start.
    """
    log = folder / "sandbox.log"
    options = ["--port", str(port), "--scale", "small", "--data", str(folder / LEFT)]
    with (
        log.open("w", encoding="utf-8") as errors,
        running(
            [BIN / "vendor-sandbox", "serve", *options], errors, folder=folder, environment=environment()
        ) as process,
    ):
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith(_LISTENING):
            raise DemoError(f"The sandbox did not start. {log} says:\n{complaint(log)}")
        yield line.removeprefix(_LISTENING).strip()


def rows_at_listrak(sandbox: str) -> dict[str, dict[str, int]]:
    """Return what the sandbox's account holds, by stream: `rows`, distinct `keys`, and rows `without_key`."""
    counts: dict[str, dict[str, int]] = ask_sandbox(sandbox, "listrak-soap/rows")
    return counts


def ask_sandbox(sandbox: str, path: str) -> Any:
    """Return what the sandbox's control API answers to a GET."""
    answer = requests.get(f"{sandbox}/_sandbox/{path}", timeout=60)
    answer.raise_for_status()
    return answer.json()


def run_meltano(
    log: Path, blocks: tuple[str, ...], settings: Mapping[str, str], follow: Callable[[str], None] = lambda _: None
) -> None:
    """Run `meltano run` in a copy of the project beside its log.

    In a copy, so that neither the `.env` nor the state of a real account is touched.

    Args:
        log: Where its log is written.
        blocks: A tap and a target, or jobs of meltano.yml.
        settings: Settings of their plugins, as environment variables.
        follow: Is told each line of the log.

    Raises:
        DemoError: It failed; the end of its log is in the message.
    """
    project = log.parent / "project"
    whole = {**copy_project(project), **settings, "NO_COLOR": "1"}  # the log is a file for people to read
    command: list[str | Path] = [BIN / "meltano", "--environment=demo", "run", *blocks]
    with (
        log.open("w", encoding="utf-8") as lines,
        running(command, subprocess.STDOUT, folder=project, environment=whole) as run,
    ):
        for line in run.stdout or ():
            lines.write(line)
            follow(line)
        run.wait()
    if run.returncode:
        raise DemoError(f"`meltano run` failed with exit code {run.returncode}. {log} says:\n{complaint(log)}")


def load_warehouse(log: Path, sandbox: str, database: str, streams: int, console: Console) -> None:
    """Run `meltano run tap-listrak target-postgres` and show the streams that have come to the loader.

    Args:
        log: Where its log is written.
        sandbox: The sandbox's address.
        database: The SQLAlchemy URL of the database.
        streams: How many streams there are to load.
        console: Where to show the progress.

    Raises:
        DemoError: It failed.
    """
    settings = {
        "TAP_LISTRAK_USERNAME": _USERNAME,
        "TAP_LISTRAK_PASSWORD": _PASSWORD,
        "TAP_LISTRAK_WSDL_URL": f"{sandbox}/listrak-soap/v31/IntegrationService.asmx?WSDL",
        "TARGET_POSTGRES_SQLALCHEMY_URL": database,
    }
    columns = (TextColumn("  {task.description:<32}"), BarColumn(24), TextColumn("{task.completed} of {task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        bar = progress.add_task("Meltano starts", total=streams)

        def follow(line: str) -> None:
            if found := _READING.search(line):
                progress.update(bar, description=f"reading {found[1]}")
            elif found := _LOADING.search(line):
                progress.update(bar, description=f"loading {found[1]}", advance=1)
                if not console.is_terminal:
                    console.print(f"  loading {found[1]}")

        run_meltano(log, ("tap-listrak", "target-postgres"), settings, follow)
