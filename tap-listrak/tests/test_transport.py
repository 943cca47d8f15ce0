"""Answers as they come over HTTP: whole or in chunks, packed or not."""

from __future__ import annotations

import gzip
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import tenacity
from serving import QuietHandler, serving

from tap_listrak import client
from tap_listrak.errors import NotSoapError, ReportError
from tap_listrak.tap import TapListrak
from tap_listrak.transport import LARGEST_DESCRIPTION, Transport, pieces

if TYPE_CHECKING:
    from sandboxes import Sandbox

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


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_is_read_up_to_what_may_be_and_no_further(packed: bool) -> None:  # noqa: FBT001 - a parameter
    transport = Transport(1, 5)
    with serving(answering(packed=packed, chunked=False)) as url:
        with transport.call("GET", url, {}) as response:
            assert b"".join(pieces(response, len(BODY))) == BODY
        with transport.call("GET", url, {}) as response, pytest.raises(NotSoapError, match="larger than 0 MiB"):
            list(pieces(response, len(BODY) - 1))
    transport.close()


def test_a_report_that_is_too_large_is_an_answer_that_is_none(
    clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST_REPORT", 10)
    monkeypatch.setattr(client, "BACKOFF", tenacity.wait_none())
    config = {
        "username": clean_sandbox.username,
        "password": clean_sandbox.password,
        "wsdl_url": clean_sandbox.wsdl_url,
    }
    with pytest.raises(ReportError, match="an answer that is larger than 0 MiB"):
        TapListrak(config=config).account.lists()
