"""How progress is shown: a picture that moves on a terminal, a log line now and then elsewhere. Never on stdout.

A thread of its own shows it, so that a run in which nothing happens says that, too.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

from rich.live import Live

from singer_command.terminal import can_move, console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from rich.console import Console, RenderableType
    from typing_extensions import Self

LOG_INTERVAL = 15.0
"""Seconds between two log lines where there is no terminal."""
PICTURE_INTERVAL = 0.25
"""Seconds between two pictures on a terminal."""
_RATE_SECONDS = 3.0


class Display:
    """Shows progress while a run goes on, as a context.

    Args:
        line: What is logged.
        picture: What is shown on a terminal.
        logger: Where log lines go.
        moves: Whether a picture may be shown, where the terminal can.
    """

    def __init__(
        self,
        line: Callable[[], str],
        picture: Callable[[], RenderableType],
        logger: logging.Logger,
        *,
        moves: bool = True,
    ) -> None:
        self._line = line
        self._picture = picture
        self._logger = logger
        self._moves = moves
        self._ended = threading.Event()
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._live: Live | None = None
        self._diverted: list[logging.StreamHandler[TextIO]] = []

    def __enter__(self) -> Self:
        if self._moves and can_move(sys.stderr):
            self._start()
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
        with self._lock:
            if self._live is None:
                return
            self._live.stop()
            self._live = None
            while self._diverted:
                self._diverted.pop().setStream(sys.stderr)

    def beside(self, output: TextIO) -> TextIO:
        """Return what writes to `output`, and does not get into the picture where both are the same terminal."""
        return cast("TextIO", _Beside(self, output)) if output.isatty() else output

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Take the picture away for a moment."""
        with self._lock:
            shown = self._live
            if shown is not None:
                shown.stop()
            try:
                yield
            finally:
                if shown is not None:
                    self._live = self._begin(shown.console)

    def _show(self) -> None:
        while not self._ended.wait(LOG_INTERVAL if self._live is None else PICTURE_INTERVAL):
            if self._live is None:
                self._logger.info("%s", self._line())
                continue
            with self._lock:
                self._live.update(self._picture(), refresh=True)

    def _start(self) -> None:
        real = sys.stderr
        self._live = self._begin(console(real))
        # The picture redirects sys.stderr, so that lines go above it; handlers hold on to the stream they had.
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is real:
                handler.setStream(sys.stderr)
                self._diverted.append(handler)

    def _begin(self, to: Console) -> Live:
        """Begin to show the picture. A `Live` that was stopped would begin above where it ended."""
        live = Live(
            self._picture(),
            console=to,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,  # stdout is the Singer messages'
        )
        live.start(refresh=True)
        return live


class _Beside:
    """Writes to a terminal while nothing moves on it.

    Args:
        display: What moves.
        output: The terminal.
    """

    def __init__(self, display: Display, output: TextIO) -> None:
        self._display = display
        self._output = output

    def write(self, text: str) -> int:
        with self._display.hidden():
            written = self._output.write(text)
            self._output.flush()
        return written

    def flush(self) -> None:
        """Do nothing: what is written is flushed."""


class Rate:
    """How fast a count grows, measured over the last seconds.

    Args:
        count: The count as it is now.
        seconds: How many seconds it is measured over.
    """

    def __init__(self, count: Callable[[], int], seconds: float = _RATE_SECONDS) -> None:
        self._count = count
        self._seconds = seconds
        self._looks: deque[tuple[float, int]] = deque()
        self.restart()

    def restart(self) -> None:
        """Measure from here on."""
        self._looks.clear()
        self._looks.append((time.monotonic(), self._count()))

    def per_second(self) -> float:
        """Return the rate."""
        now, count = time.monotonic(), self._count()
        self._looks.append((now, count))
        while len(self._looks) > 2 and self._looks[1][0] <= now - self._seconds:  # noqa: PLR2004 - the last, one before
            self._looks.popleft()
        since, then = self._looks[0]
        return (count - then) / (now - since) if now > since else 0.0


def elapsed(seconds: float) -> str:
    """Return a time as hours, minutes and seconds: `0:01:07`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
