"""Textlocal's API as a vendor of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount

from vendor_sandbox.switches import Switchboard
from vendor_sandbox.textlocal.account import ACCOUNTS, KEYS, NAME
from vendor_sandbox.textlocal.console import Showcase
from vendor_sandbox.textlocal.contacts import Contacts
from vendor_sandbox.textlocal.control import Control
from vendor_sandbox.textlocal.endpoint import Endpoint
from vendor_sandbox.textlocal.faults import KINDS
from vendor_sandbox.textlocal.groups import Groups
from vendor_sandbox.textlocal.keys import Keys
from vendor_sandbox.textlocal.lists import Lists
from vendor_sandbox.textlocal.messaging import Messaging
from vendor_sandbox.textlocal.sending_style import SENDING
from vendor_sandbox.textlocal.store import Store
from vendor_sandbox.textlocal.style import SWITCHES

if TYPE_CHECKING:
    from vendor_sandbox.vendors import House, Options


class Textlocal:
    """The API and its made-up accounts, the same but for the names that the seed grows."""

    name = NAME
    title = "Textlocal messaging API"
    kinds = KINDS

    def __init__(self, options: Options, house: House) -> None:
        self.switches = Switchboard(self.name, SWITCHES + SENDING, house.state)
        store = Store(house.state, options.seed)
        keys = Keys(house.state)
        groups = Groups(store, self.switches)
        messaging = Messaging(store, self.switches, house, options.seed)
        commands = (
            groups.commands()
            | Contacts(store, groups, house.clock, self.switches).commands()
            | Lists(store, self.switches).commands()
            | messaging.commands()
        )
        # What is due by the clock happens before anything is answered or shown.
        before = [messaging.run_due]
        house.outbox.before.extend(before)
        self.exhibit = Showcase(store, messaging).exhibit()
        self.operations = tuple(commands)
        self._endpoint = Endpoint(house, self.switches, keys, commands, before)
        self._control = Control(store, keys, house.clock, self.switches, before, messaging.lists())

    def routes(self) -> list[BaseRoute]:
        """Where it answers: what stands for api.txtlocal.com and api.textlocal.in."""
        return [Mount("/textlocal", self._endpoint.api)]

    def control_routes(self) -> list[BaseRoute]:
        """Its own part of the control API."""
        return self._control.routes()

    def welcome(self, base_url: str) -> list[str]:
        """Where it is and how to log in."""
        keys = (f"{name} ({'locked' if key.locked else ACCOUNTS[key.account].about})" for name, key in KEYS.items())
        return [f"API      {base_url}/textlocal/", f"keys     {', '.join(keys)}"]
