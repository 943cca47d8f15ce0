"""Faults on demand, before and after a call took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import SmsClient

NEW = "13125550170"
CREATE = "Contact_PostContactListResource"


@pytest.fixture
def fault(sms: SmsClient) -> Callable[..., int]:
    """Ask the SMS REST API for a fault."""

    def ask(kind: str, operation: str = CREATE, **fields: Any) -> int:
        found: int = sms.sandbox.faults(kind, operation, vendor="listrak-sms", **fields)
        return found

    return ask


def there(sms: SmsClient) -> tuple[bool, int]:
    return sms.call("GET", f"/Contact/{NEW}").status_code == 200, len(sms.sandbox.texts())


@pytest.mark.parametrize(
    ("kind", "effect"), [("drop-before", (False, 0)), ("drop-after", (True, 1)), ("drop-mid-body", (True, 1))]
)
def test_a_connection_drops_before_or_after_the_call_took_effect(
    sms: SmsClient, fault: Callable[..., int], kind: str, effect: tuple[bool, int]
) -> None:
    fault(kind, times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        sms.create(NEW)
    assert there(sms) == effect
    assert sms.create(NEW).status_code == (400 if effect[0] else 201)
    assert len(sms.sandbox.texts()) == 1


@pytest.mark.parametrize(("kind", "effect"), [("api-error", (False, 0)), ("api-error-after", (True, 1))])
def test_a_500_comes_in_the_envelope_before_or_after_the_effect(
    sms: SmsClient, fault: Callable[..., int], kind: str, effect: tuple[bool, int]
) -> None:
    fault(kind, times=1)
    answer = sms.create(NEW)
    assert (answer.status_code, answer.json()["error"]) == (500, "ERROR_UNHANDLED_EXCEPTION")
    assert there(sms) == effect


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ERROR_UNAUTHORIZED", 401),
        ("ERROR_UNSUPPORTED_PROTOCOL", 400),
        ("ERROR_RESOURCE_DEPENDENCY", 400),
        ("NEW", 400),
    ],
)
def test_any_code_can_be_shown_in_mid_run(sms: SmsClient, fault: Callable[..., int], code: str, status: int) -> None:
    fault("api-error", code=code, times=1)
    answer = sms.create(NEW)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert sms.create(NEW).status_code == 201


@pytest.mark.parametrize("retry_after", [None, 3])
def test_429_comes_with_and_without_retry_after(
    sms: SmsClient, fault: Callable[..., int], retry_after: int | None
) -> None:
    fault("http-429", times=1, retry_after=retry_after)
    answer = sms.create(NEW)
    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == (str(retry_after) if retry_after else None)
    assert there(sms) == (False, 0)


def test_a_rate_limit_lets_a_burst_through_and_answers_429_beyond(sms: SmsClient, fault: Callable[..., int]) -> None:
    fault("rate-limit", "*", per_second=0.001, burst=3, retry_after=1)
    statuses = [sms.call("GET", "", headers=sms.headers()).status_code for _ in range(5)]
    assert statuses == [200, 200, 429, 429, 429]  # the token was the first of three
    rule = sms.sandbox.get("/_sandbox/faults")["faults"][0]
    assert rule["hits"] == 3


@pytest.mark.parametrize(("kind", "status"), [("http-503", 503), ("html-200", 200)])
def test_pages_in_place_of_json_mean_that_nothing_happened(
    sms: SmsClient, fault: Callable[..., int], kind: str, status: int
) -> None:
    fault(kind, times=1)
    answer = sms.create(NEW)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert there(sms) == (False, 0)


def test_truncated_json_is_complete_http_and_the_call_took_effect(sms: SmsClient, fault: Callable[..., int]) -> None:
    fault("truncated-json", times=1)
    answer = sms.create(NEW)
    assert answer.status_code == 201
    with pytest.raises(ValueError, match=r".+"):
        answer.json()
    assert there(sms) == (True, 1)


@pytest.mark.parametrize(("kind", "effect"), [("hang", (False, 0)), ("latency", (True, 1))])
def test_a_time_out_before_or_after_the_effect(
    sms: SmsClient, fault: Callable[..., int], kind: str, effect: tuple[bool, int]
) -> None:
    fault(kind, times=1, seconds=5)
    with pytest.raises(requests.ReadTimeout):
        sms.call("POST", "/PhoneList/7001/Contact", {"phoneNumber": NEW}, timeout=0.4)
    assert there(sms) == effect


def test_a_fault_can_wait_for_one_person(sms: SmsClient, fault: Callable[..., int]) -> None:
    fault("api-error", match={"phoneNumber": NEW, "phoneListId": 7001})
    assert sms.create("13125550171").status_code == 201
    assert sms.create(NEW).status_code == 500


def test_an_error_can_end_the_connection(sms: SmsClient) -> None:
    assert "Connection" not in sms.call("GET", f"/Contact/{NEW}").headers
    sms.switch(error_connection="close")
    assert sms.call("GET", f"/Contact/{NEW}").headers["Connection"] == "close"
