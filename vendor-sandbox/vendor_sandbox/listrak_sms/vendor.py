"""Listrak's SMS REST API as a vendor of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount

from vendor_sandbox.listrak_sms.account import INTEGRATIONS, SECRET
from vendor_sandbox.listrak_sms.console import Showcase
from vendor_sandbox.listrak_sms.contract import OPERATIONS, TOKEN
from vendor_sandbox.listrak_sms.control import Control
from vendor_sandbox.listrak_sms.endpoint import Endpoint
from vendor_sandbox.listrak_sms.faults import KINDS
from vendor_sandbox.listrak_sms.imports import Imports
from vendor_sandbox.listrak_sms.people import People
from vendor_sandbox.listrak_sms.reading import Reading
from vendor_sandbox.listrak_sms.sending import Sending
from vendor_sandbox.listrak_sms.store import NAME, Store
from vendor_sandbox.listrak_sms.style import SWITCHES
from vendor_sandbox.listrak_sms.tokens import Tokens
from vendor_sandbox.listrak_sms.writing import Writing
from vendor_sandbox.switches import Switchboard

if TYPE_CHECKING:
    from vendor_sandbox.vendors import House, Options


class ListrakSms:
    """The API, its token endpoint, and one made-up account, the same whatever the options."""

    name = NAME
    title = "Listrak SMS REST API v1"
    operations = (*OPERATIONS, TOKEN)
    kinds = KINDS

    def __init__(self, _options: Options, house: House) -> None:
        self.switches = Switchboard(self.name, SWITCHES, house.state)
        store = Store(house.state)
        people = People(store, self.switches, house.clock, house.outbox)
        imports = Imports(store, self.switches, house.clock)
        self.exhibit = Showcase(store, imports).exhibit()
        tokens = Tokens(house.state, self.switches, house.clock)
        operations = (
            Reading(store, self.switches).operations()
            | Writing(people, self.switches).operations()
            | Sending(people, self.switches).operations()
            | imports.operations()
        )
        self._endpoint = Endpoint(house, self.switches, tokens, imports, operations)
        self._control = Control(people, imports, tokens, self.switches)

    def routes(self) -> list[BaseRoute]:
        """Where it answers: what stands for api.listrak.com, and for auth.listrak.com."""
        return [Mount("/listrak", self._endpoint.api), Mount("/listrak-auth", self._endpoint.auth)]

    def control_routes(self) -> list[BaseRoute]:
        """Its own part of the control API."""
        return self._control.routes()

    def welcome(self, base_url: str) -> list[str]:
        """Where it is and how to log in."""
        clients = ", ".join(f"{name} ({each.about})" for name, each in INTEGRATIONS.items())
        return [
            f"API      {base_url}/listrak/sms/v1/",
            f"token    {base_url}/listrak-auth/OAuth2/Token",
            f"clients  {clients}",
            f"         client secret of all: {SECRET}",
        ]
