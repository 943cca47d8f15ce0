"""The control API under `/_sandbox/`: faults, calls, switches, reset, and each vendor's own part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from vendor_sandbox.fault_requests import describe_kinds, read_rule
from vendor_sandbox.outbox import FILTERS
from vendor_sandbox.requests import read_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from vendor_sandbox.vendors import House, Vendor

_INDEX = {
    "GET /_sandbox/calls": "calls so far, by vendor and operation",
    "POST /_sandbox/faults": "ask for a fault",
    "GET /_sandbox/faults": "the faults asked for, with hits, and the kinds there are",
    "DELETE /_sandbox/faults": "no more faults",
    "DELETE /_sandbox/faults/{id}": "no more of this fault",
    "GET /_sandbox/switches": "doubtful vendor behaviour, with its source",
    "POST /_sandbox/switches": "change it",
    "GET /_sandbox/clock": "what time it is here",
    "POST /_sandbox/clock": "move it",
    "GET /_sandbox/outbox": "every text a person would have received",
    "POST /_sandbox/reset": "calls, faults, switches, clock, outbox, failed logins and changes back to the start",
}


class Control:
    """The control API."""

    def __init__(self, vendors: Mapping[str, Vendor], house: House) -> None:
        self._vendors = vendors
        self._house = house
        self._state = house.state
        self._book = house.book
        self._clock = house.clock
        self._outbox = house.outbox

    def routes(self) -> list[BaseRoute]:
        """The routes, to be mounted at the root."""
        own = [Mount(f"/{name}", routes=vendor.control_routes()) for name, vendor in self._vendors.items()]
        return [
            Mount(
                "/_sandbox",
                routes=[
                    Route("/", self._index, methods=["GET"]),
                    Route("/calls", self._calls, methods=["GET"]),
                    Route("/faults", self._faults, methods=["GET"]),
                    Route("/faults", self._add_fault, methods=["POST"]),
                    Route("/faults", self._clear_faults, methods=["DELETE"]),
                    Route("/faults/{id:int}", self._remove_fault, methods=["DELETE"]),
                    Route("/switches", self._show_switches, methods=["GET"]),
                    Route("/switches", self._set_switches, methods=["POST"]),
                    Route("/clock", self._show_clock, methods=["GET"]),
                    Route("/clock", self._move_clock, methods=["POST"]),
                    Route("/outbox", self._show_outbox, methods=["GET"]),
                    Route("/reset", self._reset, methods=["POST"]),
                    *own,
                ],
            ),
        ]

    def paths(self) -> dict[str, str]:
        """Every verb and path, with what it is for."""
        own = {
            f"{'/'.join(sorted((route.methods or set()) - {'HEAD'}))} /_sandbox/{name}{route.path}": vendor.title
            for name, vendor in self._vendors.items()
            for route in vendor.control_routes()
            if isinstance(route, Route)
        }
        return _INDEX | own

    async def _index(self, _request: Request) -> JSONResponse:
        return JSONResponse({"vendors": {name: v.title for name, v in self._vendors.items()}, "control": self.paths()})

    async def _calls(self, _request: Request) -> JSONResponse:
        return JSONResponse({name: self._state.calls(name) for name in self._vendors})

    async def _faults(self, _request: Request) -> JSONResponse:
        return JSONResponse({"faults": self._book.describe(), "kinds": describe_kinds(self._vendors)})

    async def _add_fault(self, request: Request) -> JSONResponse:
        rule, problems = read_rule(await read_object(request), self._vendors)
        if rule is None:
            return JSONResponse({"problems": problems, "kinds": describe_kinds(self._vendors)}, 422)
        return JSONResponse({"id": self._book.add(rule)}, 201)

    async def _clear_faults(self, _request: Request) -> Response:
        self._book.clear()
        return Response(status_code=204)

    async def _remove_fault(self, request: Request) -> Response:
        number = request.path_params["id"]
        if not self._book.remove(number):
            return JSONResponse({"problems": [f"there is no fault {number}"]}, 404)
        return Response(status_code=204)

    def _switches(self) -> JSONResponse:
        return JSONResponse({name: vendor.switches.describe() for name, vendor in self._vendors.items()})

    async def _show_switches(self, _request: Request) -> JSONResponse:
        return self._switches()

    async def _set_switches(self, request: Request) -> JSONResponse:
        wanted = await read_object(request)
        if problems := [problem for name, values in wanted.items() for problem in self._problems(name, values)]:
            return JSONResponse({"problems": problems}, 422)
        for name, values in wanted.items():
            self._vendors[name].switches.set(values)
        return self._switches()

    def _problems(self, name: str, values: object) -> list[str]:
        """What is wrong with one vendor's new switches."""
        if name not in self._vendors:
            return [f"vendor {name!r} is not known: it is one of {sorted(self._vendors)}"]
        if not isinstance(values, dict):
            return [f"{name}: give an object of switches"]
        return self._vendors[name].switches.problems(values)

    async def _show_clock(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._clock.describe())

    async def _move_clock(self, request: Request) -> JSONResponse:
        if problems := self._clock.move(await read_object(request)):
            return JSONResponse({"problems": problems}, 422)
        return JSONResponse(self._clock.describe())

    async def _show_outbox(self, request: Request) -> JSONResponse:
        if unknown := sorted(set(request.query_params) - FILTERS):
            return JSONResponse(
                {"problems": [f"no filter {name!r}: it is one of {sorted(FILTERS)}" for name in unknown]}, 422
            )
        return JSONResponse(self._outbox.describe(dict(request.query_params)))

    async def _reset(self, _request: Request) -> Response:
        self._house.reset()
        return Response(status_code=204)
