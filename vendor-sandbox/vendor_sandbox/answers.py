"""What a vendor says to a call, and the call itself: values that faults can rewrite before anything is sent."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a vendor's operation.

    Attributes:
        vendor: The vendor's name in the registry.
        operation: The operation's (or route's) name.
        fields: The request's fields, as text.
        dialect: Which form of the vendor's protocol is spoken, where there are several.
    """

    vendor: str
    operation: str
    fields: Mapping[str, str] = field(default_factory=dict)
    dialect: str = ""


class Ending(Enum):
    """How a connection ends."""

    WHOLE = auto()
    """The answer is sent whole."""
    HALF = auto()
    """The full length is declared, half is sent, the connection is closed."""
    CLOSED = auto()
    """The connection is closed without a byte."""


class Body:
    """An answer's bytes; the compressed form is made once, so that a cached page is compressed once."""

    __slots__ = ("_gzipped", "plain")

    def __init__(self, plain: bytes = b"") -> None:
        self.plain = plain
        self._gzipped = b""

    @property
    def gzipped(self) -> bytes:
        """The bytes through gzip, at its fastest level: a sandbox is not short of bandwidth."""
        if not self._gzipped:
            self._gzipped = gzip.compress(self.plain, compresslevel=1, mtime=0)
        return self._gzipped


@dataclass(frozen=True, slots=True)
class Answer:
    """What will be sent.

    Attributes:
        status: HTTP status.
        media_type: Content-Type; empty for none.
        body: The bytes, unless `stream` is there.
        stream: Makes the bytes in pieces, for what is too large to hold.
        headers: More headers.
        delay: Seconds to wait first.
        trickle: Seconds over which the body is spread.
        ending: How the connection ends.
        gzip: Whether to compress; None leaves it to the client's Accept-Encoding.
    """

    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    body: Body = field(default_factory=Body)
    stream: Callable[[], Iterator[bytes]] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    trickle: float = 0.0
    ending: Ending = Ending.WHOLE
    gzip: bool | None = None

    def whole(self) -> bytes:
        """The uncompressed body in one piece."""
        return b"".join(self.stream()) if self.stream else self.body.plain
