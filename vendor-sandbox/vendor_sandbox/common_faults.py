"""The faults any HTTP vendor can show."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vendor_sandbox.answers import Answer, Body, Ending
from vendor_sandbox.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.answers import Call

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"


def html(status: int, title: str, text: str, **headers: str) -> Answer:
    """An HTML page where an API's answer was expected."""
    body = Body(_PAGE.format(title, text).encode())
    return Answer(status, body=body, headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()))


def _busy(status: int, title: str, params: Mapping[str, Any]) -> Answer:
    retry_after = params["retry_after"]
    headers = {} if retry_after is None else {"retry_after": str(retry_after)}
    return html(status, title, "The service is temporarily unavailable.", **headers)


def _http_503(_answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    return _busy(503, "Service Unavailable", params)


def _http_429(_answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    return _busy(429, "Too Many Requests", params)


def _html_200(_answer: Answer, _call: Call, _params: Mapping[str, Any]) -> Answer:
    return html(200, "Scheduled maintenance", "We will be back shortly.")


def _empty_body(_answer: Answer, _call: Call, _params: Mapping[str, Any]) -> Answer:
    return Answer()


def _hang(_answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    return Answer(delay=params["seconds"], ending=Ending.CLOSED)


def _drop_before(_answer: Answer, _call: Call, _params: Mapping[str, Any]) -> Answer:
    return Answer(ending=Ending.CLOSED)


def _drop_after(answer: Answer, _call: Call, _params: Mapping[str, Any]) -> Answer:
    return replace(answer, ending=Ending.CLOSED)


def truncated(answer: Answer, _call: Call, _params: Mapping[str, Any]) -> Answer:
    """A complete HTTP answer around half of the body."""
    body = answer.whole()
    return replace(answer, body=Body(body[: len(body) // 2]), stream=None)


def _beyond_rate(memory: dict[str, float], params: Mapping[str, Any]) -> bool:
    """A token bucket, by the machine's clock: a rate is a matter of real seconds."""
    now = time.monotonic()
    rate, burst = params["per_second"], max(1, params["burst"])
    tokens = min(burst, memory.get("tokens", burst) + (now - memory.get("at", now)) * rate)
    memory["at"] = now
    memory["tokens"] = tokens - 1 if tokens >= 1 else tokens
    return bool(tokens < 1)


def _drop_mid_body(answer: Answer, _call: Call, _params: Mapping[str, Any]) -> Answer:
    return replace(answer, body=Body(answer.whole()), stream=None, ending=Ending.HALF)


def _latency(answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    return replace(answer, delay=answer.delay + params["seconds"])


def _slow_body(answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    return replace(answer, body=Body(answer.whole()), stream=None, trickle=params["seconds"])


def _gzip(answer: Answer, _call: Call, params: Mapping[str, Any]) -> Answer:
    return replace(answer, gzip=params["on"])


COMMON_KINDS: dict[str, Kind] = {
    "latency": Kind(_latency, "the answer comes later", {"seconds": 0.1}),
    "http-503": Kind(_http_503, "HTTP 503 and an HTML page", {"retry_after": None}, replaces=True),
    "http-429": Kind(_http_429, "HTTP 429 and an HTML page", {"retry_after": None}, replaces=True),
    "rate-limit": Kind(
        _http_429,
        "HTTP 429 and an HTML page for what is beyond so many calls a second",
        {"per_second": 100.0, "burst": 10, "retry_after": None},
        replaces=True,
        wants=_beyond_rate,
    ),
    "html-200": Kind(_html_200, "HTTP 200 and an HTML page", replaces=True),
    "empty-body": Kind(_empty_body, "HTTP 200 and not a byte", replaces=True),
    "hang": Kind(
        _hang, "no answer until the client leaves or the seconds are over", {"seconds": 3600.0}, replaces=True
    ),
    "drop-before": Kind(_drop_before, "the connection is closed without an answer", replaces=True),
    "drop-after": Kind(_drop_after, "the call takes effect, then the connection is closed without an answer"),
    "drop-mid-body": Kind(_drop_mid_body, "the full length declared, half of it sent, the connection closed"),
    "slow-body": Kind(_slow_body, "the body trickles in over the seconds", {"seconds": 2.0}),
    "gzip": Kind(_gzip, "compressed or not, whatever the client accepts", {"on": True}),
}
