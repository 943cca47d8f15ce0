"""The console's frame: every page is whole, named and bound to its own origin; what is not there is said so."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from console_pages import Console
    from sandboxes import Sandbox

    from .conftest import AttentiveClient

PAGES = (
    "/",
    "/outbox",
    "/traffic",
    "/people",
    "/faults",
    "/switches",
    "/clock",
    "/reset",
    "/api",
    "/vendors/attentive",
)
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_landmarks_and_a_skip_link_and_says_that_nothing_is_real(
    console: Console, path: str
) -> None:
    page = console.get(path)
    assert len(page.tree.xpath("//h1")) == len(page.tree.xpath("//main[@id='main']")) == 1
    assert page.tree.xpath("//a[@class='skip']/@href") == ["#main"]
    assert page.tree.get("lang") == "en"
    assert "Nothing here is real" in page.text("//aside")
    levels = [int(heading.tag[1]) for heading in page.tree.xpath("//h1|//h2|//h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PAGES)
def test_every_control_has_a_name_and_every_table_can_be_scrolled_by_keyboard(console: Console, path: str) -> None:
    tree = console.get(path).tree
    for control in tree.xpath("//input[not(@type='hidden')]|//select|//textarea"):
        assert tree.xpath("//label[@for=$id]", id=control.get("id")), control.get("id")
    for table in tree.xpath("//table"):
        (region,) = table.xpath("./ancestor::*[@role='region']")
        assert region.get("tabindex") == "0"
        assert region.get("aria-label")
        assert table.xpath(".//th[@scope]")


@pytest.mark.parametrize("path", ["/", "/static/console.css", "/static/htmx.min.js", "/static/console.js"])
def test_browsers_are_bound_to_the_sandbox_itself(console: Console, path: str) -> None:
    headers = requests.get(console.sandbox.url + path, timeout=10).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_nothing_from_elsewhere_and_holds_no_script_or_style(console: Console, path: str) -> None:
    tree = console.get(path).tree
    addresses = tree.xpath("//link/@href|//script/@src|//img/@src|//form/@action")
    assert addresses
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert not tree.xpath("//style|//*[@style]|//script[not(@src)]|//*[starts-with(name(@*), 'on')]")


def test_a_vendors_answers_carry_none_of_the_consoles_headers(console: Console) -> None:
    headers = requests.get(f"{console.sandbox.attentive_url}/v1/me", timeout=10).headers
    assert "Content-Security-Policy" not in headers


def test_the_overview_shows_each_vendor_with_calls_errors_limits_and_where_to_connect(
    console: Console, attentive: AttentiveClient
) -> None:
    attentive.get("/v1/me")
    attentive.call("GET", "/v1/me", key="wrong")
    page = console.get("/")
    assert len(page.tree.xpath("//*[@data-vendor]")) == len(console.sandbox.get("/_sandbox/")["vendors"])
    card = "//*[@data-vendor='attentive']"
    assert page.text(f"{card}//*[@data-calls]") == "2"
    assert page.text(f"{card}//*[@data-errors]") == "1"
    assert page.text(f"{card}//dt[.='Rate limit']/../dd").endswith("% used")
    assert page.text("//*[@data-vendor='textlocal']//dt[.='Rate limit']/../dd") == "no call yet"
    assert page.tree.xpath(f"{card}//*[@role='img']/@aria-label")[0].startswith("Calls per second")
    assert console.sandbox.wsdl_url in page.text()


def test_the_overview_counts_429s_drops_and_faults_that_wait(console: Console, attentive: AttentiveClient) -> None:
    console.sandbox.faults("http-429", vendor="attentive", times=1)
    console.sandbox.faults("drop-before", vendor="attentive", after=1, times=1)
    console.sandbox.faults("latency", vendor="attentive", times=5, after=100)
    attentive.call("GET", "/v1/me")
    with pytest.raises(requests.ConnectionError):
        attentive.call("GET", "/v1/me")
    page = console.get("/")
    counts = dict(
        zip(
            page.texts("//*[@data-vendor='attentive']//*[@class='counts']//dt"),
            page.texts("//*[@data-vendor='attentive']//*[@class='counts']//dd"),
            strict=True,
        )
    )
    assert counts["Answered 429"] == counts["Dropped"] == counts["Faults waiting"] == "1"
    assert counts["Errors in all"] == "1"


def test_a_vendors_page_counts_calls_by_operation(console: Console, attentive: AttentiveClient) -> None:
    attentive.get("/v1/me")
    page = console.get("/vendors/attentive")
    assert page.texts("//section[@aria-labelledby='operations']//td") == ["Me", "1"]


def test_every_path_of_the_control_api_is_listed(console: Console) -> None:
    text = console.get("/api").text()
    assert all(path in text for path in console.sandbox.get("/_sandbox/")["control"])


@pytest.mark.parametrize("path", ["/vendors/nobody", "/vendors/attentive/nothing", "/traffic/1", "/nothing"])
def test_what_is_not_there_is_a_page_that_says_so(console: Console, path: str) -> None:
    answer = requests.get(console.sandbox.url + path, headers=BROWSER, timeout=10)
    assert answer.status_code == 404
    assert "Not here" in answer.text


def test_programs_get_json_for_what_is_not_there(console: Console) -> None:
    answer = requests.get(f"{console.sandbox.url}/_sandbox/nothing", timeout=10)
    assert (answer.status_code, answer.json()) == (404, {"problems": ["Not Found"]})


def test_a_sandbox_that_others_can_reach_says_so_on_every_page(start_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = start_sandbox(host="0.0.0.0", lists=1, messages=0, contacts=0)  # noqa: S104 - that is what is tested
    page = requests.get(sandbox.url, timeout=10).text
    assert "Reachable from other machines" in page


def test_one_that_only_this_machine_reaches_does_not(console: Console) -> None:
    assert "Reachable from" not in console.get("/").text("//body")
