"""Singer messages on standard output: whole lines only, whatever happens."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
from singer_command.words import UsageProblem
from singer_sdk.contrib.msgspec import MsgSpecWriter, enc_hook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tap_listrak.mapping import Record

# As the SDK's own msgspec writer encodes, so that both ways of writing give the same bytes.
_ENCODER = msgspec.json.Encoder(enc_hook=enc_hook, decimal_format="number")


class LineWriter(MsgSpecWriter):
    """The SDK's msgspec writer, which can also write the records of a whole page at once.

    A signal that comes while a line is being written takes effect behind it: a loader never sees half a line.
    """

    def __init__(self) -> None:
        super().__init__()
        self._writing = False
        self._signal: int | None = None

    def write_message(self, message: Any) -> None:
        """Write one message."""
        with self._whole_lines():
            super().write_message(message)

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
        with self._whole_lines():
            sys.stdout.buffer.write(b"".join((head, body, tail)))
            sys.stdout.flush()

    def interrupt(self, signal: int) -> None:
        """End the process for a signal: at once, or behind the line in hand; at once when the same one comes again.

        Another one is passed over: for a Ctrl-C, a runner may send SIGTERM after the terminal's SIGINT.
        """
        if self._signal is None:
            self._signal = signal
            if not self._writing:
                _exit(signal)
        elif self._signal == signal:
            _exit(signal)

    @contextlib.contextmanager
    def _whole_lines(self) -> Iterator[None]:
        self._writing = True
        try:
            yield
        except OSError as error:
            # Else Python would try again to write what is left, and report that as an error of its own.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                raise
            raise UsageProblem(
                f"What was read cannot be written to standard output: {error.strerror}. Make room where it goes, and "
                "run again."
            ) from None
        finally:
            self._writing = False
        if self._signal is not None:
            _exit(self._signal)


def _exit(signal: int) -> NoReturn:
    sys.exit(128 + signal)
