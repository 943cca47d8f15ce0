"""The tables that vendors show of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Route

from vendor_sandbox.console.frame import PAGE, page_number, pager
from vendor_sandbox.exhibits import Asked

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from vendor_sandbox.console.frame import Frame


class Tables:
    """A page for each view of each vendor."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [Route("/vendors/{vendor}/{view}", self._view, methods=["GET"])]

    async def _view(self, request: Request) -> HTMLResponse:
        vendor = self._frame.vendors.get(request.path_params["vendor"])
        views = {view.name: view for view in vendor.exhibit.views} if vendor else {}
        view = views.get(request.path_params["view"])
        if vendor is None or view is None:
            return self._frame.missing(request, "There is no such table in this sandbox.")
        given = request.query_params
        filters = {name: given[name].strip() for name in view.filters if given.get(name, "").strip()}
        search = given.get("q", "").strip()
        found = view.read(Asked(search, filters, (page_number(request) - 1) * PAGE, PAGE))
        return self._frame.page(
            request,
            "table",
            vendor=vendor,
            view=view,
            rows=found.rows,
            filters=filters,
            search=search,
            pager=pager(request, len(found.rows), found.total),
        )
