"""One person across vendors, found by whatever somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from vendor_sandbox.console.addresses import possible

if TYPE_CHECKING:
    from console_pages import Console
    from textlocal_calls import TextlocalApi

    from .conftest import AttentiveClient, SmsClient

PHONE, EMAIL = "13125550199", "ana@example.com"


@pytest.fixture
def ana(sms: SmsClient, attentive: AttentiveClient) -> None:
    sms.create(PHONE, firstName="Ana")
    attentive.subscribe(f"+{PHONE}", EMAIL)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("+1 (312) 555-0199", ["13125550199"]),
        ("312-555-0199", ["3125550199", "13125550199", "443125550199", "913125550199"]),
        ("07700 900123", ["07700900123", "447700900123"]),
        ("0044 7700 900123", ["447700900123"]),
        ("447700900123", ["447700900123"]),
        (" Ana@Example.COM ", ["ana@example.com"]),
        ("nobody", []),
        ("+", []),
    ],
)
def test_what_somebody_types_may_mean_several_addresses(typed: str, means: list[Any]) -> None:
    assert possible(typed) == means


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("typed", ["+1 312 555 0199", "(312) 555-0199", "13125550199", "ANA@example.com"])
def test_a_search_that_finds_one_person_goes_to_their_page(console: Console, typed: str) -> None:
    page = console.get("/people", q=typed)
    assert page.answer.url == f"{console.sandbox.url}/people/{PHONE}"


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("address", [PHONE, EMAIL])
def test_a_person_has_all_addresses_and_what_each_vendor_knows(console: Console, address: str) -> None:
    page = console.get(f"/people/{address}")
    assert page.texts("//h1/span[@data-address]") == [PHONE, EMAIL]
    assert page.tree.xpath("//section[@data-vendor]/@data-vendor") == ["listrak-sms", "attentive"]
    assert "Ana" in page.text("//section[@data-vendor='listrak-sms']")
    assert len(page.tree.xpath("//*[@data-text]")) == 2


@pytest.mark.usefixtures("ana")
def test_a_person_has_the_last_calls_that_named_them(console: Console, attentive: AttentiveClient) -> None:
    attentive.subscribe("+13125550111")
    attentive.get("/v1/subscriptions", params={"email": EMAIL})
    page = console.get(f"/people/{PHONE}")
    assert len(page.tree.xpath("//tr[@data-call]")) == 3
    assert "email=ana%40example.com" in page.text("//section[@aria-labelledby='calls']")


def test_someone_only_texted_has_a_page(console: Console, textlocal_api: TextlocalApi) -> None:
    textlocal_api.call("send", numbers="447700900177", message="hello")
    assert console.get("/people", q="07700 900177").texts("//*[@class='bubble']") == ["hello"]


@pytest.mark.parametrize("path", ["/people?q=nobody@example.com", "/people/447700900199", "/people/%3Cb%3E@x"])
def test_somebody_whom_nobody_knows_is_a_page_that_says_so(console: Console, path: str) -> None:
    page = console.get(path, expect=404)
    assert "No vendor knows" in page.text()
    assert not page.tree.xpath("//b")


def test_a_search_for_nothing_says_what_to_type(console: Console) -> None:
    assert "Type a phone number" in console.get("/people").text()


def test_ten_digits_that_two_people_may_have_lead_to_a_choice(
    console: Console, textlocal_api: TextlocalApi, attentive: AttentiveClient
) -> None:
    attentive.subscribe("+17700900123")
    textlocal_api.call("send", numbers="447700900123", message="hello")
    links = console.get("/people", q="7700900123").tree.xpath("//ul[@class='choices']//a/@href")
    assert links == ["/people/17700900123", "/people/447700900123"]


@pytest.mark.usefixtures("ana")
def test_markup_in_a_name_is_text(console: Console, sms: SmsClient) -> None:
    sms.put(PHONE, firstName="<script>alert(1)</script>")
    page = console.get(f"/people/{PHONE}")
    assert "<script>alert" not in page.answer.text
    assert "<script>alert(1)</script>" in page.text()


def test_the_search_stands_in_the_head_of_every_page(console: Console) -> None:
    tree = console.get("/clock").tree
    assert tree.xpath("//header//form[@role='search']/@action") == ["/people"]
    assert requests.get(f"{console.sandbox.url}/people?q=", timeout=10).status_code == 200
