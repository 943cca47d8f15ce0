"""The sandbox as one application: its vendors, and the control API over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from vendor_sandbox.annex_cloud.vendor import AnnexCloud
from vendor_sandbox.attentive.vendor import Attentive
from vendor_sandbox.control import Control
from vendor_sandbox.listrak_sms.vendor import ListrakSms
from vendor_sandbox.listrak_soap.vendor import ListrakSoap
from vendor_sandbox.textlocal.vendor import Textlocal

if TYPE_CHECKING:
    from starlette.requests import Request

    from vendor_sandbox.vendors import House, Options, Vendor, VendorFactory

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


def make_app(vendors: dict[str, Vendor], house: House) -> Starlette:
    """The ASGI application; it needs a server that speaks `vendor_sandbox.wire.Protocol`."""
    routes = [*Control(vendors, house).routes(), *(route for v in vendors.values() for route in v.routes())]
    return Starlette(routes=routes, exception_handlers={HTTPException: _explain})


async def _explain(_request: Request, error: Exception) -> JSONResponse:
    """Errors of the control API, as JSON like its other answers."""
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, str(error))
    return JSONResponse({"problems": [detail]}, status)
