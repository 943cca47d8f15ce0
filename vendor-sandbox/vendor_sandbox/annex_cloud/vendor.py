"""Annex Cloud's segment call as a vendor of the sandbox."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from vendor_sandbox.annex_cloud import tokens
from vendor_sandbox.annex_cloud.account import LOYALTY_TOKEN, NAME, PATH, SECRET, SEGMENT, SITE
from vendor_sandbox.annex_cloud.console import exhibit
from vendor_sandbox.annex_cloud.envelopes import answer, error
from vendor_sandbox.annex_cloud.errors import OOPS, AnnexError
from vendor_sandbox.annex_cloud.faults import KINDS
from vendor_sandbox.annex_cloud.segments import Segments
from vendor_sandbox.annex_cloud.style import SWITCHES
from vendor_sandbox.answers import Answer, Call
from vendor_sandbox.asgi import header, path_of, read_body, scalars
from vendor_sandbox.switches import Switchboard
from vendor_sandbox.wire import deliver

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from vendor_sandbox.vendors import House, Options

_LARGEST = 64 * 1024 * 1024


class AnnexCloud:
    """The call, and one made-up site."""

    name = NAME
    title = "Annex Cloud segment API 3.0"
    operations = (SEGMENT,)
    kinds = KINDS

    def __init__(self, _options: Options, house: House) -> None:
        self._house = house
        self.switches = Switchboard(self.name, SWITCHES, house.state)
        self._segments = Segments(house.state, house.clock, self.switches)
        self.exhibit = exhibit(house.state)

    def routes(self) -> list[BaseRoute]:
        """Where it answers: what stands for s15.socialannex.net."""
        return [Mount("/annex-cloud", self._serve)]

    def control_routes(self) -> list[BaseRoute]:
        """Its own part of the control API."""
        return [
            Route("/segments", self._show_segments, methods=["GET"]),
            Route("/refusals", self._show_refusals, methods=["GET"]),
        ]

    def welcome(self, base_url: str) -> list[str]:
        """Where it is and how to log in."""
        token = base64.b64encode(json.dumps([LOYALTY_TOKEN, SITE]).encode()).decode()
        return [
            f"API      {base_url}/annex-cloud{PATH}",
            f"site     {SITE}   secret of its JWT: {SECRET}",
            f"         or the older token: {token}",
        ]

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, _LARGEST)
        except ClientDisconnect:
            return
        if path_of(scope) != PATH or scope["method"] != "POST" or body is None:
            shown = self._refuse(AnnexError(404, f"only POST {PATH} is here, of at most {_LARGEST} bytes"))
        else:
            self._house.state.count_call(NAME, SEGMENT)
            fields = scalars(body) if self._house.book.waits() else {}
            shown = self._house.book.answer(Call(NAME, SEGMENT, fields), lambda: self._answer(scope, body))
        await deliver(shown, scope, receive, send)

    def _answer(self, scope: Scope, body: bytes) -> Answer:
        site = header(scope, b"x-annexcloud-site")
        now = self._house.clock.now()
        try:
            with self._house.state.whole():
                tokens.check(header(scope, b"authorization"), site, body, self.switches["auth-scheme"], now)
                return answer(self._segments.make(body))
        except AnnexError as problem:
            return self._refuse(problem)

    def _refuse(self, problem: AnnexError) -> Answer:
        self._segments.refuse(problem.why)
        status = 200 if self.switches["error-status"] == "200" else problem.status
        return error(self.switches["error-code"], OOPS, status)

    async def _show_segments(self, _request: Request) -> JSONResponse:
        shown = self._segments.describe()
        return JSONResponse({"count": len(shown), "segments": shown})

    async def _show_refusals(self, _request: Request) -> JSONResponse:
        shown = self._segments.refusals()
        return JSONResponse({"count": len(shown), "refusals": shown})
