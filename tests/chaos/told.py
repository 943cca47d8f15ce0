"""Whom runs tell of as rejected or as unknown: the price of doing things at most once, and nobody else's.

Neither report nor ledger says so of each record, so the process of a run writes down what it settles.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING

from chaos.places import put
from singer_delivery import settling
from singer_delivery.outcomes import UNKNOWN, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from singer_delivery.rows import Settled

OUTCOMES = "outcomes.jsonl"
"""The file in which the runs of a trial write what they settle."""
_DIGITS = 10
"""Of a number, without its country: vendors write that one as they please."""


def person(text: str) -> str:
    """Return what a phone number, in anybody's spelling, has in common with its other spellings."""
    return "".join(each for each in text if each.isdigit())[-_DIGITS:] or text


def write_outcomes(file: Path) -> None:
    """Let this process write a line for each record that it settles. Lines are added to those of earlier runs."""
    lines = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    all_rows = settling._all_rows

    def written(settled: Iterable[Settled]) -> Iterator[Settled]:
        for each in all_rows(settled):
            is_told = each.verdict is UNKNOWN or each.verdict.outcome is Outcome.REJECTED
            line = {"id": each.row.raw["id"], "phone": each.row.raw["phone"], "is_told": is_told}
            os.write(lines, f"{json.dumps(line)}\n".encode())
            yield each

    put(settling, _all_rows=written)


def told_of(file: Path) -> Counter[str]:
    """Return how many records of each person were rejected or unknown in the end, by `person`."""
    last = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else []:
        found = json.loads(line)
        last[found["id"]] = found
    return Counter(person(each["phone"]) for each in last.values() if each["is_told"])
