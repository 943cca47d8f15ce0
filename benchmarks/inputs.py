"""Inputs of the target: which there are, and having them written. The people in them are made up by `people.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

STREAM: Final = "customers"
CHANGED_EVERY: Final = 100
"""One record in so many is changed between two editions of an input: 1 %."""
_WRITER = Path(__file__).resolve().with_name("people.py")


def is_changed(person: int) -> bool:
    """Say whether a person's record is one of those that differ between two editions."""
    return person % CHANGED_EVERY == 0


def write_input(  # noqa: PLR0913 - what an input can be
    path: Path,
    people: int,
    *,
    edition: int = 0,
    only_changed: bool = False,
    without_phone: bool = False,
    contacts: bool = False,
) -> None:
    """Write what a tap would send: SCHEMA, a RECORD for each person, a STATE now and then.

    Args:
        path: Where to.
        people: How many people; with 0 it is all but a SCHEMA.
        edition: Of the input: whoever changes has another value in each.
        only_changed: Leave out people whose record is the same in every edition.
        without_phone: They have an id of their own in its place, so that there can be any number of people.
        contacts: They have the columns of a contact of a group, and a text of their own.
    """
    command: list[str | Path] = [sys.executable, _WRITER, path, str(people), str(edition)]
    flags = {"--only-changed": only_changed, "--without-phone": without_phone, "--contacts": contacts}
    subprocess.run([*command, *(flag for flag, wanted in flags.items() if wanted)], check=True)
