"""Pages of records as Singer messages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec
from singer_command.writer import LineWriter
from singer_sdk.contrib.msgspec import enc_hook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tap_listrak.mapping import Record

# As the SDK's own msgspec writer encodes, so that both ways of writing give the same bytes.
_ENCODER = msgspec.json.Encoder(enc_hook=enc_hook, decimal_format="number")


class PageWriter(LineWriter):
    """Writes the records of a whole page at once."""

    def write_records(self, stream: str, records: Sequence[Record], version: int | None, extracted: datetime) -> None:
        """Write the RECORD messages of a page: the bytes that `write_message` would write for each.

        Args:
            stream: Name of the stream.
            records: The page.
            version: The table's version, or None.
            extracted: When the page was read, with a zone.
        """
        if not records:
            return
        head = b'{"type":"RECORD","stream":%b,"record":' % _ENCODER.encode(stream)
        tail = b"" if version is None else b',"version":%d' % version
        tail += b',"time_extracted":%b}\n' % _ENCODER.encode(extracted)
        # JSON holds no line feed of its own, so each one ends a record.
        body = _ENCODER.encode_lines(records)[:-1].replace(b"\n", tail + head)
        with self.whole_lines():
            sys.stdout.buffer.write(b"".join((head, body, tail)))
            sys.stdout.flush()
