"""State goes out when everything that was read before it is settled, and not a record earlier."""

from __future__ import annotations

import io
import json
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import OutputError

if TYPE_CHECKING:
    from typing import TextIO

    from singer_delivery.rows import Chunk

INTERVAL = 3.0
"""Seconds between two states at least: a runner stores each one."""


class Checkpoints:
    """The chunks that are not settled yet, in the order in which they were read, and the states between them.

    Args:
        output: Where STATE lines go.
    """

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._chunks: deque[Chunk] = deque()
        self._due: dict[str, Any] | None = None
        self._written: dict[str, Any] | None = None
        self._next = time.monotonic() + INTERVAL
        self._together = False
        self._lock = threading.Lock()

    def add(self, chunk: Chunk) -> None:
        """Take a chunk that is complete: no row and no state will be added to it."""
        with self._lock:
            self._chunks.append(chunk)

    def settle(self, chunk: Chunk, rows: int) -> None:
        """Count rows of a chunk as settled."""
        chunk.unsettled -= rows

    def settle_together(self) -> None:
        """Let no state out from now on before everything is settled.

        For gathered deliveries, whose records were read all over the input: a tap that goes on in the middle of it
        would give some of them, and they would be taken for all.
        """
        with self._lock:
            self._pass_settled()
            self._together = True

    def advance(self, *, final: bool = False) -> None:
        """Write the last state before which everything is settled, if it is time to.

        Args:
            final: It is the end of the run: do not wait for the interval.

        Raises:
            OutputError: Nobody takes it.
        """
        with self._lock:
            self._pass_settled()
            if self._due is None or self._due == self._written:
                return
            if final or time.monotonic() >= self._next:
                self._write(self._due)
                self._written = self._due
                self._next = time.monotonic() + INTERVAL

    def _pass_settled(self) -> None:
        """Take the chunks away that are settled up to the first one that is not; the last state of them is due."""
        if self._together and any(chunk.unsettled for chunk in self._chunks):
            return
        while self._chunks and not self._chunks[0].unsettled:
            chunk = self._chunks.popleft()
            if chunk.state is not None:
                self._due = chunk.state

    def _write(self, state: dict[str, Any]) -> None:
        try:
            self._output.write(json.dumps(state) + "\n")
            self._output.flush()
        except OSError as error:
            self._output = io.StringIO()  # nobody listens any more
            if isinstance(error, BrokenPipeError):
                why, look = "The runner closed the pipe that state goes to", "See its own messages"
            else:
                why = f"State cannot be written to standard output ({error.strerror or type(error).__name__})"
                look = "Make room where it goes"
            raise OutputError(
                f"{why}: what was delivered cannot be acknowledged. {look}, and run again: what was delivered is not "
                "sent again."
            ) from None

    @property
    def unsettled(self) -> int:
        """Rows that were read and have no outcome yet."""
        with self._lock:
            return sum(chunk.unsettled for chunk in self._chunks)
