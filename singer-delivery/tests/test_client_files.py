"""Files that a vendor gives the address of: who is told the key, what is tried again, what is too large."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery import client as client_module
from singer_delivery.client import Answer
from singer_delivery.errors import AbandonedError, RefusedError, SetupError, UnavailableError
from singer_delivery.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from sandboxes import Sandbox

    from singer_delivery.transport import Call

LINES = b'{"a": 1}\n{"a": 2}\n'
ELSEWHERE = "localhost"
"""The same server by another name: another host, as far as keys go."""


def elsewhere(vendor: SimpleNamespace, path: str = "/results/1.jsonl") -> str:
    return str(vendor.url).replace("127.0.0.1", ELSEWHERE) + path


def test_a_file_comes_as_it_is_and_is_counted_even_in_a_dry_run(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    client = connect(vendor.url, dry_run=True)
    vendor.answers[:] = [(200, {"Content-Type": "application/x-ndjson"}, LINES)]
    assert client.fetch("Results", f"{vendor.url}/results/1.jsonl") == LINES
    assert vendor.seen[0].headers["Authorization"] == "Bearer key"
    assert client.take_planned() == []


def test_a_file_may_be_empty_and_may_look_like_an_error(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    vendor.answers[:] = [(200, {}, b""), (200, {}, b'{"code": "BAD"}')]
    client = connect(vendor.url)
    assert client.fetch("Results", f"{vendor.url}/1") == b""
    assert client.fetch("Results", f"{vendor.url}/2") == b'{"code": "BAD"}'


@pytest.mark.parametrize("base", ["https://127.0.0.1", "http://127.0.0.1:9", "http://localhost"])
def test_who_calls_is_told_only_at_the_vendors_own_address(
    vendor: SimpleNamespace, connect: Callable[..., Any], base: str
) -> None:
    client = connect(base)
    vendor.answers[:] = [(200, {"x-ratelimit-limit": "1;w=60"}, LINES)]
    assert client.fetch("Results", f"{vendor.url}/1") == LINES
    assert "Authorization" not in vendor.seen[0].headers


def test_a_port_that_is_the_schemes_own_is_no_other_address(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def send(transport: Transport, call: Call, headers: dict[str, str]) -> Answer:
        told.append(headers)
        return Answer(200, LINES, {})

    monkeypatch.setattr(Transport, "send", send)
    connect("https://api.example.com/v1").fetch("Results", "https://API.example.com:443/results/1.jsonl")
    assert told == [{"Authorization": "Bearer key"}]


@pytest.mark.parametrize(
    "broken",
    [
        (503, {}, b""),
        (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>"),
        (429, {}, b""),
        (500, {}, b"<x/>"),
    ],
)
def test_what_may_pass_is_tried_again(
    vendor: SimpleNamespace, connect: Callable[..., Any], broken: tuple[int, dict[str, Any], bytes]
) -> None:
    vendor.answers[:] = [broken, (200, {}, LINES)]
    assert connect(vendor.url).fetch("Results", f"{vendor.url}/1") == LINES
    assert len(vendor.seen) == 2


def test_half_a_file_is_never_taken_for_a_whole_one(clean_sandbox: Sandbox, connect: Callable[..., Any]) -> None:
    page = f"{clean_sandbox.url}/listrak-soap/v31/IntegrationService.asmx?WSDL"
    client = connect(clean_sandbox.url)
    clean_sandbox.faults("drop-mid-body", times=2)
    assert client.fetch("Description", page).endswith(b"definitions>")
    assert client._traffic.retries == 2


def test_too_large_a_file_is_not_read_to_its_end(
    vendor: SimpleNamespace, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LARGEST_FILE", 1 << 20)
    vendor.answers[:] = [(200, {}, b"x" * (1 << 20)), (200, {}, b"x" * ((1 << 20) + 1))]
    client = connect(vendor.url)
    assert len(client.fetch("Results", f"{vendor.url}/1")) == 1 << 20
    with pytest.raises(UnavailableError, match="Results is larger than 1 MiB"):
        client.fetch("Results", f"{vendor.url}/2")
    assert len(vendor.seen) == 2


def test_a_file_that_is_refused_is_refused_by_the_error_table_whatever_the_body_looks_like(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    vendor.answers[:] = [(400, {}, b"<Error><Code>NoSuchKey</Code></Error>")]
    with pytest.raises(RefusedError) as caught:
        connect(vendor.url).fetch("Results", f"{vendor.url}/1")
    assert (caught.value.status, caught.value.rule.code) == (400, "400")


@pytest.mark.parametrize("status", [401, 403])
def test_another_hosts_refusal_says_nothing_of_the_key(
    vendor: SimpleNamespace, connect: Callable[..., Any], status: int
) -> None:
    client = connect(vendor.url)
    vendor.answers[:] = [(status, {}, b"<Error/>")]
    with pytest.raises(RefusedError) as caught:
        client.fetch("Results", elsewhere(vendor))
    assert caught.value.status == status
    assert client.call("Read", "GET", "/x").ok


def test_a_refused_key_ends_the_run_when_it_was_told(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    vendor.answers[:] = [(401, {}, b"")]
    with pytest.raises(SetupError, match="Cause 401"):
        connect(vendor.url).fetch("Results", f"{vendor.url}/1")


def test_a_file_that_is_elsewhere_is_not_looked_for(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    vendor.answers[:] = [(302, {"Location": elsewhere(vendor)}, b"")]
    with pytest.raises(SetupError, match=r"Results points to another address.*Ask the vendor"):
        connect(vendor.url).fetch("Results", f"{vendor.url}/1")
    assert len(vendor.seen) == 1


@pytest.mark.parametrize("url", ["/results/1.jsonl", "ftp://example.com/1", "http://", "https://[", "", "http://x:y/"])
def test_an_address_that_is_none_is_the_vendors_mistake(
    vendor: SimpleNamespace, connect: Callable[..., Any], url: str
) -> None:
    with pytest.raises(UnavailableError, match="no whole address for Results"):
        connect(vendor.url).fetch("Results", url)


def test_a_stopped_client_fetches_nothing_and_nothing_of_an_address_is_logged(
    vendor: SimpleNamespace, connect: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = connect(vendor.url)
    vendor.answers[:] = [(503, {}, b"")]
    client.fetch("Results", f"{vendor.url}/1?signature=secret")
    client.stop()
    with pytest.raises(AbandonedError):
        client.fetch("Results", f"{vendor.url}/1?signature=secret")
    assert "met HTTP 503" in caplog.text
    assert "secret" not in caplog.text
