"""Attentive's API as a vendor of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount

from vendor_sandbox.attentive import faults
from vendor_sandbox.attentive.account import KEYS, NAME
from vendor_sandbox.attentive.attributes import Attributes
from vendor_sandbox.attentive.bulk import Bulk
from vendor_sandbox.attentive.console import Showcase
from vendor_sandbox.attentive.contract import OPERATIONS
from vendor_sandbox.attentive.control import Control
from vendor_sandbox.attentive.endpoint import Endpoint
from vendor_sandbox.attentive.events import Events
from vendor_sandbox.attentive.identities import Identities
from vendor_sandbox.attentive.jobs import Jobs
from vendor_sandbox.attentive.keys import Keys, Windows
from vendor_sandbox.attentive.later import Later
from vendor_sandbox.attentive.registry import Registry
from vendor_sandbox.attentive.segments import Segments
from vendor_sandbox.attentive.store import Store
from vendor_sandbox.attentive.style import SWITCHES
from vendor_sandbox.attentive.subscribing import Subscribing
from vendor_sandbox.attentive.subscriptions import Subscriptions
from vendor_sandbox.attentive.webhooks import Webhooks
from vendor_sandbox.attentive.who import Identifiers
from vendor_sandbox.switches import Switchboard

if TYPE_CHECKING:
    from vendor_sandbox.vendors import House, Options


class Attentive:
    """The API and one made-up account, the same whatever the options."""

    name = NAME
    title = "Attentive API v1 and v2"
    operations = tuple(OPERATIONS)

    def __init__(self, _options: Options, house: House) -> None:
        self.kinds = faults.kinds(house.clock)
        self.switches = Switchboard(self.name, SWITCHES, house.state)
        store = Store(house.state)
        keys = Keys(house.state)
        later = Later(house.state, house.clock)
        house.outbox.before.append(later.run_due)
        webhooks = Webhooks(house.state, house.clock)
        subscriptions = Subscriptions(store, self.switches, house.clock, house.outbox, webhooks)
        identifiers = Identifiers(self.switches)
        registry = Registry(store, self.switches)
        attributes = Attributes(subscriptions, registry, identifiers, later, webhooks, self.switches)
        events = Events(store, identifiers, house.clock, self.switches)
        identities = Identities(store, identifiers, later, house.clock, self.switches)
        jobs = Jobs(house.state, later, house.clock, self.switches)
        segments = Segments(store, house.clock, self.switches)
        operations = (
            Subscribing(subscriptions, identifiers, later, self.switches).operations()
            | attributes.operations()
            | events.operations()
            | identities.operations()
            | webhooks.operations()
            | jobs.operations()
            | segments.operations()
            | Bulk(jobs, attributes, segments, store, identifiers, self.switches).operations()
        )
        self.exhibit = Showcase(store, self.switches).exhibit(later)
        self._endpoint = Endpoint(house, self.switches, keys, Windows(house.state, self.switches), later, operations)
        self._control = Control(
            subscriptions,
            keys,
            later,
            segments,
            {
                "jobs": jobs.describe,
                "events": events.describe,
                "privacy": identities.describe,
                "webhook-deliveries": webhooks.deliveries,
            },
        )

    def routes(self) -> list[BaseRoute]:
        """Where it answers: what stands for api.attentivemobile.com."""
        return [Mount("/attentive", self._endpoint.api)]

    def control_routes(self) -> list[BaseRoute]:
        """Its own part of the control API."""
        return self._control.routes()

    def welcome(self, base_url: str) -> list[str]:
        """Where it is and how to log in."""
        return [
            f"API      {base_url}/attentive/v1/ and {base_url}/attentive/v2/",
            f"keys     {', '.join(f'{name} ({each.about})' for name, each in KEYS.items())}",
        ]
