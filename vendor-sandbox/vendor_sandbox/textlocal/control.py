"""The vendor's part of the control API: what it holds, and what people and administrators do."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from vendor_sandbox.requests import read_object
from vendor_sandbox.textlocal.account import ACCOUNTS, OPTOUT_GROUP, Account
from vendor_sandbox.textlocal.asked import LARGEST
from vendor_sandbox.textlocal.people import Contact
from vendor_sandbox.textlocal.phones import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from starlette.requests import Request

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.keys import Keys
    from vendor_sandbox.textlocal.people import Row
    from vendor_sandbox.textlocal.store import Store

_DEFAULT = "uk"


class Control:
    """What the sandbox shows of the vendor, and what can be done to it.

    All but the keys is an account's: `?account=`, or `account` in what is posted; `uk` if there is none.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it shows
        self,
        store: Store,
        keys: Keys,
        clock: Clock,
        switches: Switchboard,
        before: Sequence[Callable[[], None]],
        lists: Mapping[str, Callable[[str], list[dict[str, Any]]]],
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._switches = switches
        self._before = before
        self._lists = {"groups": self._groups, "optouts": self._opted_out, **lists}

    def routes(self) -> list[BaseRoute]:
        """Below the vendor's name."""
        return [
            *(Route(f"/{name}", self._list(name, show), methods=["GET"]) for name, show in self._lists.items()),
            Route("/contacts", self._contacts, methods=["GET"]),
            Route("/optouts", self._opt_out, methods=["POST"]),
            Route("/delete-group", self._delete_group, methods=["POST"]),
            Route("/credits", self._show_credits, methods=["GET"]),
            Route("/credits", self._set_credits, methods=["POST"]),
            Route("/keys", self._show_keys, methods=["GET"]),
            Route("/keys", self._set_key, methods=["POST"]),
        ]

    def _list(
        self, name: str, show: Callable[[str], list[dict[str, Any]]]
    ) -> Callable[[Request], Coroutine[Any, Any, JSONResponse]]:
        """A route that shows a list of an account as it stands."""

        async def endpoint(request: Request) -> JSONResponse:
            account = _account(request.query_params.get("account"))
            for happen in self._before:
                happen()
            shown = show(account.name)
            return JSONResponse({"count": len(shown), name: shown})

        return endpoint

    def _groups(self, account: str) -> list[dict[str, Any]]:
        """Every group, the built-in ones too."""
        return [{"id": number, "name": name, "size": size} for number, name, size in self._store.all_groups(account)]

    def _opted_out(self, account: str) -> list[dict[str, Any]]:
        return [_view(row) for row in self._store.contacts(account, OPTOUT_GROUP)]

    async def _contacts(self, request: Request) -> JSONResponse:
        """The contacts of `?group=`, which is an id or a name, or of all groups; `?number=` for one person's."""
        account = _account(request.query_params.get("account")).name
        wanted, number = request.query_params.get("group"), request.query_params.get("number")
        groups = {each["id"]: each["name"] for each in self._groups(account)}
        chosen = [each for each, name in groups.items() if wanted in {None, str(each), name}]
        if wanted is not None and not chosen:
            raise HTTPException(422, f"group {wanted!r} is not known: it is one of {list(groups.values())}")
        shown = [
            {"group": each, **_view(row)}
            for each in chosen
            for row in self._store.contacts(account, each)
            if number in {None, row.contact.number}
        ]
        return JSONResponse({"count": len(shown), "contacts": shown})

    async def _opt_out(self, request: Request) -> JSONResponse:
        """Somebody opts out; `back` brings them back, which only the vendor can do."""
        wanted = await read_object(request)
        account = _account(wanted.get("account"))
        number = normalised(wanted.get("number"), account.country, self._switches)
        if not number:
            raise HTTPException(422, f"number {wanted.get('number')!r} is no number of this account's")
        if wanted.get("back"):
            self._store.drop_contact(account.name, OPTOUT_GROUP, number)
        else:
            self._store.put_contacts(account.name, OPTOUT_GROUP, [Contact(number)], self._clock.now())
        shown = self._opted_out(account.name)
        return JSONResponse({"count": len(shown), "optouts": shown})

    async def _delete_group(self, request: Request) -> JSONResponse:
        """Somebody deletes a group in the UI."""
        wanted = await read_object(request)
        account, group = _account(wanted.get("account")).name, wanted.get("id")
        if not isinstance(group, int) or abs(group) > LARGEST or self._store.group_name(account, group) is None:
            raise HTTPException(422, f"id {group!r} is no group's that can be deleted")
        self._store.drop_group(account, group)
        shown = self._groups(account)
        return JSONResponse({"count": len(shown), "groups": shown})

    async def _show_credits(self, request: Request) -> JSONResponse:
        return self._credits(_account(request.query_params.get("account")).name)

    async def _set_credits(self, request: Request) -> JSONResponse:
        """Credits are bought, or gone."""
        wanted = await read_object(request)
        account, sms = _account(wanted.get("account")).name, wanted.get("sms")
        if isinstance(sms, bool) or not isinstance(sms, int | float) or not 0 <= sms <= LARGEST:
            raise HTTPException(422, f"sms cannot be {sms!r}: it is a number from 0")
        self._store.set_credits(account, sms, self._store.credits(account)[1])
        return self._credits(account)

    def _credits(self, account: str) -> JSONResponse:
        sms, mms = self._store.credits(account)
        return JSONResponse({"account": account, "sms": sms, "mms": mms})

    async def _show_keys(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._keys.describe())

    async def _set_key(self, request: Request) -> JSONResponse:
        wanted = await read_object(request)
        if problems := self._keys.problems(wanted):
            return JSONResponse({"problems": problems}, 422)
        self._keys.set(wanted)
        return JSONResponse(self._keys.describe())


def _account(name: object) -> Account:
    wanted = _DEFAULT if name is None else str(name)
    if wanted not in ACCOUNTS:
        raise HTTPException(422, f"account {wanted!r} is not known: it is one of {list(ACCOUNTS)}")
    return ACCOUNTS[wanted]


def _view(row: Row) -> dict[str, Any]:
    at = datetime.fromtimestamp(row.at, tz=timezone.utc).isoformat().replace("+00:00", "Z")
    return {**row.contact.named(), "at": at}
