"""The API over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect

from vendor_sandbox.answers import Answer, Call
from vendor_sandbox.asgi import header, path_of, read_body
from vendor_sandbox.textlocal.account import INTERACT, NAME
from vendor_sandbox.textlocal.asked import Asked, command_of, decode_fields, read_fields
from vendor_sandbox.textlocal.envelopes import failure, success
from vendor_sandbox.textlocal.errors import NO_COMMAND, UNKNOWN_COMMAND, ApiError
from vendor_sandbox.wire import deliver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.types import Receive, Scope, Send

    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.textlocal.account import Account
    from vendor_sandbox.textlocal.keys import Keys
    from vendor_sandbox.vendors import House

    Command = Callable[[Asked], dict[str, Any]]

LARGEST = 64 * 1024 * 1024
"""Bytes of a body; no limit is published."""
AFTER_UPGRADE = frozenset({"send"})
"""The commands that the compatibility service of Webex Interact passes on."""


class Endpoint:
    """An ASGI application: counts each call, lets faults at the answer, sends it.

    A request is checked in this order: command, login, whether the profile has the command, and what the command
    itself checks. GET and POST are the same, and so is any other verb.

    Attributes:
        before: Called before each command, so that what is due by the clock happens first.
    """

    def __init__(
        self,
        house: House,
        switches: Switchboard,
        keys: Keys,
        commands: Mapping[str, Command],
        before: Sequence[Callable[[], None]],
    ) -> None:
        self._house = house
        self._switches = switches
        self._keys = keys
        self._commands = commands
        self.before = before

    async def api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await read_body(scope, receive, LARGEST)
        except ClientDisconnect:
            return
        given = await read_fields(scope["query_string"], header(scope, b"content-type"), body or b"")
        plus = self._switches["plus-in-text"] == "space"
        fields = decode_fields(given, plus_is_space=plus)
        command = command_of(path_of(scope))
        await deliver(self._answer(command, fields, plus_is_space=plus), scope, receive, send)

    def _answer(self, command: str, fields: Mapping[str, str], *, plus_is_space: bool) -> Answer:
        form = fields.get("format", "")
        if command not in self._commands:
            return failure(ApiError(UNKNOWN_COMMAND if command else NO_COMMAND), form)
        self._house.state.count_call(NAME, command)
        return self._house.book.answer(
            Call(NAME, command, fields, form),
            lambda: self._respond(command, fields, form, plus_is_space=plus_is_space),
        )

    def _respond(self, command: str, fields: Mapping[str, str], form: str, *, plus_is_space: bool) -> Answer:
        for happen in self.before:
            happen()
        try:
            account = self._admit(command, fields)
            with self._house.state.whole():
                return success(self._commands[command](Asked(command, account, fields, plus_is_space)), form)
        except ApiError as error:
            return failure(error, form, bare=self._switches["unlisted-failures"] == "bare")

    def _admit(self, command: str, fields: Mapping[str, str]) -> Account:
        account = self._keys.admit(fields)
        if account.profile == INTERACT and command not in AFTER_UPGRADE:
            raise ApiError(UNKNOWN_COMMAND)
        return account
