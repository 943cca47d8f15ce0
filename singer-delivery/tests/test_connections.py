"""Calls on their way: through a proxy, past one, without cookies, and with credentials that no header can hold."""

from __future__ import annotations

import gzip
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.client import Client
from singer_delivery.error_table import ErrorTable
from singer_delivery.errors import OutcomeUnknownError, SetupError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from singer_delivery.transport import Answer

NOBODY = "127.0.0.1:9"
"""No program listens there."""


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_environments_proxy_is_asked_for_the_whole_address(
    vendor: SimpleNamespace, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", vendor.url.replace("http://", "http://user:word@"))
    client = connect("http://api.example.com/v1")
    for _ in range(2):
        client.call("Read", "GET", "/x", params={"page": "2"})
    assert [each.path for each in vendor.seen] == ["http://api.example.com/v1/x?page=2"] * 2
    assert vendor.seen[0].headers["Proxy-Authorization"] == "Basic dXNlcjp3b3Jk"
    assert vendor.seen[0].headers["Host"] == "api.example.com"


def test_a_host_that_needs_no_proxy_is_called_without_it(
    vendor: SimpleNamespace, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{NOBODY}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    connect(vendor.url).call("Read", "GET", "/x")
    assert [each.path for each in vendor.seen] == ["/x"]


def test_a_proxy_that_is_not_there_is_named_and_nothing_was_sent(
    connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{NOBODY}")
    with pytest.raises(UnavailableError, match="proxy that could not be reached"):
        connect("http://api.example.com", attempts=2).call("Send", "POST", "/x", repeatable=False)


def test_a_call_through_a_proxy_that_drops_it_is_not_made_again_where_it_must_not_be(
    connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def take_and_drop() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = proxy.accept()
                    seen.append(connection.recv(1 << 16))
                    connection.close()

        threading.Thread(target=take_and_drop, daemon=True).start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with pytest.raises(OutcomeUnknownError, match="that was dropped"):
            connect("http://api.example.com").call("Send", "POST", "/x", repeatable=False)
    assert len(seen) == 1


def test_a_proxy_that_leads_nowhere_is_told_and_nothing_was_sent(
    vendor: SimpleNamespace, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", vendor.url)  # it knows no CONNECT
    with pytest.raises(UnavailableError, match="or leads nowhere"):
        connect("https://api.example.com", attempts=2).call("Send", "POST", "/x", repeatable=False)
    assert vendor.seen == []


def test_a_proxy_whose_address_is_none_ends_the_run(
    connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://")
    with pytest.raises(SetupError, match="that of a proxy"):
        connect("http://api.example.com").call("Read", "GET", "/x")


def test_a_vendors_cookies_do_not_follow_a_call_about(vendor: SimpleNamespace, connect: Callable[..., Client]) -> None:
    vendor.answers[:] = [(200, {"Set-Cookie": "session=1"}, b"{}")]
    client = connect(vendor.url)
    for _ in range(2):
        client.call("Read", "GET", "/x")
    assert "Cookie" not in vendor.seen[1].headers


def test_the_head_and_the_body_of_a_call_go_out_together(connect: Callable[..., Client]) -> None:
    first = []
    with socket.create_server(("127.0.0.1", 0)) as vendor:

        def answer() -> None:
            connection, _ = vendor.accept()
            with connection:
                for _ in range(2):
                    first.append(connection.recv(1 << 16))
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        threading.Thread(target=answer, daemon=True).start()
        client = connect(f"http://127.0.0.1:{vendor.getsockname()[1]}")
        for number in (1, 234):  # the first one connects
            client.call("Write", "PUT", "/x", json={"n": number})
    assert [each.rpartition(b"\r\n\r\n")[2] for each in first] == [b'{"n":1}', b'{"n":234}']
    assert [f"Content-Length: {n}".encode() in each for n, each in zip((7, 9), first, strict=True)] == [True, True]


def test_an_address_that_is_called_again_gets_the_body_and_the_credentials_of_now(
    vendor: SimpleNamespace, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect(vendor.url, Keyed)
    for key, body in (("one", {"n": 1}), ("two", {"n": 22}), ("two", None), ("two", {})):
        monkeypatch.setattr(Keyed, "key", key)
        client.call("Write", "POST", "/x", json=body)
    assert [each.headers["Authorization"] for each in vendor.seen] == ["Bearer one", *["Bearer two"] * 3]
    assert [each.headers["Content-Length"] for each in vendor.seen] == ["7", "8", "0", "2"]


class Keyed(Client):
    """A vendor whose key is what a test says."""

    key = ""
    errors = ErrorTable(rules=[], by_status={})

    def authorize(self, headers: dict[str, str]) -> None:
        headers["Authorization"] = f"Bearer {self.key}"

    def error_code(self, answer: Answer) -> None:
        """No answer has one."""


@pytest.mark.parametrize("key", ["canary\n", "canary\u2019s"])
def test_credentials_that_no_header_can_hold_end_the_run_and_are_not_quoted(
    vendor: SimpleNamespace, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(Keyed, "key", key)
    with pytest.raises(SetupError, match="line break") as caught:
        connect(vendor.url, Keyed).call("Read", "GET", "/x")
    assert "canary" not in str(caught.value)
    assert vendor.seen == []


def test_an_answer_that_comes_packed_and_in_chunks_is_unpacked(
    vendor: SimpleNamespace, connect: Callable[..., Client]
) -> None:
    packed = gzip.compress(b'{"a": 1}')
    chunks = [b"%x\r\n%b\r\n" % (len(each), each) for each in (packed[:10], packed[10:], b"")]
    headers = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    vendor.answers[:] = [(200, headers, b"".join(chunks))]
    assert connect(vendor.url).call("Read", "GET", "/x").body == {"a": 1}
