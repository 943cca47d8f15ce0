"""Textlocal's histories of what was sent (`get_history_...`), page by page.

Rows of `get_history_api` and `get_history_single` have `id`, `datetime`, `number` and `sender` (one client reads
these), those of `get_history_group` `batch_id`, `group_id`, `group_name` and `message` (another client's model). Which
of them has what the API sent is not known, neither of numbers nor of groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_delivery.errors import UnavailableError
from target_textlocal.paging import forms_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from target_textlocal.client import TextlocalClient

OF_GROUPS = "get_history_group"
OF_NUMBERS = ("get_history_api", "get_history_single")
PAGE_SIZE = 1000
"""Rows of a page: the most that clients ask for."""
_MOST_PAGES = 1000
_CLOCKS = 10
"""Seconds that Textlocal's clock may be behind ours."""


def rows_of(
    client: TextlocalClient, history: str, *, since: float | None = None, newest_first: bool = False
) -> Iterator[Mapping[str, Any]]:
    """Read a history.

    Args:
        client: Who calls.
        history: The command.
        since: From when on, in seconds since 1970; None for the last six months.
        newest_first: Else the oldest.

    Raises:
        RefusedError: Textlocal does not tell, or has nothing in it, as it refuses to show an empty inbox.
        SetupError: The account does not know the command.
        UnavailableError: It does not come to an end.
    """
    fields = {"sort_order": "desc" if newest_first else "asc", "limit": str(PAGE_SIZE)}
    if since is not None:
        fields["min_time"] = str(int(since) - _CLOCKS)
    start = 0
    for _ in range(_MOST_PAGES):
        body = client.read(history, start=str(start), **fields)
        rows = body.get("messages")
        rows = rows if isinstance(rows, list) else []
        yield from (row for row in rows if isinstance(row, dict))
        start += len(rows)
        if not rows or start >= (whole(body.get("total")) or start + 1):
            return
    raise UnavailableError("Textlocal's history of what was sent does not come to an end. Run again later.")


def any_texted(client: TextlocalClient, numbers: AbstractSet[int], since: float, country: str | None) -> bool:
    """Say whether any of some numbers may have got any text by the API, or by hand; texts are not in the histories.

    Args:
        client: Who calls.
        numbers: With the country code.
        since: In seconds since 1970.
        country: Of numbers that the histories show without a country code.

    Returns:
        True also where a number in a history cannot be read.

    Raises:
        RefusedError, SetupError, UnavailableError: As of `rows_of`.
    """
    forms = (forms_of(row, country) for history in OF_NUMBERS for row in rows_of(client, history, since=since))
    return bool(numbers) and any(not each or each & numbers for each in forms)
