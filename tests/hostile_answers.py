"""Answers that no vendor should give, by what is wrong with them. Nobody is to repeat the `CANARY` in them."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hostile import head, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

CANARY = "canary-of-the-answer"
PIECE = b" " * (1 << 16)
GIGABYTE = 1 << 30
_COOKIE = f"Set-Cookie: session={CANARY}; Path=/"
_FAR = "Fri, 31 Dec 9999 23:59:59 GMT"
_POINTS = r"points to another (?:address|one)"
_BROKEN = "a page, no JSON, or half of one"
_LARGE = "larger than 16 MiB"


@dataclass(frozen=True)
class Answer:
    """An answer.

    Attributes:
        pieces: Makes it, given the address of another server, which nobody is to call.
        words: What is to be said of it: a pattern.
    """

    pieces: Callable[[str], Iterable[bytes]]
    words: str


def _page(_: str) -> Iterable[bytes]:
    return whole(f"<!doctype html><title>{CANARY}</title>".encode(), _COOKIE, kind="text/html; charset=klingon")


def _deep(depth: int) -> Callable[[str], Iterable[bytes]]:
    return lambda _: whole(b"[" * depth + b'"%s"' % CANARY.encode() + b"]" * depth, _COOKIE)


def _chunked(*headers: str, pieces: Iterable[bytes] = ()) -> Iterator[bytes]:
    yield head("Transfer-Encoding: chunked", *headers)
    for piece in pieces:
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def gigabyte(_: str) -> Iterable[bytes]:
    """Return a body of a gigabyte that does not say so."""
    return _chunked(pieces=(PIECE for _ in range(GIGABYTE // len(PIECE))))


def bomb(_: str) -> Iterable[bytes]:
    """Return a body of a megabyte that unpacks to a gigabyte."""
    packer = zlib.compressobj(9, wbits=31)
    part = packer.compress(PIECE * 64) + packer.flush()
    return [head("Content-Encoding: gzip"), *[part] * (GIGABYTE // len(PIECE) // 64)]


def _redirect(status: str) -> Callable[[str], Iterable[bytes]]:
    return lambda elsewhere: whole(CANARY.encode(), f"Location: {elsewhere}/there", _COOKIE, status=status)


def _endless_redirect(elsewhere: str) -> Iterable[bytes]:
    return [head(f"Location: {elsewhere}/there", status="302 Found"), *[PIECE] * (GIGABYTE // len(PIECE))]


def _text(body: str, *headers: str, status: str = "200 OK") -> Callable[[str], Iterable[bytes]]:
    return lambda _: whole(body.encode("utf-8", "surrogatepass"), *headers, status=status)


def _wait(value: str, status: str = "429 Too Many Requests") -> Callable[[str], Iterable[bytes]]:
    return _text(json.dumps({"message": CANARY}), f"Retry-After: {value}", status=status)


def _headers(*lines: bytes) -> Callable[[str], Iterable[bytes]]:
    return lambda _: [b"HTTP/1.1 200 OK\r\n", *lines]


ANSWERS = {
    "page": Answer(_page, _BROKEN),
    "deep": Answer(_deep(100_000), _BROKEN),
    "gigabyte": Answer(gigabyte, _LARGE),
    "gzip-bomb": Answer(bomb, _LARGE),
    "broken-gzip": Answer(_text(CANARY, "Content-Encoding: gzip"), "compression is broken"),
    "not-utf-8": Answer(lambda _: whole(b'{"message": "\xff\xfe%s"}' % CANARY.encode()), _BROKEN),
    "utf-16": Answer(lambda _: whole(f'{{"message": "{CANARY}"}}'.encode("utf-16")), _BROKEN),
    "length-too-long": Answer(lambda _: [head("Content-Length: 1000"), CANARY.encode()], "in the middle"),
    "length-too-short": Answer(lambda _: [head("Content-Length: 9"), b'{"message": "%s"}' % CANARY.encode()], _BROKEN),
    "length-of-two-minds": Answer(
        lambda _: [head("Content-Length: 9", "Content-Length: 10"), CANARY.encode()], "failed 6 times"
    ),
    "length-negative": Answer(lambda _: [head("Content-Length: -1"), CANARY.encode()], "failed 6 times"),
    "chunks-of-nonsense": Answer(lambda _: [head("Transfer-Encoding: chunked"), b"canary\r\n"], "in the middle"),
    "endless-headers": Answer(_headers(*[b"X-Canary: %s\r\n" % CANARY.encode()] * 100_000), "no HTTP"),
    "endless-header": Answer(_headers(b"X-Canary: ", *[b"canary" * 1000] * 100), "no HTTP"),
    "no-http": Answer(lambda _: [f"220 {CANARY} ESMTP\r\n".encode()], "no HTTP"),
    "headers-of-nonsense": Answer(_headers(f"{CANARY}\r\nNo: 1\r\n\r\n".encode()), _BROKEN),
    "redirect-302": Answer(_redirect("302 Found"), _POINTS),
    "redirect-307": Answer(_redirect("307 Temporary Redirect"), _POINTS),
    "redirect-308": Answer(_redirect("308 Permanent Redirect"), _POINTS),
    "redirect-of-a-gigabyte": Answer(_endless_redirect, _POINTS),
    "redirect-to-nonsense": Answer(_text(CANARY, "Location: http://[canary", status="302 Found"), _POINTS),
    "redirect-to-a-file": Answer(_text(CANARY, "Location: file:///etc/passwd", status="301 Moved"), _POINTS),
    "retry-after-years": Answer(_wait("1000000000"), "16666667 minutes"),
    "retry-after-exponent": Answer(_wait("1e9"), "HTTP 429"),
    "retry-after-many-digits": Answer(_wait("9" * 400), "minutes"),
    "retry-after-negative": Answer(_wait("-5"), "HTTP 429"),
    "retry-after-far": Answer(_wait(_FAR), "minutes"),
    "retry-after-503": Answer(_wait("86401", "503 Service Unavailable"), "1441 minutes"),
}
"""To a call that wants JSON."""

_ODD: tuple[Any, ...] = (None, 1, "x", [], {"id": "9" * 5000, "number": "9" * 5000, "size": [], "name": 5})
_ROWS = ("data", "contacts", "groups", "templates", "messages", "batches", "sender_names", "scheduled", "items")


def _in_lists(depth: int) -> str:
    return "[" * depth + "]" * depth


NONSENSE = {
    "null": "null",
    "number": "17",
    "text": f'"{CANARY}"',
    "list": "[]",
    "lists": "[[[]], [null]]",
    "object": "{}",
    "deep-code": f'{{"errors": [{{"code": {_in_lists(900)}}}], "error": {{"code": 1}}, "message": [{{}}]}}',
    "deep-success": f'{{"status": "success", "data": {_in_lists(950)}}}',
    "errors-of-nonsense": '{"errors": [null, 1, {"code": {"a": 1}}], "status": "failure", "error": [1]}',
    "numbers-as-texts": f'{{"status": "success", "contacts": {{"number": "{"9" * 5000}"}}, "groups": 5}}',
    "rows-of-nonsense": json.dumps({"status": "success", "errorCode": 0} | dict.fromkeys(_ROWS, _ODD)),
    "code-of-a-megabyte": json.dumps({"error": CANARY * 50_000, "message": "phone " * 100_000}),
}
"""JSON that says nothing."""

TOKENS = {
    **{f"token-{name}": body for name, body in NONSENSE.items()},
    "token-no-text": '{"access_token": 5, "expires_in": 3599}',
    "token-with-lines": json.dumps({"access_token": f"{CANARY}\r\nHost: elsewhere", "expires_in": 3599}),
    "token-with-letters": json.dumps({"access_token": f"{CANARY}\u20ac\ud83d\ude00", "expires_in": 3599}),
    "token-empty": '{"access_token": ""}',
}
"""From an endpoint of tokens."""
LIVES = ("1" * 400, '"1e999"', "-1", '"NaN"', "[]", "null", "0.0001")
"""What a token's `expires_in` may hold, and the token be used all the same."""
