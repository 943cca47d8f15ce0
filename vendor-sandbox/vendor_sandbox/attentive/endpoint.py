"""The API over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect

from vendor_sandbox.answers import Answer, Call
from vendor_sandbox.asgi import header, path_of, read_body, scalars
from vendor_sandbox.attentive.account import NAME
from vendor_sandbox.attentive.asked import Raw, understand
from vendor_sandbox.attentive.contract import RESULTS, find
from vendor_sandbox.attentive.envelopes import answer as json_answer
from vendor_sandbox.attentive.envelopes import spring
from vendor_sandbox.attentive.errors import ApiError, PrivacyError
from vendor_sandbox.wire import deliver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from vendor_sandbox.attentive.asked import Asked
    from vendor_sandbox.attentive.keys import Keys, Windows
    from vendor_sandbox.attentive.later import Later
    from vendor_sandbox.switches import Switchboard
    from vendor_sandbox.vendors import House

LARGEST = 300 * 1024 * 1024
"""Bytes of a body: more than 256 records of 1 MiB. No limit is published."""


class Endpoint:
    """An ASGI application: counts each call, lets faults at the answer, sends it.

    A request is checked in this order: path, verb, key, limit, scopes, body.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a call passes through
        self,
        house: House,
        switches: Switchboard,
        keys: Keys,
        windows: Windows,
        later: Later,
        operations: Mapping[str, Callable[[Asked], Answer]],
    ) -> None:
        self._house = house
        self._switches = switches
        self._keys = keys
        self._windows = windows
        self._later = later
        self._operations = operations

    async def api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = path_of(scope)
        try:
            body = await read_body(scope, receive, LARGEST)
            answer = self._call(scope, path, body)
        except ClientDisconnect:
            return
        except ApiError as error:
            answer = spring(error.status, error.message, path, self._house.clock)
        await deliver(answer, scope, receive, send)

    def _call(self, scope: Scope, path: str, body: bytes | None) -> Answer:
        operation, params = find(scope["method"], path)
        if body is None:
            raise ApiError(413, "Maximum upload size exceeded")
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        raw = Raw(
            operation,
            path,
            params,
            query,
            header(scope, b"content-type"),
            header(scope, b"authorization"),
            f"{scope['scheme']}://{header(scope, b'host')}{scope['root_path']}",
            body,
        )
        self._house.state.count_call(NAME, operation.id)
        fields = {**scalars(body), **query, **params} if self._house.book.waits() else {}
        return self._house.book.answer(Call(NAME, operation.id, fields), lambda: self._respond(raw))

    def _respond(self, raw: Raw) -> Answer:
        self._later.run_due()
        if raw.operation.id == RESULTS and self._switches["result-access"] == "open":
            return self._answer(raw, "")
        try:
            key = self._keys.admit(raw.authorization, raw.operation)
        except ApiError as error:
            return spring(error.status, error.message, raw.path, self._house.clock)
        left = self._windows.take(key, raw.operation)
        answer = self._answer(raw, key) if left >= 0 else self._too_many(raw)
        limits = (
            ("x-ratelimit-limit", str(raw.operation.limit)),
            ("x-ratelimit-remaining", str(max(left, 0))),
        )
        return replace(answer, headers=(*answer.headers, *limits))

    def _too_many(self, raw: Raw) -> Answer:
        answer = spring(429, "Too Many Requests", raw.path, self._house.clock)
        wait = self._switches["rate-retry-after"]
        return answer if wait == "absent" else replace(answer, headers=(*answer.headers, ("Retry-After", wait)))

    def _answer(self, raw: Raw, key: str) -> Answer:
        try:
            with self._house.state.whole():
                if key:
                    self._keys.permit(key, raw.operation)
                return self._operations[raw.operation.id](understand(raw, key))
        except ApiError as error:
            return spring(error.status, error.message, raw.path, self._house.clock)
        except PrivacyError as error:
            return json_answer({"error": error.message}, 400)
