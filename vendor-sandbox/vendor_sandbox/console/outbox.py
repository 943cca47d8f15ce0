"""Every text a person would have received, as a phone's screen shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from starlette.routing import BaseRoute, Route

from vendor_sandbox.console.addresses import possible
from vendor_sandbox.console.frame import PAGE, page_number, pager

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from vendor_sandbox.console.frame import Frame
    from vendor_sandbox.console.texts import Texts
    from vendor_sandbox.outbox import Text
    from vendor_sandbox.traffic import Traffic

_FILTERS = ("vendor", "kind", "phone")


class Bubble(NamedTuple):
    """A text on a screen.

    Attributes:
        text: The text.
        call: The number of the call that caused it; None if it is not kept, or there was none.
        twice: Whether this person is texted twice.
    """

    text: Text
    call: int | None
    twice: bool


def bubbles(found: Sequence[Text], traffic: Traffic, twice: frozenset[str]) -> list[Bubble]:
    """Texts for a screen.

    Args:
        found: The texts.
        traffic: The calls that are kept.
        twice: The phones that are texted twice.
    """
    causes = ((each, traffic.cause(each.id)) for each in found)
    return [Bubble(each, cause.id if cause else None, each.phone in twice) for each, cause in causes]


class OutboxPage:
    """The page with all texts."""

    def __init__(self, frame: Frame, texts: Texts) -> None:
        self._frame = frame
        self._texts = texts

    def routes(self) -> list[BaseRoute]:
        """Where it is."""
        return [Route("/outbox", self._show, methods=["GET"])]

    async def _show(self, request: Request) -> HTMLResponse:
        given = request.query_params
        wanted = {name: given[name].strip() for name in _FILTERS if given.get(name, "").strip()}
        twice = given.get("twice") == "yes"
        call = given.get("call", "")
        # First, for it lets happen what is due.
        summed = self._texts.sum()
        found, total = self._of_call(request, call) if call else self._page(request, wanted, twice=twice)
        return self._frame.page(
            request,
            "outbox",
            sum=summed,
            bubbles=bubbles(found, self._frame.house.traffic, summed.twice),
            wanted=wanted,
            twice=twice,
            call=call,
            pager=pager(request, len(found), total),
        )

    def _page(self, request: Request, wanted: dict[str, str], *, twice: bool) -> tuple[Sequence[Text], int]:
        exact = {name: value for name, value in wanted.items() if name != "phone"}
        phones = possible(wanted["phone"]) if "phone" in wanted else None
        start = (page_number(request) - 1) * PAGE
        return self._texts.page(exact, phones=phones, twice=twice, offset=start, limit=PAGE)

    def _of_call(self, request: Request, call: str) -> tuple[Sequence[Text], int]:
        exchange = self._frame.house.traffic.find(int(call)) if call.isdecimal() else None
        ids = exchange.texts[::-1] if exchange else []
        start = (page_number(request) - 1) * PAGE
        return self._texts.of_ids(ids[start : start + PAGE]), len(ids)
