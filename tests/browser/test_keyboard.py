"""The console without a mouse: Tab reaches everything in its order, and shows where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from vendor_calls import VendorCalls

    from .conftest import Watched

NAVIGATION = ["Overview", "Outbox", "Traffic", "Faults", "Switches", "Clock"]
FOCUSED = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    const shown = box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0;
    const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return {name: (at.innerText || at.getAttribute("name") || "").trim(), visible: shown && marked};
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tab_reaches_skip_link_navigation_and_search_and_shows_where_it_is(
    watch: Callable[..., Watched], sandbox: Sandbox, scheme: str
) -> None:
    page = watch(sandbox.url, color_scheme=scheme).open("/")
    reached = []
    for _ in range(3 + len(NAVIGATION) + 1):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        assert at["visible"], f"nobody sees that {at['name']} has the focus"
        reached.append(at["name"])
    assert reached == ["Skip to the content", "Vendor sandbox", *NAVIGATION, "q", "Find"]


def test_the_skip_link_leads_past_the_navigation(console: Watched) -> None:
    page = console.open("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_focus_stays_where_it_is_when_live_parts_are_refreshed(console: Watched) -> None:
    page = console.open("/")
    link = page.locator("#live").get_by_role("link").nth(3)
    link.focus()
    name = link.inner_text()
    for _ in range(2):
        with page.expect_response("**/"):
            pass
    page.wait_for_timeout(200)
    assert page.evaluate(FOCUSED)["name"] == name


def test_enter_in_the_search_finds_a_person(console: Watched, calls: VendorCalls) -> None:
    calls.listrak("13035550123")
    page = console.open("/")
    page.get_by_role("searchbox").fill("303-555-0123")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("13035550123")
