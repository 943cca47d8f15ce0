"""Every text, as phones show them: who is texted twice, what caused a text, and how many stay quick."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from vendor_sandbox.clock import Clock
from vendor_sandbox.console.texts import Texts
from vendor_sandbox.faults import FaultBook
from vendor_sandbox.outbox import Outbox
from vendor_sandbox.state import State
from vendor_sandbox.vendors import House

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console_pages import Console
    from textlocal_calls import TextlocalApi

    from .conftest import SmsClient

PHONE, OTHER = "447700900123", "447700900124"


@pytest.fixture
def house() -> Iterator[House]:
    state = State()
    clock = Clock(state)
    yield House(state, FaultBook(state), clock, Outbox(state, clock))
    state.close()


def put(house: House, *rows: tuple[str, str, str], vendor: str = "some") -> None:
    for kind, phone, text in rows:
        house.outbox.put(vendor, "send", kind, phone, text)


@pytest.mark.parametrize(
    ("rows", "twice"),
    [
        ([("message", PHONE, "a"), ("message", PHONE, "a")], True),
        ([("message", PHONE, "a"), ("message", PHONE, "b")], False),
        ([("message", PHONE, "a"), ("message", OTHER, "a")], False),
        ([("message", PHONE, "a"), ("legal", PHONE, "a")], False),
        ([("welcome", PHONE, "to A"), ("welcome", PHONE, "to B")], True),
        ([("double-opt-in", PHONE, "A?"), ("double-opt-in", PHONE, "B?")], True),
        ([("double-opt-in", PHONE, "A?"), ("welcome", PHONE, "to A")], False),
    ],
)
def test_who_is_texted_twice(house: House, rows: list[Any], *, twice: bool) -> None:
    put(house, *rows)
    assert Texts(house).sum().twice == ({PHONE} if twice else set())


def test_two_vendors_may_say_the_same(house: House) -> None:
    put(house, ("welcome", PHONE, "a"))
    put(house, ("welcome", PHONE, "a"), vendor="another")
    summed = Texts(house).sum()
    assert (summed.texts, summed.people, summed.several, summed.twice) == (2, 1, 1, frozenset())


def test_a_hundred_thousand_texts_are_shown_quickly(house: House) -> None:
    rows = ((1.0, "some", "send", "message", f"44{n % 60_000:010}", f"text {n // 40_000}") for n in range(100_000))
    house.state.execute_many(
        "INSERT INTO outbox (at, vendor, operation, kind, phone, text) VALUES (?, ?, ?, ?, ?, ?)", rows
    )
    texts = Texts(house)
    texts.sum()
    start = time.process_time()
    for _ in range(10):
        texts.sum()
        texts.page({}, phones=None, twice=False, offset=50_000, limit=50)
    assert (time.process_time() - start) / 10 < 0.2
    put(house, ("message", PHONE, "new"))
    start = time.process_time()
    texts.sum()
    assert time.process_time() - start < 2


def test_texts_stand_newest_first_with_a_red_mark_on_who_is_texted_twice(
    console: Console, textlocal_api: TextlocalApi
) -> None:
    for text in ("same", "same", "another"):
        textlocal_api.call("send", numbers=PHONE, message=text)
    textlocal_api.call("send", numbers=OTHER, message="same")
    page = console.get("/outbox")
    assert page.texts("//*[@class='bubble']") == ["same", "another", "same", "same"]
    assert page.tree.xpath("//*[@data-twice]/@data-phone") == [PHONE] * 3
    assert page.texts("//*[@data-sum]") == ["4", "2", "1", "1"]
    assert set(console.get("/outbox", twice="yes").tree.xpath("//*[@data-text]/@data-phone")) == {PHONE}
    assert "texted twice" in console.get(f"/people/{PHONE}").text("//*[@id='texted-twice']").casefold()


def test_texts_are_narrowed_by_vendor_kind_and_phone_in_any_spelling(
    console: Console, textlocal_api: TextlocalApi, sms: SmsClient
) -> None:
    textlocal_api.call("send", numbers=PHONE, message="hello")
    sms.create("13125550199")
    assert console.get("/outbox", vendor="listrak-sms").tree.xpath("//*[@data-text]/@data-kind") == ["welcome"]
    assert console.get("/outbox", kind="message").tree.xpath("//*[@data-text]/@data-phone") == [PHONE]
    assert console.get("/outbox", phone="+44 7700 900123").texts("//*[@class='bubble']") == ["hello"]
    assert "No text is like that" in console.get("/outbox", phone=OTHER).text()


def test_a_text_leads_to_the_call_that_caused_it_and_back(console: Console, textlocal_api: TextlocalApi) -> None:
    textlocal_api.call("send", numbers=f"{PHONE},{OTHER}", message="hello")
    first, second = console.get("/outbox").tree.xpath("//a[starts-with(@id, 'cause-')]/@href")
    assert first == second
    assert console.get(first).text("//h1") == "send"
    (texts,) = console.get(first).tree.xpath("//a[starts-with(@href, '/outbox?call=')]/@href")
    assert len(console.get(texts).tree.xpath("//*[@data-text]")) == 2


def test_what_goes_out_by_the_clock_is_not_laid_at_the_door_of_the_call_that_came_by(
    console: Console, textlocal_api: TextlocalApi
) -> None:
    at = int(time.time()) + 3600
    textlocal_api.call("send", numbers=PHONE, message="later", schedule_time=str(at))
    console.sandbox.advance(7200)
    textlocal_api.call("send", numbers=OTHER, message="now")
    page = console.get("/outbox")
    assert page.texts("//*[@class='bubble']") == ["now", "later"]
    assert len(page.tree.xpath("//a[starts-with(@id, 'cause-')]")) == 1
    assert page.texts("//*[@data-text]//*[@class='from']")[1].endswith("by send")


def test_a_text_is_text_whatever_it_says(console: Console, textlocal_api: TextlocalApi) -> None:
    evil = "<script>alert(1)</script>\n<b>bold</b>"
    textlocal_api.call("send", numbers=PHONE, message=evil)
    page = console.get("/outbox")
    assert "<script>alert" not in page.answer.text
    assert page.texts("//*[@class='bubble']") == ["<script>alert(1)</script> <b>bold</b>"]
