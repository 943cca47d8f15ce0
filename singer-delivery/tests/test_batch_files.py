"""BATCH messages: their files are read here alone, and what is wrong with one is told without quoting it."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import InputError
from singer_delivery.reader import LineReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JSONL = {"format": "jsonl"}
GZIP = {"format": "jsonl", "compression": "gzip"}
LINES = b'{"id": 1, "price": 1.10}\n{"id": 2, "name": "Zo\xc3\xab"}\n'


def read(encoding: dict[str, Any], *files: object) -> list[Any]:
    message = {"type": "BATCH", "stream": "s", "encoding": encoding, "manifest": [str(each) for each in files]}
    return list(LineReader().messages(io.StringIO(json.dumps(message) + "\n")))


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Make a file of lines: `file(LINES)`."""

    def make(content: bytes, name: str = "canary.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


@pytest.mark.parametrize("written", ["as_posix", "as_uri"])
@pytest.mark.parametrize(("encoding", "pack"), [(JSONL, bytes), (GZIP, gzip.compress)])
def test_a_batch_is_the_records_of_its_files(
    encoding: dict[str, Any], pack: Callable[[bytes], bytes], written: str, file: Callable[..., Path]
) -> None:
    found = read(encoding, getattr(file(pack(LINES)), written)(), file(pack(b"\n" + LINES + b" \r\n"), "more"))
    assert [each["record"]["id"] for each in found] == [1, 2, 1, 2]
    assert {(each["type"], each["stream"]) for each in found} == {("RECORD", "s")}
    assert (str(found[0]["record"]["price"]), found[1]["record"]["name"]) == ("1.10", "Zoë")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LINES + b'{"canary', "Line 3 of file 1 of a BATCH message is no record"),
        (LINES + b"[]\n", "Line 3 of file 1"),
        (LINES + b"\xff\n", "Line 3 of file 1"),
        (b"[" * 100_000 + b"\n", "Line 1 of file 1"),
    ],
)
def test_a_line_that_is_no_record_is_named(content: bytes, words: str, file: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(JSONL, file(content))
    assert str(caught.value).startswith("Line 1 of the input: ")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [LINES, b"", gzip.compress(LINES * 999)[:-30], gzip.compress(LINES)[:9] + b"x" * 99]
)
def test_a_broken_gzip_is_said_to_be(content: bytes, file: Callable[..., Path]) -> None:
    if not content:
        assert read(GZIP, file(content)) == []
        return
    with pytest.raises(InputError, match="cannot be read behind its line"):
        read(GZIP, file(content))


@pytest.mark.parametrize("where", ["/nowhere/canary", "/", "x\0y", "file:///nowhere/canary"])
def test_a_file_that_cannot_be_opened_is_said_to_be(where: str) -> None:
    with pytest.raises(InputError, match="File 1 of a BATCH message cannot be read behind its line 0") as caught:
        read(JSONL, where)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/x", "s3://bucket/x", "file://elsewhere/x", "http://[", "C:/x"])
def test_nothing_is_fetched_from_elsewhere(where: str) -> None:
    with pytest.raises(InputError, match="not on this machine"):
        read(JSONL, where)


@pytest.mark.parametrize(
    "encoding", [{}, {"format": "parquet"}, {**JSONL, "compression": "zip"}, {**JSONL, "compression": []}]
)
def test_another_kind_of_file_is_refused(encoding: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="neither JSON lines nor such with gzip"):
        read(encoding, "x")
