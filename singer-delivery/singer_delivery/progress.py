"""What a person sees of a long run: records, outcomes, the rate of calls and how much of it the vendor allows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text
from singer_command.display import Display, Rate, elapsed

from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    import logging

    from typing_extensions import Self

    from singer_delivery.report import Report
    from singer_delivery.traffic import Traffic

_STYLES = {
    Outcome.ACCEPTED: "green",
    Outcome.UNCHANGED: "dim",
    Outcome.ALREADY: "dim",
    Outcome.SKIPPED: "yellow",
    Outcome.REJECTED: "bold red",
}


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
        self._began = time.monotonic()
        self._rate = Rate(lambda: traffic.requests)
        self._spinner = Spinner("dots")
        self._display = Display(self.line, self.picture, logger)

    def __enter__(self) -> Self:
        self._rate.restart()
        self._display.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._display.__exit__(None, None, None)

    def beside(self, output: TextIO) -> TextIO:
        """Return what writes to `output`, and does not get into what is shown where both are the same terminal."""
        return self._display.beside(output)

    def line(self) -> str:
        """Say where things stand."""
        outcomes = self._report.outcomes
        each = ", ".join(f"{n:,} {outcome.value}" for outcome, n in outcomes.items() if n)
        return (
            f"{self._report.total_read:,} records read, {sum(outcomes.values()):,} settled"
            f"{f' ({each})' if each else ''}, {self._calls()}"
        )

    def picture(self) -> Table:
        """Draw where things stand."""
        outcomes = self._report.outcomes
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True)
        table.add_column()
        head = Text.assemble((self._report.target, "bold cyan"), "  ", elapsed(time.monotonic() - self._began))
        table.add_row(self._spinner, head)
        table.add_row("", f"{self._report.total_read:,} records read, {sum(outcomes.values()):,} settled")
        settled = Text("  ").join(
            Text(f"{outcome.value} {n:,}", _STYLES[outcome] if n else "dim") for outcome, n in outcomes.items()
        )
        table.add_row("", settled)
        retries, limited = self._traffic.retries, self._traffic.rate_limited
        more = [f"{retries:,} made again"] * bool(retries) + [f"rate-limited {limited:,} times"] * bool(limited)
        table.add_row("", ", ".join([self._calls(), *more]))
        return table

    def _calls(self) -> str:
        # Of each quota that was called in this run: the rate that held when it was called last.
        rates = [
            [rate for rate in steps if rate is not None] for steps in self._traffic.timeline.content().allowed.values()
        ]
        allowed = sum(each[-1] for each in rates if each)
        return f"{self._rate.per_second():,.1f} requests/s" + (f" of {allowed:,.4g} allowed" if allowed else "")
