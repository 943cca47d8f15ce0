"""Pooled connections to a vendor's hosts, with the proxies and certificates that the environment names.

`requests` finds out about both, and keeps the pools. What it does around each call takes as long as urllib3 takes to
make it, so the pools are called directly; and what it makes of an address and of headers is kept, for most calls of
a run differ in their bodies alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

_CONNECT_TIMEOUT = 10.0
_ONCE = Retry(total=False)
_KEPT = 64
"""Addresses with their headers that are kept, those that were used last."""


class _InOneGo(HTTPConnection):
    """Sends the head and the body of a request together: each time that something is sent, other threads take over."""

    _held: list[bytes] | None = None

    def request(self, *args: Any, **how: Any) -> None:
        held: list[bytes] = []
        self._held = held
        try:
            super().request(*args, **how)
        finally:
            self._held = None
        self.send(b"".join(held))

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class _InOneGoSecured(_InOneGo, HTTPSConnection):
    """The same of HTTPS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _InOneGo


class _PoolSecured(HTTPSConnectionPool):
    ConnectionCls = _InOneGoSecured


_POOLS = {"http": _Pool, "https": _PoolSecured}


@dataclass(frozen=True, slots=True)
class _Way:
    """How calls get to a host.

    Attributes:
        pool: The connections to it.
        proxies: Those that stand between; none for nearly everybody.
    """

    pool: HTTPConnectionPool
    proxies: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A request but for its body.

    Attributes:
        pool: The connections that it goes by.
        target: What is asked for, as the host or the proxy wants it told.
        headers: Those that are sent, without the length of a body.
    """

    pool: HTTPConnectionPool
    target: str
    headers: dict[str, str]


class Connections(HTTPAdapter):
    """Connections to any number of hosts, each of which is looked up in the environment once.

    Args:
        most: How many connections to a host are kept.
        request_timeout: Seconds of silence after which a call counts as hung.
    """

    def __init__(self, most: int, request_timeout: float) -> None:
        super().__init__(pool_maxsize=most)
        self._timeout = Timeout(connect=min(_CONNECT_TIMEOUT, request_timeout), read=request_timeout)
        self._session = requests.Session()
        self._ways: dict[tuple[str, str], _Way] = {}
        self._prepared = lru_cache(_KEPT)(self._prepare)

    def init_poolmanager(self, *args: Any, **how: Any) -> None:
        """Make the pools of hosts that are called directly."""
        super().init_poolmanager(*args, **how)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def call(
        self, method: str, url: str, headers: Mapping[str, str], params: Mapping[str, str] | None, body: bytes | None
    ) -> BaseHTTPResponse:
        """Make a request once; redirects are not followed, and cookies are not kept.

        Returns:
            The answer, whose body is not read yet. To be closed.

        Raises:
            requests.RequestException, UnicodeEncodeError: The address or a header cannot be used.
            urllib3.exceptions.HTTPError: No answer came.
            OSError: There are no certificates where the environment names them.
        """
        if params is None:
            prepared = self._prepared(method, url, tuple(headers.items()))
        else:
            prepared = self._prepare(method, url, tuple(headers.items()), params)
        return prepared.pool.urlopen(
            method,
            prepared.target,
            body=body,
            headers={**prepared.headers, "Content-Length": str(len(body))} if body else prepared.headers,
            timeout=self._timeout,
            retries=_ONCE,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
        )

    def _prepare(
        self, method: str, url: str, headers: tuple[tuple[str, str], ...], params: Mapping[str, str] | None = None
    ) -> _Prepared:
        request = requests.PreparedRequest()
        request.prepare(method=method, url=url, headers=dict(headers), params=params)
        way = self._way(request)
        target = self.request_url(request, way.proxies) if way.proxies else request.path_url
        return _Prepared(way.pool, target, dict(request.headers))

    def _way(self, request: requests.PreparedRequest) -> _Way:
        """Return how to get to a request's host.

        A .netrc is not looked at: what `authorize` says shall not be replaced by what a file says.
        """
        url = str(request.url)
        parts = urlsplit(url)
        place = (parts.scheme, parts.netloc)
        way = self._ways.get(place)
        if way is None:
            found = self._session.merge_environment_settings(url, {}, None, None, None)
            verify, cert, proxies = found["verify"], found["cert"], found["proxies"]
            pool = cast("HTTPConnectionPool", self.get_connection_with_tls_context(request, verify, proxies, cert))
            self.cert_verify(pool, url, verify, cert)  # type: ignore[no-untyped-call] # has no types in requests' stubs
            way = self._ways[place] = _Way(pool, dict(proxies))
        return way
