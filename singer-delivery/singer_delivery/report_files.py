"""The files of a run report: its JSON, and beside it the same as a page."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from typing import TYPE_CHECKING

from singer_delivery.errors import SetupError
from singer_delivery.paths import make_folder_of, path_of

if TYPE_CHECKING:
    from pathlib import Path

    from singer_delivery.report_content import Content

_PAGES = frozenset({".html", ".htm"})
_STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_OPEN = re.compile(r"/(?:dev|proc/(?:self|thread-self|(?P<other>\d+)))/fd/(?P<number>\d+)")
_MOST_LINKS = 40
# A line break stands in no text of a JSON, so only lists of numbers are met.
_NUMBERS = re.compile(r"\[\s*\n[-\d.,\snule]*\]")


def files_of(path: str | Path) -> tuple[Path, Path | None]:
    """Return where a run report goes: its JSON, and its page; no page beside a device.

    Args:
        path: `report_path`. It names either of the two; the other one has the same name with the other ending.

    Raises:
        SetupError: It can be no path, or what is there cannot be looked at.
    """
    named = path_of(path, "report_path").absolute()
    try:
        is_device = _open_file(named) is not None or (named.exists() and not stat.S_ISREG(named.stat().st_mode))
    except OSError as error:
        raise SetupError(
            f"`report_path` ({named}) cannot be used: {error.strerror or type(error).__name__}."
        ) from None
    if _names_the_page(named):
        return _data(named), named
    if is_device:
        return named, None
    return named, named.with_suffix(".html") if named.suffix.lower() == ".json" else named.with_name(
        f"{named.name}.html"
    )


def data_of(path: str | Path) -> Path:
    """Return where the JSON of a run report goes, without a look at what is there.

    Args:
        path: `report_path`.

    Raises:
        SetupError: It can be no path.
    """
    return _data(path_of(path, "report_path").absolute())


def _data(named: Path) -> Path:
    return named.with_suffix(".json") if _names_the_page(named) else named


def _names_the_page(named: Path) -> bool:
    return named.suffix.lower() in _PAGES


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


def _open_file(path: Path) -> int | Path | None:
    """Return what a path stands for that is open already, as `/dev/stdout` is, by itself or by way of links.

    To be found before a path is resolved: that leads to the file which standard output goes to, and STATE is in that.

    Returns:
        The number of this process' own; the path of another process'; None for a path that names a file.
    """
    for _ in range(_MOST_LINKS):
        if (number := _STANDARD.get(str(path))) is not None:
            return number
        if found := _OPEN.fullmatch(str(path)):
            return path if found["other"] else int(found["number"])
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _write(path: Path, text: str) -> None:
    """Write a file by way of another one, so that a reader never sees half of it. Devices are written to directly."""
    try:
        there = _open_file(path)
        if there is None:
            _replace(path.resolve(), text)
            return
        with open(os.dup(there) if isinstance(there, int) else there, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SetupError(f"The run report cannot be written to {path} (`report_path`): {why}.") from None


def _replace(path: Path, text: str) -> None:
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        path.write_text(text, encoding="utf-8")
        return
    make_folder_of(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
