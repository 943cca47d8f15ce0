"""Log lines that hold names of others, as streams': one line each, and nothing that would command a terminal."""

from __future__ import annotations

import copy
import logging

from singer_command.terminal import printable


class PrintableLines(logging.Formatter):
    """Formats as another one does, what is printable of a record.

    Else a name could command the terminal that shows a log, or forge a line of its own.

    Args:
        inner: The other one.
    """

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text. Only what came of an error (`exc_info`) takes several lines."""
        shown = copy.copy(record)
        shown.name = printable(record.name)  # the SDK names loggers after streams
        text = record.message = record.getMessage()  # as any formatter leaves it on the record
        if not text.isprintable():  # else it stays in its parts, which formatters of metrics look at
            shown.msg, shown.args = printable(text), None
        if record.exc_info:
            trace = self._inner.formatException(record.exc_info)
            shown.exc_text = "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in trace)
        return self._inner.format(shown)


def keep_printable() -> None:
    """Let all handlers that there are write printable lines from now on. Calling it again changes nothing."""
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, PrintableLines):
            handler.setFormatter(PrintableLines(handler.formatter or logging.Formatter()))
