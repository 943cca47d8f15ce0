"""HTTP: requests made and answers read. Nothing is tried again here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import msgspec
import requests
from singer_command.connections import Connections
from urllib3.exceptions import HTTPError

from singer_delivery.errors import UnavailableError
from singer_delivery.quiet import keep_quiet
from singer_delivery.troubles import Trouble, broken_off, setup_error, trouble, unsendable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

    from singer_delivery.settings import DeliverySettings

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LARGEST_ANSWER = 16 << 20
"""Bytes at most of an answer, unpacked; one with a thousand people on its page has half a megabyte."""
REDIRECTS = range(300, 400)
_WITHOUT_BODY = frozenset({204, 205})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SUCCESS = range(200, 300)
_PIECE = 1 << 16
_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class TransportSettings:
    """How to call.

    Attributes:
        base_url: What all paths are below.
        concurrency: How many calls may be under way at once.
        request_timeout: Seconds of silence after which a call counts as hung.
        requests_per_second: Calls a second; None for no limit until the vendor shows one.
        dry_run: Calls that change something are noted, not made.
        attempts: How often a call is tried.
        backoff: Seconds before the second attempt; twice as many before each further one, and up to as many at random.
        address_setting: What users know `base_url` by, for messages.
    """

    base_url: str
    concurrency: int
    request_timeout: float
    requests_per_second: float | None
    dry_run: bool
    attempts: int = 6
    backoff: float = 1.0
    address_setting: str = "api_url"

    @classmethod
    def of(cls, base_url: str, common: DeliverySettings, **further: Any) -> TransportSettings:
        """Return how the settings that every target has say it.

        Args:
            base_url: What all paths are below.
            common: Those settings.
            further: Attributes beyond those, or instead of them.
        """
        how = {
            "concurrency": common.concurrency,
            "request_timeout": common.request_timeout,
            "requests_per_second": common.requests_per_second,
            "dry_run": common.dry_run,
        }
        return cls(base_url, **{**how, **further})


@dataclass(frozen=True, slots=True)
class Answer:
    """A vendor's answer.

    Attributes:
        status: HTTP status.
        body: The body's JSON; None where it is not JSON. Of a file its bytes.
        headers: A mapping that ignores case.
        pretended: Whether there was no call, in a dry run.
        readable: Whether the body is JSON, or rightly empty; a page of HTML, half a JSON and nothing at all are not.
    """

    status: int
    body: Any
    headers: Mapping[str, str]
    pretended: bool = False
    readable: bool = True

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return self.status in _SUCCESS


@dataclass(slots=True)
class Call:
    """One call of a vendor, however often it is tried.

    Attributes:
        operation: The vendor's name for it, for counts and messages.
        method: HTTP method.
        url: Whole address.
        body: Of the request.
        content_type: Of the body.
        params: Of the query.
        repeatable: Whether making it twice does no harm.
        may_be_empty: Whether an answer without a body is as it should be.
        authorized: Whether it tells who calls. Not at other hosts than the vendor's.
        largest_file: Bytes at most of a file, whatever is in it; None for what answers with JSON.
        address_setting: What users know its address by; empty for that of the base URL.
        renewed: Whether a new authorization was fetched for it.
    """

    operation: str
    method: str
    url: str
    body: bytes | None = None
    content_type: str = JSON
    params: Mapping[str, Any] | None = None
    repeatable: bool = True
    may_be_empty: bool = False
    authorized: bool = True
    largest_file: int | None = None
    address_setting: str = ""
    renewed: bool = field(default=False, init=False)


def encoded(json: Any) -> bytes:
    """Return a JSON as bytes. Decimals become numbers."""
    return _ENCODER.encode(json)


def encoded_form(form: Mapping[str, str]) -> bytes:
    """Return the fields of a form as bytes."""
    return urlencode(form).encode()


class Transport:
    """Makes calls, from any number of threads.

    Args:
        concurrency: How many calls may be under way at once.
        request_timeout: Seconds of silence after which a call counts as hung.
        address_setting: The setting that holds the vendor's address.
    """

    def __init__(self, concurrency: int, request_timeout: float, address_setting: str) -> None:
        self._address_setting = address_setting
        self._connections = Connections(concurrency, request_timeout)
        keep_quiet()

    def send(self, call: Call, authorization: Mapping[str, str]) -> Answer:
        """Make a call once.

        Args:
            call: What to call.
            authorization: Headers that say who calls.

        Raises:
            Trouble: No complete answer came, or one that is larger than `LARGEST_ANSWER`.
            SetupError: The address, the certificates or the credentials are wrong; it would be so again.
            UnavailableError: A file is larger than may be.
        """
        accepted = JSON if call.largest_file is None else "*/*"
        headers = {"Accept": accepted, "User-Agent": "singer-delivery", **authorization}
        if call.body is not None:
            headers["Content-Type"] = call.content_type
        try:
            response = self._connections.call(call.method, call.url, headers, call.params, call.body)
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            raise unsendable() from None
        except (requests.RequestException, HTTPError) as error:
            raise trouble(error, _host(call.url), call.address_setting or self._address_setting) from None
        except OSError as error:
            raise setup_error(error) from None
        with response:
            try:
                return _read(call, response)
            except HTTPError as error:
                raise broken_off(error) from None

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _read(call: Call, response: BaseHTTPResponse) -> Answer:
    status, headers = response.status, response.headers
    if status in REDIRECTS:
        return Answer(status, None, headers, readable=False)
    if call.largest_file is not None and status in _SUCCESS:
        return _read_file(call.operation, call.largest_file, response)
    content = _content(response, LARGEST_ANSWER)
    if content is None:
        words = f"an answer that is larger than {LARGEST_ANSWER >> 20} MiB (HTTP {status})"
        raise Trouble(words, answered=True, lasting=status in _SUCCESS)
    body, readable = None, call.may_be_empty or status in _WITHOUT_BODY or call.method == "HEAD"
    if content:
        try:
            body, readable = msgspec.json.decode(content.removeprefix(_BYTE_ORDER_MARK)), True
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            readable = False
    return Answer(status, body, headers, readable=readable)


def _read_file(operation: str, largest: int, response: BaseHTTPResponse) -> Answer:
    content = _content(response, largest)
    if content is None:
        raise UnavailableError(f"The answer to {operation} is larger than {largest >> 20} MiB: too large to read.")
    page = response.headers.get("Content-Type", "").strip().lower().startswith("text/html")
    return Answer(response.status, content, response.headers, readable=not page)


def _content(response: BaseHTTPResponse, largest: int) -> bytes | None:
    """Return the body; None if it is larger than may be.

    It is read in pieces: its size is known only once it is there, and what it unpacks to only then.
    """
    pieces, size = [], 0
    for piece in response.stream(_PIECE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            return None
    return b"".join(pieces)
