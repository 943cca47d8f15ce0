"""What a vendor's client can say of its own, and several clients as one."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.clients import Clients
from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.errors import AbandonedError, OutcomeUnknownError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from .conftest import PlainClient


def test_a_signature_is_made_for_each_attempt_over_the_bytes_that_are_sent(
    vendor: SimpleNamespace, connect: Callable[..., Any], plain_client: type[PlainClient]
) -> None:
    class Signing(plain_client):  # type: ignore[misc, valid-type] # the fixture is the class
        signed = 0

        def sign(self, headers: dict[str, str], body: bytes | None) -> None:
            self.signed += 1
            headers["Authorization"] += f" {self.signed} {None if body is None else body.decode()}"

    vendor.answers[:] = [(500, {}, b"")]
    client = connect(vendor.url, Signing)
    client.call("Write", "POST", "/x", json={"a": 1})
    client.call("Read", "GET", "/y")
    client.fetch("File", f"{vendor.url}/z")
    assert [each.headers["Authorization"] for each in vendor.seen] == [
        'Bearer key 1 {"a":1}',
        'Bearer key 2 {"a":1}',
        "Bearer key 3 None",
        "Bearer key 4 None",
    ]
    assert vendor.seen[0].body == b'{"a":1}'


def test_a_signature_is_for_the_vendor_alone(
    vendor: SimpleNamespace, connect: Callable[..., Any], plain_client: type[PlainClient]
) -> None:
    class Signing(plain_client):  # type: ignore[misc, valid-type] # the fixture is the class
        def sign(self, headers: dict[str, str], body: bytes | None) -> None:
            headers["X-Signature"] = f"of {len(body or b'')}"

    client = connect(vendor.url, Signing)
    client.exchange("Token", f"{vendor.url}/token", {"a": "b"})
    client.fetch("File", vendor.url.replace("127.0.0.1", "localhost") + "/z")
    assert [each.headers.get("X-Signature") for each in vendor.seen] == [None, None]


def test_an_error_may_mean_something_else_by_what_was_called(
    vendor: SimpleNamespace, connect: Callable[..., Any], plain_client: type[PlainClient]
) -> None:
    nobody = ErrorRule("HTTP 404", Then.ALREADY, "nobody", "There is nobody.", "Nothing to do.")

    class Knowing(plain_client):  # type: ignore[misc, valid-type] # the fixture is the class
        def error_rule(self, operation: str, status: int, code: str) -> ErrorRule:
            return (
                nobody if (operation, status, code) == ("Find", 404, "NONE") else super().error_rule("", status, code)
            )

    client = connect(vendor.url, Knowing)
    vendor.answers[:] = [(404, {}, b'{"code": "NONE"}'), (400, {}, b'{"code": "NONE"}')]
    with pytest.raises(RefusedError) as found:
        client.call("Find", "GET", "/x")
    with pytest.raises(RefusedError) as other:
        client.call("Find", "GET", "/x")
    assert (found.value.rule, found.value.status, other.value.rule.code) == (nobody, 404, "400")


def test_a_pause_is_as_long_as_asked_and_over_when_the_run_ends(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    client, met = connect(vendor.url), []
    start = time.monotonic()
    client.pause(0.05)
    assert time.monotonic() - start >= 0.05

    def wait() -> None:
        with pytest.raises(AbandonedError):
            client.pause(60)
        met.append(1)

    thread = threading.Thread(target=wait)
    thread.start()
    client.stop()
    thread.join(5)
    assert met == [1]


def test_several_clients_tell_of_all_their_calls_in_a_dry_run(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    first, second = connect(vendor.url, dry_run=True), connect(vendor.url, dry_run=True)
    both = Clients(first, second)
    second.call("Second", "POST", "/2")
    first.call("First", "POST", "/1")
    assert [call.operation for call in both.take_planned()] == ["First", "Second"]
    assert both.take_planned() == []


def test_several_clients_know_of_what_any_of_them_may_have_done(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    first, second = connect(vendor.url), connect(vendor.url)
    both = Clients(first, second)
    assert not both.take_lasting()
    first.call("Write", "POST", "/x", repeatable=False)
    vendor.answers[:] = [(500, {}, b"")]
    with pytest.raises(OutcomeUnknownError):
        second.call("Write", "POST", "/x", repeatable=False)
    assert both.take_lasting()
    assert not both.take_lasting()


def test_several_clients_stop_together(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    clients = connect(vendor.url), connect(vendor.url)
    both = Clients(*clients)
    both.stop()
    for client in clients:
        with pytest.raises(AbandonedError):
            client.call("Read", "GET", "/x")
    both.close()
    assert vendor.seen == []
