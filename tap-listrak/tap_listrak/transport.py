"""HTTP as this tap uses it: nothing is followed, nothing kept from call to call, and no answer goes on for ever."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests
from singer_command.connections import Connections
from urllib3.exceptions import HTTPError

from tap_listrak.errors import NotSoapError, SetupError, broken_off, no_certificates, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from urllib3 import BaseHTTPResponse

LARGEST_REPORT = 1 << 30
"""Bytes at most of an answer of the service, unpacked.

It is read as a stream, and its rows go on to a file. A page of a report has 2,500 rows, about a megabyte; all messages
of a list come in one answer, and half a million of them fit.
"""
LARGEST_DESCRIPTION = 16 << 20
"""Bytes at most of the WSDL, which is held in memory. Listrak's has a third of a megabyte."""
_PIECE = 64 * 1024
"""Bytes of an answer that are read at a time: what is made of them meanwhile takes several times as much memory."""
_REDIRECTS = range(300, 400)
_ALWAYS = {"Accept-Encoding": "gzip, deflate", "User-Agent": "tap-listrak"}


class Transport:
    """Connections to the service, for any number of threads.

    Args:
        connections: How many calls may be under way at once.
        timeout: Seconds of silence after which a call counts as hung.
    """

    def __init__(self, connections: int, timeout: float) -> None:
        self._connections = Connections(connections, timeout)
        # A header that cannot be read is quoted there, with a traceback.
        logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

    @contextmanager
    def call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Iterator[BaseHTTPResponse]:
        """Make a call once.

        Yields:
            The answer, whose body is not read yet.

        Raises:
            UnreachableError: No answer came, or none that came to its end.
            SetupError: An address or a certificate is wrong.
        """
        try:
            response = self._connections.call(method, url, {**_ALWAYS, **headers}, None, body)
        except (requests.RequestException, HTTPError) as error:
            raise unreachable(error) from None
        except OSError as error:
            raise no_certificates(error) from None
        with response:
            try:
                yield response
            except HTTPError as error:
                raise broken_off(error) from None

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


def pieces(response: BaseHTTPResponse, largest: int) -> Iterator[bytes]:
    """Yield the body of an answer, unpacked.

    Args:
        response: The answer, not read yet.
        largest: Bytes at most.

    Raises:
        SetupError: It points to another address.
        NotSoapError: It is larger than may be.
        urllib3.exceptions.HTTPError: It broke off.
    """
    if response.status in _REDIRECTS:
        raise SetupError(
            f"The address in `wsdl_url` points to another one (HTTP {response.status}), which is not followed: "
            "user and password are for no other host. Check `wsdl_url`: `https` in front, the right host, no missing "
            "part."
        )
    size = 0
    for piece in response.stream(_PIECE, decode_content=True):
        size += len(piece)
        if size > largest:
            raise NotSoapError(f"an answer that is larger than {largest >> 20} MiB")
        yield piece
