"""Lists that come in pages: contacts of a group, histories.

`start` counts from 0, and clients ask for up to 1,000 rows. Whether Textlocal gives as many as are asked for, and
whether its count is of the whole list or of the page, clients disagree on: neither is trusted alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError, UnavailableError
from tap_textlocal.errors import is_unexplained
from tap_textlocal.mapping import rows_of, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE_SIZE = 1000
"""Rows that are asked for at once: the most that any client asks for."""
_SMALLEST_PAGE = 25
"""Clients know pages of 25, 100 and 1,000 rows at most, of which this is the common part."""


def pages(
    read: Callable[[int, int], dict[str, Any]],
    rows: str,
    total: str,
    doubt: Callable[[str], None],
    size: int | None = None,
) -> Iterator[list[Any]]:
    """Yield the pages of a list.

    Args:
        read: Makes the call for `start` and `limit`. Rows that are removed meanwhile move those behind them forward,
            and one that moves onto a page which was read already is missed: only the list's count shows that.
        rows: Where the answer has its rows.
        total: Where it has its count.
        doubt: Told in words where the end may not be the end.
        size: How many rows there are, if that is known from elsewhere.

    Raises:
        RefusedError: The first page is refused, or another one with a code that is known.
        UnavailableError: The pages do not come to an end.
    """
    start, count, before = 0, 0, None
    of_list, shrank = 0, False  # the highest count that was certainly the list's
    while True:
        body = _body(read, start, doubt)
        page = rows_of(body, rows)
        if (told := whole(body.get(total))) is not None:
            count = told
            if told < of_list and not shrank:
                shrank = True
                doubt(f"counts {told:,} where it counted {of_list:,}: the list shrank while it was read")
            if of_list or told > len(page or ()):
                of_list = max(of_list, told)
        if not page:
            if page is None and body:
                doubt(f"answered without `{rows}`, which is taken for none")
            elif body and count > start:
                doubt(f"gave no row from row {start:,} on, and counts {count:,}, which is taken for the end")
            return
        if (mark := _mark(page)) == before:
            raise UnavailableError(
                "Textlocal gives the same page again and again. Run again later, or ask its support."
            )
        before = mark
        yield page
        start += len(page)
        if _is_last(start, len(page), count, size):
            return


def _is_last(start: int, given: int, count: int, size: int | None) -> bool:
    """Say whether two signs agree that a page was the last.

    A count above what the page holds is the list's: the rows have to come up to it. Another one may be the page's; the
    size has to say the same then, and the page must not be one that may have been full, for the list may have grown
    since its size was told.
    """
    if count > given:
        return start >= count
    return start == size == count and given % _SMALLEST_PAGE != 0


def _body(read: Callable[[int, int], dict[str, Any]], start: int, doubt: Callable[[str], None]) -> dict[str, Any]:
    """Make the call for a page; nothing where it is refused and may lie behind the end."""
    try:
        return read(start, PAGE_SIZE)
    except RefusedError as refusal:
        if not start or not is_unexplained(refusal.rule):
            raise
        doubt(f"refused the page from row {start:,} (code {refusal.code}), which is taken for the end")
        return {}


def _mark(page: list[Any]) -> int:
    return hash(json.dumps(page, sort_keys=True, default=str))
