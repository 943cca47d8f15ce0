"""Servers of a test's own, on this machine, for what the sandbox does not answer."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class QuietHandler(BaseHTTPRequestHandler):
    """Answers requests, whatever their method. Connections stay open, and nothing is told on stderr."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answer the request in hand."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Answer it."""
        self.answer()

    def do_POST(self) -> None:
        """Answer it."""
        self.answer()

    def log_message(self, *args: object) -> None:
        """Tell nothing."""


@contextmanager
def serving(handler: type[QuietHandler]) -> Iterator[str]:
    """Let a handler answer; yields the address, without a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
