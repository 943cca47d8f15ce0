"""A server that answers as no vendor should: whatever bytes it is told to, to whoever asks."""

from __future__ import annotations

import socketserver
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import parse_headers
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from email.message import Message

CERTIFICATE = Path(__file__).with_name("hostile.pem")
"""Its own, signed by itself."""


@dataclass(frozen=True)
class Request:
    """What the server was asked."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass
class HostileServer:
    """The server.

    Attributes:
        answer: What it answers, in pieces.
        url: Where it listens.
        seen: What it was asked.
    """

    answer: Callable[[Request], Iterable[bytes]]
    url: str = ""
    seen: list[Request] = field(default_factory=list)
    _server: socketserver.ThreadingTCPServer | None = None
    _context: ssl.SSLContext | None = None

    @classmethod
    def start(cls, answer: Callable[[Request], Iterable[bytes]], *, tls: bool = False) -> HostileServer:
        """Listen on a port that is free."""
        made = cls(answer)
        if tls:
            made._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            made._context.load_cert_chain(CERTIFICATE)
        made._server = _Server(("127.0.0.1", 0), _handler(made))
        made.url = f"{'https' if tls else 'http'}://127.0.0.1:{made._server.server_address[1]}"
        threading.Thread(target=made._server.serve_forever, args=(0.01,), daemon=True).start()
        return made

    def stop(self) -> None:
        """End."""
        assert self._server
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: who is answered like that hangs up."""


def _handler(server: HostileServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            if server._context:
                self.request = server._context.wrap_socket(self.request, server_side=True)
            super().setup()

        def finish(self) -> None:
            super().finish()
            self.request.close()  # a socket of TLS is another one than the server's own

        def handle(self) -> None:
            method, path, _ = self.rfile.readline().decode().split()
            headers = parse_headers(self.rfile)
            asked = Request(method, path, headers, self.rfile.read(int(headers["Content-Length"] or 0)))
            server.seen.append(asked)
            with suppress(OSError):  # whoever has had enough of an answer hangs up
                for piece in server.answer(asked):
                    self.wfile.write(piece)

    return Handler


def whole(body: bytes, *headers: str, status: str = "200 OK", kind: str = "application/json") -> list[bytes]:
    """Return an answer with its true length.

    Args:
        body: Its body.
        headers: More lines of its head.
        status: Number and words.
        kind: What it says to be.
    """
    return [head(f"Content-Length: {len(body)}", *headers, status=status, kind=kind), body]


def head(*headers: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """Return the head of an answer after which the connection ends."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *headers]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")
