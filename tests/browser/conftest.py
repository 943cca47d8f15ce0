"""A browser, and pages in it that are watched: whatever goes wrong behind a page fails the test that opened it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it says nothing of its types
from chromium import NoBrowserError, chromium
from vendor_calls import VendorCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from playwright.sync_api import Browser, Page, Request, Response, ViewportSize
    from sandboxes import Sandbox

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 375, "height": 812}
_ABOUT_COLOURS = ("color-contrast", "link-in-text-block")  # axe's rules that a scheme has a say in
KIM, KIM_AT = "13035550123", "kim@example.com"
SECONDS = 15
"""For which a page may take to show what it should."""


# Not for the whole session: while Playwright runs, no other test of this process may have an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a module. Without one, tests are skipped, unless REQUIRE_BROWSER says otherwise."""
    try:
        with chromium() as running:
            yield running
    except NoBrowserError as error:
        if os.environ.get("REQUIRE_BROWSER"):
            raise
        pytest.skip(f"no browser ({error}): `make browser` sets one up")


@dataclass
class Watched:
    """A page, and what was seen of it.

    Attributes:
        page: The page.
        url: What its addresses begin with; no request may go anywhere else.
        allowed: Statuses from 400 on that a test expects of an answer.
        wrong: What went wrong so far.
    """

    page: Page
    url: str
    allowed: AbstractSet[int] = frozenset()
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.on("console", lambda message: self._on_console(message.type, message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("response", self._on_response)
        self.page.on("requestfailed", self._on_failure)

    def open(self, path: str) -> Page:
        """Go to a path."""
        self.page.goto(self.url + path)
        return self.page

    def path(self) -> str:
        """Return where the page is now, with its query."""
        return self.page.url.removeprefix(self.url)

    def obstacles(self, path: str) -> str:
        """Return what keeps people out of a page: its content, its colours, or the size of their screen.

        By axe these are its serious and critical problems; and a page must not be wider than a screen, or a phone.
        """
        page = self.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true; })")
        found = [f"in light colours: {each}" for each in self._problems()]
        page.emulate_media(color_scheme="dark")
        found += [f"in dark colours: {each}" for each in self._problems(*_ABOUT_COLOURS)]
        found += self._overflow("on a desk")
        page.set_viewport_size(PHONE)
        found += self._overflow("on a phone")
        found += [f"on a phone: {each}" for each in self._problems()]
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="light")
        return "\n".join(f"{path} {each}" for each in found)

    def _overflow(self, where: str) -> list[str]:
        widths = "[document.scrollingElement.scrollWidth, document.documentElement.clientWidth]"
        content, window = self.page.evaluate(widths)
        return [f"{where}: it is {content} pixels wide, of which {window} can be seen"] if content > window else []

    def _problems(self, *rules: str) -> list[str]:
        """Return what axe finds, by some of its rules or by all, each with its first place."""
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": rules}
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{each['id']} ({each['impact']}), {len(each['nodes'])} times, as in {each['nodes'][0]['html'][:300]}: "
            f"{each['nodes'][0].get('failureSummary', each['help'])}"
            for each in found
            if each["impact"] in {"serious", "critical"}
        ]

    def _on_console(self, kind: str, text: str) -> None:
        expected = any(f"status of {status} " in text for status in self.allowed)
        if kind in {"error", "warning"} and not expected:
            self.wrong.append(f"console {kind}: {text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")) and request.url != self.url:
            self.wrong.append(f"a request to {urlsplit(request.url).netloc or request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.wrong.append(f"{response.status} for {response.request.method} {response.url}")

    def _on_failure(self, request: Request) -> None:
        # A page that is left takes its requests under way with it: no server has failed then.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"{request.failure} for {request.method} {request.url}")


@pytest.fixture
def watch(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Make watched pages: `watch(sandbox.url, allowed={404})`, with options of a context as `color_scheme="dark"`."""
    made: list[Watched] = []

    def make(url: str, allowed: AbstractSet[int] = frozenset(), **options: Any) -> Watched:
        context = browser.new_context(**{"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce", **options})
        made.append(Watched(context.new_page(), url, allowed))
        return made[-1]

    yield make
    for each in made:
        each.page.context.close()
    assert [wrong for each in made for wrong in each.wrong] == []


@pytest.fixture(scope="module")
def busy(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The shared sandbox with something on every page, for a module's tests that change nothing.

    There are Kim, whom three vendors know, somebody who got the same text twice, a fault that waits, and an error.
    """
    sandbox.reset()
    calls = VendorCalls(sandbox)
    calls.know_everywhere(KIM, KIM_AT)
    for _ in range(2):
        calls.textlocal("447700900123", "Our sale begins <b>today</b>")
    calls.listrak(KIM)
    sandbox.faults("http-503", vendor="attentive", times=3)
    yield sandbox
    calls.close()
    sandbox.reset()


@pytest.fixture
def calls(clean_sandbox: Sandbox) -> Iterator[VendorCalls]:
    """Calls at the vendors of the shared sandbox, which is reset before and after."""
    made = VendorCalls(clean_sandbox)
    yield made
    made.close()


@pytest.fixture
def console(watch: Callable[..., Watched], clean_sandbox: Sandbox) -> Watched:
    """A page for the console of a sandbox as it is at the start, on a desk."""
    return watch(clean_sandbox.url)
