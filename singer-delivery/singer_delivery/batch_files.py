"""The files of BATCH messages: JSON lines, with gzip or without, on this machine. Nothing is fetched from others."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from singer_delivery.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_OPEN: Mapping[str | None, Callable[[Path], IO[bytes]]] = {
    None: lambda path: path.open("rb"),
    "none": lambda path: path.open("rb"),
    "gzip": lambda path: cast("IO[bytes]", gzip.GzipFile(path)),
}


def batch_records(
    encoding: Mapping[str, Any], manifest: Sequence[Any], decode: Callable[[bytes], Any]
) -> Iterator[dict[str, Any]]:
    """Yield the records of a BATCH message's files.

    Args:
        encoding: `{"format": "jsonl", "compression": "gzip"}`; without a `compression` they are plain.
        manifest: Where the files are: paths, or addresses that begin with `file://`.
        decode: Reads a line; None where it is no JSON.

    Raises:
        InputError: They cannot be read, or hold something else. It says which file and line, and nothing of them.
    """
    compression = encoding.get("compression")
    opener = _OPEN.get(compression) if compression is None or isinstance(compression, str) else None
    if encoding.get("format") != "jsonl" or opener is None:
        raise InputError(
            "The files of a BATCH message are neither JSON lines nor such with gzip: set the tap to those."
        )
    for number, each in enumerate(manifest, 1):
        path = _path(each)
        if path is None:
            raise InputError(
                f"File {number} of a BATCH message is not on this machine, and nothing is fetched from others. Let "
                "the tap write its files here, or send records."
            )
        line = 0
        try:
            with opener(path) as file:
                for line, content in enumerate(file, 1):
                    if content.isspace():
                        continue
                    record = decode(content)
                    if not isinstance(record, dict):
                        raise InputError(f"Line {line} of file {number} of a BATCH message is no record in JSON.")
                    yield record
        except (OSError, EOFError, zlib.error, ValueError) as error:
            words = getattr(error, "strerror", None) or "it is broken"
            raise InputError(
                f"File {number} of a BATCH message cannot be read behind its line {line}: {words.lower()}."
            ) from None


def _path(where: Any) -> Path | None:
    try:
        found = urlsplit(where) if isinstance(where, str) else None
    except ValueError:
        return None
    if found is None or found.scheme not in {"", "file"} or found.netloc not in {"", "localhost"}:
        return None
    return Path(url2pathname(found.path) if found.scheme else where)
