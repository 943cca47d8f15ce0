"""From an ASGI request to what a vendor's endpoint reads of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope


def path_of(scope: Scope) -> str:
    """The path below the mount, still percent-encoded."""
    path: str = scope["raw_path"].partition(b"?")[0].decode("latin-1")
    return path[len(scope["root_path"]) :]


def header(scope: Scope, name: bytes) -> str:
    """A header of the request, its name in lower case; empty if it is not there."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def read_body(scope: Scope, receive: Receive, largest: int) -> bytes | None:
    """The body, or None if it has more than `largest` bytes.

    Raises:
        ClientDisconnect: The client left before the end: half a request takes no effect.
    """
    if int(header(scope, b"content-length") or 0) > largest:
        return None
    pieces: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        size += len(piece)
        if size <= largest:
            pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces) if size <= largest else None


def read_json(text: str | bytes) -> Any:
    """A JSON as a value.

    Raises:
        ValueError: It is none, too deep, or has half of a surrogate pair, which is JSON, but no text.
    """
    try:
        value = json.loads(text)
        if b"\\u" in text if isinstance(text, bytes) else "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        msg = "the JSON is too deep"
        raise ValueError(msg) from error
    return value


def scalars(body: bytes) -> dict[str, str]:
    """The texts and numbers of a JSON object, `user.phone` for one within another, for faults to match.

    Nothing if it is no object.
    """
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return dict(_flat(value)) if isinstance(value, dict) else {}


def _flat(value: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, item in value.items():
        if isinstance(item, dict):
            yield from _flat(item, f"{prefix}{name}.")
        elif isinstance(item, str | int | float):
            yield f"{prefix}{name}", str(item).lower() if isinstance(item, bool) else str(item)
