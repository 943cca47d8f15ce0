"""Pages made once: a bounded memory of rendered bodies, because a benchmark reads the same page again and again."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from vendor_sandbox.answers import Body

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_LIMIT = 32 * 2**20  # bytes of uncompressed bodies
_OVERHEAD = 500  # bytes a kept page costs beside its body


class Pages:
    """The bodies asked for last."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._bodies: OrderedDict[Hashable, Body] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Body:
        """The body of a key, made if it is not there."""
        body = self._bodies.get(key)
        if body is not None:
            self._bodies.move_to_end(key)
            return body
        body = Body(make())
        self._bodies[key] = body
        self._size += _cost(body)
        while self._size > self._limit:
            self._size -= _cost(self._bodies.popitem(last=False)[1])
        return body

    def clear(self) -> None:
        """Forget all: an answer may have changed."""
        self._bodies.clear()
        self._size = 0


def _cost(body: Body) -> int:
    return len(body.plain) + _OVERHEAD
