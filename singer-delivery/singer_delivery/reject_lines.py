"""The lines of a rejects file: how they are written, and how they are read back, whatever became of the file.

A line is one JSON object, written at the end of the file: a crash can tear only the last one. A torn line is not JSON,
is skipped by every reader, and the next line starts behind a line break of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import msgspec.json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ID_BYTES = 16
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
_sorted = msgspec.json.Encoder(decimal_format="number", enc_hook=str, order="deterministic")


class RejectLine(msgspec.Struct):
    """One line.

    Attributes:
        stream: Name that the tap gave the stream.
        id: Which row it is: `row_id`.
        at: When it was written, UTC.
        resolved: The row came through later, or was left alone on purpose: it is not to be replayed any more.
        action: What was to be done.
        reason: Why it was not, as a code.
        message: Why, in words.
        vendor_code: The vendor's code.
        key_properties: The stream's key.
        record: The record, byte for byte as it will be replayed.
        schema_id: Which line holds the stream's schema.
        schema: The schema of a stream; then the line is no reject, and `id` is what rejects name it by.
    """

    stream: str
    id: str
    at: str = ""
    resolved: bool = False
    action: str = ""
    reason: str = ""
    message: str = ""
    vendor_code: str | None = None
    key_properties: list[str] = msgspec.field(default_factory=list)
    record: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))
    schema_id: str = ""
    schema: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


@dataclass(frozen=True)
class StreamSchema:
    """The schema of a stream as the tap sent it: a replay sends it again.

    Attributes:
        id: Names it: the same for equal schemas of a stream, in whatever order their parts are written.
        text: It, as JSON.
    """

    id: str
    text: bytes

    @classmethod
    def of(cls, stream: str, schema: Mapping[str, Any]) -> StreamSchema:
        """Write a schema."""
        return cls(_digest((stream, schema)), encode(schema))


_decoder = msgspec.json.Decoder(RejectLine)
_columns = msgspec.json.Decoder(dict[str, msgspec.Raw])


def encode(value: object) -> bytes:
    """Write a value as JSON.

    Half surrogates, which JSON allows as escapes and UTF-8 does not, become escapes again; numbers stay as exact as
    they came.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _escaped(value).encode()


def row_id(
    stream: str, record: Mapping[str, Any], key_properties: Sequence[str], mapped: str = "", bound: str = ""
) -> str:
    """Return the id of a row: the same for every version of it, where its stream has a key.

    Args:
        stream: Name that the tap gave the stream.
        record: The record as the tap sent it.
        key_properties: The stream's key. Without one, or where the record lacks a value of it, the whole record is
            what identifies the row.
        mapped: Name of the stream after stream maps. They can make several streams of one, and what came through as a
            row of one of them did not as a row of another.
        bound: Name of the action that the stream is bound to. A row that one action took is still to be delivered by
            another one that did not, in the same file.
    """
    identity: object = record
    if key_properties:
        values = [record.get(name) for name in key_properties]
        if None not in values:
            identity = values
    return _digest((stream, mapped or stream, bound, identity))


def lines(chunks: Iterable[bytes]) -> Iterator[RejectLine | None]:
    """Read lines.

    Args:
        chunks: The lines of a file opened in binary mode.

    Yields:
        What each line holds; None for one that is torn or no line of a rejects file. Empty lines are passed over.
    """
    for chunk in chunks:
        if not chunk.isspace():
            yield _decoded(chunk)


def columns(line: RejectLine) -> tuple[str, ...]:
    """Return the names of a record's columns, in their order."""
    try:
        return tuple(_columns.decode(line.record))
    except ValueError:
        return tuple(json.loads(bytes(line.record)))


def _digest(value: object) -> str:
    try:
        text = _sorted.encode(value)
    except UnicodeEncodeError:
        text = _escaped(value).encode()
    return blake2b(text, digest_size=_ID_BYTES).hexdigest()


def _decoded(chunk: bytes) -> RejectLine | None:
    try:
        line = _decoder.decode(chunk)
        return line if _is_object(line.record) and (not line.schema or _is_object(line.schema)) else None
    except msgspec.ValidationError:
        return None
    except (ValueError, RecursionError):
        pass
    try:
        # msgspec does not take half surrogates.
        content = json.loads(chunk, parse_float=Decimal, parse_constant=_refuse)
        if not isinstance(content, dict):
            return None
        parts = {name: content.pop(name) for name in ("record", "schema") if name in content}
        if not all(isinstance(part, dict) for part in parts.values()):
            return None
        line = msgspec.convert(content, RejectLine)
        for name, part in parts.items():
            setattr(line, name, msgspec.Raw(encode(part)))
    except (ValueError, RecursionError):
        return None
    return line


def _is_object(part: msgspec.Raw) -> bool:
    return bytes(part).startswith(b"{")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _escaped(value: object) -> str:
    """Write a value as JSON in ASCII; the keys of objects sorted, so that it may stand for `_sorted` as well."""
    if isinstance(value, Mapping):
        members = sorted(value.items(), key=itemgetter(0))
        return "{" + ",".join(f"{json.dumps(key)}:{_escaped(member)}" for key, member in members) + "}"
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(map(_escaped, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float) and not isfinite(value):
        return "null"
    return json.dumps(value, default=str)
