"""Singer messages on standard output: whole lines only, whatever happens."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from singer_sdk.contrib.msgspec import MsgSpecWriter

from singer_command.words import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator


class LineWriter(MsgSpecWriter):
    """The SDK's msgspec writer; a signal that comes while a line is being written takes effect behind it.

    So a loader never sees half a line.
    """

    def __init__(self) -> None:
        super().__init__()
        self._writing = False
        self._signal: int | None = None

    def write_message(self, message: Any) -> None:
        """Write one message.

        Raises:
            UsageProblem: What it goes to takes no more, as a full disk.
        """
        with self.whole_lines():
            super().write_message(message)

    def interrupt(self, signal: int) -> None:
        """End the process for a signal: at once, or behind the line in hand; at once when the same one comes again.

        Another one is passed over: for a Ctrl-C, a runner may send SIGTERM after the terminal's SIGINT.
        """
        if self._signal is None:
            self._signal = signal
            if not self._writing:
                _exit(signal)
        elif self._signal == signal:
            _exit(signal)

    @contextlib.contextmanager
    def whole_lines(self) -> Iterator[None]:
        """Let no signal end the process while lines are written to standard output.

        Raises:
            UsageProblem: What it goes to takes no more, as a full disk.
        """
        self._writing = True
        try:
            yield
        except OSError as error:
            # Else Python would try again to write what is left, and report that as an error of its own.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                raise
            raise UsageProblem(
                f"What was read cannot be written to standard output: {error.strerror}. Make room where it goes, and "
                "run again."
            ) from None
        finally:
            self._writing = False
        if self._signal is not None:
            _exit(self._signal)


def _exit(signal: int) -> NoReturn:
    sys.exit(128 + signal)
