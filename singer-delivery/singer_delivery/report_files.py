"""The files of a run report: its JSON, and beside it the same as a page."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from singer_delivery.report_content import Content

_PAGES = frozenset({".html", ".htm"})
# A line break stands in no text of a JSON, so only lists of numbers are met.
_NUMBERS = re.compile(r"\[\s*\n[-\d.,\snule]*\]")


def files_of(path: str | Path) -> tuple[Path, Path | None]:
    """Return where a run report goes: its JSON, and its page; no page beside a device.

    Args:
        path: `report_path`. It names either of the two; the other one has the same name with the other ending.
    """
    named = Path(path).expanduser().absolute()
    if named.suffix.lower() in _PAGES:
        return named.with_suffix(".json"), named
    if named.exists() and not stat.S_ISREG(named.stat().st_mode):
        return named, None
    return named, named.with_suffix(".html") if named.suffix.lower() == ".json" else named.with_name(
        f"{named.name}.html"
    )


def write_report(content: Content, path: str | Path) -> None:
    """Write a report as JSON and as a page, each all of it or nothing.

    Args:
        content: The report.
        path: `report_path`.

    Raises:
        SetupError: One of them cannot be written.
    """
    # Only here: a run without `report_path` does not pay for a template engine.
    from singer_delivery.report_page import report_page  # noqa: PLC0415

    data, page = files_of(path)
    _write(data, _NUMBERS.sub(_in_a_line, json.dumps(content.as_dict(), indent=2)) + "\n")
    if page is not None:
        _write(page, report_page(content, data))


def _in_a_line(numbers: re.Match[str]) -> str:
    """Take the line breaks out of a list of numbers, which has hundreds of them in a timeline."""
    return " ".join(numbers[0].split()).replace("[ ", "[").replace(" ]", "]")


def _write(path: Path, text: str) -> None:
    """Write a file by way of another one, so that a reader never sees half of it. Devices are written to directly."""
    try:
        _replace(path.resolve(), text)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SetupError(f"The run report cannot be written to {path} (`report_path`): {why}.") from None


def _replace(path: Path, text: str) -> None:
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        path.write_text(text, encoding="utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
