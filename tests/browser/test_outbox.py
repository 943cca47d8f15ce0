"""The console's outbox: what people got, newest first, and in red who was texted twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from vendor_calls import VendorCalls

    from .conftest import Watched

KIM, LEE, SAM = "13035550123", "447700900123", "447700900124"
WELCOME, SALE, ORDER = "welcome to Master List", "Our sale begins <b>today</b>", "Your order is on its way"


@pytest.fixture
def texted(console: Watched, calls: VendorCalls) -> Watched:
    """The outbox, after Lee got the same text twice, Sam two different ones, and Kim a welcome."""
    calls.listrak(KIM)
    for phone, text in ((LEE, SALE), (SAM, SALE), (SAM, ORDER), (LEE, SALE)):
        calls.textlocal(phone, text)
    console.open("/outbox")
    return console


def phones(page: Page) -> list[str]:
    told: list[str] = page.locator("[data-text]").evaluate_all("all => all.map(text => text.dataset.phone)")
    return told


def test_texts_stand_newest_first_as_people_read_them(texted: Watched) -> None:
    page = texted.page
    assert phones(page) == [LEE, SAM, SAM, LEE, KIM]
    bubbles = page.locator("[data-text] .bubble")
    expect(bubbles.nth(0)).to_have_text(SALE)
    expect(bubbles.nth(1)).to_have_text(ORDER)
    expect(bubbles.nth(4)).to_contain_text(WELCOME)
    assert page.locator(".bubble b").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_was_texted_twice_is_marked_in_red_and_nobody_else(
    texted: Watched, scheme: Literal["light", "dark"]
) -> None:
    page = texted.page
    page.emulate_media(color_scheme=scheme)
    marks = page.get_by_text("texted twice", exact=True).locator("visible=true")
    marked = page.locator("[data-text]").filter(has=page.locator(".badge", has_text="texted twice"))
    assert marked.evaluate_all("all => all.map(text => text.dataset.phone)") == [LEE, LEE]
    red, green, blue = map(int, re.findall(r"\d+", marks.last.evaluate("mark => getComputedStyle(mark).color"))[:3])
    assert red > 1.3 * max(green, blue)
    sums = {name: page.locator(f"[data-sum={name}]").inner_text() for name in ("texts", "people", "several", "twice")}
    assert sums == {"texts": "5", "people": "3", "several": "2", "twice": "1"}


def test_the_count_of_those_texted_twice_leads_to_their_texts(texted: Watched) -> None:
    page = texted.page
    page.locator("[data-sum=twice]").get_by_role("link").click()
    assert phones(page) == [LEE, LEE]


def test_a_choice_narrows_the_texts_at_once(texted: Watched) -> None:
    page = texted.page
    page.get_by_label("Vendor").select_option("listrak-sms")
    expect(page.locator("[data-text]")).to_have_count(1)
    assert phones(page) == [KIM]
    page.get_by_label("Vendor").select_option("")
    expect(page.locator("[data-text]")).to_have_count(5)
    page.get_by_label("Phone", exact=True).press_sequentially("07700 900124")
    expect(page.locator("[data-text]")).to_have_count(2)
    assert phones(page) == [SAM, SAM]


def test_a_text_leads_to_the_call_that_caused_it_and_back(texted: Watched) -> None:
    page = texted.page
    page.locator(f"[data-phone='{KIM}']").get_by_role("link", name=re.compile("^by ")).click()
    expect(page.locator("[data-message=request]")).to_contain_text(f'"phoneNumber": "{KIM}"')
    page.get_by_role("term").filter(has_text="Texts it caused").locator("xpath=..").get_by_role("link").click()
    expect(page.locator("[data-text]")).to_have_count(1)
    assert phones(page) == [KIM]


def test_a_new_text_appears_by_itself(texted: Watched, calls: VendorCalls) -> None:
    expect(texted.page.locator("[data-text]")).to_have_count(5)
    calls.textlocal(KIM, ORDER)
    expect(texted.page.locator("[data-text]")).to_have_count(6)
    expect(texted.page.locator("[data-text]").first).to_have_attribute("data-phone", KIM)
