"""The API and the token endpoint over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect

from vendor_sandbox.answers import Answer, Call
from vendor_sandbox.asgi import header, path_of, read_body, scalars
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
            body = await read_body(scope, receive, LARGEST)
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
        path = path_of(scope)
        operation, params = find(scope["method"], path)
        raw = Raw(
            operation,
            path,
            params,
            dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            header(scope, b"content-type"),
            header(scope, b"authorization"),
            body,
        )
        self._house.state.count_call(NAME, operation.id)
        fields = {**scalars(body), **raw.query, **params} if self._house.book.waits() else {}
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
        if path_of(scope).rstrip("/").lower() != _TOKEN_PATH:
            raise ApiError("ERROR_UNKNOWN_ROUTE")
        if scope["method"] != "POST":
            raise ApiError("ERROR_UNSUPPORTED_METHOD")
        content_type = header(scope, b"content-type")
        form = tokens.read_form(body)
        self._house.state.count_call(NAME, TOKEN)
        call = Call(NAME, TOKEN, {"client_id": form.get("client_id", "")})
        return self._house.book.answer(call, lambda: self._issue(content_type, form))

    def _issue(self, content_type: str, form: Mapping[str, str]) -> Answer:
        try:
            return self._tokens.issue(content_type, form)
        except ApiError as error:
            return self._refuse(error)
