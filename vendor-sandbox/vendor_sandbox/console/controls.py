"""Switches, the clock, and the way back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from vendor_sandbox.console.frame import Frame

_STEPS = ((60, "1 minute"), (3600, "1 hour"), (86400, "1 day"), (7 * 86400, "7 days"))
"""How far the clock's buttons move it, in seconds."""


class Controls:
    """The pages that change how the sandbox behaves."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._clock = frame.house.clock

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/switches", self._switches, methods=["GET"]),
            Route("/switches", self._set_switch, methods=["POST"]),
            Route("/clock", self._show_clock, methods=["GET"]),
            Route("/clock", self._move_clock, methods=["POST"]),
            Route("/reset", self._ask, methods=["GET"]),
            Route("/reset", self._reset, methods=["POST"]),
        ]

    async def _switches(self, request: Request) -> Response:
        return self._switch_page(request, request.query_params.get("vendor") or next(iter(self._frame.vendors)))

    async def _set_switch(self, request: Request) -> Response:
        form = await request.form()
        vendor = self._frame.vendors.get(str(form.get("vendor")))
        if vendor is None:
            return self._frame.missing(request, "There is no such vendor in this sandbox.")
        name = str(form.get("switch"))
        wanted = {name: str(form.get("value"))}
        if problems := vendor.switches.problems(wanted):
            return self._switch_page(request, vendor.name, 422, problems)
        vendor.switches.set(wanted)
        return RedirectResponse(f"/switches?vendor={vendor.name}#{name}", 303)

    def _switch_page(
        self, request: Request, name: str, status: int = 200, problems: list[str] | None = None
    ) -> Response:
        vendor = self._frame.vendors.get(name)
        if vendor is None:
            return self._frame.missing(request, "There is no such vendor in this sandbox.")
        switches = vendor.switches.describe()
        return self._frame.page(request, "switches", status, vendor=vendor, switches=switches, problems=problems or [])

    async def _show_clock(self, request: Request) -> Response:
        return self._clock_page(request)

    async def _move_clock(self, request: Request) -> Response:
        form = await request.form()
        advance, at = str(form.get("advance", "")), str(form.get("at", ""))
        if form.get("back"):
            self._clock.go_back()
            return RedirectResponse("/clock", 303)
        # A browser's field for a moment has no zone; here it is UTC.
        wanted = {"advance": int(advance)} if advance.isdecimal() and len(advance) < 10 else {"at": f"{at}+00:00"}  # noqa: PLR2004 - further than the clock goes
        if self._clock.move(wanted):
            return self._clock_page(
                request, 422, [f"{at or advance or 'nothing'} is no moment between 1970 and 9000."]
            )
        return RedirectResponse("/clock", 303)

    def _clock_page(self, request: Request, status: int = 200, problems: list[str] | None = None) -> Response:
        return self._frame.page(
            request,
            "clock",
            status,
            now=self._clock.now(),
            ahead=round(float(str(self._clock.describe()["ahead"]))),
            steps=_STEPS,
            problems=problems or [],
        )

    async def _ask(self, request: Request) -> Response:
        return self._frame.page(request, "reset")

    async def _reset(self, _request: Request) -> Response:
        self._frame.house.reset()
        return RedirectResponse("/", 303)
