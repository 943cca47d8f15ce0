"""What can go wrong at Listrak, and what to do about it.

::

    ListrakError                  one plain sentence or two: what, where, what to do
    ├── AccountError              would fail every call: the run stops at once and nothing is retried
    │   ├── LoginRefusedError         [InvalidLogonAttempt]
    │   ├── LoginLockedError          [LoginAttemptsExceeded]
    │   └── AddressRefusedError       [ProhibitedIPAddress]
    ├── SetupError                a setting or the service description is wrong
    ├── CallError                 one call went wrong in a way that may pass: it is retried
    │   ├── UnreachableError          no connection, a dropped one, or no answer in time
    │   ├── BusyError                 429 or 503, perhaps with a Retry-After
    │   ├── NotSoapError              an HTML page, an empty or a broken body
    │   ├── FaultError                a SOAP fault
    │   └── RefusedError              a WSException inside an ordinary answer
    ├── ReportError               a call that stayed broken after every attempt
    └── EndlessReportError        a report that gives the same page again and again

No message holds a body, a password or a record: a fault's text is shortened, and addresses in it are masked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalSyncError
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
    SSLError,
    TimeoutError,  # noqa: A004 - urllib3's own
)

if TYPE_CHECKING:
    import requests

_BRACKETED_CODE = re.compile(r"\[([A-Za-z]+)\]")
_ADDRESS = re.compile(r"[^\s<>\"'(]+@[^\s<>\"')]+")
_LONG_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_MESSAGE_LENGTH = 200
_LOOKED_THROUGH = 2_000
"""Characters of a text in which there is looked for addresses: in an endless one that would take as long."""


class ListrakError(FatalSyncError):
    """Base of all errors of this tap."""


class AccountError(ListrakError):
    """Listrak refuses this user as such: every further call would fail, and could lock the login."""

    code = ""
    advice = ""

    def __init__(self) -> None:
        super().__init__(f"{self.advice} (Listrak answered [{self.code}]. Nothing was retried.)")


class LoginRefusedError(AccountError):
    """Wrong user or password (seen by two public clients of the service)."""

    code = "InvalidLogonAttempt"
    advice = (
        "Listrak refused the login. Check `username` and `password`: they are those of a Listrak user with the "
        "permissions 'API Access' and 'Analytics Access' (in Listrak: Manage > Users)."
    )


class LoginLockedError(AccountError):
    """Too many failed logins (seen by one public client)."""

    code = "LoginAttemptsExceeded"
    advice = (
        "Listrak has locked this login after too many failed attempts. Do not run again before it is unlocked: "
        "every attempt can prolong the lock. Unlock the user or reset its password in Listrak (Manage > Users), "
        "then correct `password`."
    )


class AddressRefusedError(AccountError):
    """The caller's IP address is not on the account's list (seen by one public client)."""

    code = "ProhibitedIPAddress"
    advice = (
        "Listrak does not accept calls from this machine's IP address. Add its public address in Listrak: "
        "Manage > Accounts > SOAP API IP Authorization."
    )


ACCOUNT_ERRORS: dict[str, type[AccountError]] = {
    error.code: error for error in (LoginRefusedError, LoginLockedError, AddressRefusedError)
}
"""Bracketed code in a fault's text -> the error it means."""


class SetupError(ListrakError):
    """The tap cannot begin: a setting names something that is not there, or the WSDL is not the service's."""


class CallError(ListrakError):
    """One attempt at one call failed. The client retries it; `ReportError` is what is left when that does not help.

    Args:
        what: The failure in plain words, without anything of the body.
        retry_after: Seconds the service asked to wait, or 0.
    """

    def __init__(self, what: str, *, retry_after: float = 0) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class UnreachableError(CallError):
    """The connection failed, broke, or stayed silent longer than `request_timeout`."""


class BusyError(CallError):
    """The service said that it is busy (429, 503)."""


class NotSoapError(CallError):
    """The answer is no SOAP: an HTML page, nothing at all, or XML that breaks off."""


class FaultError(CallError):
    """A SOAP fault that is none of `ACCOUNT_ERRORS`."""


class RefusedError(CallError):
    """A `WSException` in an answer of HTTP 200: an error of the application, never an empty page."""


