"""What `--test` prints: a step a line. With colours on a terminal, and plainly for logs and programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from singer_command.terminal import console, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_WIDTH = 8
_MARKS = {True: ("ok", "✓"), False: ("FAILED", "✗"), None: ("not tried", "-")}
"""Whether a step works, None for one that was not reached: as a word, and as a sign for terminals."""
_STYLES = {True: "green", False: "bold red", None: "dim"}


class Checklist:
    """The steps of a check, on standard output.

    Args:
        steps: Names of those that there are, as far as they are known beforehand.
    """

    def __init__(self, steps: Sequence[str]) -> None:
        self._waiting = list(steps)
        self._width = max([_LEAST_WIDTH, *map(len, steps)])
        self._console = console(sys.stdout)
        self._works = True

    def show(self, step: str, works: bool | None, seen: str = "") -> None:  # noqa: FBT001 - what the line is about
        """Print a step.

        Args:
            step: Its name.
            works: Whether it works; None if it was not tried.
            seen: What was seen, or what to do.
        """
        self._works = self._works and works is not False
        if step in self._waiting:
            self._waiting.remove(step)
        if not self._console.is_terminal:
            self._console.print(
                f"{step:<{self._width}} {self._mark(works=works):<7} {printable(seen)}".rstrip(), soft_wrap=True
            )
            return
        line = Table.grid(padding=(0, 1))
        line.add_column(no_wrap=True)
        line.add_column(width=self._width, no_wrap=True)
        line.add_column(overflow="fold")
        mark = Text(self._mark(works=works), _STYLES[works])
        line.add_row(mark, Text(step, "bold" if works is False else ""), self._text(works, seen))
        self._console.print(line)

    def end(self, ready: str) -> bool:
        """Print the steps that were not reached, and what all that means.

        Args:
            ready: What to say if all works.

        Returns:
            Whether it does.
        """
        for step in list(self._waiting):
            self.show(step, None)
        failed = f"Not ready. Put right what is marked {self._mark(works=False)}, and check again."
        self._console.print(Text(ready if self._works else failed, "bold green" if self._works else "bold red"))
        return self._works

    def _mark(self, *, works: bool | None) -> str:
        word, sign = _MARKS[works]
        return sign if self._console.is_terminal and not self._console.options.ascii_only else word

    @staticmethod
    def _text(works: bool | None, seen: str) -> Text:  # noqa: FBT001 - as above
        return Text("not tried", "dim") if works is None else Text(printable(seen))
