"""One person, as all vendors know them; and finding people by what somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from vendor_sandbox.console.addresses import possible
from vendor_sandbox.console.bodies import names_any
from vendor_sandbox.console.outbox import bubbles
from vendor_sandbox.console.traffic import Line, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from vendor_sandbox.console.frame import Frame
    from vendor_sandbox.console.texts import Texts
    from vendor_sandbox.exhibits import Section
    from vendor_sandbox.outbox import Text
    from vendor_sandbox.vendors import Vendor

_MOST_TEXTS = 100
_MOST_CALLS = 20


class Person(NamedTuple):
    """All there is of a person.

    Attributes:
        addresses: Every phone number and e-mail address, phones first.
        known: What each vendor that knows them knows.
        texts: The last texts they would have received, newest first.
        calls: The last calls that named them, newest first.
    """

    addresses: Sequence[str]
    known: Sequence[tuple[Vendor, Sequence[Section]]]
    texts: Sequence[Text]
    calls: Sequence[Line]


class People:
    """The page of a person, and the search for one."""

    def __init__(self, frame: Frame, texts: Texts) -> None:
        self._frame = frame
        self._texts = texts

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/people", self._find, methods=["GET"]),
            Route("/people/{address}", self._show, methods=["GET"]),
        ]

    async def _find(self, request: Request) -> Response:
        typed = request.query_params.get("q", "").strip()
        found: list[Sequence[str]] = []
        for address in possible(typed):
            person = self._person(address)
            if person and person.addresses not in found:
                found.append(person.addresses)
        if len(found) == 1:
            return RedirectResponse(f"/people/{quote(found[0][0], safe='')}", 303)
        status = 200 if found or not typed else 404
        return self._frame.page(request, "people", status, typed=typed, found=found, tried=possible(typed))

    async def _show(self, request: Request) -> Response:
        address = request.path_params["address"].strip().casefold()
        person = self._person(address)
        if person is None:
            return self._frame.page(request, "people", 404, typed=address, found=[], tried=[address])
        summed = self._texts.sum()
        return self._frame.page(
            request,
            "person",
            person=person,
            bubbles=bubbles(person.texts, self._frame.house.traffic, summed.twice),
            twice=any(address in summed.twice for address in person.addresses),
            most=_MOST_TEXTS,
        )

    def _person(self, address: str) -> Person | None:
        """Everything of whoever has an address; None if nobody knows them."""
        addresses = self._addresses(address)
        phones = sorted(each for each in addresses if "@" not in each)
        texts = self._texts.of_people(phones, _MOST_TEXTS) if phones else []
        told = [(vendor, vendor.exhibit.person(addresses)) for vendor in self._frame.vendors.values()]
        known = [(vendor, [each for each in sections if each.rows]) for vendor, sections in told]
        known = [(vendor, sections) for vendor, sections in known if sections]
        if not texts and not known:
            return None
        return Person([*phones, *sorted(addresses - set(phones))], known, texts, self._calls(addresses))

    def _addresses(self, address: str) -> frozenset[str]:
        """Every address of a person: what any vendor holds for any of them, until nothing is new."""
        found: set[str] = set()
        new = {address}
        while new:
            found |= new
            new = {
                other
                for each in new
                for vendor in self._frame.vendors.values()
                for other in vendor.exhibit.known_as(each)
            } - found
        return frozenset(found)

    def _calls(self, addresses: frozenset[str]) -> list[Line]:
        named = (each for each in reversed(self._frame.house.traffic.last) if names_any(each, addresses))
        return [line(each) for each, _ in zip(named, range(_MOST_CALLS), strict=False)]