class ReportError(ListrakError):
    """A call that failed in every attempt.

    Args:
        call: The call in words: operation, list or message, page.
        attempts: How often it was tried.
        cause: What the last attempt met.
    """

    def __init__(self, call: str, attempts: int, cause: CallError) -> None:
        super().__init__(
            f"{call} failed {attempts} times, at last with: {cause}. Run again later; if the same call fails "
            "again, ask Listrak's support about it."
        )
        self.call = call
        self.cause = cause


class EndlessReportError(ListrakError):
    """A report of which several pages in a row are the same: the service does not heed which one is asked for.

    Args:
        call: The call in words: operation, list or message, page.
        pages: How many pages in a row.
    """

    def __init__(self, call: str, pages: int) -> None:
        super().__init__(
            f"{call} has the same rows as the {pages - 1} pages before it, so the report has no end, and nothing more "
            "of it is read. Run again later; if the same report repeats itself again, ask Listrak's support about it."
        )


def fault_error(text: str) -> AccountError | FaultError:
    """Read what a SOAP fault means.

    Args:
        text: The fault's text, as the service wrote it.

    Returns:
        One of the account errors where the text holds its bracketed code, else a fault that may pass.
    """
    for code in _BRACKETED_CODE.findall(text):
        if error := ACCOUNT_ERRORS.get(code):
            return error()
    return FaultError(f"a SOAP fault ({printable(text) or 'without a text'})")


def printable(text: str) -> str:
    """Make a text of the service safe to show: one line, short, without e-mail addresses or phone numbers."""
    line = " ".join(text[:_LOOKED_THROUGH].split())
    if len(text) > _LOOKED_THROUGH:
        line = line.rpartition(" ")[0]  # the last word may be the first half of an address
    line = _LONG_NUMBER.sub("#", _ADDRESS.sub("<address>", line))
    return line if len(line) <= _MESSAGE_LENGTH else f"{line[:_MESSAGE_LENGTH]}..."


def unreachable(error: requests.RequestException | HTTPError) -> UnreachableError | SetupError:
    """Name what kept an answer from coming, without the library's own words, which may quote the call."""
    if not isinstance(error, HTTPError) or isinstance(error, LocationValueError):
        return SetupError("The address in `wsdl_url`, or that of a proxy, is not a valid URL. Check `wsdl_url`.")
    if _NOT_VERIFIED in str(error):
        return SetupError(
            "The TLS certificate of the host in `wsdl_url` cannot be verified, so it was told nothing. If a proxy of "
            "yours stands between, name the file of its certificates in the environment variable REQUESTS_CA_BUNDLE."
        )
    return UnreachableError(next(words for kind, words in _NO_ANSWER if isinstance(error, kind)))


def broken_off(error: HTTPError) -> UnreachableError:
    """Name what kept an answer from coming to its end."""
    return UnreachableError(next(words for kind, words in _HALF_AN_ANSWER if isinstance(error, kind)))


def no_certificates(error: OSError) -> SetupError:
    """Name what keeps a call from being made on this machine."""
    return SetupError(
        f"Calls cannot be made from here ({error.strerror or 'a file of certificates is missing'}). Check the "
        "environment variables REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE."
    )


def no_room(error: OSError) -> SetupError:
    """Name what keeps an answer from being put aside on this machine."""
    return SetupError(
        f"The temporary folder cannot hold an answer ({error.strerror or 'it cannot be written'}). Make room in it, "
        "or name another folder in the environment variable TMPDIR, and run again."
    )


_NOT_VERIFIED = "CERTIFICATE_VERIFY_FAILED"
_SILENCE = "no answer in time (`request_timeout`)"
_NO_ANSWER: tuple[tuple[type[HTTPError], str], ...] = (
    (NewConnectionError, "a connection that could not be made or was dropped"),
    (TimeoutError, _SILENCE),
    (SSLError, "a TLS connection that broke"),
    (ProxyError, "a proxy that could not be reached"),
    (HTTPError, "a connection that could not be made or was dropped"),
)
_HALF_AN_ANSWER: tuple[tuple[type[HTTPError], str], ...] = (
    (TimeoutError, _SILENCE),
    (DecodeError, "an answer whose compression is broken"),
    (HTTPError, "a connection that broke in the middle of the answer"),
)
