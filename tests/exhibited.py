"""A sandbox in the test's own process, as fixtures: to read what its vendors show in the console."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from vendor_sandbox.app import make_vendors
from vendor_sandbox.clock import Clock
from vendor_sandbox.exhibits import Asked
from vendor_sandbox.faults import FaultBook
from vendor_sandbox.outbox import Outbox
from vendor_sandbox.state import State
from vendor_sandbox.vendors import House, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_sandbox.exhibits import View
    from vendor_sandbox.vendors import Vendor

ALL = 1_000_000


class Exhibited:
    """Every vendor, without a server.

    Attributes:
        state: What they remember.
        clock: What time it is.
        vendors: By name.
    """

    def __init__(self, **options: Any) -> None:
        self.state = State()
        self.clock = Clock(self.state)
        house = House(self.state, FaultBook(self.state), self.clock, Outbox(self.state, self.clock))
        self.vendors: dict[str, Vendor] = make_vendors(Options(**{"seed": 7, **options}), house)
        controls = [Mount(f"/_sandbox/{name}", routes=each.control_routes()) for name, each in self.vendors.items()]
        self._app = Starlette(routes=[*controls, *(route for v in self.vendors.values() for route in v.routes())])

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call a vendor, or its part of the control API; the JSON of the answer, which must be a success.

        Args:
            method: HTTP verb.
            path: Below the sandbox's address.
            body: Sent as a form if it is bytes, else as JSON.
            headers: By name, with `_` for `-`.
        """
        status, answer = asyncio.run(self._send(method, path, body, headers))
        assert status < 300, answer
        return json.loads(answer) if answer else None

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, bytes]:
        form = isinstance(body, bytes)
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        sent = body if form else b"" if body is None else json.dumps(body).encode()
        plain, _, query = path.partition("?")
        named = {"content-type": kind, "content-length": str(len(sent)), **headers}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 8700),
            "client": ("127.0.0.1", 5000),
            "method": method,
            "path": plain,
            "raw_path": quote(plain).encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()],
        }
        got: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent, "more_body": False}

        async def send(message: Any) -> None:
            got.append(dict(message))

        await self._app(scope, receive, send)
        return got[0]["status"], b"".join(each.get("body", b"") for each in got[1:])

    def attentive(self, method: str, path: str, body: Any = None) -> Any:
        """Call Attentive."""
        return self.call(method, f"/attentive{path}", body, authorization="Bearer sandbox-attentive")

    def annex_cloud(self, segment: dict[str, Any]) -> Any:
        """Make a segment at Annex Cloud."""
        token = base64.b64encode(json.dumps(["sandbox-loyalty-token", "1001"]).encode()).decode()
        path = "/annex-cloud/api/3.0/segment"
        return self.call("POST", path, segment, authorization=f"Bearer {token}", x_annexcloud_site="1001")

    def textlocal(self, command: str, key: str = "sandbox-textlocal", **fields: Any) -> Any:
        """Call Textlocal."""
        form = urlencode({"apikey": key, **fields}).encode()
        return self.call("POST", f"/textlocal/{command}/", form)

    def listrak_sms(self, method: str, path: str, body: Any = None, sender: int = 501) -> Any:
        """Call Listrak's SMS REST API below a sender code."""
        form = {"grant_type": "client_credentials", "client_id": "sandbox-sms", "client_secret": "sandbox-secret"}
        token = self.call("POST", "/listrak-auth/OAuth2/Token", urlencode(form).encode())["access_token"]
        return self.call(method, f"/listrak/sms/v1/ShortCode/{sender}{path}", body, authorization=f"Bearer {token}")

    def import_contacts(self, lines: str) -> None:
        """Import a CSV file, whose columns are a phone and a favourite colour, at Listrak."""
        columns = (("Phone", 0, 0), ("SegmentationField", 9004, 1))
        names = ("fileColumnType", "segmentationFieldId", "fileColumn")
        body = {
            "importType": "UpdateSubscribers",
            "fileName": "colours.csv",
            "hasColumnNames": True,
            "textQualifier": "",
            "fileStream": base64.b64encode(lines.encode()).decode(),
            "fileMappings": [dict(zip(names, column, strict=True)) for column in columns],
        }
        self.listrak_sms("POST", "/ContactImport", body)

    def switch(self, vendor: str, **switches: str) -> None:
        """Set switches of a vendor."""
        self.vendors[vendor].switches.set({name.replace("_", "-"): value for name, value in switches.items()})

    def view(self, vendor: str, name: str) -> View:
        """A view."""
        return next(view for view in self.vendors[vendor].exhibit.views if view.name == name)

    def rows(self, vendor: str, name: str, search: str = "", **filters: str) -> list[dict[str, Any]]:
        """The rows of a view, all of them."""
        return [dict(row) for row in self.view(vendor, name).read(Asked(search, filters, 0, ALL)).rows]

    def figures(self, vendor: str) -> dict[str, Any]:
        """Label to number."""
        return {figure.label: figure.value for figure in self.vendors[vendor].exhibit.figures()}

    def person(self, vendor: str, *addresses: str) -> dict[str, list[dict[str, Any]]]:
        """What a vendor knows of somebody: rows by heading."""
        sections = self.vendors[vendor].exhibit.person(frozenset(addresses))
        return {section.title: [dict(row) for row in section.rows] for section in sections}

    def known_as(self, vendor: str, address: str) -> set[str]:
        """The addresses that a vendor holds for the same person."""
        return self.vendors[vendor].exhibit.known_as(address)


@pytest.fixture
def exhibited() -> Iterator[Exhibited]:
    """A fresh sandbox in this process."""
    made = Exhibited()
    yield made
    made.state.close()


@pytest.fixture
def exhibit_of() -> Iterator[Callable[..., Exhibited]]:
    """Make sandboxes of one's own: `exhibit_of(lists=1, messages=200, contacts=200)`."""
    made: list[Exhibited] = []

    def make(**options: Any) -> Exhibited:
        made.append(Exhibited(**options))
        return made[-1]

    yield make
    for each in made:
        each.state.close()
