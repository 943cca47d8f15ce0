"""The vendor's part of the control API: what it holds, and what people and administrators do."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from vendor_sandbox.attentive import phones
from vendor_sandbox.attentive.errors import ApiError
from vendor_sandbox.attentive.fields import TEXT
from vendor_sandbox.attentive.subscriptions import STOP, UNSUBSCRIBED
from vendor_sandbox.requests import read_object

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from starlette.requests import Request

    from vendor_sandbox.attentive.keys import Keys
    from vendor_sandbox.attentive.later import Later
    from vendor_sandbox.attentive.segments import Segments
    from vendor_sandbox.attentive.subscriptions import Subscriptions

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
_YES = frozenset({"Y", "YES"})
_REPLY = "reply"
_PEOPLE = "SELECT DISTINCT person FROM attentive_identifiers"


class Control:
    """What the sandbox shows of the vendor, and what can be done to it."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        keys: Keys,
        later: Later,
        segments: Segments,
        lists: Mapping[str, Callable[[], list[dict[str, Any]]]],
    ) -> None:
        self._subscriptions = subscriptions
        self._store = subscriptions.store
        self._state = subscriptions.store.state
        self._keys = keys
        self._later = later
        self._segments = segments
        self._lists = {**lists, "segments": segments.describe}

    def routes(self) -> list[BaseRoute]:
        """Below the vendor's name."""
        return [
            Route("/people", self._people, methods=["GET"]),
            Route("/subscriptions", self._show_subscriptions, methods=["GET"]),
            Route("/attributes", self._attributes, methods=["GET"]),
            Route("/keys", self._show_keys, methods=["GET"]),
            Route("/keys", self._set_key, methods=["POST"]),
            Route("/reply", self._reply, methods=["POST"]),
            Route("/restore-segment", self._restore, methods=["POST"]),
            *(Route(f"/{name}", self._list(name, show), methods=["GET"]) for name, show in self._lists.items()),
        ]

    async def _people(self, request: Request) -> JSONResponse:
        """Everybody, or who is found by `?phone=` and `?email=`."""
        self._later.run_due()
        wanted = [(name, value) for name, value in request.query_params.items() if name in {"phone", "email"}]
        numbers = (
            self._store.find(wanted)
            if wanted
            else [row[0] for row in self._state.execute(f"{_PEOPLE} ORDER BY 1").fetchall()]
        )
        people = [self._person(number) for number in numbers]
        return JSONResponse({"count": len(people), "people": people})

    def _person(self, number: int) -> dict[str, Any]:
        profile, attributes = self._store.known(number)
        identifiers: dict[str, list[str]] = {}
        for kind, value in self._store.identifiers(number):
            identifiers.setdefault(kind, []).append(value)
        return {"id": number, "identifiers": identifiers, "profile": profile, "attributes": attributes}

    async def _show_subscriptions(self, request: Request) -> JSONResponse:
        self._later.run_due()
        address = request.query_params.get("phone") or request.query_params.get("email")
        where, values = (" WHERE address = ?", (address,)) if address else ("", ())
        rows = self._state.execute(
            f"SELECT type, channel, address, state, by, unit, at FROM attentive_subscriptions{where} ORDER BY 3, 2, 1",  # noqa: S608 - our own words
            values,
        ).fetchall()
        names = ("type", "channel", "address", "state", "by", "signUpSourceId")
        shown = [{**dict(zip(names, row[:-1], strict=True)), "at": moment(row[-1])} for row in rows]
        return JSONResponse({"count": len(shown), "subscriptions": shown})

    async def _attributes(self, _request: Request) -> JSONResponse:
        """The registry: each attribute's locked type, where it comes from, and its choices."""
        self._later.run_due()
        shown = self._store.registry()
        return JSONResponse({"count": len(shown), "attributes": shown})

    async def _show_keys(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._keys.describe())

    async def _set_key(self, request: Request) -> JSONResponse:
        wanted = await read_object(request)
        if problems := self._keys.problems(wanted):
            return JSONResponse({"problems": problems}, 422)
        self._keys.set(wanted)
        return JSONResponse(self._keys.describe())

    async def _restore(self, request: Request) -> JSONResponse:
        """Somebody restores an archived segment in the UI."""
        external = str((await read_object(request)).get("externalId"))
        if not self._segments.restore(external):
            return JSONResponse({"problems": [f"externalId {external!r} is no archived segment's"]}, 422)
        return JSONResponse({"externalId": external})

    def _list(
        self, name: str, show: Callable[[], list[dict[str, Any]]]
    ) -> Callable[[Request], Coroutine[Any, Any, JSONResponse]]:
        """A route that shows a list as it stands."""

        async def endpoint(_request: Request) -> JSONResponse:
            self._later.run_due()
            shown = show()
            return JSONResponse({"count": len(shown), name.rpartition("-")[2]: shown})

        return endpoint

    async def _reply(self, request: Request) -> JSONResponse:
        """A person answers: STOP ends every TEXT subscription, Y confirms what is pending, else nothing happens."""
        self._later.run_due()
        wanted = await read_object(request)
        try:
            phone = phones.e164(wanted.get("phone"), "phone", lenient=True)
        except ApiError as error:
            return JSONResponse({"problems": [error.message]}, 422)
        known = [(kind, TEXT, phone) for kind, _ in self._store.subscriptions(TEXT, phone)]
        if not known:
            return JSONResponse({"problems": [f"phone {phone!r} has no TEXT subscription"]}, 422)
        word = str(wanted.get("text", "")).strip().upper()
        with self._state.whole():
            self._subscriptions.hooks.tell("sms.inbound_message", [("phone", phone)])
            types = self._stop(known) if word in _STOP else []
            types += self._subscriptions.confirm(phone, _REPLY) if word in _YES else []
        effect = "opted-out" if word in _STOP else "confirmed" if types else "none"
        return JSONResponse({"phone": phone, "effect": effect, "types": types})

    def _stop(self, known: list[tuple[str, str, str]]) -> list[str]:
        out = [each for each in known if self._store.subscription(*each) != (UNSUBSCRIBED, STOP)]
        work = {"ended": out, "by": STOP, "text": "unsubscribed", "operation": _REPLY}
        self._subscriptions.unsubscribe(work)
        return [kind for kind, *_ in out]


def moment(seconds: float) -> str:
    """A time as the control API shows it."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).isoformat().replace("+00:00", "Z")
