"""What keeps web pages elsewhere from steering the sandbox, and the console's pages from running anything foreign."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

from vendor_sandbox.traffic import first_part

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: browsers would then say `Origin: null` for the console's own forms.
    "referrer-policy": "same-origin",
    "cache-control": "no-cache",
}
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSED = "this changes the sandbox, and comes from a page that is not the sandbox's own"


class Guard:
    """An ASGI application around another: refuses what foreign pages post, and sends headers that bind browsers.

    It stands before the console and the control API; calls of vendors pass untouched.
    """

    def __init__(self, app: ASGIApp, roots: frozenset[str], *, exposed: bool) -> None:
        """Guard.

        Args:
            app: What answers.
            roots: First parts of vendors' paths.
            exposed: Whether other machines can reach the sandbox, and so by names that cannot be known here.
        """
        self._app = app
        self._roots = roots
        self._exposed = exposed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if first_part(scope["path"]) in self._roots:
            await self._app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        if scope["method"] not in _HARMLESS and self._is_foreign(Headers(scope=scope)):
            await JSONResponse({"problems": [_REFUSED]}, 403)(scope, receive, say)
            return
        await self._app(scope, receive, say)

    def _is_foreign(self, headers: Headers) -> bool:
        """Whether a page that is not ours asks: a browser says where a request comes from, a program says nothing."""
        site, origin, host = headers.get("sec-fetch-site"), headers.get("origin"), headers.get("host", "")
        if site is None and origin is None:
            return False
        # Another's name can be made to lead to this machine, so its own name proves nothing.
        named_otherwise = not self._exposed and not _is_this_machine(urlsplit(f"//{host}").hostname or "")
        foreign = site != "same-origin" if site is not None else urlsplit(origin or "").netloc != host
        return foreign or named_otherwise


def _is_this_machine(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
