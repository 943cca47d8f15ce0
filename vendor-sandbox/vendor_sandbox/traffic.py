"""The calls of vendors as they pass: the last of them, whole, and how many there were in each second.

This runs with every call, so it keeps references and decodes nothing: that is for whoever looks.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEPT = 500
"""How many calls are kept."""
CUT = 64 * 1024
"""Bytes that are kept of a body."""
SECONDS = 60
"""How far back the counts of single seconds go."""

_ERRORS = 400
_TOO_MANY = 429


def first_part(path: str) -> str:
    """What stands between the first two slashes of a path."""
    return path.partition("/")[2].partition("/")[0]


class Kept:
    """The beginning of a body, and how long it was."""

    __slots__ = ("pieces", "size")

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        room = CUT - self.size
        if room > 0:
            self.pieces.append(piece if len(piece) <= room else piece[:room])
        self.size += len(piece)


class Exchange:
    """One call and what became of it.

    Attributes:
        id: Its number, from 1 since the start or a reset.
        vendor: Whose address was called.
        operation: Which operation it was; empty if it got no further than the vendor's door.
        faults: The faults that hit it.
        texts: The outbox's numbers of the texts it caused, rising.
        at: When it began: real time, seconds since 1970.
        seconds: How long it took.
        method: The request's verb.
        path: The path, as it came.
        query: The query, as it came.
        asked: The request's headers.
        request: The request's body.
        status: HTTP status; 0 as long as there is none.
        answered: The answer's headers.
        response: The answer's body, as it was sent.
        whole: Whether the answer was sent to its end.
        over: Whether anything more can come.
    """

    __slots__ = (
        "answered",
        "asked",
        "at",
        "faults",
        "id",
        "method",
        "operation",
        "over",
        "path",
        "query",
        "request",
        "response",
        "seconds",
        "status",
        "texts",
        "vendor",
        "whole",
    )

    def __init__(self, identifier: int, vendor: str, scope: Scope) -> None:
        self.id = identifier
        self.vendor = vendor
        self.operation = ""
        self.faults: tuple[str, ...] = ()
        self.texts: list[int] = []
        self.at = time.time()
        self.seconds = 0.0
        self.method: str = scope["method"]
        self.path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        self.asked: list[tuple[bytes, bytes]] = scope["headers"]
        self.request = Kept()
        self.status = 0
        self.answered: list[tuple[bytes, bytes]] = []
        self.response = Kept()
        self.whole = False
        self.over = False

    def note(self, message: Message) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.body":
            self.response.add(message.get("body", b""))
            self.whole = not message.get("more_body", False)
        else:
            self.status = message["status"]
            self.answered = message.get("headers", [])

    @property
    def limit_used(self) -> float | None:
        """The share of a limit that was used up after this call, if the vendor said so."""
        named = dict(self.answered)
        limit, left = named.get(b"x-ratelimit-limit", b""), named.get(b"x-ratelimit-remaining", b"")
        return 1 - int(left) / int(limit) if left.isdigit() and limit.isdigit() and int(limit) else None


_CURRENT: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def current() -> Exchange | None:
    """The call that is being answered; None for what happens by itself."""
    return _CURRENT.get()


@contextmanager
def by_the_clock() -> Iterator[None]:
    """What happens inside happens because its time has come, and not by the call that came by."""
    token = _CURRENT.set(None)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@dataclass(slots=True)
class Count:
    """What came to a vendor.

    Attributes:
        calls: How many calls there were.
        errors: How many of them were answered with a status from 400.
        too_many: How many of those with 429.
        dropped: How many got no answer, or half of one.
    """

    calls: int = 0
    errors: int = 0
    too_many: int = 0
    dropped: int = 0

    def add(self, exchange: Exchange) -> None:
        """Count a call that is over."""
        self.calls += 1
        self.errors += exchange.status >= _ERRORS
        self.too_many += exchange.status == _TOO_MANY
        self.dropped += not exchange.whole

    def __add__(self, other: Count) -> Count:
        return Count(
            self.calls + other.calls,
            self.errors + other.errors,
            self.too_many + other.too_many,
            self.dropped + other.dropped,
        )


class _Tally:
    """The counts of one vendor: of the last seconds by the machine's clock, and of all before them."""

    def __init__(self) -> None:
        self.seconds: dict[int, Count] = {}
        self._before = Count()

    def add(self, exchange: Exchange) -> None:
        now = int(time.monotonic())
        count = self.seconds.get(now)
        if count is None:
            count = self.seconds[now] = Count()
            for second in [second for second in self.seconds if second <= now - SECONDS]:
                self._before += self.seconds.pop(second)
        count.add(exchange)

    def whole(self) -> Count:
        return sum(self.seconds.values(), self._before)


