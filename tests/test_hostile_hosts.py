"""Who is believed to be the vendor, and what an answer may cost: certificates, redirects to http, and memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from hostile import CERTIFICATE, HostileServer, whole
from hostile_answers import bomb, gigabyte
from hostile_places import PLACES, SECRETS, TAP_LISTRAK, TOKEN
from slow_share import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hostile import Request
    from hostile_places import Place
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun

ROOT = Path(__file__).parents[1]
OURS = ("singer-command", "singer-delivery", "tap-*", "target-*")
UNVERIFIED = re.compile(r"verify\s*=\s*(?:False|None|0)|CERT_NONE|_create_unverified|check_hostname\s*=\s*False")
ALL = (*PLACES, TAP_LISTRAK)
MOST_MEMORY = 150 << 10
"""KiB that the worst answer may cost beyond a small one: a few times the largest that is read at all."""


@pytest.fixture
def serve() -> Iterator[Callable[..., HostileServer]]:
    """Start servers: `serve(pieces, tls=True)`."""
    started = []

    def start(pieces: Callable[[Request], Iterable[bytes]], **options: bool) -> HostileServer:
        started.append(HostileServer.start(pieces, **options))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def test_no_code_of_ours_turns_the_check_of_certificates_off() -> None:
    files = [file for name in OURS for file in ROOT.glob(f"{name}/*_*/**/*.py") if "tests" not in file.parts]
    assert len(files) > 100
    assert not [file for file in files if UNVERIFIED.search(file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("place", in_turn(ALL), ids=str)
def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_told(
    place: Place, serve: Callable[..., HostileServer], request: pytest.FixtureRequest
) -> None:
    server = serve(lambda asked: whole(b"{}"), tls=True)
    run = place.run(server.url, request)
    assert run.code == 1
    assert "The TLS certificate of" in run.stderr
    assert "REQUESTS_CA_BUNDLE" in run.stderr
    assert "Traceback" not in run.stderr
    assert not server.seen


@pytest.mark.slow
@pytest.mark.parametrize("place", ALL, ids=str)
def test_a_redirect_from_https_to_http_is_not_followed(
    place: Place, serve: Callable[..., HostileServer], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    plain = serve(lambda asked: whole(TOKEN))
    server = serve(lambda asked: whole(b"", f"Location: {plain.url}{asked.path}", status="307 See there"), tls=True)
    run = place.run(server.url, request)
    assert run.code == 1
    assert "points to another" in run.stderr
    assert len(server.seen) == 1
    assert not plain.seen
    assert not any(secret in run.stderr for secret in SECRETS.values())


def peak(run: TargetRun) -> int:
    return int((run.folder / "peak").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("place", [PLACES[0], PLACES[3], PLACES[4]], ids=str)
@pytest.mark.parametrize("pieces", [gigabyte, bomb])
def test_a_gigabyte_costs_hardly_more_memory_than_a_small_answer(
    place: Place,
    pieces: Callable[..., Iterable[bytes]],
    serve: Callable[..., HostileServer],
    request: pytest.FixtureRequest,
) -> None:
    small = serve(lambda asked: whole(TOKEN if asked.path == "/token" else b"[]"))
    large = serve(lambda asked: whole(TOKEN) if asked.path == "/token" else pieces(""))
    usual, worst = (
        peak(place.run(server.url, request, folder=name, measured=True))
        for name, server in (("a", small), ("b", large))
    )
    assert worst - usual < MOST_MEMORY


def _rows(count: int) -> bytes:
    row = b"<WSContactList><ListID>%d</ListID><ListName>A list of lists</ListName></WSContactList>"
    return b"".join(row % number for number in range(count))


@pytest.mark.slow
def test_an_answer_of_rows_costs_no_memory_however_many_they_are(
    sandbox: Sandbox, serve: Callable[..., HostileServer], request: pytest.FixtureRequest
) -> None:
    wsdl = requests.get(sandbox.wsdl_url, timeout=30).content
    begin = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetContactListCollectionResponse '
        b'xmlns="http://webservices.listrak.com/v31/"><GetContactListCollectionResult>'
    )
    some = _rows(5_000)

    def run(folder: str, times: int) -> TargetRun:
        def pieces(asked: Request) -> list[bytes]:
            if asked.method == "GET":
                return whole(wsdl, kind="text/xml")
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
            return [head + begin, *[some] * times]  # and then it breaks off

        server = serve(pieces)
        run = TAP_LISTRAK.run(server.url, request, folder=folder, measured=True)
        assert run.code == 1
        assert "breaks off" in run.stderr
        return run

    assert peak(run("b", 20)) - peak(run("a", 1)) < MOST_MEMORY
