"""The transport: where Listrak is, how it is called, and what is tried again."""

from __future__ import annotations

import logging
import threading
import weakref
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from tap_listrak.errors import (
    AccountError,
    BusyError,
    CallError,
    NotSoapError,
    ReportError,
)
from tap_listrak.mapping import NAMESPACE, Finding, Findings
from tap_listrak.service import Service
from tap_listrak.soap import AnswerParser
from tap_listrak.spool import RowSpool
from tap_listrak.transport import LARGEST_DESCRIPTION, LARGEST_REPORT, Transport, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from urllib3 import BaseHTTPResponse

    from tap_listrak.rows import RowReader

    T = TypeVar("T")

ATTEMPTS = 5
# 2 + 4 + 8 + 16 seconds, and up to one more each time: about half a minute in all.
BACKOFF = wait_exponential_jitter(multiplier=2, exp_base=2, max=16, jitter=1)
_LONGEST_RETRY_AFTER = 60.0
_OK = 200
_BUSY = (429, 503)


@dataclass(frozen=True)
class Call:
    """One call of the service.

    Args:
        operation: Name of the SOAP operation.
        arguments: The request's elements, in any order.
        subject: What it asks about, in words: `list 12`, `message 34, page 2`.
    """

    operation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.operation} ({self.subject})" if self.subject else self.operation


@dataclass(frozen=True)
class Answer:
    """A sound and complete answer: its rows, and what had to be put right in them.

    Attributes:
        mark: The same for answers that are the same to the byte, and hardly ever for others. A checksum, not a hash:
            one of these would cost eight times as much, on each page.
    """

    rows: RowSpool
    findings: Findings
    mark: int

    @property
    def empty(self) -> bool:
        """Whether the answer held no row at all; rows that were dropped for want of a key are rows."""
        return self.rows.count == 0 and not any(finding is Finding.KEYLESS for finding, _ in self.findings)


class ListrakClient:
    """Calls operations of the service, from any number of threads.

    Calls go to the address that the WSDL was read from, without its query: a WSDL can name another address, and the
    password shall go to no host that the user did not name.

    Args:
        username: User name of a Listrak user with API access.
        password: Its password.
        wsdl_url: Address of the WSDL.
        connections: How many calls may be under way at once.
        timeout: Seconds of silence after which a call counts as hung.
    """

    def __init__(self, *, username: str, password: str, wsdl_url: str, connections: int, timeout: float) -> None:
        self._credentials = {"UserName": username, "Password": password}
        self._wsdl_url = wsdl_url
        self._address = urlunsplit(urlsplit(wsdl_url)._replace(query="", fragment=""))
        self._transport = Transport(connections, timeout)
        self._lock = threading.Lock()
        # Threads that parse would fight over the interpreter piece by piece; taking turns costs a fifth less.
        self._parsing = threading.Lock()
        self._service: Service | None = None
        self._refusal: AccountError | None = None
        weakref.finalize(self, self._transport.close)
        self._logger = logging.getLogger("tap-listrak.client")

    def fetch(self, call: Call, reader: RowReader, constant: Any = None) -> Answer:
        """Make a call until it succeeds, five times at most.

        Args:
            call: What to call.
            reader: Turns the answer's rows into records.
            constant: The value of the column that the request knows and the rows do not.

        Returns:
            All rows of the answer; nothing of an attempt that broke off.

        Raises:
            AccountError: At once; and without a call once any call of this client met one.
            ReportError: Every attempt failed.
            SetupError: The WSDL lacks the operation.
        """
        service = self.load()
        return self._until_it_works(str(call), lambda: self._attempt(service, call, reader, constant))

    def load(self) -> Service:
        """Read the WSDL, if that is not done yet.

        Raises:
            ReportError: It could not be read.
            SetupError: It is not the one of this service.
        """
        return self._service or self._until_it_works("Reading the WSDL", self._bind)

    def _until_it_works(self, what: str, attempt: Callable[[], T]) -> T:
        try:
            return self._unless_refused(attempt)  # nearly always enough, and faster than by the way below
        except CallError as error:
            return self._again(what, attempt, error)

    def _again(self, what: str, attempt: Callable[[], T], first: CallError) -> T:
        met = iter([first])

        def attempts() -> T:
            for error in met:
                raise error
            return self._unless_refused(attempt)

        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            retry=retry_if_exception_type(CallError),
            before_sleep=lambda state: self._log_retry(what, state),
            reraise=True,
        )
        try:
            return retrying(attempts)
        except CallError as error:
            raise ReportError(what, ATTEMPTS, error) from None

    def _unless_refused(self, attempt: Callable[[], T]) -> T:
        # A refused login is not tried a second time, not even by another thread: that can lock the account.
        if self._refusal:
            raise self._refusal
        try:
            return attempt()
        except AccountError as error:
            self._refusal = error
            raise

    def _log_retry(self, what: str, state: RetryCallState) -> None:
        cause = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0
        self._logger.warning(
            "%s: attempt %d of %d met %s; next one in %.0f s",
            what,
            state.attempt_number,
            ATTEMPTS,
            cause,
            wait,
        )

    def _bind(self) -> Service:
        with self._lock:
            if self._service is None:
                self._service = Service(self._read_wsdl(), self._credentials)
            return self._service

    def _read_wsdl(self) -> bytes:
        with self._transport.call("GET", self._wsdl_url, {}) as response:
            content = b"".join(pieces(response, LARGEST_DESCRIPTION))
        if response.status != _OK:
            raise CallError(f"HTTP {response.status}")
        return content

    def _attempt(self, service: Service, call: Call, reader: RowReader, constant: Any = None) -> Answer:
        body = service.envelope(call.operation, call.arguments)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}{call.operation}"'}
        parser = AnswerParser(call.operation, reader, constant)
        with self._transport.call("POST", self._address, headers, body) as response:
            return _read(response, parser, RowSpool(reader.width), self._parsing)


def _read(response: BaseHTTPResponse, parser: AnswerParser, rows: RowSpool, turn: threading.Lock) -> Answer:
    mark = 0
    try:
        for piece in pieces(response, LARGEST_REPORT):
            mark = zlib.crc32(piece, mark)
            with turn:
                rows.add(parser.feed(piece))
        rows.add(parser.close())
    except NotSoapError as error:
        if response.status in _BUSY:
            raise BusyError(f"HTTP {response.status}", retry_after=_retry_after(response)) from None
        if response.status != _OK:
            raise NotSoapError(f"HTTP {response.status}, {error}") from None
        raise
    return Answer(rows, parser.findings, mark)


def _retry_after(response: BaseHTTPResponse) -> float:
    """Return the seconds of a Retry-After header; its form with a date is not used by services of this kind."""
    value = response.headers.get("Retry-After", "")
    return min(float(value), _LONGEST_RETRY_AFTER) if value.isdecimal() else 0


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, CallError) else 0
    return max(BACKOFF(state), asked)
