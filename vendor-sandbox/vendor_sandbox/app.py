"""The sandbox as one application: its vendors, the control API over them, and the console for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from vendor_sandbox.annex_cloud.vendor import AnnexCloud
from vendor_sandbox.attentive.vendor import Attentive
from vendor_sandbox.console.guard import Guard
from vendor_sandbox.console.site import Site
from vendor_sandbox.control import Control
from vendor_sandbox.listrak_sms.vendor import ListrakSms
from vendor_sandbox.listrak_soap.vendor import ListrakSoap
from vendor_sandbox.textlocal.vendor import Textlocal
from vendor_sandbox.traffic import Recorder, first_part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from vendor_sandbox.vendors import House, Options, Vendor, VendorFactory

_NOT_FOUND = 404

REGISTRY: tuple[VendorFactory, ...] = (ListrakSoap, ListrakSms, Attentive, AnnexCloud, Textlocal)


def make_vendors(options: Options, house: House) -> dict[str, Vendor]:
    """Make every vendor of the registry.

    Raises:
        ValueError: The options ask for data that a vendor's contract cannot hold.
    """
    vendors = {vendor.name: vendor for vendor in (make(options, house) for make in REGISTRY)}
    for name, vendor in vendors.items():
        house.book.know(name, vendor.kinds)
    return vendors


def make_app(vendors: Mapping[str, Vendor], house: House, *, exposed: bool = False) -> ASGIApp:
    """The ASGI application; it needs a server that speaks `vendor_sandbox.wire.Protocol`.

    Args:
        vendors: Who answers.
        house: What they share.
        exposed: Whether other machines can reach it.
    """
    theirs = {name: vendor.routes() for name, vendor in vendors.items()}
    control = Control(vendors, house)
    site = Site(vendors, house, control.paths(), exposed=exposed)

    async def explain(request: Request, error: Exception) -> Response:
        """Errors of the control API as JSON, like its other answers; for people, a page about what is not there."""
        status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, str(error))
        if status == _NOT_FOUND and "text/html" in request.headers.get("accept", ""):
            return site.missing(request)
        return JSONResponse({"problems": [detail]}, status)

    routes = [*site.routes(), *control.routes(), *(route for each in theirs.values() for route in each)]
    app = Starlette(routes=routes, exception_handlers={HTTPException: explain})
    roots = {root: name for name, each in theirs.items() for root in _roots(each)}
    return Recorder(Guard(app, frozenset(roots), exposed=exposed), house.traffic, roots)


def _roots(routes: list[BaseRoute]) -> set[str]:
    """The first parts of the routes' paths."""
    return {first_part(route.path) for route in routes if isinstance(route, Mount | Route)}
