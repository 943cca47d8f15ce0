"""What every page of the console stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from vendor_sandbox.console.cells import FILTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from vendor_sandbox.vendors import House, Vendor

PAGE = 50
"""Rows of a page."""


class Pager(NamedTuple):
    """Where in a longer list a page is.

    Attributes:
        first: Number of its first row, from 1; 0 if there is none.
        last: Number of its last row.
        total: How many rows there are in all.
        previous: Address of the page before, or an empty text.
        next: Address of the page after, or an empty text.
    """

    first: int
    last: int
    total: int
    previous: str
    next: str


class Frame:
    """Makes pages.

    Attributes:
        vendors: The vendors of the sandbox.
        house: What they share.
    """

    def __init__(self, vendors: Mapping[str, Vendor], house: House, *, exposed: bool) -> None:
        """Prepare the templates.

        Args:
            vendors: The vendors of the sandbox.
            house: What they share.
            exposed: Whether other machines can reach the sandbox: a banner warns of that.
        """
        self.vendors = vendors
        self.house = house
        self._templates = Environment(
            loader=PackageLoader("vendor_sandbox.console"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.filters.update(FILTERS)
        self._templates.globals.update(
            vendors=vendors, exposed=exposed, part=self._templates.get_template("parts.html").module
        )

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page.

        Args:
            request: What was asked for.
            template: Its template's name, without `.html`.
            status: HTTP status.
            values: What the template wants to know.
        """
        query = request.url.query
        here = f"{request.url.path}?{query}" if query else request.url.path
        text = self._templates.get_template(f"{template}.html").render(
            here=here, at=request.url.path, asked=request.query_params, **values
        )
        return HTMLResponse(text, status)

    def missing(self, request: Request, what: str) -> HTMLResponse:
        """The page about something that is not there."""
        return self.page(request, "missing", 404, what=what)


def page_number(request: Request) -> int:
    """Which page is asked for, from 1; what is no number is the first."""
    text = request.query_params.get("page", "")
    # More digits than SQLite's integers have would be an error there.
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004 - see above


def pager(request: Request, shown: int, total: int) -> Pager:
    """Where a page is.

    Args:
        request: What was asked for, with its number.
        shown: How many rows the page has.
        total: How many there are in all.
    """
    page = page_number(request)
    first = (page - 1) * PAGE + 1 if shown else 0

    def turned(number: int) -> str:
        return f"{request.url.path}?{urlencode({**request.query_params, 'page': str(number)})}"

    last = (page - 1) * PAGE + shown
    # From a page beyond the end it goes back to the last that has rows.
    before = min(page - 1, -(-total // PAGE))
    return Pager(first, last, total, turned(before) if before else "", turned(page + 1) if last < total else "")
