"""A request as it came, and its body as an object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from vendor_sandbox.attentive.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.attentive.contract import Operation


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as it came.

    Attributes:
        operation: What was asked.
        path: The path, still encoded.
        params: Parameters of the path, decoded.
        query: Parameters of the query.
        content_type: Its header.
        authorization: Its header.
        base: Where the caller found the API: scheme, host, mount.
        body: The body's bytes.
    """

    operation: Operation
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    content_type: str
    authorization: str
    base: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked.

    Attributes:
        operation: The operation's name.
        key: The API key.
        params: Parameters of the path.
        query: Parameters of the query.
        body: The body; empty if the operation takes none.
        raw: The body's bytes.
        base: Where the caller found the API.
    """

    operation: str
    key: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    raw: bytes
    base: str


def understand(raw: Raw, key: str) -> Asked:
    """Read a request's body.

    Raises:
        ApiError: It is no JSON object.
    """
    body = _body(raw) if raw.operation.body else {}
    return Asked(raw.operation.id, key, raw.params, raw.query, body, raw.body, raw.base)


def _body(raw: Raw) -> dict[str, Any]:
    media_type = raw.content_type.partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ApiError(415, f"Content-Type '{media_type}' is not supported.")
    try:
        # Unlike Python's own, it takes neither NaN nor half of a surrogate pair.
        body = msgspec.json.decode(raw.body)
    except (ValueError, RecursionError) as error:
        raise ApiError.bad("JSON parse error") from error
    if not isinstance(body, dict):
        raise ApiError.bad("JSON parse error: the body must be an object")
    return body
