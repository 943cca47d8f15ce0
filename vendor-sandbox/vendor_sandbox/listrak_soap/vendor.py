"""Listrak's IntegrationService as a vendor of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from vendor_sandbox.listrak_soap.account import EVER, Account
from vendor_sandbox.listrak_soap.census import census
from vendor_sandbox.listrak_soap.console import Showcase
from vendor_sandbox.listrak_soap.contract import OPERATIONS
from vendor_sandbox.listrak_soap.endpoint import WSDL, Endpoint
from vendor_sandbox.listrak_soap.faults import KINDS
from vendor_sandbox.listrak_soap.layout import layout
from vendor_sandbox.listrak_soap.logins import PASSWORD, USERS, Logins
from vendor_sandbox.listrak_soap.operations import Operations
from vendor_sandbox.listrak_soap.people import position_of
from vendor_sandbox.listrak_soap.style import SWITCHES
from vendor_sandbox.listrak_soap.subscriptions import Unsubscribed
from vendor_sandbox.requests import read_object
from vendor_sandbox.switches import Switchboard

if TYPE_CHECKING:
    from starlette.requests import Request

    from vendor_sandbox.vendors import House, Options

PATH = "/listrak-soap/v31/IntegrationService.asmx"


class ListrakSoap:
    """The service, its users, and one made-up account."""

    name = "listrak-soap"
    title = "Listrak IntegrationService v3.1 (SOAP)"
    operations = (*OPERATIONS, WSDL)
    kinds = KINDS

    def __init__(self, options: Options, house: House) -> None:
        state = house.state
        self.switches = Switchboard(self.name, SWITCHES, state)
        self._account = Account(layout(options))
        self._unsubscribed = Unsubscribed(self.name, state)
        self.exhibit = Showcase(self._account, self._unsubscribed).exhibit()
        logins = Logins(self.name, state)
        operations = Operations(self._account, options.page_size, logins, self._unsubscribed, self.switches)
        state.on_change.append(operations.forget)
        self._endpoint = Endpoint(self.name, operations, self.switches, state, house.book)

    def routes(self) -> list[BaseRoute]:
        """Where it answers."""
        return [Route(PATH, self._endpoint)]

    def control_routes(self) -> list[BaseRoute]:
        """Its own part of the control API."""
        return [
            Route("/rows", self._rows, methods=["GET"]),
            Route("/unsubscribe", self._unsubscribe, methods=["POST"]),
        ]

    def welcome(self, base_url: str) -> list[str]:
        """Where it is and how to log in."""
        users = ", ".join(f"{name} ({user.about})" for name, user in USERS.items())
        return [f"WSDL   {base_url}{PATH}?WSDL", f"users  {users}", f"       password of all: {PASSWORD}"]

    async def _rows(self, request: Request) -> JSONResponse:
        tests = request.query_params.get("include_test_messages", "").lower() == "true"
        return JSONResponse(census(self._account, self._unsubscribed, tests=tests))

    async def _unsubscribe(self, request: Request) -> JSONResponse:
        wanted: dict[str, Any] = await read_object(request)
        account_layout = self._account.layout
        list_id, contact = wanted.get("ListID"), wanted.get("ContactID")
        index = account_layout.list_index(list_id) if isinstance(list_id, int) else None
        if index is None:
            known = [account_layout.list_id(each) for each in range(len(account_layout.lists))]
            return JSONResponse({"problems": [f"no list {list_id!r}: ListID is one of {known}"]}, 422)
        position = position_of(account_layout, index, str(contact))
        if position is None or position not in self._account.subscribed(index, *EVER):
            return JSONResponse({"problems": [f"ContactID {contact!r} is not subscribed to list {list_id}"]}, 422)
        self._unsubscribed.add(index, position)
        return JSONResponse({"ListID": list_id, "ContactID": contact})
