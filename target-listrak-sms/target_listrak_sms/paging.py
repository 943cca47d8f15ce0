"""Reading Listrak's lists of things, page by page, and what its answers wrap them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from singer_delivery.client import Client

FIRST_CURSOR = "Start"
PAGE_SIZE = 5000
"""As many rows as Listrak puts on a page at most."""


def rows(client: Client, operation: str, path: str, **params: str) -> Iterator[Mapping[str, Any]]:
    """Read all pages of a collection.

    Args:
        client: Who calls.
        operation: Name of the operation, for counts.
        path: Below the API's address.
        params: Of the query, besides those of paging.

    Raises:
        SetupError: What is there is no collection of Listrak's, or its pages go round in circles.
        CallError, DeliveryError: A call failed.
    """
    cursor: str | None = FIRST_CURSOR
    seen: set[str] = set()
    while cursor is not None and cursor not in seen:
        seen.add(cursor)
        query = {**params, "cursor": cursor, "count": str(PAGE_SIZE)}
        body = client.call(operation, "GET", path, params=query, changes=False).body
        found = body.get("data") if isinstance(body, dict) else None
        if not isinstance(found, list):
            raise SetupError(f"The answer to {operation} is not what Listrak sends. Check `api_url`.")
        yield from (each for each in found if isinstance(each, dict))
        cursor = _next(body)
    if cursor is not None:
        raise SetupError(f"The pages of {operation} do not come to an end. Ask Listrak's support.")


def _next(body: Mapping[str, Any]) -> str | None:
    """Return the cursor of the next page: Listrak's description calls it an address, clients get the bare value."""
    following = body.get("nextPageCursor")
    if not isinstance(following, str) or not following:
        return None
    if "cursor=" in following and following.startswith(("http", "/", "?")):  # a bare value may begin with a slash
        return next(iter(parse_qs(urlsplit(following).query).get("cursor", [])), None)
    return following


def data(body: Any) -> Mapping[str, Any]:
    """Return what an answer is about: Listrak's description shows it in `data`, in an array of one, and bare."""
    found = body.get("data", body) if isinstance(body, dict) else body
    if isinstance(found, list):
        found = found[0] if found else {}
    return found if isinstance(found, dict) else {}
