"""What a person sees of a long run: a moving line on a terminal, a log line now and then elsewhere. Never on stdout.

A thread of its own shows it, so that a run in which nothing happens says that, too.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import TYPE_CHECKING, TextIO

from rich import progress as rich_progress
from rich.console import Console

from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from singer_delivery.report import Report
    from singer_delivery.traffic import Traffic

LOG_INTERVAL = 15.0
"""Seconds between two log lines where there is no terminal."""
BAR_INTERVAL = 0.25
"""Seconds between two looks at the counts on a terminal."""
_RATE_SECONDS = 3.0
"""Seconds that the rate on a terminal is measured over."""


class Progress:
    """The progress of a run, as a context.

    Args:
        report: Counts records.
        traffic: Counts calls.
        logger: Where log lines go when stderr is no terminal.
    """

    def __init__(self, report: Report, traffic: Traffic, logger: logging.Logger) -> None:
        self._report = report
        self._traffic = traffic
        self._logger = logger
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._bar: rich_progress.Progress | None = None
        self._diverted: list[logging.StreamHandler[TextIO]] = []
        self._rate = 0.0
        self._since = (time.monotonic(), 0)

    def line(self, rate_seconds: float = 0.0) -> str:
        """Say where things stand.

        Args:
            rate_seconds: The rate of requests is measured anew after so many seconds at the earliest.
        """
        now, requests = time.monotonic(), self._traffic.requests
        since, requests_then = self._since
        if now - since > rate_seconds:
            self._rate = (requests - requests_then) / (now - since)
            self._since = (now, requests)
        outcomes = self._report.outcomes
        return (
            f"{self._report.total_read:,} records read, {sum(outcomes.values()):,} settled, "
            f"{outcomes[Outcome.REJECTED]:,} rejected, {self._rate:,.1f} requests/s"
        )

    def __enter__(self) -> Self:
        self._since = (time.monotonic(), self._traffic.requests)
        if sys.stderr.isatty():
            self._start_bar()
        self._ended.clear()
        self._thread = threading.Thread(target=self._show, name="progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            while self._diverted:
                self._diverted.pop().setStream(sys.stderr)

    def _show(self) -> None:
        while not self._ended.wait(LOG_INTERVAL if self._bar is None else BAR_INTERVAL):
            if self._bar is None:
                self._logger.info("%s", self.line())
            else:
                self._bar.update(self._bar.task_ids[0], line=self.line(_RATE_SECONDS))

    def _start_bar(self) -> None:
        real = sys.stderr
        self._bar = rich_progress.Progress(
            rich_progress.SpinnerColumn(),
            rich_progress.TextColumn("{task.fields[line]}", markup=False),
            rich_progress.TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            refresh_per_second=4,
            redirect_stdout=False,  # stdout is the STATE messages'
        )
        self._bar.add_task("", total=None, line=self.line())
        self._bar.start()
        # The bar redirects sys.stderr, so that lines go above it; handlers hold on to the stream they had.
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is real:
                handler.setStream(sys.stderr)
                self._diverted.append(handler)
