"""Faults on demand, before and after a call took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import AttentiveClient

NEW = "+12025550170"


@pytest.fixture
def fault(attentive: AttentiveClient) -> Callable[..., int]:
    """Ask Attentive for a fault."""

    def ask(kind: str, operation: str = "Subscribe", **fields: Any) -> int:
        found: int = attentive.sandbox.faults(kind, operation, vendor="attentive", **fields)
        return found

    return ask


def there(attentive: AttentiveClient) -> tuple[bool, list[str]]:
    return attentive.eligible(phone=NEW) is not None, attentive.texts(NEW)


@pytest.mark.parametrize(
    ("kind", "effect"),
    [("drop-before", (False, [])), ("drop-after", (True, ["legal"])), ("drop-mid-body", (True, ["legal"]))],
)
def test_a_connection_drops_before_or_after_the_call_took_effect(
    attentive: AttentiveClient, fault: Callable[..., int], kind: str, effect: tuple[Any, ...]
) -> None:
    fault(kind, times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        attentive.subscribe(NEW, singleOptIn=True)
    assert there(attentive) == effect


def test_repeating_a_call_whose_answer_was_lost_texts_the_person_twice(
    attentive: AttentiveClient, fault: Callable[..., int]
) -> None:
    fault("drop-after", times=1)
    with pytest.raises(requests.ConnectionError):
        attentive.subscribe(NEW, singleOptIn=True)
    attentive.subscribe(NEW, singleOptIn=True)
    assert attentive.texts(NEW) == ["legal", "already_subscribed"]


@pytest.mark.parametrize(
    ("kind", "effect"), [("spring-error", (False, [])), ("spring-error-after", (True, ["legal"]))]
)
def test_a_500_comes_before_or_after_the_effect(
    attentive: AttentiveClient, fault: Callable[..., int], kind: str, effect: tuple[Any, ...]
) -> None:
    fault(kind, times=1)
    answer = attentive.subscribe(NEW, singleOptIn=True)
    assert (answer.status_code, answer.json()["error"]) == (500, "Internal Server Error")
    assert there(attentive) == effect


@pytest.mark.parametrize(
    ("status", "message"), [(403, "Access Denied"), (409, "Subscription already exists for user"), (502, "")]
)
def test_any_status_can_be_shown_in_mid_run(
    attentive: AttentiveClient, fault: Callable[..., int], status: int, message: str
) -> None:
    fault("spring-error", status=status, message=message, times=1)
    answer = attentive.subscribe(NEW)
    assert answer.status_code == status
    assert answer.json()["message"] == message or not message
    assert attentive.subscribe(NEW).status_code == 202


def test_a_401_in_mid_run_is_empty(attentive: AttentiveClient, fault: Callable[..., int]) -> None:
    fault("spring-error", status=401, times=1)
    assert attentive.subscribe(NEW).content == b""


def test_a_fault_can_wait_for_one_person(attentive: AttentiveClient, fault: Callable[..., int]) -> None:
    fault("spring-error", match={"user.phone": NEW})
    assert attentive.subscribe("+12025550171").status_code == 202
    assert attentive.subscribe(NEW).status_code == 500


def test_truncated_json_is_complete_http_and_the_call_took_effect(
    attentive: AttentiveClient, fault: Callable[..., int]
) -> None:
    fault("truncated-json", times=1)
    answer = attentive.subscribe(NEW, singleOptIn=True)
    with pytest.raises(ValueError, match=r".+"):
        answer.json()
    assert there(attentive) == (True, ["legal"])
