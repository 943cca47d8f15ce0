"""The command `singer-rejects`: what is in a rejects file, and the same as a Singer stream, to be delivered again.

::

    singer-rejects list rejects.jsonl
    singer-rejects replay rejects.jsonl | target-of-yours --config config.json

A file is read twice, and only the ids of its open rows and the schemas of their streams are held in memory meanwhile.
A run that appends to the file while it is replayed, as the target behind the pipe does, changes nothing of what is
replayed.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import click
import msgspec

from singer_delivery.reject_lines import columns, encode, lines
from singer_delivery.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from singer_delivery.reject_lines import RejectLine

ANY_TYPE = {"type": ["null", "string", "number", "integer", "boolean", "object", "array"]}
"""A column of a stream whose schema is not in the file: its target checks what matters to it."""


class Kind(NamedTuple):
    """What many rejects have in common.

    Attributes:
        stream: Name that the tap gave the stream.
        action: What was to be done.
        reason: Why it was not, as a code.
        message: Why, in words.
        vendor_code: The vendor's code.
        schema_id: Which line holds the stream's schema; empty where none does.
        key_properties: The stream's key.
        columns: The record's columns, where no line holds the schema.
    """

    stream: str
    action: str
    reason: str
    message: str
    vendor_code: str | None
    schema_id: str
    key_properties: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass
class Survey:
    """What a rejects file holds.

    Attributes:
        rows: The open rows by id: the number of the line that holds the last version, and the place of its kind.
        kinds: The kinds there are.
        resolved: How many rows came through later, of those that were asked for.
        unreadable: Lines that are torn or are no lines of a rejects file.
    """

    rows: dict[str, tuple[int, int]] = field(default_factory=dict)
    kinds: list[Kind] = field(default_factory=list)
    resolved: int = 0
    unreadable: int = 0

    @classmethod
    def of(cls, path: Path, *, stream: str | None = None, reason: str | None = None) -> Survey:
        """Read a file, for the rows of one stream or one reason, where they are given."""
        survey = cls()
        places: dict[Kind, int] = {}
        schemas: set[str] = set()
        through: Counter[int] = Counter()
        with path.open("rb") as file:
            for number, line in enumerate(lines(file)):
                if line is None:
                    survey.unreadable += 1
                elif line.schema:
                    schemas.add(line.id)
                elif not line.resolved:
                    survey.rows[line.id] = (number, places.setdefault(_kind(line, schemas), len(places)))
                elif line.id in survey.rows:
                    through[survey.rows.pop(line.id)[1]] += 1
        survey.kinds = list(places)
        asked = {
            place
            for place, kind in enumerate(survey.kinds)
            if stream in {None, kind.stream} and reason in {None, kind.reason}
        }
        survey.rows = {row: found for row, found in survey.rows.items() if found[1] in asked}
        survey.resolved = sum(through[place] for place in asked)
        return survey

    @property
    def counts(self) -> Counter[Kind]:
        """How many rows there are of each kind, whatever their columns and keys."""
        bare = [kind._replace(schema_id="", key_properties=(), columns=()) for kind in self.kinds]
        return Counter(bare[place] for _, place in self.rows.values())

    @property
    def schemas(self) -> set[str]:
        """The lines with the schemas of what is to be replayed, by id."""
        return {kind.schema_id for kind in self._to_be_replayed() if kind.schema_id}

    def streams(self) -> dict[tuple[str, tuple[str, ...]], dict[str, Any]]:
        """Return a schema for each stream and key of which no line holds one.

        It takes every record of the file, and names its columns.
        """
        found: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
        for kind in self._to_be_replayed():
            if not kind.schema_id:
                named = found.setdefault((kind.stream, kind.key_properties), {})
                named.update(dict.fromkeys([*kind.key_properties, *kind.columns], ANY_TYPE))
        return {
            stream: {"type": "object", "properties": named, "additionalProperties": True}
            for stream, named in found.items()
        }

    def _to_be_replayed(self) -> Iterator[Kind]:
        return (self.kinds[place] for place in sorted({place for _, place in self.rows.values()}))


def messages(path: Path, survey: Survey) -> Iterator[bytes]:
    """Read a file again, as Singer messages.

    Args:
        path: The file.
        survey: What is to be replayed of it.

    Yields:
        SCHEMA and RECORD messages, a line each: the last version of each row, in the order of the file. No STATE: a
        replay is not where a tap goes on from.
    """
    made_up, needed = survey.streams(), survey.schemas
    schemas: dict[str, object] = {}
    current: dict[str, tuple[str, tuple[str, ...]]] = {}
    last = {number for number, _ in survey.rows.values()}
    with path.open("rb") as file:
        for number, line in enumerate(lines(file)):
            if line is None:
                continue
            if line.schema and line.id in needed:
                schemas[line.id] = msgspec.Raw(bytes(line.schema))
            if number not in last:
                continue
            keys = tuple(line.key_properties)
            if current.get(line.stream) != (line.schema_id, keys):
                current[line.stream] = (line.schema_id, keys)
                schema = schemas.get(line.schema_id) or made_up[line.stream, keys]
                yield _message(type="SCHEMA", stream=line.stream, schema=schema, key_properties=list(keys))
            yield _message(type="RECORD", stream=line.stream, record=msgspec.Raw(bytes(line.record)))


def _message(**content: object) -> bytes:
    return encode(content) + b"\n"


def _kind(line: RejectLine, schemas: AbstractSet[str]) -> Kind:
    known = line.schema_id in schemas
    return Kind(
        line.stream,
        line.action,
        line.reason,
        line.message,
        line.vendor_code,
        line.schema_id if known else "",
        tuple(line.key_properties),
        () if known else columns(line),
    )


_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
_stream = click.option("--stream", metavar="NAME", help="Only rows of this stream, by the name that the tap gave it.")
_reason = click.option("--reason", metavar="CODE", help="Only rows that were rejected for this reason.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="singer-delivery")
def cli() -> None:
    """Look into a rejects file, and deliver its rows again."""


@cli.command("list")
@_file
@_stream
@_reason
def show(file: Path, stream: str | None, reason: str | None) -> None:
    """Count the rows of FILE that are still open, by what is wrong with them. Shows nothing of their content."""
    survey = Survey.of(file, stream=stream, reason=reason)
    click.echo(f"{_rows(survey)} open, {survey.resolved:,} resolved since, in {file}")
    counts = survey.counts.most_common()
    if counts:
        rows: list[tuple[str | int, ...]] = [("rows", "stream", "action", "reason", "code", "message")]
        rows += [
            (number, kind.stream, kind.action, kind.reason, kind.vendor_code or "", kind.message)
            for kind, number in counts
        ]
        click.echo("\n" + "\n".join(table(rows, numbers={0})))
    _warn(survey)


@cli.command()
@_file
@_stream
@_reason
def replay(file: Path, stream: str | None, reason: str | None) -> None:
    """Print the rows of FILE that are still open as Singer messages, for the target that rejected them.

    Each row's last version, as the tap sent it. A row that comes through is marked in the file by the target, and is
    not replayed again.
    """
    survey = Survey.of(file, stream=stream, reason=reason)
    output: BinaryIO = sys.stdout.buffer
    try:
        output.writelines(messages(file, survey))
        output.flush()
    except BrokenPipeError:
        # Whoever read has gone, and says why itself. What is left in the buffer must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
        sys.exit(1)
    click.echo(f"singer-rejects: {_rows(survey)} replayed from {file}", err=True)
    _warn(survey)


def _rows(survey: Survey) -> str:
    number = len(survey.rows)
    return f"{number:,} row" if number == 1 else f"{number:,} rows"


def _warn(survey: Survey) -> None:
    if survey.unreadable:
        click.echo(
            f"singer-rejects: {survey.unreadable:,} line(s) of the file cannot be read and were left out: torn by a "
            "crash (then the record was not settled, and the tap sends it again), or edited so that they are no JSON.",
            err=True,
        )
