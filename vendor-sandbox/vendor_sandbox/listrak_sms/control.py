"""The vendor's part of the control API: what it holds, and what people and administrators do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from vendor_sandbox.listrak_sms import phones, views
from vendor_sandbox.listrak_sms.account import LISTS, SENDER_CODES
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.people import REASONS
from vendor_sandbox.listrak_sms.store import Subscription
from vendor_sandbox.requests import read_object

if TYPE_CHECKING:
    from starlette.requests import Request

    from vendor_sandbox.listrak_sms.account import SenderCode
    from vendor_sandbox.listrak_sms.imports import Imports
    from vendor_sandbox.listrak_sms.people import People
    from vendor_sandbox.listrak_sms.tokens import Tokens
    from vendor_sandbox.switches import Switchboard

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
_YES = frozenset({"Y", "YES"})
_STANDINGS = ("good", "banned", "suspended")
_FLAGS = {"paused", "here"}
_REPLY = "reply"


class Control:
    """What the sandbox shows of the vendor, and what can be done to it."""

    def __init__(self, people: People, imports: Imports, entry: Tokens, switches: Switchboard) -> None:
        self._people = people
        self._store = people.store
        self._imports = imports
        self._tokens = entry
        self._switches = switches

    def routes(self) -> list[BaseRoute]:
        """Below the vendor's name."""
        return [
            Route("/contacts", self._contacts, methods=["GET"]),
            Route("/subscriptions", self._subscriptions, methods=["GET"]),
            Route("/opt-outs", self._opt_outs, methods=["GET"]),
            Route("/imports", self._show_imports, methods=["GET"]),
            Route("/integrations", self._show_integrations, methods=["GET"]),
            Route("/integrations", self._set_integration, methods=["POST"]),
            Route("/revoke-tokens", self._revoke, methods=["POST"]),
            Route("/reply", self._reply, methods=["POST"]),
            Route("/opt-out", self._opt_out, methods=["POST"]),
            Route("/standing", self._standing, methods=["POST"]),
        ]

    def _rows(self, statement: str, phone: str | None) -> list[Any]:
        where, values = (" WHERE phone = ?", (phone,)) if phone else ("", ())
        return self._store.state.execute(f"{statement}{where} ORDER BY 1, 2", values).fetchall()

    async def _contacts(self, request: Request) -> JSONResponse:
        self._imports.run_due()
        rows = self._rows(
            "SELECT sender, phone, opted_out, subscribed FROM listrak_sms_contacts", request.query_params.get("phone")
        )
        contacts = [
            {
                "senderCodeId": sender,
                **views.contact(
                    phone,
                    self._store.profile(SENDER_CODES[sender], phone),
                    opted_out=out is not None,
                    switches=self._switches,
                ),
                "subscribeDate": subscribed,
                "standing": self._store.standing(sender, phone) or "good",
            }
            for sender, phone, out, subscribed in rows
        ]
        return JSONResponse({"count": len(contacts), "contacts": contacts})

    async def _subscriptions(self, request: Request) -> JSONResponse:
        rows = [
            Subscription.from_row(row)
            for row in self._rows("SELECT * FROM listrak_sms_subscriptions", request.query_params.get("phone"))
        ]
        shown = [
            {"senderCodeId": LISTS[each.list].sender, "phoneNumber": each.phone, "state": each.state}
            | views.subscription(each, self._switches)
            for each in rows
        ]
        return JSONResponse({"count": len(shown), "subscriptions": shown})

    async def _opt_outs(self, request: Request) -> JSONResponse:
        rows = self._rows(
            "SELECT sender, phone, opted_out, reason, handset FROM listrak_sms_contacts",
            request.query_params.get("phone"),
        )
        shown = [
            {"senderCodeId": sender, "phoneNumber": phone, "optOutDate": at, "optOutReason": why, "handset": bool(by)}
            for sender, phone, at, why, by in rows
            if at is not None
        ]
        return JSONResponse({"count": len(shown), "optOuts": shown})

    async def _show_imports(self, _request: Request) -> JSONResponse:
        self._imports.run_due()
        shown = self._imports.describe()
        return JSONResponse({"count": len(shown), "imports": shown})

    async def _show_integrations(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._tokens.describe())

    async def _set_integration(self, request: Request) -> JSONResponse:
        wanted = await read_object(request)
        known = self._tokens.describe()
        client = str(wanted.pop("client_id", None))
        problems = [] if client in known else [f"client_id {client!r} is not known: it is one of {sorted(known)}"]
        if not wanted or not wanted.keys() <= _FLAGS or not all(isinstance(flag, bool) for flag in wanted.values()):
            problems.append(f"give one or more of {sorted(_FLAGS)}, true or false")
        if problems:
            return JSONResponse({"problems": problems}, 422)
        self._tokens.set(client, wanted)
        return JSONResponse(self._tokens.describe())

    async def _revoke(self, _request: Request) -> JSONResponse:
        return JSONResponse({"revoked": self._tokens.revoke()})

    async def _reply(self, request: Request) -> JSONResponse:
        """A person answers: STOP opts out, YES confirms what is pending, anything else does nothing."""
        wanted = await read_object(request)
        found = self._people_meant(wanted)
        if not found:
            return _nobody(wanted)
        phone, senders = found
        word = str(wanted.get("text", "")).strip().upper()
        confirmed: list[int] = []
        with self._store.state.whole():
            for sender in senders:
                if word in _STOP:
                    self._people.opt_out(sender, phone, "Campaign", _REPLY, handset=True)
                elif word in _YES:
                    confirmed += self._people.confirm(sender.id, phone, _REPLY)
        effect = "opted-out" if word in _STOP else "confirmed" if confirmed else "none"
        return JSONResponse({"phone": phone, "effect": effect, "phoneListIds": confirmed})

    async def _opt_out(self, request: Request) -> JSONResponse:
        """Listrak or an administrator opts somebody out, for any of the reasons."""
        wanted = await read_object(request)
        reason = wanted.get("reason", "Admin")
        if reason not in REASONS:
            return JSONResponse({"problems": [f"reason {reason!r} is not known: it is one of {list(REASONS)}"]}, 422)
        found = self._people_meant(wanted)
        if not found:
            return _nobody(wanted)
        phone, senders = found
        with self._store.state.whole():
            for sender in senders:
                self._people.opt_out(sender, phone, reason, "opt-out")
        return JSONResponse({"phone": phone, "reason": reason})

    async def _standing(self, request: Request) -> JSONResponse:
        """Ban a number, suspend it, or neither; it need not be a contact's."""
        wanted = await read_object(request)
        standing, sender = wanted.get("standing"), wanted.get("senderCodeId", 501)
        phone = _phone(wanted)
        if standing not in _STANDINGS or sender not in [*SENDER_CODES] or phone is None:
            problem = f"give a phone, a standing ({', '.join(_STANDINGS)}) and a senderCodeId of {list(SENDER_CODES)}"
            return JSONResponse({"problems": [problem]}, 422)
        self._store.state.execute(
            "INSERT OR REPLACE INTO listrak_sms_standing VALUES (?, ?, ?)", (sender, phone, standing)
        )
        return JSONResponse({"phone": phone, "senderCodeId": sender, "standing": standing})

    def _people_meant(self, wanted: dict[str, Any]) -> tuple[str, list[SenderCode]] | None:
        """The phone, and the sender codes it is a contact of: the one named, or all."""
        phone = _phone(wanted)
        codes = [each for each in SENDER_CODES.values() if wanted.get("senderCodeId", each.id) == each.id]
        found = [each for each in codes if phone and self._store.contact(each.id, phone)]
        return (phone, found) if phone and found else None


def _phone(wanted: dict[str, Any]) -> str | None:
    try:
        return phones.from_body(wanted.get("phone"), lenient=True)
    except ApiError:
        return None


def _nobody(wanted: dict[str, Any]) -> JSONResponse:
    return JSONResponse({"problems": [f"phone {wanted.get('phone')!r} is no contact of that sender code"]}, 422)
