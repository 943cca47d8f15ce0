"""Annex Cloud's segment call: its sample key for key, both tokens, and errors that only the body may tell."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

SITE, SECRET = "1001", b"sandbox-annex-secret"
OLDER = base64.b64encode(b'["sandbox-loyalty-token", "1001"]').decode()
REQUEST = {
    "name": "Only Members",
    "type": "Current Data",
    "fromDate": "2020-01-17",
    "toDate": "2020-02-14",
    "member": "a@example.com,b@example.com,c@example.com",
    "status": "ACTIVE",
    "externalId": "123",
    "externalName": "Members specific",
}
ANSWER = {
    "segmentId": 101,
    "segmentName": "Only Members",
    "segmentType": "Current Data",
    "segmentFromDate": "2020-01-17T00:00:00+0000",
    "segmentToDate": "2020-02-14T23:59:00+0000",
    "member": "a@example.com,b@example.com,c@example.com",
    "status": "ACTIVE",
    "externalId": "123",
    "externalName": "Members specific",
}
REFUSED = {"errorCode": "AC1001", "errorMessage": "Oops! Something went wrong."}


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def jwt(body: bytes, secret: bytes = SECRET, alg: str = "HS256", **claims: Any) -> str:
    mac = hmac.new(secret, base64.b64encode(body), hashlib.sha256).digest()
    own = {"sub": "Example", "exp": int(time.time()) + 60, "site_id": SITE, "hmac": base64.b64encode(mac).decode()}
    kept = {name: value for name, value in {**own, **claims}.items() if value is not None}
    signed = f"{part({'alg': alg, 'typ': 'JWT'})}.{part(kept)}"
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.fixture
def annex(clean_sandbox: Sandbox) -> Callable[..., requests.Response]:
    """Post to the call; a body that is no bytes is sent as JSON."""

    def post(
        body: bytes | dict[str, Any] | None = None,
        token: str = OLDER,
        site: str = SITE,
        path: str = "/api/3.0/segment",
    ) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(REQUEST if body is None else body).encode()
        headers = {"Authorization": f"Bearer {token}", "X-AnnexCloud-Site": site, "Content-Type": "application/json"}
        return requests.post(f"{clean_sandbox.url}/annex-cloud{path}", data, headers=headers, timeout=10)

    return post


@pytest.fixture
def switch(clean_sandbox: Sandbox) -> Callable[..., Any]:
    """Set switches of the call."""
    return lambda **switches: clean_sandbox.switch("annex-cloud", **switches)


def shown(sandbox: Sandbox, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.get(f"/_sandbox/annex-cloud/{what}")[what]
    return found


def test_the_call_gets_the_answer_of_the_sample(
    annex: Callable[..., requests.Response], clean_sandbox: Sandbox
) -> None:
    answer = annex()
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert list(answer.json()) == list(ANSWER)
    assert shown(clean_sandbox, "segments") == [ANSWER]


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": " "},
        {"fromDate": None},
        {"toDate": ""},
        {"fromDate": "17/01/2020"},
        {"fromDate": "20200117"},
        {"toDate": "2020-02-30"},
        {"toDate": "2020-01-16"},
        {"type": "current data"},
        {"status": "on"},
        {"member": ["a@example.com"]},
        {"externalId": 123},
    ],
)
def test_a_segment_that_cannot_be_is_a_200_whose_body_says_so(
    annex: Callable[..., requests.Response], clean_sandbox: Sandbox, change: dict[str, Any]
) -> None:
    answer = annex({**REQUEST, **change})
    assert (answer.status_code, answer.json()) == (200, REFUSED)
    assert shown(clean_sandbox, "segments") == []
    assert next(iter(change)) in shown(clean_sandbox, "refusals")[0]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(
    annex: Callable[..., requests.Response], body: bytes | list[Any]
) -> None:
    assert annex(body).json() == REFUSED


def test_an_error_can_have_a_status_and_the_other_code(
    annex: Callable[..., requests.Response], switch: Callable[..., Any]
) -> None:
    switch(error_status="real", error_code="AC1002")
    assert (annex({}).status_code, annex({}).json()["errorCode"]) == (400, "AC1002")
    assert annex(token="no").status_code == 401
    assert annex(path="/api/3.0/segments").status_code == 404


def test_a_jwt_signs_the_bytes_of_the_body(annex: Callable[..., requests.Response]) -> None:
    body = json.dumps(REQUEST).encode()
    assert annex(body, jwt(body)).json() == ANSWER
    assert annex(body + b" ", jwt(body)).json() == REFUSED


@pytest.mark.parametrize(
    ("claims", "site"),
    [
        ({"exp": 1}, SITE),
        ({"exp": None}, SITE),
        ({"sub": None}, SITE),
        ({"site_id": "2002"}, SITE),
        ({"hmac": None}, SITE),
        ({"alg": "none"}, SITE),
        ({"secret": b"another"}, SITE),
        ({}, "2002"),
    ],
)
def test_a_jwt_that_does_not_fit_is_refused(
    annex: Callable[..., requests.Response], switch: Callable[..., Any], claims: dict[str, Any], site: str
) -> None:
    switch(error_status="real")
    body = json.dumps(REQUEST).encode()
    assert annex(body, jwt(body, **claims), site).status_code == 401


@pytest.mark.parametrize("token", ["", "no", "a.b.c", base64.b64encode(b'["other", "1001"]').decode(), "ÿ"])
def test_a_token_that_is_none_is_refused(annex: Callable[..., requests.Response], token: str) -> None:
    assert annex(token=token.encode("latin-1").decode("latin-1")).json() == REFUSED


@pytest.mark.parametrize(("scheme", "statuses"), [("either", [200, 200]), ("jwt", [401, 200]), ("token", [200, 401])])
def test_which_token_is_taken_is_a_switch(
    annex: Callable[..., requests.Response], switch: Callable[..., Any], scheme: str, statuses: list[int]
) -> None:
    switch(auth_scheme=scheme, error_status="real")
    body = json.dumps(REQUEST).encode()
    assert [annex(body, token).status_code for token in (OLDER, jwt(body))] == statuses


def test_a_repeat_is_another_segment_or_by_a_switch_the_same(
    annex: Callable[..., requests.Response], switch: Callable[..., Any]
) -> None:
    assert [annex().json()["segmentId"] for _ in range(2)] == [101, 102]
    switch(repeated_segment="same")
    changed = annex({**REQUEST, "member": "d@example.com"}).json()
    assert (changed["segmentId"], changed["member"]) == (101, "d@example.com")
    assert annex({**REQUEST, "name": "Others"}).json()["segmentId"] == 103


@pytest.mark.parametrize(("fault", "count"), [("annex-error", 0), ("annex-error-after", 1)])
def test_an_error_can_come_before_or_after_the_effect(
    annex: Callable[..., requests.Response], clean_sandbox: Sandbox, fault: str, count: int
) -> None:
    clean_sandbox.faults(fault, vendor="annex-cloud", times=1, code="AC9", message="no", status=500)
    answer = annex()
    assert (answer.status_code, answer.json()) == (500, {"errorCode": "AC9", "errorMessage": "no"})
    assert len(shown(clean_sandbox, "segments")) == count


def test_a_connection_can_drop_after_the_segment_was_made(
    annex: Callable[..., requests.Response], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-after", vendor="annex-cloud", times=1)
    with pytest.raises(requests.ConnectionError):
        annex()
    assert len(shown(clean_sandbox, "segments")) == 1
    assert clean_sandbox.calls("annex-cloud") == {"PostSegment": 1}


def test_a_long_list_of_members_is_fine(annex: Callable[..., requests.Response]) -> None:
    member = ",".join(f"person{number}@example.com" for number in range(20_000))
    assert annex({**REQUEST, "member": member}).json()["member"] == member


def test_a_member_that_is_no_text_is_refused(annex: Callable[..., requests.Response]) -> None:
    body = json.dumps({**REQUEST, "member": "PLACE"}).replace("PLACE", "\\ud83d").encode()
    assert annex(body).json() == REFUSED
