"""How the console shows what a vendor declares: a made-up vendor, asked in process."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from vendor_sandbox.app import make_app
from vendor_sandbox.clock import Clock
from vendor_sandbox.exhibits import Column, Exhibit, Figure, Kind, Section, View, page
from vendor_sandbox.faults import FaultBook
from vendor_sandbox.outbox import Outbox
from vendor_sandbox.state import State
from vendor_sandbox.switches import Switchboard
from vendor_sandbox.vendors import House

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement

EVIL = "<script>alert('x')</script>"
COLUMNS = (
    Column("id", "Id", Kind.NUMBER),
    Column("name", "Name"),
    Column("list", "List", leads_to="rows?list"),
    Column("phone", "Phone", Kind.ADDRESS),
    Column("state", "State", Kind.STATE),
    Column("at", "At", Kind.TIME),
    Column("said", "Said", Kind.MESSAGE),
    Column("delivery", "Delivery", Kind.PARTS),
    Column("body", "Body", Kind.DATA),
)


def row(number: int) -> dict[str, Any]:
    return {
        "id": 1_000 + number,
        "name": EVIL if number == 1 else f"name {number}",
        "list": "a & b" if number % 2 else "c",
        "phone": f"4477009{number:05}",
        "state": ("subscribed", "opted out", "pending", EVIL)[number % 4],
        "at": 1_700_000_000 + number,
        "said": f"two\nlines {EVIL}",
        "delivery": {"delivered": 3, "failed": 1, EVIL: 0},
        "body": {"deep": [{"evil": EVIL}]},
    }


ROWS = [row(number) for number in range(120)]
EXHIBIT = Exhibit(
    views=(
        View("rows", "Rows", COLUMNS, lambda asked: page(ROWS, asked), {"list": "List"}, f"About {EVIL}"),
        View("none", "None", COLUMNS, lambda asked: page([], asked)),
    ),
    figures=lambda: [Figure("Rows", 1234567, "rows"), Figure(EVIL, EVIL)],
    known_as=lambda address: {"447700900001": {"x@example.com"}, "x@example.com": {"447700900001"}}.get(
        address, set()
    ),
    person=lambda found: [Section("Told", COLUMNS, [each for each in ROWS if each["phone"] in found])],
)


@pytest.fixture
def ask() -> Iterator[Callable[[str], HtmlElement]]:
    state = State()
    clock = Clock(state)
    house = House(state, FaultBook(state), clock, Outbox(state, clock))
    vendor = SimpleNamespace(
        name="made-up",
        title=f"Made up {EVIL}",
        operations=(),
        kinds={},
        switches=Switchboard("made-up", (), state),
        exhibit=EXHIBIT,
        routes=list,
        control_routes=list,
        welcome=lambda base: [f"{base}/made-up {EVIL}"],
    )
    app = make_app({"made-up": vendor}, house)

    def get(path: str) -> HtmlElement:
        answer = asyncio.run(_get(app, path))
        assert EVIL.encode() not in answer
        return html.fromstring(answer)

    yield get
    state.close()


async def _get(app: Any, path: Any) -> Any:
    path, _, query = path.partition("?")
    sent = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
    }
    scope |= {"query_string": query.encode(), "headers": [(b"host", b"here")], "server": ("here", 80)}
    await app(scope, receive, send)
    assert sent[0]["status"] == 200
    return b"".join(message.get("body", b"") for message in sent)


def texts(tree: HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in tree.xpath(path)]


def test_each_kind_of_cell_is_shown_in_its_way(ask: Callable[[str], HtmlElement]) -> None:
    tree = ask("/vendors/made-up/rows?q=name+5")
    cells = tree.xpath("//tbody/tr[1]/td")
    assert [" ".join(cell.text_content().split()) for cell in cells[:6]] == [
        "1,005",
        "name 5",
        "a & b",
        "447700900005",
        "opted out",
        "14 Nov 2023, 22:13:25 UTC",
    ]
    assert cells[2].xpath(".//a/@href") == ["/vendors/made-up/rows?list=a%20%26%20b"]
    assert cells[3].xpath(".//a/@href") == ["/people/447700900005"]
    assert cells[4].xpath(".//span/@class") == ["badge bad"]
    assert cells[5].xpath(".//time/@datetime") == ["2023-11-14T22:13:25Z"]
    assert cells[6].xpath("string(.//span)").startswith("two\nlines")
    assert "deep" in cells[8].xpath("string(.//details/pre)")


def test_parts_are_a_bar_with_their_numbers_beside(ask: Callable[[str], HtmlElement]) -> None:
    cell = ask("/vendors/made-up/rows").xpath("//tbody/tr[1]/td[8]")[0]
    assert [each.get("width") for each in cell.xpath(".//rect")] == ["75.0", "25.0"]
    assert texts(cell, ".//li")[:2] == ["delivered 3", "failed 1"]
    assert cell.xpath(".//svg/@aria-hidden") == ["true"]


def test_a_table_is_paged_and_keeps_what_was_asked_for(ask: Callable[[str], HtmlElement]) -> None:
    tree = ask("/vendors/made-up/rows?list=c")
    assert texts(tree, "//*[@data-pager]") == ["1-50 of 60"]
    (link,) = tree.xpath("//a[@rel='next']/@href")
    tree = ask(link)
    assert texts(tree, "//*[@data-pager]") == ["51-60 of 60"]
    assert len(tree.xpath("//tbody/tr")) == 10
    assert tree.xpath("//a[@rel='prev']/@href") == ["/vendors/made-up/rows?list=c&page=1"]
    assert tree.xpath("//input[@id='filter-list']/@value") == ["c"]


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999", "²"])
def test_a_page_that_is_none_is_the_first(ask: Callable[[str], HtmlElement], number: str) -> None:
    assert texts(ask(f"/vendors/made-up/rows?page={number}"), "//*[@data-pager]") == ["1-50 of 120"]


def test_a_page_beyond_the_end_leads_back(ask: Callable[[str], HtmlElement]) -> None:
    tree = ask("/vendors/made-up/rows?page=9")
    assert tree.xpath("//a[@rel='prev']/@href") == ["/vendors/made-up/rows?page=3"]


def test_an_empty_table_says_what_would_fill_it_and_a_search_in_vain_how_to_see_all(
    ask: Callable[[str], HtmlElement],
) -> None:
    assert "Calls of Made up" in " ".join(texts(ask("/vendors/made-up/none"), "//*[@class='empty']"))
    assert "Show all" in " ".join(texts(ask("/vendors/made-up/rows?q=nothing"), "//*[@class='empty']"))


def test_figures_lead_to_their_views_and_tabs_to_all(ask: Callable[[str], HtmlElement]) -> None:
    tree = ask("/")
    assert texts(tree, "//*[@data-vendor]//dl[@class='figures']//dd") == ["1,234,567", EVIL]
    assert tree.xpath("//*[@data-vendor]//dl[@class='figures']//a/@href") == ["/vendors/made-up/rows"]
    assert texts(ask("/vendors/made-up/rows"), "//nav[@class='tabs']//a") == ["About", "Rows", "None"]


def test_a_person_is_put_together_from_every_address(ask: Callable[[str], HtmlElement]) -> None:
    for address in ("447700900001", "x@example.com", "X%40Example.com"):
        tree = ask(f"/people/{address.replace('%40', '@')}")
        assert texts(tree, "//h1/span[@data-address]") == ["447700900001", "x@example.com"]
        assert texts(tree, "//section[@data-vendor]//tbody/tr/td[2]") == [EVIL]


@pytest.mark.parametrize("path", ["/vendors/made-up", "/outbox", "/traffic", "/faults", "/switches"])
def test_nothing_that_a_vendor_says_is_taken_for_markup(ask: Callable[[str], HtmlElement], path: str) -> None:
    ask(path)
