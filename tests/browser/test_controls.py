"""Steering the sandbox by hand, with JavaScript and without: faults, switches, the clock, and back to the start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from sandboxes import Sandbox
    from vendor_calls import VendorCalls

    from .conftest import Watched

KIM = "13035550123"


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether pages may run JavaScript."""
    may: bool = request.param
    return may


@pytest.fixture
def steered(watch: Callable[..., Watched], clean_sandbox: Sandbox, *, scripts: bool) -> Watched:
    """A page for the sandbox's console."""
    return watch(clean_sandbox.url, java_script_enabled=scripts)


def choose(page: Page, label: str, value: str, *, scripts: bool) -> None:
    """Choose in a form that goes on from there: by itself, or by its button."""
    page.get_by_label(label, exact=True).select_option(value)
    if not scripts:
        page.get_by_role("button", name="Continue").click()


def test_a_fault_that_is_switched_on_hits_the_next_call_and_is_gone_when_removed(
    steered: Watched, *, scripts: bool, calls: VendorCalls
) -> None:
    page = steered.open("/faults")
    choose(page, "Vendor", "attentive", scripts=scripts)
    choose(page, "Fault", "http-429", scripts=scripts)
    page.get_by_label("How many calls it hits").fill("2")
    page.get_by_role("button", name="Switch it on").click()
    row = page.locator("[data-fault]")
    expect(row).to_contain_text("http-429")
    expect(row.locator("[data-hits]")).to_have_text("0 of 2")

    assert calls.attentive(phone=f"+{KIM}").status_code == 429
    page.reload()
    expect(row.locator("[data-hits]")).to_have_text("1 of 2")

    page.get_by_role("button", name="Remove http-429").click()
    expect(row).to_have_count(0)
    assert calls.attentive(phone=f"+{KIM}").ok


def test_a_fault_that_cannot_be_is_explained_beside_the_form_which_stays_filled(
    steered: Watched, *, scripts: bool
) -> None:
    steered.allowed = {422}
    page = steered.open("/faults")
    choose(page, "Vendor", "textlocal", scripts=scripts)
    choose(page, "Fault", "latency", scripts=scripts)
    page.get_by_label("Seconds").fill("soon")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("alert")).to_contain_text("seconds")
    expect(page.get_by_label("Seconds")).to_have_value("soon")
    expect(page.locator("[data-fault]")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True], indirect=True)
def test_of_two_choices_the_last_counts_however_late_the_answer_to_the_first_is(
    steered: Watched, *, scripts: bool
) -> None:
    page = steered.open("/faults?vendor=attentive")
    late = []
    page.route(re.compile(r"/faults\?vendor=textlocal"), lambda route: late.append(route))  # noqa: PLW0108 - Playwright wants a function that takes attributes
    choose(page, "Vendor", "textlocal", scripts=scripts)
    choose(page, "Fault", "latency", scripts=scripts)
    expect(page.get_by_label("Vendor", exact=True)).to_have_value("textlocal")
    for _ in range(2):
        page.wait_for_timeout(100)
        while late:
            late.pop(0).continue_()
    expect(page.get_by_label("Seconds")).to_be_visible()
    assert all("htmx" in each for each in steered.wrong)  # it says that it has given up the first
    steered.wrong.clear()


def test_the_clock_moves_and_comes_back(steered: Watched, clean_sandbox: Sandbox) -> None:
    page = steered.open("/clock")
    expect(page.locator("[data-ahead]")).to_have_text("real time")
    page.get_by_role("button", name=re.compile("1 day")).click()
    expect(page.locator("[data-ahead]")).to_have_text("1 day ahead of real time")
    assert clean_sandbox.get("/_sandbox/clock")["ahead"] == pytest.approx(86_400, abs=60)

    page.get_by_label("A moment, UTC").fill("2030-01-02T03:04")
    page.get_by_role("button", name="Move there").click()
    expect(page.locator("[data-now]")).to_contain_text("2 Jan 2030, 03:04")
    assert clean_sandbox.get("/_sandbox/clock")["now"].startswith("2030-01-02T03:04")

    page.get_by_role("button", name="Back to real time").click()
    expect(page.locator("[data-ahead]")).to_have_text("real time")


def test_a_switch_changes_how_a_vendor_behaves(steered: Watched, calls: VendorCalls) -> None:
    page = steered.open("/switches")
    page.get_by_role("link", name="Listrak SMS").click()
    switch = page.locator("[data-switch=create-pending]")
    expect(switch).not_to_contain_text("changed")
    switch.get_by_role("combobox").select_option("found")
    switch.get_by_role("button").click()
    expect(switch).to_contain_text("changed")
    assert calls.sandbox.get("/_sandbox/switches")["listrak-sms"]["create-pending"]["value"] == "found"


def test_everything_goes_back_to_the_start_only_when_that_is_confirmed(steered: Watched, calls: VendorCalls) -> None:
    calls.textlocal(KIM, "Hello")
    page = steered.open("/")
    page.get_by_role("link", name="Reset everything").click()
    page.get_by_role("link", name="Leave it as it is").click()
    assert len(calls.sandbox.texts()) == 1
    page.get_by_role("link", name="Reset everything").click()
    page.get_by_role("button", name="Reset everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    assert calls.sandbox.texts() == []


def test_a_search_narrows_a_table(steered: Watched, *, scripts: bool, calls: VendorCalls) -> None:
    calls.listrak(KIM, emailAddress="kim@example.com")
    page = steered.open("/vendors/listrak-sms/contacts")
    rows = page.locator("#rows tbody tr")
    assert rows.count() > 1
    page.get_by_role("searchbox", name="Search").fill("KIM@")
    if not scripts:
        page.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("kim@example.com")
    rows.get_by_role("link", name=KIM).click()
    expect(page.locator("[data-address]").first).to_have_text(KIM)


def test_the_header_s_search_finds_a_person(steered: Watched, calls: VendorCalls) -> None:
    calls.listrak(KIM)
    page = steered.open("/outbox")
    page.get_by_label("Phone number or e-mail address").fill("(303) 555-0123")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("[data-address]").first).to_have_text(KIM)


def test_a_page_from_elsewhere_cannot_steer_the_sandbox(
    watch: Callable[..., Watched], clean_sandbox: Sandbox, tmp_path: Path
) -> None:
    clean_sandbox.advance(86_400)
    (tmp_path / "trap.html").write_text(
        f'<form method="post" action="{clean_sandbox.url}/reset"><button>You have won</button></form>',
        encoding="utf-8",
    )
    trap = watch(tmp_path.as_uri(), allowed={403, 404})  # and for the answer, which is no page, no icon is there
    trap.open("/trap.html").get_by_role("button").click()
    expect(trap.page.locator("body")).to_contain_text("not the sandbox's own")
    assert clean_sandbox.get("/_sandbox/clock")["ahead"] > 0
    assert trap.wrong == [f"a request to {clean_sandbox.url.removeprefix('http://')}"]
    trap.wrong.clear()
