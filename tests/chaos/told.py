"""Whom runs tell of as rejected or as unknown: the price of doing things at most once, and nobody else's.

Neither report nor ledger says so of each record, so the process of a run writes down what it settles.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from chaos.places import put
from singer_delivery import settling
from singer_delivery.outcomes import UNKNOWN, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from singer_delivery.rows import Settled

OUTCOMES = "outcomes.jsonl"
"""The file in which the runs of a trial write what they settle."""
REJECTED, IN_DOUBT = "rejected", "in doubt"
_MOST_BYTES = 1 << 16
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
            rejected = REJECTED if each.verdict.outcome is Outcome.REJECTED else None
            told = IN_DOUBT if each.verdict is UNKNOWN else rejected
            line = {"id": each.row.raw["id"], "phone": each.row.raw["phone"], "told": told}
            os.write(lines, f"{json.dumps(line)}\n".encode())
            yield each

    put(settling, _all_rows=written)


@contextmanager
def listening(file: Path) -> Iterator[Callable[[], str]]:
    """Take what runs write down without a disk, which may be full for them.

    Args:
        file: Where they write it.

    Yields:
        What returns all lines so far.
    """
    os.mkfifo(file)
    pipe = os.open(file, os.O_RDWR | os.O_NONBLOCK)
    heard = bytearray()

    def all_so_far() -> str:
        with suppress(BlockingIOError):
            while True:
                heard.extend(os.read(pipe, _MOST_BYTES))
        return heard.decode()

    try:
        yield all_so_far
    finally:
        os.close(pipe)


def told_of(text: str, *what: str) -> Counter[str]:
    """Return how many records of each person ended so, by `person`.

    Args:
        text: Lines that runs wrote.
        what: `REJECTED`, `IN_DOUBT`; both if none is given.
    """
    last = {}
    for line in text.splitlines():
        found = json.loads(line)
        last[found["id"]] = found
    wanted = what or (REJECTED, IN_DOUBT)
    return Counter(person(each["phone"]) for each in last.values() if each["told"] in wanted)
