"""The console's pages, in one place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from vendor_sandbox.console.controls import Controls
from vendor_sandbox.console.faults import Faults
from vendor_sandbox.console.frame import Frame
from vendor_sandbox.console.outbox import OutboxPage
from vendor_sandbox.console.overview import Overview
from vendor_sandbox.console.people import People
from vendor_sandbox.console.tables import Tables
from vendor_sandbox.console.texts import Texts
from vendor_sandbox.console.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from vendor_sandbox.vendors import House, Vendor

_STATIC = Path(__file__).with_name("static")


class Site:
    """Every page, server-rendered: forms and links are real, and htmx refreshes parts where there is JavaScript."""

    def __init__(
        self, vendors: Mapping[str, Vendor], house: House, paths: Mapping[str, str], *, exposed: bool
    ) -> None:
        """Make the pages.

        Args:
            vendors: The vendors of the sandbox.
            house: What they share.
            paths: The control API: verb and path, and what it is for.
            exposed: Whether other machines can reach the sandbox.
        """
        self._frame = frame = Frame(vendors, house, exposed=exposed)
        texts = Texts(house)
        self._pages = (
            Overview(frame, paths),
            Tables(frame),
            People(frame, texts),
            OutboxPage(frame, texts),
            Traffic(frame),
            Faults(frame),
            Controls(frame),
        )

    def missing(self, request: Request) -> HTMLResponse:
        """The page for an address that is nobody's."""
        return self._frame.missing(request, "There is no such page.")

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        pages = [route for page in self._pages for route in page.routes()]
        return [*pages, Mount("/static", StaticFiles(directory=_STATIC))]
