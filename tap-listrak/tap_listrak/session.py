"""HTTP as this tap uses it: nothing is followed, nothing kept from call to call, and no answer goes on for ever."""

from __future__ import annotations

import logging
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter

from tap_listrak.errors import NotSoapError, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_REPORT = 1 << 30
"""Bytes at most of an answer of the service, unpacked.

It is read as a stream, and its rows go on to a file. A page of a report has 2,500 rows, about a megabyte; all messages
of a list come in one answer, and half a million of them fit.
"""
LARGEST_DESCRIPTION = 16 << 20
"""Bytes at most of the WSDL, which is held in memory. Listrak's has a third of a megabyte."""
_PIECE = 256 * 1024
_REDIRECTS = range(300, 400)


class Session(requests.Session):
    """Connections to the service, for any number of threads.

    Args:
        url: Where it is. The environment's proxies and certificates for it are looked up once, and not for every call.
        connections: How many calls may be under way at once.
    """

    def __init__(self, url: str, connections: int) -> None:
        super().__init__()
        for name, value in self.merge_environment_settings(url, {}, None, None, None).items():
            setattr(self, name, value)
        self.trust_env = False
        # A header that cannot be read is quoted there, with a traceback.
        logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        adapter = HTTPAdapter(pool_maxsize=connections, max_retries=0)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return nothing: to look where an answer points, requests would read all of its body."""


def pieces(response: requests.Response, largest: int) -> Iterator[bytes]:
    """Yield the body of an answer, unpacked.

    Args:
        response: The answer, not read yet.
        largest: Bytes at most.

    Raises:
        SetupError: It points to another address.
        NotSoapError: It is larger than may be.
    """
    if response.status_code in _REDIRECTS:
        raise SetupError(
            f"The address in `wsdl_url` points to another one (HTTP {response.status_code}), which is not followed: "
            "user and password are for no other host. Check `wsdl_url`: `https` in front, the right host, no missing "
            "part."
        )
    size = 0
    for piece in response.iter_content(_PIECE):
        size += len(piece)
        if size > largest:
            raise NotSoapError(f"an answer that is larger than {largest >> 20} MiB")
        yield piece
