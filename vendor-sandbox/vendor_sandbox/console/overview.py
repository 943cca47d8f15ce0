"""The first page: each vendor at a glance, where to connect, and what the control API is called by."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from vendor_sandbox.console.frame import Frame
    from vendor_sandbox.exhibits import Figure
    from vendor_sandbox.traffic import Count, Exchange
    from vendor_sandbox.vendors import Vendor


class Card(NamedTuple):
    """A vendor at a glance.

    Attributes:
        vendor: The vendor.
        figures: Its own numbers.
        calls: Calls so far, as the control API counts them.
        whole: What came since the start or a reset.
        minute: Calls in each second of the last minute.
        errors: Errors in the last minute.
        limit: The share of the tightest limit used in the last second; None if no answer named a limit.
        faults: How many faults wait.
    """

    vendor: Vendor
    figures: Sequence[Figure]
    calls: int
    whole: Count
    minute: list[int]
    errors: int
    limit: float | None
    faults: int


class Overview:
    """The first page, a page for each vendor, and the page about the control API."""

    def __init__(self, frame: Frame, paths: Mapping[str, str]) -> None:
        self._frame = frame
        self._paths = paths

    def routes(self) -> list[BaseRoute]:
        """Where it is."""
        return [
            Route("/", self._home, methods=["GET"]),
            Route("/api", self._api, methods=["GET"]),
            Route("/vendors/{vendor}", self._vendor, methods=["GET"]),
        ]

    async def _home(self, request: Request) -> HTMLResponse:
        cards = [self._card(vendor) for vendor in self._frame.vendors.values()]
        return self._frame.page(request, "overview", cards=cards, base=_base(request))

    async def _vendor(self, request: Request) -> HTMLResponse:
        vendor = self._frame.vendors.get(request.path_params["vendor"])
        if vendor is None:
            return self._frame.missing(request, "There is no such vendor in this sandbox.")
        calls = self._frame.house.state.calls(vendor.name)
        return self._frame.page(
            request, "vendor", vendor=vendor, card=self._card(vendor), calls=calls, base=_base(request)
        )

    async def _api(self, request: Request) -> HTMLResponse:
        return self._frame.page(request, "api", paths=self._paths, base=_base(request))

    def _card(self, vendor: Vendor) -> Card:
        house = self._frame.house
        minute = house.traffic.minute(vendor.name)
        return Card(
            vendor,
            vendor.exhibit.figures(),
            sum(house.state.calls(vendor.name).values()),
            house.traffic.whole(vendor.name),
            [count.calls for count in minute],
            sum(count.errors for count in minute),
            _limit([each for each in house.traffic.last if each.vendor == vendor.name]),
            sum(rule["vendor"] == vendor.name and _waits(rule) for rule in house.book.describe()),
        )


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _waits(rule: Mapping[str, object]) -> bool:
    """Whether a fault has hits left."""
    return rule["times"] is None or rule["hits"] != rule["times"]


def _limit(exchanges: Sequence[Exchange]) -> float | None:
    """The share of the tightest limit used in the last second."""
    named = [(each.at, each.limit_used) for each in exchanges]
    used = [(at, share) for at, share in named if share is not None]
    recent = [share for at, share in used if at > time.time() - 1]
    return max(recent, default=0.0) if used else None
