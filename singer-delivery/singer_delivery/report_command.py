"""What `--report` does: shows the report of the last run again, and opens its page where somebody can see it."""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from typing import TYPE_CHECKING

import click

from singer_delivery.errors import SetupError
from singer_delivery.report_content import Content
from singer_delivery.report_files import files_of
from singer_delivery.summary import summary

if TYPE_CHECKING:
    from pathlib import Path

_WITH_WINDOWS = frozenset({"darwin", "win32"})


def show_report(target: str, path: object) -> None:
    """Print where the last run's report is and what it says; on a terminal, open its page in a browser.

    Args:
        target: Name of the target.
        path: `report_path`, as the config has it.

    Raises:
        SetupError: There is none, or it cannot be read.
    """
    if not path or not isinstance(path, str):
        raise SetupError(
            "There is no report: `report_path` is not set. Set it, for instance to "
            f"reports/{target}.json, and each run from then on writes one."
        )
    data, page = files_of(path)
    content = _read(data)
    click.echo(f"report  {data}")
    if page is not None and page.is_file():
        click.echo(f"page    {page}")
    click.echo(f"run     {content.started_at}\n\n{summary(content)}")
    if page is not None and page.is_file() and sys.stdout.isatty() and _has_windows():
        webbrowser.open(page.as_uri())


def _read(path: Path) -> Content:
    try:
        return Content.of(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise SetupError(f"There is no report at {path} (`report_path`) yet: no run has written one.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SetupError(f"The report at {path} (`report_path`) cannot be read: {why}.") from None
    except ValueError:  # the library's own words quote what is there
        raise SetupError(
            f"What is at {path} (`report_path`) is no run report. Is the path right? The next run writes it anew."
        ) from None


def _has_windows() -> bool:
    """Say whether a browser would be one with a window, and not one that takes the terminal."""
    return sys.platform in _WITH_WINDOWS or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
