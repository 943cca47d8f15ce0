"""Pages by cursor: opaque, tied to the query it came from, and steady while rows come and go."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from vendor_sandbox.listrak_sms.envelopes import answer
from vendor_sandbox.listrak_sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sandbox.answers import Answer
    from vendor_sandbox.listrak_sms.asked import Asked
    from vendor_sandbox.switches import Switchboard

_START = "start"
_USUAL, _MOST = 1000, 5000


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is wanted.

    Attributes:
        after: The key of the last row before it; "" before the first row.
        count: Rows of a page.
    """

    after: str
    count: int


def read(asked: Asked) -> Page:
    """Read `cursor` and `count`; that a count beyond 1 to 5000 is refused is a guess.

    Raises:
        ApiError: One of them cannot be.
    """
    count = asked.query.get("count", str(_USUAL))
    if not (count.isascii() and count.isdigit()) or not 1 <= int(count[:9]) <= _MOST:
        raise ApiError.invalid("count")
    cursor = asked.query.get("cursor") or _START
    return Page("" if cursor.lower() == _START else _key(cursor, asked), int(count))


def write(
    page: Page, rows: Sequence[dict[str, Any]], keys: Sequence[str], asked: Asked, switches: Switchboard
) -> Answer:
    """A page.

    Args:
        page: Which.
        rows: Its rows, and one more if there is another page.
        keys: The rows' keys, in the order of which they come.
        asked: The call.
        switches: How the next page is named.
    """
    envelope: dict[str, Any] = {"status": 200, "nextPageCursor": None, "data": rows[: page.count]}
    if len(rows) > page.count:
        cursor = _cursor(keys[page.count - 1], asked)
        query = urlencode({**asked.query, "cursor": cursor})
        envelope["nextPageCursor"] = f"{asked.path}?{query}" if switches["next-cursor"] == "uri" else cursor
    elif switches["last-cursor"] == "absent":
        del envelope["nextPageCursor"]
    elif switches["last-cursor"] == "empty":
        envelope["nextPageCursor"] = ""
    return answer(envelope)


def _query(asked: Asked) -> int:
    """A number for what is asked, page and size aside."""
    rest = {name: value for name, value in asked.query.items() if name not in {"cursor", "count"}}
    return zlib.crc32(json.dumps([asked.path.lower(), sorted(rest.items())]).encode())


def _cursor(key: str, asked: Asked) -> str:
    return base64.urlsafe_b64encode(json.dumps([_query(asked), key]).encode()).decode().rstrip("=")


def _key(cursor: str, asked: Asked) -> str:
    try:
        query, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise ApiError.invalid("cursor") from error
    if query != _query(asked):
        raise ApiError.invalid("cursor")
    return str(key)
