"""What the console shows of calls: the last ones, what each said, and only those that are asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route
    from vendor_calls import VendorCalls

    from .conftest import Watched

KIM = "13035550123"


@pytest.fixture
def called(console: Watched, calls: VendorCalls) -> Watched:
    """The page of calls, after one that worked, one that was refused, one that broke off, and those of others."""
    calls.listrak(KIM)
    calls.listrak(KIM)  # who is there already
    calls.sandbox.faults("http-503", vendor="attentive", times=1)
    calls.attentive(phone=f"+{KIM}")
    calls.sandbox.faults("drop-before", vendor="textlocal", times=1)
    with pytest.raises(requests.ConnectionError):
        calls.textlocal(KIM, "Hello")
    console.open("/traffic")
    return console


def statuses(page: Page) -> list[list[str]]:
    """The vendor and the end of each call in the table, from the newest."""
    rows = page.locator("[data-call]")
    ends = "all => all.map(row => [row.dataset.vendor, row.querySelector('.badge').innerText])"
    told: list[list[str]] = rows.evaluate_all(ends)
    return told


def test_the_newest_call_comes_first_with_its_end(called: Watched) -> None:
    found = statuses(called.page)
    assert found[0] == ["textlocal", "dropped"]
    assert found[1] == ["attentive", "503"]
    assert [end for vendor, end in found if vendor == "listrak-sms"] == ["400", "200", "201", "200"]


@pytest.mark.parametrize(
    ("vendor", "status", "expected"),
    [
        ("listrak-sms", "4xx", [["listrak-sms", "400"]]),
        ("", "5xx", [["attentive", "503"]]),
        ("", "dropped", [["textlocal", "dropped"]]),
        ("attentive", "", [["attentive", "503"]]),
    ],
)
def test_a_choice_narrows_the_calls_at_once_and_stands_in_the_address(
    called: Watched, vendor: str, status: str, expected: list[list[str]]
) -> None:
    page = called.page
    whole = len(statuses(page))
    page.get_by_label("Vendor").select_option(vendor)
    page.get_by_label("Status").select_option(status)  # at once, while the answer to the other is under way
    expect(page.locator("[data-call]")).to_have_count(len(expected))
    assert statuses(page) == expected
    page.reload()
    assert statuses(page) == expected
    page.get_by_label("Vendor").select_option("")
    page.get_by_label("Status").select_option("")
    expect(page.locator("[data-call]")).to_have_count(whole)


def test_a_choice_is_not_lost_to_an_answer_that_was_under_way(called: Watched) -> None:
    page = called.page
    held = []

    def hold(route: Route) -> None:  # Playwright cannot take a method that is not Python's
        held.append(route)

    page.route(re.compile("/traffic"), hold)
    with page.expect_request("**/traffic"):  # which the page asks for every other second
        pass
    page.get_by_label("Status").select_option("4xx")
    page.wait_for_timeout(300)
    with page.expect_response("**/traffic"):
        held.pop(0).continue_()
    page.wait_for_timeout(300)
    page.unroute(re.compile("/traffic"))
    for _ in range(2):
        expect(page.locator("[data-call]")).to_have_count(1)
        with page.expect_response("**/traffic?*status=4xx"):
            pass


def test_a_new_call_appears_by_itself(called: Watched, calls: VendorCalls) -> None:
    expect(called.page.locator("[data-call]").first).to_have_attribute("data-vendor", "textlocal")
    calls.attentive(phone="+13035550124")
    expect(called.page.locator("[data-call]").first).to_have_attribute("data-vendor", "attentive")


def test_a_call_shows_what_was_asked_and_answered_and_no_secret(called: Watched) -> None:
    page = called.page
    page.locator("[data-call]", has_text="201").get_by_role("link").click()
    asked, answered = page.locator("[data-message=request]"), page.locator("[data-message=answer]")
    expect(asked).to_contain_text("/PhoneList/7001/Contact")
    expect(asked.get_by_role("region", name="Body")).to_contain_text(f'"phoneNumber": "{KIM}"')
    expect(asked.get_by_role("row", name="authorization")).to_contain_text("Bearer •")
    expect(answered).to_contain_text('"status": 201')

    page.go_back()
    page.locator("[data-call]", has_text="Token").first.get_by_role("link").click()
    expect(asked).to_contain_text("sandbox-sms")
    expect(asked.get_by_role("row", name="client_secret")).to_contain_text("•")
    expect(answered).to_contain_text('"access_token": "•')
    assert "sandbox-secret" not in page.content()


def test_a_call_that_a_fault_has_hit_names_it(called: Watched) -> None:
    called.page.locator("[data-vendor=attentive]").get_by_role("link").click()
    expect(called.page.locator("main")).to_contain_text("http-503")
