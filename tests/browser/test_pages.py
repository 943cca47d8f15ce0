"""Every page of the console: for everybody, on every screen, in light and dark, and with no dead end."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from lxml import html
from slow_share import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import Watched

KIM = "13035550123"
NOT_FOUND = ("/people/19995550199", "/people?q=555")  # pages that say that nobody is known by that
PAGES = (
    "/",
    f"/people/{KIM}",
    *NOT_FOUND,
    "/outbox",
    "/traffic",
    "/traffic/1",
    "/faults?vendor=attentive&fault=rate-limit",
    "/switches",
    "/clock",
    "/reset",
    "/api",
)
VENDORS = ("listrak-soap", "listrak-sms", "attentive", "annex-cloud", "textlocal")


@pytest.mark.parametrize("path", in_turn(PAGES, each_time=2))
def test_a_page_is_for_everybody(watch: Callable[..., Watched], busy: Sandbox, path: str) -> None:
    watched = watch(busy.url, allowed={404} if path in NOT_FOUND else set())
    assert not (found := watched.obstacles(path)), found


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_what_a_vendor_shows_is_for_everybody(watch: Callable[..., Watched], busy: Sandbox, vendor: str) -> None:
    watched = watch(busy.url)
    tabs = watched.open(f"/vendors/{vendor}").locator(".tabs a")
    paths = [address.removeprefix(busy.url) for address in tabs.evaluate_all("all => all.map(one => one.href)")]
    assert len(paths) > 1, "there is nothing to look through"
    assert not (found := "\n".join(filter(None, map(watched.obstacles, paths)))), found


def shape(path: str) -> tuple[str | int, ...]:
    """What kind of page a path leads to: the tables of vendors are all of one kind."""
    parts = urlsplit(path).path.split("/")
    return (*parts[:2], len(parts), urlsplit(path).query.partition("=")[0])


def test_no_link_leads_nowhere(busy: Sandbox) -> None:
    waiting = deque([("/", "the start")])
    seen: dict[tuple[str | int, ...], int] = {}
    dead: list[tuple[str, str, int]] = []
    with requests.Session() as session:
        while waiting:
            path, at = waiting.popleft()
            kind = shape(path)
            if seen.setdefault(kind, 0) >= 8:  # of each kind of page a few
                continue
            seen[kind] += 1
            answer = session.get(busy.url + path, timeout=30)
            if not answer.ok:
                dead.append((at, path, answer.status_code))
            if answer.headers["Content-Type"].startswith("text/html"):
                links: Any = html.fromstring(answer.text).xpath("//a/@href | //link/@href | //script/@src")
                inner = {urljoin(path, link) for link in links if not urlsplit(link).netloc and link[0] != "#"}
                waiting.extend((link, path) for link in sorted(inner))
    assert dead == []
    assert {kind[1] for kind in seen} >= {urlsplit(path).path.split("/")[1] for path in PAGES}
