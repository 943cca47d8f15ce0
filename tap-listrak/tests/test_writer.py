"""Lines on standard output: whole ones only, and the same whether written one by one or a page at a time."""

from __future__ import annotations

import io
import signal
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.singerlib import RecordMessage

from tap_listrak.writer import PageWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer


NOW = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


class Stdout:
    def __init__(self) -> None:
        self.buffer = io.BytesIO()

    def flush(self) -> None:
        """Nothing to do: the bytes are there already."""


def written(write: Callable[[PageWriter], None]) -> bytes:
    stdout = Stdout()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", stdout)
        write(PageWriter())
    return stdout.buffer.getvalue()


values = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False)
)
records = st.lists(st.dictionaries(st.text(), values), max_size=5)


@given(st.text(min_size=1), records, st.none() | st.integers(min_value=0, max_value=2**40))
def test_a_page_is_written_as_its_records_one_by_one_would_be(
    stream: str, page: list[dict[str, Any]], version: int | None
) -> None:
    def one_by_one(writer: PageWriter) -> None:
        for record in page:
            writer.write_message(RecordMessage(stream, record, version, NOW))

    assert written(lambda writer: writer.write_records(stream, page, version, NOW)) == written(one_by_one)


def test_line_feeds_inside_texts_do_not_break_lines() -> None:
    page: list[dict[str, Any]] = [
        {"Subject": "one\ntwo\r\n", "OrderTotal": Decimal("1.10")},
        {"Subject": "\u2028", "OrderTotal": None},
    ]
    lines = written(lambda writer: writer.write_records("messages", page, 1, NOW)).splitlines()
    assert len(lines) == 2


class InterruptedBuffer(io.BytesIO):
    """A pipe during whose write a signal comes."""

    def __init__(self, writer: PageWriter) -> None:
        super().__init__()
        self._writer = writer

    def write(self, data: Buffer) -> int:
        self._writer.interrupt(signal.SIGTERM)
        return super().write(data)


def test_a_signal_while_a_line_is_written_takes_effect_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = PageWriter()
    stdout = Stdout()
    stdout.buffer = InterruptedBuffer(writer)
    monkeypatch.setattr("sys.stdout", stdout)
    with pytest.raises(SystemExit) as caught:
        writer.write_records("lists", [{"ListID": 1}], None, NOW)
    assert caught.value.code == 128 + signal.SIGTERM
    assert stdout.buffer.getvalue().endswith(b"}\n")
