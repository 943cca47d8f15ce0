"""The rejects file: every record that could not be delivered, with the reason, until it comes through.

It is written durably before a record counts as settled. It holds people's data as the tap sent it: mode 0600.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from singer_delivery.errors import RejectsError
from singer_delivery.paths import make_folder_of, path_of
from singer_delivery.reject_lines import StreamSchema, encode, lines, row_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from singer_delivery.outcomes import Verdict

__all__ = ["Reject", "RejectsFile", "StreamSchema", "row_id"]

_MODE = 0o600
_LOOK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was rejected.

    Attributes:
        stream: Name that the tap gave the stream.
        action: What was to be done.
        record: The record as the tap sent it, before stream maps: what a replay sends again.
        key_properties: The stream's key.
        verdict: Why.
        mapped: Name of the stream after stream maps.
        bound: Name of the action that the stream is bound to. Its records may be for others: `action`.
        schema: The stream's schema as the tap sent it.
    """

    stream: str
    action: str
    record: Mapping[str, Any]
    key_properties: Sequence[str]
    verdict: Verdict
    mapped: str = ""
    bound: str = ""
    schema: StreamSchema | None = None

    @property
    def row(self) -> str:
        """The id of its row."""
        return row_id(self.stream, self.record, self.key_properties, self.mapped, self.bound)

    @property
    def schema_id(self) -> str:
        """The id of the stream's schema; empty if it is not known."""
        return "" if self.schema is None else self.schema.id


class RejectsFile:
    """A rejects file: rows are added, and marked as resolved when they come through later.

    One thread writes; others may ask for `has_open` and `open_rejects` meanwhile. Nothing is made before there is
    something to write, or `check` is called.

    Args:
        path: The file, JSON lines. Folders that are missing are made.

    Raises:
        SetupError: It can be no path.
        RejectsError: There is a file that cannot be read.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path_of(path, "rejects_path")
        self._open: dict[str, bytes] = {}
        self._schemas: set[str] = set()
        self._file: int | None = None
        with self._plainly("read"):
            self._load()

    @property
    def has_open(self) -> bool:
        """Whether any row was rejected and has not come through since."""
        return bool(self._open)

    @property
    def open_rejects(self) -> AbstractSet[str]:
        """The ids of the rows that were rejected and have not come through since."""
        return self._open.keys()

    def check(self) -> None:
        """Make sure that the file can be written, before anything depends on it.

        Raises:
            RejectsError: It cannot.
        """
        with self._plainly("written"):
            self._descriptor()

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write rejects, so that they outlive a crash of the machine from the moment that this returns.

        A row that is open already, with the same record, reason and schema, is not written again. A schema is written
        before the first reject that needs it.

        Raises:
            RejectsError: They could not be written. None of them counts as written.
        """
        written: dict[str, bytes] = {}
        schemas: set[str] = set()
        text = bytearray()
        now = _now()
        for reject in rejects:
            row = reject.row
            record = encode(reject.record)
            look = _look(reject.action, reject.verdict.reason, record, reject.schema_id)
            if written.get(row, self._open.get(row)) == look:
                continue
            written[row] = look
            schema = reject.schema
            if schema is not None and schema.id not in self._schemas and schema.id not in schemas:
                schemas.add(schema.id)
                content = {"stream": reject.stream, "schema": msgspec.Raw(schema.text), "id": schema.id, "at": now}
                text += encode(content) + b"\n"
            text += _line(reject, record, row, now)
        self._append(text)
        self._open.update(written)
        self._schemas |= schemas

    def resolve(self, rows: Iterable[tuple[str, str]]) -> None:
        """Mark rows as come through: they are not replayed any more. Rows that are not open are left alone.

        Args:
            rows: Stream and id of each.

        Raises:
            RejectsError: The file could not be written.
        """
        resolved = {row: stream for stream, row in rows if row in self._open}
        now = _now()
        marks = ({"id": row, "stream": stream, "resolved": True, "at": now} for row, stream in resolved.items())
        self._append(b"".join(encode(mark) + b"\n" for mark in marks))
        for row in resolved:
            del self._open[row]

    def close(self) -> None:
        """Close the file. Whatever is added later opens it again.

        Raises:
            RejectsError: The system says that it could not be written to its end.
        """
        file, self._file = self._file, None
        if file is not None:
            with self._plainly("written"):
                os.close(file)

    def _load(self) -> None:
        """Find the rows that are open, and the schemas that are there."""
        if not self.path.is_file():  # a device (`/dev/null`) is written to and never read
            return
        with self.path.open("rb") as file:
            for line in lines(file):
                if line is None:
                    continue
                if line.schema:
                    self._schemas.add(line.id)
                elif line.resolved:
                    self._open.pop(line.id, None)
                else:
                    self._open[line.id] = _look(line.action, line.reason, bytes(line.record), line.schema_id)

    def _append(self, text: bytes | bytearray) -> None:
        """Write lines and wait until the disk holds them."""
        if not text:
            return
        with self._plainly("written"):
            file = self._descriptor()
            if _is_torn(file):
                text = b"\n" + text
            rest = memoryview(text)
            while rest:
                rest = rest[os.write(file, rest) :]
            if stat.S_ISREG(os.fstat(file).st_mode):
                os.fsync(file)

    def _descriptor(self) -> int:
        if self._file is None:
            make_folder_of(self.path)
            is_new = not self.path.exists()
            self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), _MODE)
            if is_new:
                _keep_name(self.path.parent)
        return self._file

    @contextmanager
    def _plainly(self, what: str) -> Iterator[None]:
        """Turn the system's errors into a plain one."""
        try:
            yield
        except OSError as error:
            raise RejectsError(
                f"The rejects file {self.path} cannot be {what}: {error.strerror or type(error).__name__}. Nothing is "
                "settled without it: make room or set `rejects_path` to a file that can be written, and run again."
            ) from None


def _line(reject: Reject, record: bytes, row: str, now: str) -> bytes:
    content: dict[str, object] = {
        "stream": reject.stream,
        "action": reject.action,
        "record": msgspec.Raw(record),
        "reason": reject.verdict.reason,
        "message": reject.verdict.message,
        "vendor_code": reject.verdict.vendor_code,
        "at": now,
        "id": row,
        "key_properties": list(reject.key_properties),
    }
    if reject.schema is not None:
        content["schema_id"] = reject.schema_id
    return encode(content) + b"\n"


def _look(action: str, reason: str, record: bytes, schema_id: str) -> bytes:
    """Return what tells a reject from another one of the same row."""
    parts = (encode(action), encode(reason), record, encode(schema_id))
    return blake2b(b"\0".join(parts), digest_size=_LOOK_BYTES).digest()


def _is_torn(file: int) -> bool:
    """Say whether a file ends in the middle of a line: a crash or a full disk broke off what was written last."""
    if not os.lseek(file, 0, os.SEEK_END):
        return False
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1) != b"\n"


def _keep_name(folder: Path) -> None:
    """Make the name of a new file as durable as its content, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
