"""What a dry run would have done, a line per record."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import UNCHANGED
from singer_delivery.paths import make_folder_of
from singer_delivery.reject_lines import encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from singer_delivery.actions import Action
    from singer_delivery.outcomes import Verdict
    from singer_delivery.planned_calls import PlannedCall
    from singer_delivery.rows import Row, Settled, Unchanged

_OWNER_ONLY = 0o600


class PlanFile:
    """The plan of a dry run as JSON lines: stream, the row's key, action, outcome, reason, message and calls.

    It holds people's data, as the calls do: only its owner can read it.

    Args:
        path: Where; an older plan is replaced. Folders that are missing are made.

    Raises:
        SetupError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._plainly():
            make_folder_of(path)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
            self._file: IO[bytes] = os.fdopen(descriptor, "wb")
            if stat.S_ISREG(os.fstat(descriptor).st_mode):  # a device (`/dev/null`) is everybody's
                os.fchmod(descriptor, _OWNER_ONLY)  # an older file keeps its mode otherwise

    def add(self, settled: Sequence[Settled], unchanged: Sequence[Unchanged]) -> None:
        """Write what would become of some rows.

        Raises:
            SetupError: It cannot be written.
        """
        with self._plainly():
            for each in settled:
                self._write(each.row, each.action, each.verdict, each.planned_calls)
            for group in unchanged:
                for row in group.rows:
                    self._write(row, group.action, UNCHANGED, ())
            self._file.flush()

    def close(self) -> None:
        """Close the file.

        Raises:
            SetupError: What was left to be written cannot be.
        """
        with self._plainly():
            self._file.close()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn the system's errors into a plain one."""
        try:
            yield
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise SetupError(f"The plan cannot be written to {self.path} (`plan_path`): {why}.") from None

    def _write(self, row: Row, action: Action, verdict: Verdict, calls: Sequence[PlannedCall]) -> None:
        source = row.binding.source
        line = {
            "stream": source.stream,
            "key": {name: row.raw.get(name) for name in source.key_properties},
            "action": action.name,
            "outcome": verdict.outcome.value,
            "reason": verdict.reason,
            "message": verdict.message,
            "calls": [
                {
                    "operation": call.operation,
                    "method": call.method,
                    "path": call.path,
                    **({"json": call.json} if call.form is None else {"form": dict(call.form)}),
                }
                for call in calls
            ],
        }
        self._file.write(encode(line) + b"\n")
