"""What the Singer specification, and what loaders read into it, ask of a tap's output; no code of a tap or of an SDK.

The specification: https://github.com/singer-io/getting-started/blob/master/docs/SPEC.md. ACTIVATE_VERSION and
`bookmark_properties` are of singer-python, time stamps of both.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jsonschema import Draft4Validator, Draft7Validator, FormatChecker, SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FORMATS = FormatChecker(())
_INCLUSIONS = {"available", "automatic", "unsupported"}


@_FORMATS.checks("date-time")
def is_rfc_3339(value: object) -> bool:
    """Whether a value is a moment with its offset; what is no string is for `type` to refuse."""
    if not isinstance(value, str):
        return True
    if not _RFC_3339.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(f"{value[:19]}+00:00")
    except ValueError:
        return False
    return True


@_FORMATS.checks("date", ValueError)
def is_date(value: object) -> bool:
    """Whether a value is a date."""
    return not isinstance(value, str) or bool(datetime.strptime(value, "%Y-%m-%d"))  # noqa: DTZ007 - it has no zone


@dataclass
class _Stream:
    """What is known of a stream from its SCHEMA on."""

    properties: dict[str, Any]
    keys: list[str]
    validator: Draft7Validator
    version: int | None = None
    records: int = 0


@dataclass
class Output:
    """A tap's output, message by message.

    Attributes:
        problems: What is wrong, by line; nothing of what records hold.
        streams: Records by stream, of every stream that had a SCHEMA.
        state: The last one.
    """

    problems: list[str] = field(default_factory=list)
    state: Any = None
    _streams: dict[str, _Stream] = field(default_factory=dict)
    _told: bool = True

    @classmethod
    def of(cls, lines: Iterable[str]) -> Output:
        """Read a whole output."""
        output = cls()
        for number, line in enumerate(lines, 1):
            output.problems += [f"line {number}: {problem}" for problem in output._read(line)]
        if not output._told:
            output.problems.append("end: records without a STATE after them")
        return output

    @property
    def streams(self) -> dict[str, int]:
        """Records by stream."""
        return {name: stream.records for name, stream in self._streams.items()}

    def _read(self, line: str) -> Iterator[str]:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            yield "no JSON object"
            return
        readers: dict[Any, Callable[[dict[str, Any]], Iterator[str]]] = {
            "SCHEMA": self._schema,
            "RECORD": self._record,
            "STATE": self._state,
            "ACTIVATE_VERSION": self._version,
        }
        reader = readers.get(message.get("type"))
        if not reader:
            yield "a type that the specification does not have"
        elif reader != self._state and not isinstance(message.get("stream"), str):
            yield "no stream"
        else:
            yield from reader(message)

    def _schema(self, message: dict[str, Any]) -> Iterator[str]:
        schema, keys = message.get("schema"), message.get("key_properties")
        if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
            yield "SCHEMA without the properties of an object"
            return
        if wrong := _none_of_a_draft(schema):
            yield wrong
            return
        properties = schema["properties"]
        if not isinstance(keys, list):
            yield "SCHEMA without key_properties"
            keys = []
        bookmarks = message.get("bookmark_properties") or []
        for kind, names in (("key", keys), ("bookmark", bookmarks)):
            yield from (f"a {kind} property that the schema does not have" for name in names if name not in properties)
        known = self._streams.get(message["stream"])
        validator = Draft7Validator(schema, format_checker=_FORMATS)
        self._streams[message["stream"]] = _Stream(properties, keys, validator)
        if known:
            self._streams[message["stream"]].records = known.records

    def _record(self, message: dict[str, Any]) -> Iterator[str]:
        stream, record = self._streams.get(message["stream"]), message.get("record")
        if not stream:
            yield "RECORD before its SCHEMA"
            return
        if not isinstance(record, dict):
            yield "RECORD without a record"
            return
        stream.records += 1
        self._told = False
        yield from (f"a record without its key {key}" for key in stream.keys if record.get(key) is None)
        yield from (f"a column that the schema does not have: {name}" for name in record.keys() - stream.properties)
        for error in stream.validator.iter_errors(record):
            yield f"a record that does not fit its schema: {error.validator} at {error.json_path}"
        if (at := message.get("time_extracted")) is not None and not (isinstance(at, str) and is_rfc_3339(at)):
            yield "time_extracted is not of RFC 3339"
        if "version" in message:
            yield from self._one_version(stream, message["version"])

    def _one_version(self, stream: _Stream, version: object) -> Iterator[str]:
        if not isinstance(version, int) or isinstance(version, bool):
            yield "a version that is no integer"
        elif stream.version is None:
            stream.version = version
        elif version != stream.version:
            yield "a version that the stream's records do not have"

    def _state(self, message: dict[str, Any]) -> Iterator[str]:
        self._told = True
        value = message.get("value")
        if not isinstance(value, dict):
            yield "STATE without a value"
            return
        self.state = value
        bookmarks = value.get("bookmarks", {})
        if not isinstance(bookmarks, dict) or not all(isinstance(each, dict) for each in bookmarks.values()):
            yield "bookmarks that are not an object for each stream"
            return
        for name, bookmark in bookmarks.items():
            stream, key = self._streams.get(name), bookmark.get("replication_key")
            if stream and key is not None and key not in stream.properties:
                yield "a bookmark by a column that the schema does not have"

    def _version(self, message: dict[str, Any]) -> Iterator[str]:
        stream = self._streams.get(message["stream"])
        if not stream:
            yield "ACTIVATE_VERSION before its SCHEMA"
        else:
            yield from self._one_version(stream, message.get("version"))


def _none_of_a_draft(schema: dict[str, Any]) -> str:
    """Return what is wrong with a schema, by the draft of the specification's time or by that of loaders today."""
    try:
        Draft4Validator.check_schema(schema)
        Draft7Validator.check_schema(schema)
    except SchemaError as error:
        return f"a schema that is none, at {error.json_path}"
    return ""


def problems_of_catalog(catalog: dict[str, Any]) -> Iterator[str]:
    """What is wrong with what `--discover` prints."""
    for stream in catalog["streams"]:
        name = stream.get("tap_stream_id")
        metadata = {tuple(each["breadcrumb"]): each["metadata"] for each in stream.get("metadata", ())}
        properties = stream.get("schema", {}).get("properties", {})
        if not name or not stream.get("stream") or not properties:
            yield f"{name}: no tap_stream_id, stream or schema"
        own = metadata.get((), {})
        for kind in ("table-key-properties", "valid-replication-keys"):
            yield from (f"{name}: {kind} that it does not have" for key in own.get(kind, ()) if key not in properties)
        for column in properties:
            if metadata.get(("properties", column), {}).get("inclusion") not in _INCLUSIONS:
                yield f"{name}: no inclusion of {column}"
