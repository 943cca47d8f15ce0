"""Reports on batches (`status_batch`): asked for once a run, though two streams are made of them."""

from __future__ import annotations

import tempfile
import weakref
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import msgspec

from singer_delivery.errors import RefusedError, SetupError, UnavailableError
from tap_textlocal.mapping import figures, message_statuses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_textlocal.client import TextlocalClient


@dataclass(frozen=True, slots=True)
class Report:
    """What Textlocal says of a batch.

    Attributes:
        figures: As `mapping.figures` returns them.
        statuses: Number and letter of each message; None where they are not listed.
    """

    figures: dict[str, Any]
    statuses: Sequence[tuple[str | None, str | None]] | None


class Reports:
    """Asks for reports. What a second stream will want is put aside in an unnamed file, which ends with the run.

    Args:
        client: Makes the calls.
    """

    def __init__(self, client: TextlocalClient) -> None:
        self._client = client
        self._refused: dict[str, str] = {}
        self._aside: dict[str, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self.broken: dict[str, UnavailableError] = {}
        """Batches of which no answer came in any attempt, and what came instead."""

    def ask(self, batch_id: str, *, put_aside: bool) -> Report | str:
        """Ask for a report.

        Args:
            batch_id: Of which batch.
            put_aside: Whether `again` will ask for it.

        Returns:
            The report; or the code with which Textlocal refuses it, as it does for tests and for ids that it does not
            know.

        Raises:
            SetupError: As of the client: it is not this batch alone. Or the temporary folder is full.
            UnavailableError: As of the client, and at once where it was met before in this run.
        """
        if code := self._refused.get(batch_id):
            return code
        if broken := self.broken.get(batch_id):
            raise broken
        try:
            body = self._client.read("status_batch", batch_id=batch_id)
        except RefusedError as refusal:
            self._refused[batch_id] = refusal.code
            return refusal.code
        except UnavailableError as error:
            self.broken[batch_id] = error
            raise
        statuses = message_statuses(body)
        letters = None if statuses is None else [letter for _, letter in statuses]
        report = Report(figures(body, letters), statuses)
        if put_aside:
            self._put(batch_id, report)
        return report

    def again(self, batch_id: str) -> Report | str:
        """Return a report that was put aside, or ask for it."""
        place = self._aside.pop(batch_id, None)
        if place is None or self._file is None:
            return self.ask(batch_id, put_aside=False)
        self._file.seek(place[0])
        written: dict[str, Any] = msgspec.msgpack.decode(self._file.read(place[1]))
        return Report(**written)

    def _put(self, batch_id: str, report: Report) -> None:
        written = msgspec.msgpack.encode(report)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="tap-textlocal-")  # noqa: SIM115 - closed with this object
                weakref.finalize(self, self._file.close)
            place = self._file.seek(0, 2)
            self._file.write(written)
            self._file.flush()  # or a full disk would show only when it is read
        except OSError as error:
            raise SetupError(
                f"The temporary folder cannot hold what Textlocal tells of batches ({error.strerror or 'no room'}). "
                "Make room in it, or name another folder in the environment variable TMPDIR, and run again."
            ) from None
        self._aside[batch_id] = (place, len(written))
