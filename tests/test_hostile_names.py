"""Names that are code, brought in through every target and vendor: text on each page of the console and the reports.

The console is walked through link by link, so that a page that is new is among them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from hostile import HostileServer, whole
from lxml import html

from singer_delivery.testing.audience import phone, record, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement
    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRunner

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</title></textarea></script><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
)
FORGED = "x\u001b]0;owned\u0007\n2026 INFO all fine <!channel> \ud83d"
"""Sets a terminal's title and begins a line of its own; calls everybody in a chat; ends in half a character."""
MOST_OF_A_KIND = 6
"""Pages whose addresses differ only in numbers, or in what is asked for."""
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
LINKS = "//a/@href | //*/@hx-get | //form[translate(@method, 'GET', 'get')='get']/@action"
ADDRESSES = (
    "//@href | //@src | //@action | //@formaction | //@hx-get | //@hx-post | //@hx-delete | //@poster | //@data"
)
CUSTOM = "Favorite <b>Color</b>"
SHOWING = {
    "/outbox",
    "/vendors/listrak-sms/contacts",
    *("/vendors/attentive/people", "/vendors/attentive/segments"),
    *("/vendors/textlocal/batches", "/vendors/textlocal/groups", "/vendors/textlocal/messages"),
}
"""Pages that the names stand on, whichever of the others, of single calls and people, the walk comes by."""


def people() -> list[dict[str, Any]]:
    """People whose every text is code; one of them cannot be delivered to."""
    made = [
        {
            "id": number,
            "phone": phone(number),
            "email": f"person{number}@example.com",
            **dict.fromkeys(("first_name", "last_name", "city", "postal_code", CUSTOM), evil),
            "message": f"{evil} says hello",
        }
        for number, evil in enumerate(EVIL)
    ]
    return [*made, {**made[0], "id": 99, "phone": EVIL[0], "email": EVIL[1]}]


def messages(stream: str) -> list[dict[str, Any]]:
    columns = (CUSTOM, "city", "message")
    return [schema(stream, *columns), *(record(each, stream) for each in people()), state(1)]


def at(tree: HtmlElement, path: str) -> list[str]:
    """The values of the attributes at an XPath."""
    found: Any = tree.xpath(path)
    return list(found)


def assert_harmless(page: str, where: str) -> None:
    """Nothing in a page runs, and none of its addresses leads elsewhere; what was brought in stands there as text."""
    tree = html.fromstring(page)
    assert not tree.xpath("//script[not(@src)] | //img[@onerror] | //svg[@onload] | //b[text()='Color']"), where
    assert not tree.xpath("//@*[starts-with(name(), 'on')] | //iframe | //object | //embed"), where
    for address in at(tree, ADDRESSES):
        assert urlsplit(address.strip()).scheme in {"", "http", "https", "data"}, (where, address)
        assert not address.strip().lower().startswith(("data:text", "//")), (where, address)
    assert not any(each in page for each in (EVIL[0], EVIL[1], EVIL[4])), where


