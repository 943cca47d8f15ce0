"""Keys and scopes, limits, and the errors that any call can meet."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from .conftest import AttentiveClient

ME = "/v1/me"
PERSON = {"user": {"email": "x@example.com"}, "signUpSourceId": "132109"}


def test_me_names_the_app_and_the_company_and_no_scopes(attentive: AttentiveClient) -> None:
    answer = attentive.call("GET", ME)
    assert answer.json() == attentive.get("/v2/me")
    assert set(answer.json()) == {
        *("applicationName", "attentiveDomainName", "companyName"),
        *("contactEmail", "companyId"),
    }
    assert attentive.get(ME, key="sandbox-attentive-second")["applicationName"] == "Second App"


@pytest.mark.parametrize("authorization", [None, "Bearer nobody", "Bearer", "sandbox-attentive", "Basic c2FuZGJveA=="])
def test_a_wrong_key_is_an_empty_401(attentive: AttentiveClient, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = requests.get(f"{attentive.sandbox.attentive_url}{ME}", headers=headers, timeout=10)
    assert (answer.status_code, answer.content) == (401, b"")
    assert "Content-Type" not in answer.headers
    assert "WWW-Authenticate" not in answer.headers
    assert "x-ratelimit-limit" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_path_is_springs_404_even_without_a_key(attentive: AttentiveClient) -> None:
    answer = requests.get(f"{attentive.sandbox.attentive_url}/v2/subscribers", timeout=10)
    body = answer.json()
    assert (answer.status_code, body["message"]) == (404, "No static resource v2/subscribers.")
    assert (body["path"], body["error"]) == ("/v2/subscribers", "Not Found")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", body["timestamp"])
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{7,8}", body["requestId"])


def test_a_verb_that_a_path_does_not_take_is_405(attentive: AttentiveClient) -> None:
    assert attentive.error("PATCH", ME)[0] == 405


def test_a_scope_that_is_missing_is_403(attentive: AttentiveClient) -> None:
    key = "sandbox-attentive-no-subscribers"
    assert attentive.error("POST", "/v1/subscriptions", PERSON, key=key) == (403, "Access Denied")
    assert attentive.error("POST", "/v1/subscriptions", PERSON, key="sandbox-attentive-read")[0] == 403
    assert attentive.get("/v1/subscriptions?email=person0@example.com", key="sandbox-attentive-read")
    assert attentive.error("GET", "/v1/subscriptions?email=person0@example.com", key=key)[0] == 403


def test_a_key_can_lose_scopes_and_be_revoked_in_mid_run(attentive: AttentiveClient) -> None:
    change = {"key": "sandbox-attentive", "scopes": ["subscriptions:write"]}
    attentive.sandbox.post("/_sandbox/attentive/keys", change)
    # The write scope reads, too: until 2024 the description asked for it.
    assert attentive.get("/v1/subscriptions?email=person0@example.com")
    attentive.sandbox.post("/_sandbox/attentive/keys", {"key": "sandbox-attentive", "revoked": True})
    assert attentive.call("GET", ME).status_code == 401
    assert attentive.shown("keys")["sandbox-attentive"]["scopes"] == ["subscriptions:write"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"key": "nobody", "revoked": True},
        {"key": "sandbox-attentive"},
        {"key": "sandbox-attentive", "scopes": ["everything"]},
        {"key": "sandbox-attentive", "revoked": "yes"},
        {"key": "sandbox-attentive", "revoked": True, "odd": 1},
    ],
)
def test_a_mistake_about_a_key_is_explained(attentive: AttentiveClient, wanted: dict[str, Any]) -> None:
    answer = requests.post(f"{attentive.sandbox.url}/_sandbox/attentive/keys", json=wanted, timeout=10)
    assert answer.status_code == 422
    assert answer.json()["problems"]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("", b"{}", 415),
        ("application/json", b"{", 400),
        ("application/json; charset=utf-8", b"[]", 400),
        ("application/json", b'{"user": {"email": "\\ud800@example.com"}}', 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b'{"user": NaN}', 400),
        ("application/json", b"\xff", 400),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    attentive: AttentiveClient, content_type: str, body: object, status: int
) -> None:
    headers = {"Content-Type": content_type}
    assert attentive.error("POST", "/v1/subscriptions", data=body, headers=headers)[0] == status


def burst(
    attentive: AttentiveClient, count: int, method: str, path: str, body: object = None, key: str = "sandbox-attentive"
) -> list[requests.Response]:
    """Calls within one second of the wall clock, from one connection."""
    time.sleep(1 - time.time() % 1)
    with requests.Session() as session:
        return [
            session.request(
                method,
                f"{attentive.sandbox.attentive_url}{path}",
                json=body,
                headers={"Authorization": f"Bearer {key}"},
                timeout=10,
            )
            for _ in range(count)
        ]


@pytest.mark.parametrize(
    ("method", "path", "body", "limit"),
    [
        ("POST", "/v1/subscriptions", {}, 10),
        ("POST", "/v1/subscriptions/unsubscribe", {}, 5),
    ],
)
def test_what_is_beyond_the_limit_of_a_second_is_429_with_the_headers(
    attentive: AttentiveClient, method: str, path: str, body: dict[str, Any], limit: int
) -> None:
    answers = burst(attentive, limit + 2, method, path, body)
    assert [answer.status_code for answer in answers] == [400] * limit + [429] * 2
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {str(limit)}
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
    assert left == [*range(limit - 1, -1, -1), 0, 0]
    assert "Retry-After" not in answers[-1].headers
    assert answers[-1].json()["message"] == "Too Many Requests"


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("GET", "/v1/me", 150),
        ("GET", "/v1/subscriptions", 150),
        ("POST", "/v1/attributes/custom", 150),
        ("POST", "/v1/events/custom", 150),
        ("POST", "/v1/events/ecommerce/purchase", 150),
        ("POST", "/v1/identity-resolution/user-identifiers", 10),
        ("POST", "/v2/user/attributes", 150),
        ("POST", "/v2/bulk/user/attributes", 100),
        ("DELETE", "/v2/bulk/segments/members", 100),
        ("GET", "/v2/bulk/job/nothing", 100),
        ("GET", "/v2/segments", 100),
    ],
)
def test_every_answer_to_a_good_key_names_the_published_limit(
    attentive: AttentiveClient, method: str, path: str, limit: int
) -> None:
    headers = attentive.call(method, path, {}).headers
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == (str(limit), str(limit - 1))


def test_a_limit_is_of_one_key_one_endpoint_and_one_second(attentive: AttentiveClient) -> None:
    path = "/v1/subscriptions/unsubscribe"
    assert burst(attentive, 6, "POST", path, {})[-1].status_code == 429
    assert attentive.call("POST", path, {}, key="sandbox-attentive-second").status_code == 400
    assert attentive.call("POST", "/v1/subscriptions", {}).status_code == 400
    time.sleep(1 - time.time() % 1)
    assert attentive.call("POST", path, {}).status_code == 400


def test_limits_can_slide_say_when_to_come_again_and_be_off(attentive: AttentiveClient) -> None:
    path = "/v1/subscriptions/unsubscribe"
    attentive.switch(rate_window="sliding", rate_retry_after="1")
    time.sleep(0.9 - time.time() % 1 if time.time() % 1 < 0.9 else 0)
    statuses = [attentive.call("POST", path, {}).status_code for _ in range(5)]
    time.sleep(0.2)
    answer = attentive.call("POST", path, {})
    assert (statuses, answer.status_code, answer.headers["Retry-After"]) == ([400] * 5, 429, "1")
    attentive.switch(rate_limits="off")
    assert attentive.call("POST", path, {}).status_code == 400