class Traffic:
    """What passed."""

    def __init__(self) -> None:
        self.last: deque[Exchange] = deque(maxlen=KEPT)
        """The last calls, oldest first."""
        self._tallies: dict[str, _Tally] = {}
        self._number = 0

    def begin(self, vendor: str, scope: Scope) -> Exchange:
        """Keep a call that has come."""
        self._number += 1
        exchange = Exchange(self._number, vendor, scope)
        self.last.append(exchange)
        return exchange

    def end(self, exchange: Exchange) -> None:
        """Count a call that is over."""
        tally = self._tallies.get(exchange.vendor)
        if tally is None:
            tally = self._tallies[exchange.vendor] = _Tally()
        tally.add(exchange)

    def find(self, identifier: int) -> Exchange | None:
        """A call, if it is still kept."""
        return next((each for each in self.last if each.id == identifier), None)

    def cause(self, text: int) -> Exchange | None:
        """The call that caused a text, if it is still kept."""
        near = (each for each in reversed(self.last) if each.texts and each.texts[0] <= text <= each.texts[-1])
        return next((each for each in near if each.texts[bisect_left(each.texts, text)] == text), None)

    def whole(self, vendor: str) -> Count:
        """All that came to a vendor since the start or a reset."""
        tally = self._tallies.get(vendor)
        return tally.whole() if tally else Count()

    def minute(self, vendor: str) -> list[Count]:
        """What came to a vendor in each second of the last minute, oldest first; the second that runs is the last."""
        tally = self._tallies.get(vendor)
        now = int(time.monotonic())
        known = tally.seconds if tally else {}
        return [known.get(second, Count()) for second in range(now - SECONDS + 1, now + 1)]

    def clear(self) -> None:
        """Forget everything."""
        self.last.clear()
        self._tallies.clear()
        self._number = 0


class Recorder:
    """An ASGI application around another, which keeps the calls of vendors and lets all others pass."""

    def __init__(self, app: ASGIApp, traffic: Traffic, roots: Mapping[str, str]) -> None:
        """Record.

        Args:
            app: What answers.
            traffic: Where calls are kept.
            roots: First parts of vendors' paths, and whose they are.
        """
        self._app = app
        self._traffic = traffic
        self._roots = roots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and keep it if it is a vendor's."""
        vendor = self._roots.get(first_part(scope["path"]))
        if vendor is None:
            _CURRENT.set(None)  # a task may begin with what that of the request before it knew
            await self._app(scope, receive, send)
            return
        exchange = self._traffic.begin(vendor, scope)

        async def hear() -> Message:
            message = await receive()
            if piece := message.get("body"):
                exchange.request.add(piece)
            return message

        async def say(message: Message) -> None:
            exchange.note(message)
            await send(message)

        _CURRENT.set(exchange)  # each request is a task of its own: there is nobody to give it back to
        started = time.perf_counter()
        try:
            await self._app(scope, hear, say)
        finally:
            exchange.seconds = time.perf_counter() - started
            exchange.over = True
            self._traffic.end(exchange)
