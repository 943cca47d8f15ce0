"""The rows of one answer, kept until the whole answer is known to be sound.

A call may break off after half of its rows, and is then made again. So nothing of an answer is passed on before
its end was seen. Pages are small and stay in memory; an answer without pages (all messages of a list) may be
larger than memory should hold, and goes on to a temporary file.
"""

from __future__ import annotations

import pickle
import tempfile
from typing import TYPE_CHECKING, BinaryIO

from tap_listrak.errors import no_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_listrak.mapping import Record

CELLS_IN_MEMORY = 20_000
"""Values kept in memory: 2,500 rows, the page size that a public client of the service met, of eight columns."""


class RowSpool:
    """Rows in the order they were added: to be written once, then read once, by one thread at a time.

    Args:
        width: How many columns a row has.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._rows: list[Record] = []
        self._file: BinaryIO | None = None
        self.count = 0

    def add(self, rows: list[Record]) -> None:
        """Append rows; beyond `CELLS_IN_MEMORY` they go to an unnamed file that ends with this object.

        Raises:
            SetupError: The temporary folder cannot hold them.
        """
        self._rows += rows
        self.count += len(rows)
        if len(self._rows) * self._width > CELLS_IN_MEMORY:
            try:
                self._put_aside()
            except OSError as error:
                raise no_room(error) from None
            self._rows = []

    def _put_aside(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="tap-listrak-")  # noqa: SIM115  (closed by `chunks`, or with this object)
        pickle.dump(self._rows, self._file, pickle.HIGHEST_PROTOCOL)
        self._file.flush()  # or a full disk would show only when it is read

    def chunks(self) -> Iterator[list[Record]]:
        """Yield the rows in pieces of about `CELLS_IN_MEMORY`."""
        if self._file is not None:
            end = self._file.tell()
            self._file.seek(0)
            while self._file.tell() < end:
                yield pickle.load(self._file)  # noqa: S301  (this object wrote it itself, a moment ago)
            self._file.close()
        if self._rows:
            yield self._rows
