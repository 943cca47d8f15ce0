"""The transport against small servers: headers, redirects, empty answers, and vendors that are not there."""

from __future__ import annotations

import socket
import threading
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery import transport
from singer_delivery.errors import OutcomeUnknownError, RefusedError, SetupError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import SimpleNamespace


@pytest.mark.parametrize("status", [429, 503])
def test_nobody_sends_before_retry_after_is_over(
    vendor: SimpleNamespace, connect: Callable[..., Any], status: int
) -> None:
    client = connect(vendor.url)
    vendor.answers[:] = [(status, {"Retry-After": "0.2"}, b"")]
    client.call("First", "POST", "/x")
    threads = [threading.Thread(target=client.call, args=("More", "POST", "/y")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert vendor.seen[1].at - vendor.seen[0].at >= 0.2
    assert len(vendor.seen) == 5


def test_a_retry_after_of_a_day_ends_the_run_at_once(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    client = connect(vendor.url)
    vendor.answers[:] = [(429, {"Retry-After": "86400"}, b"")]
    start = time.monotonic()
    with pytest.raises(UnavailableError, match="1440 minutes") as caught:
        client.call("First", "POST", "/x")
    assert time.monotonic() - start < 1
    assert not caught.value.answered


def test_a_redirect_is_not_followed(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    vendor.answers[:] = [(302, {"Location": f"{vendor.url}/elsewhere"}, b"")]
    with pytest.raises(SetupError, match="points to another address"):
        connect(vendor.url).call("Read", "GET", "/x")
    assert len(vendor.seen) == 1


def test_a_success_may_be_empty_where_that_is_said_or_the_status_says_so(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    client = connect(vendor.url)
    vendor.answers[:] = [(204, {}, b""), (202, {}, b"")]
    assert client.call("Delete", "POST", "/x").status == 204
    assert client.call("Write", "POST", "/x", may_be_empty=True).body is None


def test_an_error_within_a_success_is_an_error(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    vendor.answers[:] = [(200, {}, b'{"code": "BAD"}')] * 6
    with pytest.raises(UnavailableError, match="BAD"):
        connect(vendor.url).call("Write", "POST", "/x")


def test_a_page_never_ends_a_record(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    vendor.answers[:] = [(400, {}, b"<html>Bad request</html>"), (400, {}, b'{"code": "BAD"}')]
    with pytest.raises(RefusedError) as caught:
        connect(vendor.url).call("Write", "POST", "/x")
    assert (caught.value.code, len(vendor.seen)) == ("BAD", 2)


def test_an_api_key_that_is_refused_ends_the_run_without_another_call(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    vendor.answers[:] = [(401, {}, b"")]
    with pytest.raises(SetupError, match="Cause 401"):
        connect(vendor.url).call("Write", "POST", "/x")
    assert len(vendor.seen) == 1


def test_a_request_holds_what_was_given_and_no_cookie_of_another(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    client = connect(f"{vendor.url}/api/")
    vendor.answers[:] = [(200, {"Set-Cookie": "id=1; Path=/"}, b"\xef\xbb\xbf[1]")]
    answer = client.call("Read", "POST", "/x", json={"amount": Decimal("1.50"), "name": "Zoë"}, params={"a": "b c"})
    client.call("Read", "GET", "/x")
    first, second = vendor.seen
    assert answer.body == [1]
    assert first.path == "/api/x?a=b+c"
    assert first.body.decode() == '{"amount":1.50,"name":"Zoë"}'
    assert first.headers["Content-Type"] == "application/json"
    assert (second.headers["Cookie"], second.headers["Content-Type"]) == (None, None)


def test_a_netrc_does_not_replace_the_authorization(
    vendor: SimpleNamespace, connect: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    connect(vendor.url).call("Read", "GET", "/x")
    assert vendor.seen[0].headers["Authorization"] == "Bearer key"


def test_a_call_that_cannot_have_arrived_is_tried_again_even_if_it_must_not_be_repeated(
    connect: Callable[..., Any],
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    client = connect(url)
    with pytest.raises(UnavailableError, match="refuses connections") as caught:
        client.call("Send", "POST", "/12125550100", repeatable=False)
    assert not caught.value.answered
    assert "12125550100" not in str(caught.value)


def test_silence_is_named_by_its_setting(connect: Callable[..., Any]) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnavailableError, match="`request_timeout`"):
            connect(url, request_timeout=0.1, attempts=2).call("Read", "GET", "/x")


@pytest.mark.parametrize("url", ["api.example.com", "ftp://example.com", "http://"])
def test_an_address_that_is_none_is_said_to_be(connect: Callable[..., Any], url: str) -> None:
    with pytest.raises(SetupError, match="`api_url`"):
        connect(url).call("Read", "GET", "/x")


def test_certificates_that_are_not_there_are_named(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/certificates.pem")
    with pytest.raises(SetupError, match="REQUESTS_CA_BUNDLE"):
        connect("https://127.0.0.1:9").call("Read", "GET", "/x")


@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_answer_that_is_too_large_is_not_read_to_its_end(
    vendor: SimpleNamespace, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1 << 20)
    vendor.answers[:] = [(status, {}, b" " * ((1 << 20) + 1))] * 2
    with pytest.raises(UnavailableError, match="larger than 1 MiB") as caught:
        connect(vendor.url, attempts=2).call("Read", "GET", "/x")
    assert caught.value.answered


def test_an_answer_that_is_too_large_is_asked_for_once_for_it_would_be_as_large_again(
    vendor: SimpleNamespace, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1 << 20)
    vendor.answers[:] = [(503, {}, b""), (200, {}, b" " * ((1 << 20) + 1)), (200, {}, b"{}")]
    with pytest.raises(UnavailableError, match=r"^Read met an answer that is larger than 1 MiB"):
        connect(vendor.url, attempts=6).call("Read", "GET", "/x")
    assert len(vendor.answers) == 1


def test_nobody_knows_whether_a_call_with_an_answer_too_large_had_effect(
    vendor: SimpleNamespace, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1 << 20)
    vendor.answers[:] = [(200, {}, b" " * ((1 << 20) + 1))]
    with pytest.raises(OutcomeUnknownError):
        connect(vendor.url).call("Send", "POST", "/x", repeatable=False)


def test_json_that_is_nested_without_end_counts_as_broken(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    vendor.answers[:] = [(200, {}, b"[" * 100_000 + b"]" * 100_000)] * 2
    with pytest.raises(UnavailableError, match="half of one"):
        connect(vendor.url, attempts=2).call("Read", "GET", "/x")


def test_nothing_of_an_answer_that_points_elsewhere_is_read_not_even_where_to(
    vendor: SimpleNamespace, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 0)
    vendor.answers[:] = [(302, {"Location": "http://[nonsense"}, b" " * 1000)]
    with pytest.raises(SetupError, match="points to another address"):
        connect(vendor.url).call("Read", "GET", "/x")


def test_headers_without_an_end_are_no_http(vendor: SimpleNamespace, connect: Callable[..., Any]) -> None:
    vendor.answers[:] = [(200, {f"X-{number}": "x" for number in range(200)}, b"{}")] * 2
    with pytest.raises(UnavailableError, match="no HTTP"):
        connect(vendor.url, attempts=2).call("Read", "GET", "/x")


def test_a_retry_after_of_more_digits_than_a_number_has_ends_the_run(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    vendor.answers[:] = [(429, {"Retry-After": "9" * 400}, b"")]
    with pytest.raises(UnavailableError, match="minutes"):
        connect(vendor.url).call("Read", "GET", "/x")


def test_an_address_that_is_not_the_base_is_named_by_its_own_setting(
    vendor: SimpleNamespace, connect: Callable[..., Any]
) -> None:
    vendor.answers[:] = [(302, {"Location": f"{vendor.url}/y"}, b"")]
    with pytest.raises(SetupError, match="`auth_url`"):
        connect(vendor.url).exchange("Token", f"{vendor.url}/token", {}, "auth_url")
