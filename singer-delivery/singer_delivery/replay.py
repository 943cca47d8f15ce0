"""The command `singer-rejects`: what is in a rejects file, and the same as a Singer stream, to be delivered again.

::

    singer-rejects list rejects.jsonl
    singer-rejects replay rejects.jsonl | target-of-yours --config config.json

A file is read twice, and only the ids of its open rows are held in memory meanwhile. A run that appends to the file
while it is replayed, as the target behind the pipe does, changes nothing of what is replayed.
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

    from singer_delivery.reject_lines import RejectLine

ANY_TYPE = {"type": ["null", "string", "number", "integer", "boolean", "object", "array"]}
"""A column of a replayed stream: its schema is not known any more, and its target checks what matters to it."""


class Kind(NamedTuple):
    """What many rejects have in common.

    Attributes:
        stream: Name that the tap gave the stream.
        action: What was to be done.
        reason: Why it was not, as a code.
        message: Why, in words.
        vendor_code: The vendor's code.
        key_properties: The stream's key.
        columns: The record's columns.
    """

    stream: str
    action: str
    reason: str
    message: str
    vendor_code: str | None
    key_properties: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass
class Survey:
    """What a rejects file holds.

    Attributes:
        rows: The open rows by id: the number of the line that holds the last version, and the place of its kind.
        kinds: The kinds there are.
        resolved: How many rows came through later.
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
        with path.open("rb") as file:
            for number, line in enumerate(lines(file)):
                if line is None:
                    survey.unreadable += 1
                elif line.resolved:
                    survey.resolved += survey.rows.pop(line.id, None) is not None
                else:
                    survey.rows[line.id] = (number, places.setdefault(_kind(line), len(places)))
        survey.kinds = list(places)
        survey.rows = {
            row: (number, place)
            for row, (number, place) in survey.rows.items()
            if stream in {None, survey.kinds[place].stream} and reason in {None, survey.kinds[place].reason}
        }
        return survey

    @property
    def counts(self) -> Counter[Kind]:
        """How many rows there are of each kind, whatever their columns and keys."""
        bare = [kind._replace(key_properties=(), columns=()) for kind in self.kinds]
        return Counter(bare[place] for _, place in self.rows.values())

    def streams(self) -> dict[tuple[str, tuple[str, ...]], dict[str, Any]]:
        """Return a schema for each stream and key: it takes every record of the file, and names its columns."""
        found: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
        for place in sorted({place for _, place in self.rows.values()}):
            kind = self.kinds[place]
            named = found.setdefault((kind.stream, kind.key_properties), {})
            named.update(dict.fromkeys([*kind.key_properties, *kind.columns], ANY_TYPE))
        return {
            stream: {"type": "object", "properties": named, "additionalProperties": True}
            for stream, named in found.items()
        }


def messages(path: Path, survey: Survey) -> Iterator[bytes]:
    """Read a file again, as Singer messages.

    Args:
        path: The file.
        survey: What is to be replayed of it.

    Yields:
        SCHEMA and RECORD messages, a line each: the last version of each row, in the order of the file. No STATE: a
        replay is not where a tap goes on from.
    """
    schemas = survey.streams()
    current: dict[str, tuple[str, ...]] = {}
    last = {number for number, _ in survey.rows.values()}
    with path.open("rb") as file:
        for number, line in enumerate(lines(file)):
            if line is None or number not in last:
                continue
            keys = tuple(line.key_properties)
            if current.get(line.stream) != keys:
                current[line.stream] = keys
                schema = schemas[line.stream, keys]
                yield _message(type="SCHEMA", stream=line.stream, schema=schema, key_properties=list(keys))
            yield _message(type="RECORD", stream=line.stream, record=msgspec.Raw(bytes(line.record)))


def _message(**content: object) -> bytes:
    return encode(content) + b"\n"


def _kind(line: RejectLine) -> Kind:
    return Kind(
        line.stream,
        line.action,
        line.reason,
        line.message,
        line.vendor_code,
        tuple(line.key_properties),
        columns(line),
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
