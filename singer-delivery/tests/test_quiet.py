"""What libraries would log of a call, and what a vendor writes in the place of a code, goes nowhere."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from singer_delivery.client import Client, TransportSettings
from singer_delivery.error_table import ErrorRule, ErrorTable, Then
from singer_delivery.errors import RefusedError, UnavailableError
from singer_delivery.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from singer_delivery.transport import Answer

PHONE = "12125550142"


class PlainClient(Client):
    errors = ErrorTable(
        rules=[],
        by_status={
            0: ErrorRule("0", Then.REJECT, "refused", "Refused.", "Next step."),
            500: ErrorRule("500", Then.RETRY, "broken", "Broken.", "Next step."),
        },
    )

    def error_code(self, answer: Answer) -> str | None:
        found: str | None = answer.body.get("code")
        return found


@pytest.fixture
def vendor() -> Iterator[SimpleNamespace]:
    """A server on this machine that gives every call the same `head` and `body`."""
    vendor = SimpleNamespace(head=b"", body=b"")

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    length = len(vendor.body)
                    connection.sendall(
                        b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (vendor.head, length, vendor.body)
                    )

    with socket.create_server(("127.0.0.1", 0)) as server:
        vendor.url = f"http://127.0.0.1:{server.getsockname()[1]}"
        thread = threading.Thread(target=serve)
        thread.start()
        yield vendor
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def call(vendor: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> Callable[..., Answer]:
    def _call(head: bytes, body: bytes) -> Answer:
        vendor.head, vendor.body = head, body
        settings = TransportSettings(vendor.url, 1, 5, None, dry_run=False, attempts=2, backoff=0.001)
        client = PlainClient(settings, Traffic())
        try:
            with caplog.at_level(logging.DEBUG):
                return client.call("Look", "GET", f"/Contact/{PHONE}", changes=False)
        finally:
            client.close()

    return _call


def test_a_broken_header_is_not_logged_with_the_address_that_was_called(
    call: Callable[..., Answer], caplog: pytest.LogCaptureFixture
) -> None:
    assert call(b"200 OK\r\nno header at all", b"{}").body == {}
    assert PHONE not in caplog.text


@pytest.mark.parametrize("said", [f"{PHONE} cannot be texted", PHONE, "Zo\\u00eb may not be texted"])
def test_a_sentence_in_the_place_of_a_code_is_no_code(
    call: Callable[..., Answer], caplog: pytest.LogCaptureFixture, said: str
) -> None:
    body = f'{{"code": "{said}"}}'.encode()
    for head in (b"400 Bad Request", b"200 OK"):
        with pytest.raises(RefusedError) as refused:
            call(head, body)
        assert refused.value.code == f"HTTP {head[:3].decode()}"
    with pytest.raises(UnavailableError) as broken:
        call(b"500 Oops", body)
    assert "HTTP 500" in str(broken.value)
    assert not any(word in caplog.text + str(broken.value) for word in (PHONE, "texted"))


@pytest.mark.parametrize("code", ["ERROR_BANNED", "12", "auth.expired", "E-1:2"])
def test_a_code_of_any_usual_form_is_told(call: Callable[..., Answer], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        call(b"400 Bad Request", f'{{"code": "{code}"}}'.encode())
    assert refused.value.code == code