def pages(sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    """Yield every page of the console: its address and its text."""
    seen, waiting = {"/"}, ["/"]
    kinds: Counter[tuple[str, str]] = Counter()
    with requests.Session() as session:
        while waiting:
            path = waiting.pop(0)
            answer = session.get(sandbox.url + path, headers=BROWSER, timeout=30)
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue
            yield path, answer.text
            for link in at(html.fromstring(answer.text), LINKS):
                found = urlsplit(urljoin(answer.url, link))
                where = f"{found.path}?{found.query}" if found.query else found.path
                ours = urljoin(answer.url, link).startswith(sandbox.url)
                kind = re.sub(r"\d+", "0", found.path), re.sub("=[^&]*", "", found.query)
                if not ours or where in seen or found.path.startswith(("/static", "/_sandbox")):
                    continue
                kinds[kind] += 1
                if kinds[kind] <= MOST_OF_A_KIND:
                    seen.add(where)
                    waiting.append(where)


@pytest.fixture
def hook() -> Iterator[HostileServer]:
    """A webhook, and what it was told."""
    server = HostileServer.start(lambda request: whole(b""))
    yield server
    server.stop()


def bring_in(sandbox: Sandbox) -> None:
    """Let other programs name things at the vendors."""
    textlocal = {"apikey": "sandbox-textlocal"}
    for evil in EVIL:
        requests.post(f"{sandbox.textlocal_url}/create_group/", data={**textlocal, "name": evil}, timeout=10)
        sent = {**textlocal, "numbers": "447700900123", "message": evil, "sender": "ACME", "custom": evil}
        requests.post(f"{sandbox.textlocal_url}/send/", data=sent, timeout=10)
        bearer = {"Authorization": "Bearer sandbox-attentive"}
        requests.post(f"{sandbox.attentive_url}/v2/segments", json={"name": evil}, headers=bearer, timeout=10)
        event = {"type": evil, "user": {"phone": "+12125550100"}, "properties": {evil: evil}}
        requests.post(f"{sandbox.attentive_url}/v1/events/custom", json=event, headers=bearer, timeout=10)
        requests.get(f"{sandbox.attentive_url}/{evil}", headers={**bearer, "User-Agent": evil}, timeout=10)
        requests.get(f"{sandbox.url}/{evil}", headers=BROWSER, timeout=10)


@pytest.mark.parametrize("action", ["contacts", None], ids=["delivered", "refused"])
def test_a_stream_commands_no_terminal_forges_no_line_of_a_log_and_calls_nobody_in_a_chat(
    textlocal: Callable[..., TargetRunner], clean_sandbox: Sandbox, hook: HostileServer, action: str | None
) -> None:
    target = textlocal(clean_sandbox, "run", default_country="US", default_action=action)
    if action:
        target.log_everything()
    told: dict[str, Any] = {"notify_url": hook.url, "notify_when": "always", "max_rejected_percent": 100}
    run = target([schema(FORGED), *(record(each, FORGED) for each in people()), state(1)], **told)
    assert run.code == (0 if action else 1)
    assert "all fine" in run.stderr
    assert not [line for line in run.stderr.splitlines() if not line.isprintable() or line.startswith("2026 INFO")]
    (text,) = (json.loads(asked.body)["text"] for asked in hook.seen)
    assert "<!channel>" not in text
    assert action or "&lt;!channel&gt;" in text


@pytest.mark.slow
def test_names_that_are_code_are_text_on_every_page(
    listrak_sms: Callable[..., TargetRunner],
    attentive: Callable[..., TargetRunner],
    textlocal: Callable[..., TargetRunner],
    clean_sandbox: Sandbox,
    hook: HostileServer,
) -> None:
    runs = [
        listrak_sms(clean_sandbox, "listrak", default_action="subscribe"),
        attentive(clean_sandbox, "attentive", default_action="attributes"),
        textlocal(clean_sandbox, "contacts", default_country="US"),
        textlocal(clean_sandbox, "texts", default_action="messages", sender="ACME", default_country="US"),
    ]
    for target in runs:
        run = target(
            messages(EVIL[0]), max_rejected_percent=100, notify_url=hook.url, notify_when="always", batch_size_rows=3
        )
        assert run.code == 0, run.stderr
        assert run.report["outcomes"]["rejected"] == 1
        assert_harmless((run.folder / "report.html").read_text(encoding="utf-8"), str(run.folder))
    bring_in(clean_sandbox)
    told = [json.loads(asked.body) for asked in hook.seen]
    assert len(told) == len(runs)
    assert not any(word in json.dumps(told) for word in ("<script", "onerror", "javascript:"))

    walked = dict(pages(clean_sandbox))
    for where, page in walked.items():
        assert_harmless(page, where)
    assert len(walked) > 100
    shown = {where for where, page in walked.items() if "&lt;script&gt;alert(1)" in page}
    assert shown >= SHOWING, SHOWING - shown
    as_written = {where for where, page in walked.items() if EVIL[5] in page}
    assert as_written >= SHOWING, f"a template was carried out on {SHOWING - as_written}"
