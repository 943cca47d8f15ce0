"""Paths as settings name them, read in one way: a home folder written as `~`, and errors that name the setting."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from singer_delivery.errors import SetupError


def path_of(value: str | Path, setting: str) -> Path:
    """Return the path that a setting names, with `~` and `~name` as home folders.

    Args:
        value: The setting's value.
        setting: Its name, for errors.

    Raises:
        SetupError: It can be no path, or this machine knows no such home folder.
    """
    try:
        found = Path(value).expanduser()
        is_a_path = b"\0" not in os.fsencode(found)
    except UnicodeEncodeError:  # half a character
        is_a_path = False
    except RuntimeError:
        raise SetupError(
            f"`{setting}` begins with a home folder that this machine does not know ({value}). Write the path in full."
        ) from None
    if not is_a_path:
        raise SetupError(f"`{setting}` holds a sign that no path can hold. Write it anew.")
    return found


def make_folder_of(path: Path) -> None:
    """Make the folder that a file is to be in, and those above it.

    Raises:
        OSError: It cannot be made. A file in its place is no error here: opening says so better.
    """
    with suppress(FileExistsError):
        path.parent.mkdir(parents=True, exist_ok=True)
