"""The progress of a tap: which streams are done, and how far the one in hand is."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from singer_command.display import Display, Rate, elapsed

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

    from typing_extensions import Self

_BAR_WIDTH = 20


class StreamProgress:
    """How far a stream is. Only one thread counts.

    Args:
        name: Name of the stream.
        unit: What is counted towards `total`: lists, messages; nothing where that is not known.
    """

    def __init__(self, name: str, unit: str = "") -> None:
        self.name = name
        self.unit = unit
        self.done = self.rows = 0
        self.total: int | None = None
        self.rate = Rate(lambda: self.rows)

    def expect(self, total: int) -> None:
        """Say how many units there are in all."""
        self.total = total

    def count(self, rows: int) -> None:
        """Count rows."""
        self.rows += rows

    def unit_done(self) -> None:
        """Count a list, message or whatever the unit is as done."""
        self.done += 1

    @property
    def share(self) -> str:
        """How many of its units are done, in words; empty where there are none."""
        if not self.unit or self.total is None:
            return ""
        return f"{self.done:,} of {self.total:,} {self.unit}"

    @property
    def amount(self) -> str:
        """Its rows and their rate, in words."""
        return f"{self.rows:,} rows, {self.rate.per_second():,.0f} rows/s"


class TapProgress:
    """How far a tap is, as a context: shown as long as it lasts.

    Args:
        tap: Name of the tap.
        streams: How many streams are to be read.
        logger: Where log lines go when stderr is no terminal.
    """

    def __init__(self, tap: str, streams: int, logger: logging.Logger) -> None:
        self._tap = tap
        self._number = streams
        self._done: list[StreamProgress] = []
        self._in_hand: StreamProgress | None = None
        self._began = time.monotonic()
        self._spinner = Spinner("dots")
        # On a terminal that the records go to as well, nothing else could be read.
        self._display = Display(self.line, self.picture, logger, moves=not sys.stdout.isatty())

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._display.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._display.__exit__(None, None, None)

    @contextmanager
    def stream(self, name: str, unit: str = "") -> Iterator[StreamProgress]:
        """Count a stream, as a context: it is done when that ends without an error.

        Args:
            name: Name of the stream.
            unit: What its progress is counted in.
        """
        stream = self._in_hand = StreamProgress(name, unit)
        yield stream
        self._done.append(stream)
        self._in_hand = None

    @property
    def rows(self) -> int:
        """Rows of all streams so far."""
        in_hand = self._in_hand
        return sum(each.rows for each in list(self._done)) + (in_hand.rows if in_hand else 0)

    def line(self) -> str:
        """Say where things stand."""
        parts = [f"{len(self._done)} of {self._number} streams done", f"{self.rows:,} rows"]
        if (stream := self._in_hand) is not None:
            parts.append(f"{stream.name}: " + ", ".join(filter(None, [stream.share, stream.amount])))
        return "; ".join(parts)

    def picture(self) -> Table:
        """Draw where things stand."""
        table = Table.grid(padding=(0, 1))
        for _ in range(2):
            table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis")
        done = list(self._done)
        for each in done:
            table.add_row(Text("✓", "green"), each.name, Text(f"{each.rows:,} rows", "dim"))
        if (stream := self._in_hand) is not None:
            table.add_row(self._spinner, Text(stream.name, "bold"), _how_far(stream))
        seconds = elapsed(time.monotonic() - self._began)
        total = f"{len(done)} of {self._number} streams done, {self.rows:,} rows, {seconds}"
        table.add_row("", Text(self._tap, "bold cyan"), total)
        return table


def _how_far(stream: StreamProgress) -> Table:
    line = Table.grid(padding=(0, 1))
    parts: list[ProgressBar | Text] = []
    if stream.share:
        parts.append(ProgressBar(total=stream.total or 1, completed=stream.done, width=_BAR_WIDTH))
        parts.append(Text(f"{stream.share},"))
    line.add_row(*parts, Text(stream.amount))
    return line
