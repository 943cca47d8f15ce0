"""What a person sees of a long run: a bar on a terminal, a log line now and then elsewhere. Never on stdout."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

LOG_INTERVAL = 15.0
"""Seconds between two log lines where there is no terminal."""

_BAR_COLUMNS = (
    SpinnerColumn(),
    TextColumn("{task.description:<20}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[unit]}, {task.fields[pages]:,} pages, {task.fields[rows]:,} rows"),
    TimeElapsedColumn(),
)


class StreamProgress:
    """The progress of one stream, as a context.

    Args:
        stream: Name of the stream.
        unit: What is counted towards `total`: lists, messages, windows.
        logger: Where log lines go when stderr is no terminal.
    """

    def __init__(self, stream: str, unit: str, logger: logging.Logger) -> None:
        self._stream = stream
        self._unit = unit
        self._logger = logger
        self._done = self._pages = self._rows = 0
        self._total: int | None = None
        self._next_line = time.monotonic() + LOG_INTERVAL
        self._bar: Progress | None = None
        self._diverted: list[logging.StreamHandler[TextIO]] = []

    def expect(self, total: int) -> None:
        """Say how many units there are in all."""
        self._total = total
        self.tick()

    def page(self, rows: int) -> None:
        """Count a page and its rows."""
        self._pages += 1
        self._rows += rows
        self.tick()

    def unit_done(self) -> None:
        """Count a list, message or window as done."""
        self._done += 1

    def tick(self) -> None:
        """Show where things stand, if it is time to."""
        if self._bar:
            self._bar.update(
                self._bar.task_ids[0],
                completed=self._done,
                total=self._total,
                pages=self._pages,
                rows=self._rows,
            )
        elif time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LOG_INTERVAL
            total = "" if self._total is None else f" of {self._total:,}"
            self._logger.info(
                "%s: %s%s %s done, %s pages, %s rows so far",
                self._stream,
                f"{self._done:,}",
                total,
                self._unit,
                f"{self._pages:,}",
                f"{self._rows:,}",
            )

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._bar = Progress(*_BAR_COLUMNS, console=Console(stderr=True), transient=True, refresh_per_second=4)
            self._bar.add_task(self._stream, total=None, unit=self._unit, pages=0, rows=0)
            real = sys.stderr
            self._bar.start()
            # The bar redirects sys.stderr, so that lines go above it; handlers hold on to the stream they had.
            for handler in logging.getLogger().handlers:
                if isinstance(handler, logging.StreamHandler) and handler.stream is real:
                    handler.setStream(sys.stderr)
                    self._diverted.append(handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()
            for handler in self._diverted:
                handler.setStream(sys.stderr)
