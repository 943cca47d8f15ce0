"""The console's first page: every vendor at a glance, and live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from vendor_calls import VendorCalls

    from .conftest import Watched

VENDORS = ("listrak-soap", "listrak-sms", "attentive", "annex-cloud", "textlocal")


def test_it_shows_every_vendor_and_leads_to_each(console: Watched) -> None:
    page = console.open("/")
    cards = page.locator("[data-vendor]")
    assert tuple(cards.evaluate_all("cards => cards.map(card => card.dataset.vendor)")) == VENDORS
    for vendor in VENDORS:
        card = page.locator(f"[data-vendor={vendor}]")
        title = card.get_by_role("heading").inner_text()
        card.get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        console.open("/")


def test_it_says_that_nothing_is_real(console: Watched) -> None:
    page = console.open("/")
    expect(page.get_by_text("Nothing here is real, and nobody is texted.")).to_be_visible()


def test_its_figures_change_after_a_call_without_a_reload(console: Watched, calls: VendorCalls) -> None:
    page = console.open("/")
    page.evaluate("window.notReloaded = true")
    card = page.locator("[data-vendor=listrak-sms]")
    so_far, subscribed = card.locator("[data-calls]"), card.locator(".figures")
    expect(so_far).to_have_text("0")
    before = subscribed.inner_text()

    calls.listrak("13035550123")

    expect(so_far).to_have_text("2")  # the token's, and the contact's
    expect(card.locator("[data-errors]")).to_have_text("0")
    assert subscribed.inner_text() != before
    calls.listrak("13035550123")  # who is there already
    expect(card.locator("[data-errors]")).to_have_text("1")
    assert page.evaluate("window.notReloaded")


def test_a_page_that_is_out_of_sight_asks_for_nothing(console: Watched) -> None:
    page = console.open("/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/"):
        pass
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.wait_for_timeout(300)  # until what is under way has ended
    asked.clear()
    page.wait_for_timeout(2500)
    assert asked == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_are_those_that_the_reader_prefers(
    watch: Callable[..., Watched], sandbox: Sandbox, scheme: str
) -> None:
    page = watch(sandbox.url, color_scheme=scheme).open("/")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (sum(ground) / 3 > 128) == (scheme == "light")
