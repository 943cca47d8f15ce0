"""The API and the token endpoint over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect

from vendor_sandbox.answers import Answer, Call
from vendor_sandbox.common_faults import html
from vendor_sandbox.listrak_sms import tokens
from vendor_sandbox.listrak_sms.asked import Raw, understand
from vendor_sandbox.listrak_sms.contract import TOKEN, find
from vendor_sandbox.listrak_sms.envelopes import refused
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.store import NAME
from vendor_sandbox.wire import deliver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from vendor_sandbox.listrak_sms.asked import Asked
    from vendor_sandbox.listrak_sms.imports import Imports
    from vendor_sandbox.listrak_sms.tokens import Tokens
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.vendors import House

LARGEST = 262_144_000
"""Bytes of a body; a larger one is 404, by the description of 2022."""
_TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path


class Endpoint:
    """An ASGI application: counts each call, lets faults at the answer, sends it."""

    def __init__(
        self,
        house: House,
        switches: Switchboard,
        entry: Tokens,
        imports: Imports,
        operations: Mapping[str, Callable[[Asked], Answer]],
    ) -> None:
        self._house = house
        self._switches = switches
        self._tokens = entry
        self._imports = imports
        self._operations = operations

    async def api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to the API."""
        await self._serve(self._call, scope, receive, send)

    async def auth(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to the token endpoint."""
        await self._serve(self._token, scope, receive, send)

    async def _serve(
        self, handle: Callable[[Scope, bytes], Answer], scope: Scope, receive: Receive, send: Send
    ) -> None:
        try:
            body = await _read(scope, receive)
        except ClientDisconnect:
            return
        if body is None:
            answer = html(404, "Not Found", "The request is too large.", Connection="close")
        else:
            try:
                answer = handle(scope, body)
            except ApiError as error:
                answer = self._refuse(error)
        await deliver(answer, scope, receive, send)

    def _refuse(self, error: ApiError) -> Answer:
        return refused(error, close=self._switches["error-connection"] == "close")

    def _call(self, scope: Scope, body: bytes) -> Answer:
        headers = dict(scope["headers"])
        path = _path(scope)
        operation, params = find(scope["method"], path)
        raw = Raw(
            operation,
            path,
            params,
            dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            headers.get(b"content-type", b"").decode("latin-1"),
            headers.get(b"authorization", b"").decode("latin-1"),
            body,
        )
        self._house.state.count_call(NAME, operation.id)
        fields = {**_scalars(body), **raw.query, **params} if self._house.book.waits() else {}
        return self._house.book.answer(Call(NAME, operation.id, fields), lambda: self._respond(raw))

    def _respond(self, raw: Raw) -> Answer:
        self._imports.run_due()
        try:
            with self._house.state.whole():
                company = self._tokens.admit(raw.authorization).company
                asked = understand(raw, company, lenient=self._switches["phone-format"] == "lenient")
                return self._operations[asked.operation](asked)
        except ApiError as error:
            return self._refuse(error)

    def _token(self, scope: Scope, body: bytes) -> Answer:
        if _path(scope).rstrip("/").lower() != _TOKEN_PATH:
            raise ApiError("ERROR_UNKNOWN_ROUTE")
        if scope["method"] != "POST":
            raise ApiError("ERROR_UNSUPPORTED_METHOD")
        content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        form = tokens.read_form(body)
        self._house.state.count_call(NAME, TOKEN)
        call = Call(NAME, TOKEN, {"client_id": form.get("client_id", "")})
        return self._house.book.answer(call, lambda: self._issue(content_type, form))

    def _issue(self, content_type: str, form: Mapping[str, str]) -> Answer:
        try:
            return self._tokens.issue(content_type, form)
        except ApiError as error:
            return self._refuse(error)


def _path(scope: Scope) -> str:
    """The path below the mount, still percent-encoded."""
    path: str = scope["raw_path"].partition(b"?")[0].decode("latin-1")
    return path[len(scope["root_path"]) :]


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The body, or None if it is too large.

    Raises:
        ClientDisconnect: The client left before the end: half a request takes no effect.
    """
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if int(declared) > LARGEST:
        return None
    pieces: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        size += len(piece)
        if size <= LARGEST:
            pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces) if size <= LARGEST else None


def _scalars(body: bytes) -> dict[str, str]:
    """The texts and numbers of a JSON object, for faults to match; nothing if it is none."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {
        name: str(item).lower() if isinstance(item, bool) else str(item)
        for name, item in value.items()
        if isinstance(item, str | int | float)
    }
