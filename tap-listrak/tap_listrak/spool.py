"""The rows of one answer, kept until the whole answer is known to be sound.

A call may break off after half of its rows, and is then made again. So nothing of an answer is passed on before
its end was seen. Pages are small and stay in memory; an answer without pages (all messages of a list) may be
larger than memory should hold, and goes on to a temporary file.
"""

from __future__ import annotations

import pickle
import tempfile
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_listrak.mapping import Record

ROWS_IN_MEMORY = 5_000
"""Twice the page size that one public client of the service met (2,500)."""


class RowSpool:
    """Rows in the order they were added: to be written once, then read once, by one thread at a time."""

    def __init__(self) -> None:
        self._rows: list[Record] = []
        self._file: BinaryIO | None = None
        self.count = 0

    def add(self, rows: list[Record]) -> None:
        """Append rows; beyond `ROWS_IN_MEMORY` they go to an unnamed file that ends with this object."""
        self._rows += rows
        self.count += len(rows)
        if len(self._rows) >= ROWS_IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="tap-listrak-")  # noqa: SIM115  (closed by `chunks`, or with this object)
            pickle.dump(self._rows, self._file, pickle.HIGHEST_PROTOCOL)
            self._rows = []

    def chunks(self) -> Iterator[list[Record]]:
        """Yield the rows in pieces of `ROWS_IN_MEMORY` or a little more."""
        if self._file is not None:
            self._file.seek(0)
            end = self._file.seek(0, 2)
            self._file.seek(0)
            while self._file.tell() < end:
                yield pickle.load(self._file)  # noqa: S301  (this object wrote it itself, a moment ago)
            self._file.close()
        if self._rows:
            yield self._rows
