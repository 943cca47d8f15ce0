"""From an answer to bytes on the socket, or to a socket that breaks."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vendor_sandbox.answers import Answer, Ending

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.types import Receive, Scope, Send

_SMALL = 1024  # bytes below which compressing is not worth the header
_TRICKLES = 20  # pieces of a slow body
_TRANSPORT = "vendor_sandbox.transport"


class OneWrite:
    """A transport that joins what is written in one turn of the event loop.

    uvicorn writes headers and body apart; as two segments they can cost a client with delayed acknowledgements 40 ms.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Keep `data` for the end of this turn."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Close, once what was written is out."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._parts and not self._transport.is_closing():
            self._transport.write(b"".join(self._parts))
        self._parts.clear()


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the transport within reach: ASGI itself cannot drop a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn's own
        """Start a connection."""
        super().connection_made(cast("asyncio.Transport", OneWrite(transport)))

    def on_message_begin(self) -> None:
        """Start a request."""
        super().on_message_begin()
        self.scope["extensions"] = {_TRANSPORT: {"transport": self.transport}}


async def deliver(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer. The request's body must have been read.

    Args:
        answer: What to send.
        scope: The ASGI scope, from a server that speaks `Protocol`.
        receive: Tells when the client leaves.
        send: Takes the ASGI messages.
    """
    if answer.delay and await _client_leaves(receive, answer.delay):
        return
    await _ENDINGS[answer.ending](answer, scope, receive, send)


async def _whole(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    if answer.stream:
        await _streamed(answer, scope, send)
        return
    body, headers = _encoded(answer, scope)
    await _start(answer, [*headers, (b"content-length", b"%d" % len(body))], send)
    for piece in _pieces(body, _TRICKLES) if answer.trickle else ():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        body = body[len(piece) :]
        if await _client_leaves(receive, answer.trickle / _TRICKLES):
            return
    await send({"type": "http.response.body", "body": body})


async def _streamed(answer: Answer, scope: Scope, send: Send) -> None:
    headers: list[tuple[bytes, bytes]] = []
    pieces = answer.stream() if answer.stream else iter(())
    if _compresses(answer, scope):
        headers = [(b"content-encoding", b"gzip")]
        pieces = _compressed(pieces)
    await _start(answer, headers, send)
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        # Lets the transport take the piece, so that a slow client slows down the making of the next.
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


async def _half(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    body, headers = _encoded(answer, scope)
    await _start(answer, [*headers, (b"content-length", b"%d" % len(body))], send)
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await _closed(answer, scope, receive, send)


async def _closed(_answer: Answer, scope: Scope, receive: Receive, _send: Send) -> None:
    scope["extensions"][_TRANSPORT]["transport"].close()
    while (await receive())["type"] != "http.disconnect":
        pass


_ENDINGS: dict[Ending, Callable[[Answer, Scope, Receive, Send], Awaitable[None]]] = {
    Ending.WHOLE: _whole,
    Ending.HALF: _half,
    Ending.CLOSED: _closed,
}


async def _start(answer: Answer, headers: list[tuple[bytes, bytes]], send: Send) -> None:
    own = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    kind = [(b"content-type", answer.media_type.encode("latin-1"))] if answer.media_type else []
    await send({"type": "http.response.start", "status": answer.status, "headers": [*kind, *own, *headers]})


async def _client_leaves(receive: Receive, seconds: float) -> bool:
    """Wait; True at once if the client closes the connection meanwhile."""
    try:
        message = await asyncio.wait_for(receive(), seconds)
    except asyncio.TimeoutError:
        return False
    return bool(message["type"] == "http.disconnect")


def _compresses(answer: Answer, scope: Scope) -> bool:
    if answer.gzip is not None:
        return answer.gzip
    if not answer.stream and len(answer.body.plain) < _SMALL:
        return False
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _encoded(answer: Answer, scope: Scope) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    if _compresses(answer, scope):
        return answer.body.gzipped, [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
    return answer.body.plain, []


def _compressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=1, wbits=31)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def _pieces(body: bytes, count: int) -> Iterator[bytes]:
    size = max(1, len(body) // count)
    return (body[start : start + size] for start in range(0, len(body) - size, size))
