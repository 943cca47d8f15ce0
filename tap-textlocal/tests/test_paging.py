"""Lists are read to their end, whatever Textlocal's counts and pages mean."""

from __future__ import annotations

from typing import Any

import pytest

from singer_delivery.error_table import Then
from singer_delivery.errors import RefusedError, UnavailableError
from tap_textlocal.errors import rule_of
from tap_textlocal.paging import pages


class Server:
    """Gives pages of at most `most` rows; `count` says of what `total` is."""

    def __init__(self, rows: int, most: int = 1000, count: str = "list", end: str | None = None) -> None:
        self.rows, self.most, self.count, self.end = [*range(rows)], most, count, end
        self.calls = 0

    def read(self, start: int, limit: int) -> dict[str, Any]:
        self.calls += 1
        page = [{"n": row} for row in self.rows[start : start + min(limit, self.most)]]
        if self.end and not page:
            raise RefusedError(self.end, rule_of(200, self.end), 200)
        total = {"list": len(self.rows), "page": len(page), "absent": None}[self.count]
        return {"rows": page, "total": total}


@pytest.mark.parametrize("rows", [0, 1, 999, 1000, 1001, 2000, 2500])
@pytest.mark.parametrize("most", [25, 100, 1000])
@pytest.mark.parametrize("count", ["list", "page", "absent"])
@pytest.mark.parametrize("size", [None, 0, 1, 25, 100, 1000, 5000])
def test_every_row_comes_once(rows: int, most: int, count: str, size: int | None) -> None:
    server = Server(rows, most, count)
    doubts: list[str] = []
    found = [row["n"] for page in pages(server.read, "rows", "total", doubts.append, size) for row in page]
    assert found == server.rows
    assert not doubts


def test_a_count_of_the_whole_list_saves_the_call_behind_its_end() -> None:
    server = Server(2500)
    assert len(list(pages(server.read, "rows", "total", print))) == server.calls == 3


def test_a_group_whose_size_is_known_is_one_call() -> None:
    server = Server(120)
    assert len(list(pages(server.read, "rows", "total", print, size=120))) == server.calls == 1


@pytest.mark.parametrize("most", [25, 100, 1000])
@pytest.mark.parametrize("count", ["list", "page", "absent"])
def test_a_size_that_ends_with_a_page_does_not_end_a_list_that_grew_meanwhile(most: int, count: str) -> None:
    server = Server(2500, most, count)
    doubts: list[str] = []
    assert sum(map(len, pages(server.read, "rows", "total", doubts.append, size=1000))) == 2500
    assert not doubts


@pytest.mark.parametrize("given", [0, 30])
def test_a_list_that_ends_before_its_own_count_is_told(given: int) -> None:
    def read(start: int, _limit: int) -> dict[str, Any]:
        return {"rows": [{"n": row} for row in range(start, given)], "total": 2500}

    doubts: list[str] = []
    assert sum(map(len, pages(read, "rows", "total", doubts.append))) == given
    assert doubts == [f"gave no row from row {given} on, and counts 2,500, which is taken for the end"]


def test_an_empty_page_without_a_count_is_held_against_the_count_before() -> None:
    def read(start: int, _limit: int) -> dict[str, Any]:
        return {"rows": []} if start else {"rows": [{"n": 1}], "total": "2"}

    doubts: list[str] = []
    assert len(list(pages(read, "rows", "total", doubts.append))) == len(doubts) == 1


def test_a_page_behind_the_end_may_be_a_failure_and_is_told() -> None:
    server = Server(30, count="page", end="99")
    doubts: list[str] = []
    assert len(list(pages(server.read, "rows", "total", doubts.append))) == 1
    assert doubts == ["refused the page from row 30 (code 99), which is taken for the end"]


def test_a_first_page_that_is_refused_is_an_error() -> None:
    with pytest.raises(RefusedError) as refusal:
        list(pages(Server(0, end="10").read, "rows", "total", print))
    assert refusal.value.rule.then is Then.REJECT


def test_an_answer_without_rows_is_told() -> None:
    doubts: list[str] = []
    assert not list(pages(lambda _start, _limit: {"total": 5}, "rows", "total", doubts.append))
    assert doubts == ["answered without `rows`, which is taken for none"]


def test_a_server_that_knows_no_start_does_not_keep_the_tap_for_ever() -> None:
    with pytest.raises(UnavailableError, match="same page again and again"):
        list(pages(lambda _start, _limit: {"rows": [{"n": 1}]}, "rows", "total", print))


@pytest.mark.parametrize("most", [25, 100, 1000])
@pytest.mark.parametrize("size", [None, 2500])
def test_a_list_that_shrinks_while_it_is_read_is_told_for_rows_may_have_been_passed_over(
    most: int, size: int | None
) -> None:
    server = Server(2500, most)

    def read(start: int, limit: int) -> dict[str, Any]:
        found = server.read(start, limit)
        if server.calls == 2:
            del server.rows[:3]
        return found

    doubts: list[str] = []
    found = [row["n"] for page in pages(read, "rows", "total", doubts.append, size) for row in page]
    assert len(found) == 2497
    assert doubts == ["counts 2,497 where it counted 2,500: the list shrank while it was read"]


def test_a_list_that_grows_and_shrinks_while_it_is_read_is_told_once() -> None:
    server = Server(2500, 25)

    def read(start: int, limit: int) -> dict[str, Any]:
        found = server.read(start, limit)
        server.rows = [*range(2501 if server.calls == 1 else 2500 - server.calls % 2)]
        return found

    doubts: list[str] = []
    list(pages(read, "rows", "total", doubts.append))
    assert doubts == ["counts 2,500 where it counted 2,501: the list shrank while it was read"]
