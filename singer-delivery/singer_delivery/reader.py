"""Reads the tap's messages: every line is checked before anything is done with it, and none is ever quoted."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, cast

import msgspec
from singer_sdk.singerlib.encoding.base import GenericSingerReader

from singer_delivery.batch_files import batch_records
from singer_delivery.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# Numbers with a fraction keep their digits: 19.90 must not become 19.899999999999999.
_decode = msgspec.json.Decoder(float_hook=Decimal).decode

_REQUIRED: Mapping[str, tuple[tuple[str, type, str], ...]] = {
    "RECORD": (("stream", str, "text"), ("record", dict, "an object")),
    "SCHEMA": (("stream", str, "text"), ("schema", dict, "an object")),
    "STATE": (("value", dict, "an object"),),
    "ACTIVATE_VERSION": (("stream", str, "text"),),
    "BATCH": (("stream", str, "text"), ("encoding", dict, "an object"), ("manifest", list, "a list")),
}
_PLACE = re.compile(r"\(byte (\d+)\)")


class LineReader(GenericSingerReader[str]):
    """Reads Singer messages, one a line, from text or bytes.

    Attributes:
        line: Number of the line that was read last, from 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.line = 0

    @property
    def default_input(self) -> IO[str]:
        """Standard input, as it is now."""
        return sys.stdin

    def process_lines(
        self, file_input: IO[str] | None, callbacks: dict[str, Callable[[dict[str, Any]], None]]
    ) -> Counter[str]:
        """Hand each message to the callback of its type.

        Args:
            file_input: Where to read; standard input if None.
            callbacks: Message type to function.

        Returns:
            How many messages of each type there were.

        Raises:
            InputError: A line is no message that Singer knows, or not one at this place.
        """
        counts: Counter[str] = Counter()
        for message in self.messages(file_input or self.default_input):
            kind = message["type"]
            try:
                callbacks[kind](message)
            except InputError as error:
                raise InputError(f"Line {self.line} of the input: {error}") from None
            counts[kind] += 1
        return counts

    def messages(self, file_input: IO[str]) -> Iterator[dict[str, Any]]:
        """Yield the messages, each with all that its type needs. A BATCH comes as its records; blank lines do not.

        Raises:
            InputError: A line is no message that Singer knows.
        """
        # Bytes, where there are any: then a line that is not UTF-8 is a line's fault, with a number.
        lines: Iterable[str] = cast("Iterable[str]", getattr(file_input, "buffer", file_input))
        for line in lines:
            self.line += 1
            try:
                message = _decode(line)
            except (ValueError, RecursionError, ArithmeticError) as error:
                if not line.strip():
                    continue
                message = _with_half_characters(line)
                if message is None:
                    raise self._broken(line, error) from None
            self._check(message)
            if message["type"] == "BATCH":
                yield from self._records(message)
                continue
            # A state is not ours: it goes out as it came, and `json` writes no decimals.
            yield json.loads(line) if message["type"] == "STATE" else message

    def _records(self, batch: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the records of a BATCH message as messages of their own."""
        try:
            for record in batch_records(batch["encoding"], batch["manifest"], _decoded):
                yield {"type": "RECORD", "stream": batch["stream"], "record": record}
        except InputError as error:
            raise InputError(f"Line {self.line} of the input: {error}") from None

    def deserialize_json(self, line: str) -> dict[str, Any]:
        """Read one line.

        Raises:
            InputError: It is no JSON.
        """
        try:
            return cast("dict[str, Any]", _decode(line))
        except (ValueError, RecursionError, ArithmeticError) as error:
            raise self._broken(line, error) from None

    def _broken(self, line: str | bytes, error: Exception) -> InputError:
        where = f"Line {self.line} of the input"
        ended = line.endswith("\n") if isinstance(line, str) else line.endswith(b"\n")
        if not ended:
            return InputError(f"{where} breaks off: the tap ended in the middle of it. See the tap's own messages.")
        if isinstance(error, UnicodeError):
            return InputError(f"{where} is not UTF-8. {_ADVICE}")
        if isinstance(error, RecursionError):
            return InputError(f"{where} is nested too deeply. {_ADVICE}")
        if isinstance(error, ArithmeticError):
            return InputError(f"{where} holds a number that is out of all bounds. {_ADVICE}")
        place = _PLACE.search(str(error))  # of the decoder's words only the place is taken
        at = f" (at byte {int(place.group(1)) + 1})" if place else ""
        return InputError(f"{where} is not JSON{at}. {_ADVICE}")

    def _check(self, message: Any) -> None:
        kind = message.get("type") if type(message) is dict else None
        needs = _REQUIRED.get(kind) if isinstance(kind, str) else None
        if needs is None:
            found = "no `type`" if kind is None else "a `type` that Singer does not know"
            raise InputError(f"Line {self.line} of the input has {found}. {_ADVICE}")
        for key, expected, words in needs:
            if type(message.get(key)) is not expected:
                found = f"its `{key}` is not {words}" if key in message else f"it has no `{key}`"
                raise InputError(f"Line {self.line} of the input is no good {kind} message: {found}. {_ADVICE}")
        if kind == "SCHEMA":
            self._check_schema(message)

    def _check_schema(self, message: Mapping[str, Any]) -> None:
        stream, keys = message["stream"], message.get("key_properties")
        if not isinstance(message["schema"].get("properties"), dict):
            found = "its schema has no `properties`"
        elif keys is not None and not (isinstance(keys, list) and all(isinstance(key, str) for key in keys)):
            found = "its `key_properties` is not a list of names"
        else:
            return
        raise InputError(
            f"Line {self.line} of the input is no good SCHEMA message (stream `{stream}`): {found}. {_ADVICE}"
        )


def _decoded(line: bytes) -> Any:
    """Read a line of a file; None if it is no JSON."""
    try:
        return _decode(line)
    except (ValueError, RecursionError, ArithmeticError):
        return _with_half_characters(line)


def _with_half_characters(line: str | bytes) -> Any:
    """Read a line whose text holds half of a surrogate pair, as `json` does; None if something else is wrong with it.

    It is what is left of an emoji that was cut in two. That is the record's fault, and not the line's.
    """
    try:
        return json.loads(line, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _no_number(name: str) -> Any:
    raise ValueError(name)


_ADVICE = "The tap does not follow the Singer specification; nothing after this line was read."
