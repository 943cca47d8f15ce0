"""What may pass: failures of a single attempt, named without the library's own words, which quote addresses."""

from __future__ import annotations

from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import TYPE_CHECKING

from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import requests

_SILENCE = "no answer in time (`request_timeout`)"
_WORDS: tuple[tuple[type[HTTPError], str], ...] = (
    (NewConnectionError, "no connection to {host}: its name is not known, or it refuses connections"),
    (ConnectTimeoutError, "no connection to {host} in time"),
    (ReadTimeoutError, _SILENCE),
    (SSLError, "a TLS connection to {host} that broke"),
    (HTTPError, "a connection to {host} that was dropped"),
)
_BROKEN_OFF: tuple[tuple[type[HTTPError], str], ...] = (
    (ReadTimeoutError, _SILENCE),
    (DecodeError, "an answer whose compression is broken"),
    (HTTPError, "a connection that broke in the middle of the answer"),
)
_NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError)
_NO_TUNNEL = "Tunnel connection failed"
"""How Python begins what it says of a proxy that refuses to lead to a host."""
_NOT_VERIFIED = "CERTIFICATE_VERIFY_FAILED"


class Trouble(Exception):  # noqa: N818 - no error yet: most troubles pass, and nobody but the client sees one
    """One attempt at a call failed in a way that may pass.

    Args:
        what: The failure in plain words, without anything of request or answer.
        answered: Whether the vendor answered at all.
        harmless: Whether the call certainly had no effect.
        limited: Whether the vendor says that calls come too fast.
        lasting: Whether another attempt would meet the same, so that none is made.
        wait: Seconds to wait at least before the next attempt.
        code: The vendor's error code, or `HTTP 503`, of an answer that its error table knows.
        advice: What that table says of it: the cause, and what the user can do.
    """

    def __init__(  # noqa: PLR0913 - what is told of a failure, each by its name
        self,
        what: str,
        *,
        answered: bool = False,
        harmless: bool = False,
        limited: bool = False,
        lasting: bool = False,
        wait: float = 0,
        code: str | None = None,
        advice: str = "",
    ) -> None:
        super().__init__(what)
        self.answered = answered
        self.harmless = harmless
        self.limited = limited
        self.lasting = lasting
        self.wait = wait
        self.code = code
        self.advice = advice


def trouble(error: requests.RequestException | HTTPError, host: str, address_setting: str) -> Trouble | SetupError:
    """Name a call that brought no answer.

    Args:
        error: What the libraries raised.
        host: Who was called.
        address_setting: The setting that holds the vendor's address.

    Returns:
        What may pass, or an error where the address or a certificate is wrong.
    """
    if not isinstance(error, HTTPError) or isinstance(error, LocationValueError):
        return SetupError(f"The vendor's address, or that of a proxy, is not a valid URL. Check `{address_setting}`.")
    causes = list(_causes(error))
    if any(_NOT_VERIFIED in str(cause) for cause in causes):
        return SetupError(
            f"The TLS certificate of {host} cannot be verified. If a proxy of yours stands between, name the file of "
            "its certificates in the environment variable REQUESTS_CA_BUNDLE."
        )
    if any(_is_no_http(cause) for cause in causes):
        return Trouble("an answer that is no HTTP, or whose headers do not come to an end")
    harmless = _was_never_made(error)
    if harmless and isinstance(error, ProxyError):
        return Trouble("a proxy that could not be reached, or leads nowhere", harmless=True)
    return Trouble(_said(error, _WORDS).format(host=host), harmless=harmless)


def broken_off(error: HTTPError) -> Trouble:
    """Name an answer whose body did not come to its end.

    Args:
        error: What the library raised.
    """
    return Trouble(_said(error, _BROKEN_OFF))


def setup_error(error: OSError) -> SetupError:
    """Name what keeps a call from being made on this machine."""
    return SetupError(
        f"Calls cannot be made from here ({error.strerror or 'a file of certificates is missing'}). Check the "
        "environment variables REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE."
    )


def unsendable() -> SetupError:
    """Say that credentials cannot stand in a header of HTTP: all other headers are the program's own."""
    return SetupError(
        "The credentials cannot be sent: they hold a line break, or a character that no credentials have. Check them "
        "in the settings; what was copied from a file or a page may have brought one along."
    )


def _was_never_made(error: BaseException) -> bool:
    """Return whether a call certainly did not get to the vendor.

    urllib3 speaks of a proxy that cannot be reached even where a connection through it is dropped behind a call.
    """
    if isinstance(error, ProxyError):
        error = error.original_error
    return isinstance(error, _NEVER_CONNECTED) or _NO_TUNNEL in str(error)


def _said(error: HTTPError, words: Sequence[tuple[type[HTTPError], str]]) -> str:
    return next(said for kind, said in words if isinstance(error, kind))


def _is_no_http(cause: BaseException) -> bool:
    """Return whether an answer came that could not be read; not whether it broke off."""
    return isinstance(cause, HTTPException) and not isinstance(cause, (IncompleteRead, RemoteDisconnected))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was made of, as urllib3 nests them."""
    yield error
    for cause in (*error.args, getattr(error, "reason", None)):
        if isinstance(cause, BaseException):
            yield from _causes(cause)
