"""The last calls, and each of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from starlette.routing import BaseRoute, Route

from vendor_sandbox.console.bodies import readable
from vendor_sandbox.console.frame import PAGE, page_number, pager
from vendor_sandbox.console.masking import mask_headers, mask_query
from vendor_sandbox.traffic import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from vendor_sandbox.console.frame import Frame
    from vendor_sandbox.traffic import Exchange

_DROPPED = "dropped"
CLASSES = ("2xx", "3xx", "4xx", "5xx", _DROPPED)
"""What calls can be narrowed to by their end."""

_SUCCESS, _ERROR, _TOO_MANY = 2, 4, 429


class Line(NamedTuple):
    """A call in a table.

    Attributes:
        exchange: The call.
        target: Path and query, without secrets.
        ending: How it ended: a status, or words.
        tone: Whether that is good.
    """

    exchange: Exchange
    target: str
    ending: str
    tone: str


def line(exchange: Exchange) -> Line:
    """A call for a table."""
    query = f"?{mask_query(exchange.query)}" if exchange.query else ""
    return Line(exchange, exchange.path.decode("latin-1") + query, _ending(exchange), _tone(exchange))


def _ending(exchange: Exchange) -> str:
    if not exchange.over:
        return "under way"
    if exchange.whole:
        return str(exchange.status)
    if exchange.status:
        return f"{exchange.status}, cut off"
    return _DROPPED if exchange.faults else "client left"


def _tone(exchange: Exchange) -> str:
    if not exchange.over:
        return "plain"
    if not exchange.whole or (exchange.status // 100 >= _ERROR and exchange.status != _TOO_MANY):
        return "bad"
    if exchange.status == _TOO_MANY:
        return "wait"
    return "good" if exchange.status // 100 == _SUCCESS else "plain"


def _is_of(exchange: Exchange, wanted: str) -> bool:
    if wanted == _DROPPED:
        return exchange.over and not exchange.whole
    return exchange.whole and f"{exchange.status // 100}xx" == wanted


class Traffic:
    """The table of calls, and a page for each."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._traffic = frame.house.traffic

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/traffic", self._table, methods=["GET"]),
            Route("/traffic/{id:int}", self._call, methods=["GET"]),
        ]

    async def _table(self, request: Request) -> HTMLResponse:
        vendor, ending = request.query_params.get("vendor", ""), request.query_params.get("status", "")
        found = [
            each
            for each in reversed(self._traffic.last)
            if (not vendor or each.vendor == vendor) and (not ending or _is_of(each, ending))
        ]
        start = (page_number(request) - 1) * PAGE
        shown: Sequence[Line] = [line(each) for each in found[start : start + PAGE]]
        return self._frame.page(
            request,
            "traffic",
            lines=shown,
            vendor=vendor,
            ending=ending,
            classes=CLASSES,
            kept=KEPT,
            pager=pager(request, len(shown), len(found)),
        )

    async def _call(self, request: Request) -> HTMLResponse:
        exchange = self._traffic.find(request.path_params["id"])
        if exchange is None:
            return self._frame.missing(request, f"This call is not kept any more: only the last {KEPT} are.")
        return self._frame.page(
            request,
            "call",
            line=line(exchange),
            exchange=exchange,
            messages=[
                ("Request", mask_headers(exchange.asked), readable(exchange.request, exchange.asked)),
                ("Answer", mask_headers(exchange.answered), readable(exchange.response, exchange.answered)),
            ],
        )
