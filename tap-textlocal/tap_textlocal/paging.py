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


def pages(
    read: Callable[[int, int], dict[str, Any]],
    rows: str,
    total: str,
    doubt: Callable[[str], None],
    size: int | None = None,
) -> Iterator[list[Any]]:
    """Yield the pages of a list.

    Args:
        read: Makes the call for `start` and `limit`.
        rows: Where the answer has its rows.
        total: Where it has its count.
        doubt: Told in words where the end may not be the end.
        size: How many rows there are, if that is known from elsewhere.

    Raises:
        RefusedError: The first page is refused, or another one with a code that is known.
        UnavailableError: The pages do not come to an end.
    """
    start, before = 0, None
    while True:
        body = _body(read, start, doubt)
        page = rows_of(body, rows)
        if page is None and body:
            doubt(f"answered without `{rows}`, which is taken for none")
        if not page:
            return
        if (mark := _mark(page)) == before:
            raise UnavailableError(
                "Textlocal gives the same page again and again. Run again later, or ask its support."
            )
        before = mark
        yield page
        start += len(page)
        # A count that says no more than the page itself may be the page's.
        count = whole(body.get(total)) or 0
        if start == size or (count > len(page) and start >= count):
            return


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
