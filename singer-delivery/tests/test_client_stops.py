"""Where the transport gives up: a run that ends, a token that cannot be had, an address whose certificate is wrong."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
from urllib3.exceptions import SSLError

from singer_delivery.errors import AbandonedError, SetupError, UnavailableError
from singer_delivery.limiter import Limiter
from singer_delivery.settings import DeliverySettings, target_schema
from singer_delivery.transport import TransportSettings
from singer_delivery.troubles import trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from singer_delivery.client import Client

FORM = {"grant_type": "client_credentials"}


def test_no_token_is_fetched_for_a_run_that_is_ending(vendor: SimpleNamespace, connect: Callable[..., Client]) -> None:
    client = connect(vendor.url)
    client.stop()
    with pytest.raises(AbandonedError):
        client.exchange("Token", f"{vendor.url}/token", FORM)
    assert vendor.seen == []


@pytest.mark.parametrize("first", [(429, {}, b""), (500, {}, b""), (200, {}, b"")])
def test_a_token_that_does_not_come_at_once_is_asked_for_again(
    vendor: SimpleNamespace, connect: Callable[..., Client], first: tuple[int, dict[str, str], bytes]
) -> None:
    vendor.answers[:] = [first, (200, {}, b'{"access_token": "a"}')]
    answer = connect(vendor.url).exchange("Token", f"{vendor.url}/token", FORM)
    assert answer.body == {"access_token": "a"}
    assert len(vendor.seen) == 2


def test_a_pause_of_a_day_before_the_next_token_ends_the_run_at_once(
    vendor: SimpleNamespace, connect: Callable[..., Client]
) -> None:
    vendor.answers[:] = [(429, {"Retry-After": "86400"}, b"")]
    with pytest.raises(UnavailableError, match="1440 minutes"):
        connect(vendor.url).exchange("Token", f"{vendor.url}/token", FORM)
    assert len(vendor.seen) == 1


def test_a_certificate_that_cannot_be_verified_is_told_with_what_to_do() -> None:
    wrong = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    told = trouble(SSLError(wrong), "api.example.com", "api_url")
    assert isinstance(told, SetupError)
    assert "TLS certificate of api.example.com" in str(told)
    assert "REQUESTS_CA_BUNDLE" in str(told)


def test_the_settings_of_every_target_say_how_calls_are_made_unless_a_target_knows_better() -> None:
    defaults: dict[str, Any] = {
        name: each["default"] for name, each in target_schema("t")["properties"].items() if "default" in each
    }
    common = DeliverySettings.from_config({**defaults, "concurrency": 3, "request_timeout": 7, "dry_run": True})
    settings = TransportSettings.of("https://api.example.com", common, requests_per_second=5)
    assert (settings.base_url, settings.concurrency, settings.request_timeout) == ("https://api.example.com", 3, 7)
    assert (settings.requests_per_second, settings.dry_run, settings.attempts) == (5, True, 6)


def test_a_refusal_of_a_call_that_went_long_ago_is_no_sign_of_todays_rate() -> None:
    now = 1000.0
    limiter = Limiter(100, lambda: now)
    old = limiter.acquire()
    for _ in range(100):
        now += 1
        limiter.acquire()
    limiter.throttled(None, old)
    assert limiter.per_second == 100


def test_a_refusal_before_any_call_was_made_here_lowers_no_rate() -> None:
    limiter = Limiter(100)
    limiter.throttled()
    assert limiter.per_second == 100


def test_a_rate_is_lowered_once_for_all_refusals_of_one_burst() -> None:
    now = 1000.0
    limiter = Limiter(100, lambda: now)
    first = limiter.acquire()
    now += 1
    second = limiter.acquire()
    limiter.throttled(None, first)
    lowered = limiter.per_second
    limiter.throttled(None, second)
    assert lowered < 100
    assert limiter.per_second == lowered
