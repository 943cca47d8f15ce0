"""What vendors show of themselves, as pages of a running sandbox."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
import requests
from lxml import html

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

VIEWS = {
    "listrak-soap": ("lists", "messages"),
    "listrak-sms": ("lists", "contacts", "subscriptions", "opt-outs", "imports"),
    "attentive": ("people", "subscriptions", "segments", "members", "jobs", "events", "attributes"),
    "annex-cloud": ("segments", "members", "refusals"),
    "textlocal": ("batches", "scheduled", "messages", "groups", "contacts", "optouts", "templates", "accounts"),
}
EMPTY = {
    ("listrak-sms", "imports"),
    *(("attentive", name) for name in ("segments", "members", "jobs", "events")),
    *(("annex-cloud", name) for name in VIEWS["annex-cloud"]),
    ("textlocal", "scheduled"),
}


@pytest.fixture
def page(clean_sandbox: Sandbox) -> Callable[[str], HtmlElement]:
    """Get a page of the console, which must be there."""

    def get(path: str) -> HtmlElement:
        answer = requests.get(urljoin(clean_sandbox.url, path), timeout=30)
        assert answer.status_code == 200, (path, answer.text)
        return html.fromstring(answer.text)

    return get


def texts(page: HtmlElement, expression: str) -> list[str]:
    return [re.sub(r"\s+", " ", each.text_content()).strip() for each in page.xpath(expression)]


def rows(page: HtmlElement) -> list[str]:
    return texts(page, "//table/tbody/tr")


@pytest.mark.parametrize(("vendor", "view"), [(vendor, view) for vendor, views in VIEWS.items() for view in views])
def test_every_view_is_a_page_with_its_rows(page: Callable[[str], HtmlElement], vendor: str, view: str) -> None:
    shown = page(f"/vendors/{vendor}/{view}")
    assert bool(rows(shown)) is ((vendor, view) not in EMPTY)


def test_every_figure_leads_to_a_page(page: Callable[[str], HtmlElement]) -> None:
    links = page("/").xpath("//dl[contains(@class, 'figures')]//a/@href")
    assert len(links) == 24
    for link in links:
        page(link)


def test_a_filter_of_few_values_is_chosen_from_a_list(page: Callable[[str], HtmlElement]) -> None:
    shown = page("/vendors/attentive/subscriptions?state=pending&channel=TEXT")
    assert texts(shown, "//select[@name='state']/option") == ["All", "subscribed", "pending", "unsubscribed"]
    assert texts(shown, "//select[@name='state']/option[@selected]") == ["pending"]
    assert len(rows(shown)) == 2
    assert len(rows(page("/vendors/attentive/subscriptions?state=&channel="))) > 2


def test_a_list_leads_to_its_subscriptions_and_these_to_a_person(page: Callable[[str], HtmlElement]) -> None:
    [link] = [each for each in page("/vendors/listrak-sms/lists").xpath("//table//a/@href") if each.endswith("7002")]
    subscriptions = page(link)
    assert all("VIP" in row for row in rows(subscriptions))
    person = page(subscriptions.xpath("//table//a[contains(@href, '/people/')]/@href")[0])
    assert "Contact of sender codes" in " ".join(texts(person, "//h2 | //h3"))


def test_a_person_of_two_vendors_is_one_page(page: Callable[[str], HtmlElement]) -> None:
    person = page("/people/12025550103")
    [heading] = texts(person, "//h1")
    assert {"12025550103", "12125550103", "person3@example.com"} <= set(heading.split(" · "))
    titles = " ".join(texts(person, "//h2"))
    assert "Attentive" in titles
    assert "Listrak SMS" in titles


def test_what_a_call_writes_is_on_the_page_and_cannot_be_markup(
    page: Callable[[str], HtmlElement], textlocal_api: TextlocalApi
) -> None:
    textlocal_api.call("create_group", name="<script>alert(1)</script>")
    shown = page("/vendors/textlocal/groups?account=uk")
    assert "<script>alert(1)</script>" in " ".join(rows(shown))
    assert shown.xpath("//table//script") == []
