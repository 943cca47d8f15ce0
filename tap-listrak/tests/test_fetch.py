"""Fetching ahead: the same pages in the same order, however many calls are made at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Generator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_listrak.fetch import FetchAhead


def is_last(page: int) -> bool:
    return page == 0


class Source:
    """Sequences of so many pages each; a page is its number, and 0 behind the end."""

    def __init__(self, sizes: list[int], seed: int = 0) -> None:
        self.sizes = sizes
        self.calls: list[tuple[int, int]] = []
        self.under_way = self.most_under_way = 0
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def fetch(self, key: int, page: int) -> int:
        with self._lock:
            self.calls.append((key, page))
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            delay = self._random.random() / 500
        time.sleep(delay)
        with self._lock:
            self.under_way -= 1
        return page if page <= self.sizes[key] else 0

    @property
    def expected(self) -> list[tuple[int, int]]:
        return [(key, page) for key, size in enumerate(self.sizes) for page in [*range(1, size + 1), 0]]

    def read(self, concurrency: int) -> list[tuple[int, int]]:
        return list(FetchAhead(concurrency).pages(range(len(self.sizes)), self.fetch, is_last))


@settings(max_examples=30)
@given(
    st.lists(st.integers(min_value=0, max_value=25), max_size=12),
    st.integers(min_value=1, max_value=16),
    st.integers(),
)
def test_pages_come_in_order_at_every_concurrency(sizes: list[int], concurrency: int, seed: int) -> None:
    source = Source(sizes, seed)
    assert source.read(concurrency) == source.expected
    assert source.most_under_way <= concurrency


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_short_sequences_cost_no_call_in_vain(concurrency: int) -> None:
    source = Source([0, 1, 2, 3, 0, 1])
    source.read(concurrency)
    assert sorted(source.calls) == sorted(
        (key, page) for key, n in enumerate(source.sizes) for page in range(1, n + 2)
    )


def test_a_long_sequence_is_read_several_pages_at_a_time_and_hardly_beyond_its_end() -> None:
    source = Source([60])
    source.read(8)
    assert source.most_under_way == 8
    assert len(source.calls) <= 60 + 8


def test_no_more_than_twice_the_concurrency_is_held() -> None:
    started: list[int] = []

    def fetch(key: int, _page: int) -> int:
        started.append(key)
        return 0

    pages = FetchAhead(4).pages(range(1000), fetch, is_last)
    next(pages)
    time.sleep(0.05)
    assert len(started) <= 9
    assert isinstance(pages, Generator)
    pages.close()


def test_an_error_comes_in_its_turn() -> None:
    def fetch(key: int, page: int) -> int:
        if key == 2:
            raise LookupError(key)
        return page if page == 1 else 0

    pages = FetchAhead(4).pages(range(5), fetch, is_last)
    assert [next(pages) for _ in range(4)] == [(0, 1), (0, 0), (1, 1), (1, 0)]
    with pytest.raises(LookupError):
        next(pages)


def test_an_error_beyond_the_end_is_nobodys_business() -> None:
    def fetch(_key: int, page: int) -> int:
        if page > 20:
            raise LookupError(page)
        return page if page < 20 else 0

    assert [page for _, page in FetchAhead(8).pages([0], fetch, is_last)] == [*range(1, 20), 0]


def test_waiting_is_announced_now_and_then() -> None:
    looks = []
    release = threading.Event()

    def on_wait() -> None:
        looks.append(1)
        release.set()

    def fetch(_key: int, _page: int) -> int:
        release.wait(10)
        return 0

    assert list(FetchAhead(1, on_wait).pages([0], fetch, is_last)) == [(0, 0)]
    assert looks
