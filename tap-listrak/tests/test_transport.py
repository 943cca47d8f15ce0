"""Answers as they come over HTTP: whole or in chunks, packed or not."""

from __future__ import annotations

import gzip
import http.server
import threading
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tap_listrak.transport import LARGEST_DESCRIPTION, Transport, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = "".join(f"<a>Grüße {number}</a>" for number in range(20_000)).encode()


@contextmanager
def server(*, packed: bool, chunked: bool) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            assert "gzip" in self.headers["Accept-Encoding"]
            content = gzip.compress(BODY) if packed else BODY
            self.send_response(200)
            if packed:
                self.send_header("Content-Encoding", "gzip")
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
                at = (0, 10, 5_000, len(content))
                parts = [content[start:end] for start, end in pairwise(at)]
                content = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])
            else:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_is_the_same_however_it_comes(packed: bool, chunked: bool) -> None:  # noqa: FBT001 - parameters
    transport = Transport(1, 5)
    with server(packed=packed, chunked=chunked) as url, transport.call("GET", url, {}) as response:
        assert b"".join(pieces(response, LARGEST_DESCRIPTION)) == BODY
    transport.close()
