"""Answers that Listrak's SOAP service should not give: nothing is fetched or opened, and the password goes nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests
from hostile import HostileServer, head, whole
from hostile_answers import ANSWERS, CANARY, PIECE, bomb, gigabyte
from hostile_places import SECRETS, TAP_LISTRAK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hostile import Request
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun

NAMESPACE = "http://webservices.listrak.com/v31/"
RESPONSE = "GetContactListCollectionResponse"
RESULT = "GetContactListCollectionResult"
ENVELOPE = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
BROKEN = "not well-formed XML|empty or breaks off|without the rows|a page"
LAUGHS = b'<!ENTITY a "%s">' % CANARY.encode() + b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdefghi"
)
"""The last one is the canary a hundred million times."""


def rows(inner: bytes, declared: bytes = b"") -> bytes:
    """An answer with lists."""
    within = b'<%s xmlns="%s"><%s>%s</%s></%s>' % (
        *(RESPONSE.encode(), NAMESPACE.encode(), RESULT.encode(), inner),
        *(RESULT.encode(), RESPONSE.encode()),
    )
    return b'<?xml version="1.0" encoding="utf-8"?>%s%s%s</s:Body></s:Envelope>' % (declared, ENVELOPE, within)


def contact_list(name: bytes) -> bytes:
    return b"<WSContactList><ListID>1</ListID><ListName>%s</ListName></WSContactList>" % name


def fault(text: str) -> bytes:
    said = f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{text}</faultstring></s:Fault></s:Body></s:Envelope>"
    return ENVELOPE + said.encode()


def declaring(what: bytes, name: bytes = b"&a;") -> list[bytes]:
    return whole(rows(contact_list(name), b"<!DOCTYPE x [%s]>" % what), kind="text/xml")


def xml(body: bytes, *headers: str) -> list[bytes]:
    return whole(body, *headers, kind="text/xml; charset=klingon")


DTD = "document type declaration"
AS_JSON = ("redirect-302", "redirect-307", "redirect-of-a-gigabyte", "redirect-to-nonsense", "redirect-to-a-file")
CALLS = {
    **{name: (ANSWERS[name].pieces, ANSWERS[name].words) for name in AS_JSON},
    "laughs": (lambda _: declaring(LAUGHS, b"&i;"), f"{DTD}|not well-formed"),
    "laughs-in-an-attribute": (
        lambda _: xml(
            rows(b'<WSContactList x="&i;"><ListID>1</ListID></WSContactList>', b"<!DOCTYPE x [%s]>" % LAUGHS)
        ),
        f"{DTD}|not well-formed",
    ),
    "entity-of-a-file": (lambda _: declaring(b'<!ENTITY a SYSTEM "file:///etc/passwd">'), DTD),
    "entity-of-a-host": (lambda url: declaring(b'<!ENTITY a SYSTEM "%s/x">' % url.encode()), DTD),
    "parameter-entity": (lambda url: declaring(b'<!ENTITY %% a SYSTEM "%s/x"> %%a;' % url.encode(), b"x"), DTD),
    "dtd-of-a-host": (
        lambda url: xml(rows(contact_list(b"x"), b'<!DOCTYPE x SYSTEM "%s/x.dtd">' % url.encode())),
        f"{DTD}|not well-formed",
    ),
    "gigabyte": (gigabyte, BROKEN),
    "gzip-bomb": (bomb, BROKEN),
    "gigabyte-without-rows": (lambda _: [head(), ENVELOPE, *[PIECE] * (1 << 14)], "without the rows"),
    "gigabyte-in-a-name": (
        lambda _: [head(), rows(contact_list(b"|")).partition(b"|")[0], *[b"x" * 65536] * (1 << 14)],
        "without the rows|not well-formed",
    ),
    "deep": (lambda _: xml(rows(b"<a>" * 100_000)), BROKEN),
    "page": (ANSWERS["page"].pieces, "not well-formed"),
    "klingon": (lambda _: xml(b'<?xml version="1.0" encoding="klingon"?><a/>'), "not well-formed"),
    "not-utf-8": (lambda _: xml(rows(contact_list(b"\xff\xfe"))), "not well-formed"),
    "number-of-thousands-of-digits": (lambda _: xml(rows(contact_list(b"&#%s;" % (b"1" * 9999)))), "not well-formed"),
    "rows-of-nothing": (lambda _: xml(rows(b"<Nothing/>" * 9)), "rows called Nothing"),
    "length-too-long": (ANSWERS["length-too-long"].pieces, "broke|breaks off|not well-formed"),
    "chunks-of-nonsense": (ANSWERS["chunks-of-nonsense"].pieces, "broke in the middle"),
    "broken-gzip": (ANSWERS["broken-gzip"].pieces, "compression is broken"),
    "endless-headers": (ANSWERS["endless-headers"].pieces, "failed 5 times"),
    "endless-header": (ANSWERS["endless-header"].pieces, "failed 5 times"),
    "headers-of-nonsense": (ANSWERS["headers-of-nonsense"].pieces, "failed 5 times"),
    "no-http": (ANSWERS["no-http"].pieces, "failed 5 times"),
    "retry-after-years": (ANSWERS["retry-after-years"].pieces, "HTTP 429"),
    "retry-after-many-digits": (ANSWERS["retry-after-many-digits"].pieces, "HTTP 429"),
    "retry-after-negative": (ANSWERS["retry-after-negative"].pieces, "HTTP 429"),
    "retry-after-far": (ANSWERS["retry-after-far"].pieces, "HTTP 429"),
    "fault-of-a-megabyte": (lambda _: xml(fault("a" * 2_000_000)), "a SOAP fault"),
    "fault-with-addresses": (lambda _: xml(fault("somebody@example.com +1 212 555 0100 " * 999)), "a SOAP fault"),
}
"""To a call: what is answered, given the address of another server, and what is to be said of it."""


def imports(how: str, where: str) -> Callable[[bytes, str], bytes]:
    """Let the description point to another document."""
    tag = {
        "import": '<wsdl:import namespace="urn:x" location="{}"/>',
        "schema": '<wsdl:types><s:schema><s:import namespace="urn:x" schemaLocation="{}"/></s:schema></wsdl:types>',
        "include": '<wsdl:types><s:schema><s:include schemaLocation="{}"/></s:schema></wsdl:types>',
    }[how].format(where)
    return lambda wsdl, url: re.sub(
        rb"(<wsdl:definitions[^>]*>)", lambda found: found[0] + tag.replace("{url}", url).encode(), wsdl, count=1
    )


MIDDLE = "points to another document"
NO_WSDL = "something that is no WSDL"
WSDLS = {
    "import-of-a-host": (imports("import", "{url}/x.wsdl"), MIDDLE),
    "import-of-a-file": (imports("import", "file:///etc/passwd"), MIDDLE),
    "import-of-a-path": (imports("import", "/etc/passwd"), MIDDLE),
    "schema-of-a-host": (imports("schema", "{url}/x.xsd"), MIDDLE),
    "schema-of-a-path": (imports("schema", "../../etc/passwd"), MIDDLE),
    "include-of-a-host": (imports("include", "{url}/x.xsd"), MIDDLE),
    "laughs": (lambda wsdl, url: wsdl.replace(b"<wsdl:def", b"<!DOCTYPE x [%s]><wsdl:def" % LAUGHS, 1), NO_WSDL),
    "dtd-of-a-host": (
        lambda wsdl, url: wsdl.replace(b"<wsdl:def", b'<!DOCTYPE x SYSTEM "%s/x"><wsdl:def' % url.encode(), 1),
        NO_WSDL,
    ),
    "half": (lambda wsdl, url: wsdl[: len(wsdl) // 2], NO_WSDL),
    "nothing": (lambda wsdl, url: b"", NO_WSDL),
    "deep": (lambda wsdl, url: b"<a>" * 100_000, NO_WSDL),
    "without-a-user": (lambda wsdl, url: wsdl.replace(b"WSUser", b"WSNobody"), "knows no user and password|no WSDL"),
    "without-the-operation": (lambda wsdl, url: wsdl.replace(b"GetContactListCollection", b"GetNothing"), "3.1"),
}
"""In the place of the description: how it is changed, and what is to be said of it."""


@pytest.fixture(scope="module")
def wsdl(sandbox: Sandbox) -> bytes:
    """A good one."""
    return requests.get(sandbox.wsdl_url, timeout=30).content


@pytest.fixture
def serve() -> Iterator[Callable[..., HostileServer]]:
    """Start servers: `serve(lambda request: pieces)`."""
    started = []

    def start(answer: Callable[[Request], Iterable[bytes]], **options: bool) -> HostileServer:
        started.append(HostileServer.start(answer, **options))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def elsewhere(serve: Callable[..., HostileServer]) -> Iterator[HostileServer]:
    """A server that nobody is to call."""
    server = serve(lambda request: whole(b"<a/>", kind="text/xml"))
    yield server
    assert not server.seen


def assert_is_clear(run: TargetRun, words: str) -> None:
    assert run.code == 1, run.stderr
    assert "RECORD" not in run.stdout
    assert re.search(words, run.stderr), run.stderr[-2000:]
    for said in ("Traceback", "A mistake in this program", CANARY, "212 555", "somebody", "root:", *SECRETS.values()):
        assert said not in run.stderr, run.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_an_answer_to_a_call_ends_the_run_with_a_clear_message(
    name: str,
    wsdl: bytes,
    serve: Callable[..., HostileServer],
    elsewhere: HostileServer,
    request: pytest.FixtureRequest,
) -> None:
    pieces, words = CALLS[name]
    server = serve(lambda asked: pieces(elsewhere.url) if asked.method == "POST" else xml(wsdl))
    run = TAP_LISTRAK.run(server.url, request)
    assert_is_clear(run, words)
    assert not any(asked.headers["Cookie"] for asked in server.seen)
    if "redirect" in name:
        assert len(server.seen) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", WSDLS)
def test_a_description_that_is_odd_ends_the_run_with_a_clear_message(
    name: str,
    wsdl: bytes,
    serve: Callable[..., HostileServer],
    elsewhere: HostileServer,
    request: pytest.FixtureRequest,
) -> None:
    change, words = WSDLS[name]
    changed = change(wsdl, elsewhere.url)
    assert changed != wsdl
    server = serve(lambda asked: xml(changed))
    assert_is_clear(TAP_LISTRAK.run(server.url, request), words)
    assert {asked.method for asked in server.seen} == {"GET"}


@pytest.mark.parametrize("name", ["redirect-307", "gigabyte"])
def test_a_description_is_read_with_the_same_care_as_answers(
    name: str, serve: Callable[..., HostileServer], elsewhere: HostileServer, request: pytest.FixtureRequest
) -> None:
    server = serve(lambda asked: ANSWERS[name].pieces(elsewhere.url))
    assert_is_clear(TAP_LISTRAK.run(server.url, request), ANSWERS[name].words.replace("no HTTP", "failed 5 times"))


def test_the_password_goes_to_no_address_that_only_the_description_names(
    wsdl: bytes, serve: Callable[..., HostileServer], elsewhere: HostileServer, request: pytest.FixtureRequest
) -> None:
    named = re.sub(rb'(<soap1?2?:address location=")[^"]*', rb"\1%s/steal" % elsewhere.url.encode(), wsdl)
    assert elsewhere.url.encode() in named
    server = serve(lambda asked: whole(b"") if asked.method == "POST" else xml(named))
    assert_is_clear(TAP_LISTRAK.run(server.url, request), "empty or breaks off")
    posts = [asked for asked in server.seen if asked.method == "POST"]
    assert len(posts) == 5
    assert all(SECRETS["password"].encode() in asked.body for asked in posts)


def test_an_entity_of_a_file_is_neither_read_nor_written(
    wsdl: bytes, serve: Callable[..., HostileServer], elsewhere: HostileServer, request: pytest.FixtureRequest
) -> None:
    pieces, words = CALLS["entity-of-a-file"]
    server = serve(lambda asked: pieces(elsewhere.url) if asked.method == "POST" else xml(wsdl))
    run = TAP_LISTRAK.run(server.url, request)
    assert_is_clear(run, words)
    assert "root:" not in run.stdout
