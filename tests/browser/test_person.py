"""Finding a person in the console, however somebody types the address, and seeing all that vendors know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from vendor_calls import VendorCalls

    from .conftest import Watched

KIM, KIM_AT = "13035550123", "kim@example.com"


def find(console: Watched, typed: str) -> Page:
    """Type into the field that every page has."""
    page = console.open("/api")
    field = page.get_by_role("searchbox")
    field.fill(typed)
    field.press("Enter")
    page.wait_for_url("**/people**")
    return page


@pytest.mark.parametrize("typed", ["(303) 555-0123", "+1 303 555 0123", KIM, "Kim@Example.com"])
def test_phone_and_e_mail_lead_to_one_person_across_vendors(console: Watched, calls: VendorCalls, typed: str) -> None:
    calls.know_everywhere(KIM, KIM_AT)
    page = find(console, typed)
    expect(page.locator("[data-address]")).to_have_text([KIM, KIM_AT])
    vendors = page.locator("section[data-vendor]").evaluate_all("all => all.map(each => each.dataset.vendor)")
    assert set(vendors) >= {"listrak-sms", "attentive"}
    texts = page.locator("[data-text] .from").all_inner_texts()
    assert [vendor for text in texts for vendor in ("textlocal", "attentive", "listrak-sms") if vendor in text] == [
        "textlocal",
        "attentive",
        "listrak-sms",
    ]
    called = page.locator("[data-call]").evaluate_all("all => all.map(each => each.dataset.vendor)")
    assert set(called) == {"listrak-sms", "attentive", "textlocal"}


def test_a_british_number_is_found_as_people_there_write_it(console: Watched, calls: VendorCalls) -> None:
    calls.textlocal("447700900999", "Hello")
    page = find(console, "07700 900999")
    expect(page.locator("[data-address]")).to_have_text(["447700900999"])


def test_somebody_who_was_texted_twice_is_marked(console: Watched, calls: VendorCalls) -> None:
    for _ in range(2):
        calls.textlocal(KIM, "Hello")
    expect(find(console, KIM).locator("#texted-twice")).to_be_visible()


def test_nobody_is_said_to_be_nobody(console: Watched) -> None:
    console.allowed = {404}
    page = find(console, "303-555-0199")
    expect(page.locator("main")).to_contain_text("No vendor knows")
    expect(page.get_by_role("searchbox")).to_have_value("303-555-0199")


def test_what_people_are_called_is_text_and_never_markup(console: Watched, calls: VendorCalls) -> None:
    trick = "<script>document.title = 'tricked'</script><b id=tricked>Kim</b>"
    calls.listrak(KIM, firstName=trick[:50])
    calls.textlocal(KIM, trick)
    page = console.open(f"/people/{KIM}")
    expect(page.locator(".bubble").first).to_have_text(trick)
    assert page.locator("#tricked").count() == 0
    assert "tricked" not in page.title()
