"""Answers as they come over HTTP: whole or in chunks, packed or not."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest
from serving import QuietHandler, serving

from tap_listrak.transport import LARGEST_DESCRIPTION, Transport, pieces

BODY = "".join(f"<a>Grüße {number}</a>" for number in range(20_000)).encode()


def answering(*, packed: bool, chunked: bool) -> type[QuietHandler]:
    class Handler(QuietHandler):
        def answer(self) -> None:
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

    return Handler


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_is_the_same_however_it_comes(packed: bool, chunked: bool) -> None:  # noqa: FBT001 - parameters
    transport = Transport(1, 5)
    with serving(answering(packed=packed, chunked=chunked)) as url, transport.call("GET", url, {}) as response:
        assert b"".join(pieces(response, LARGEST_DESCRIPTION)) == BODY
    transport.close()
