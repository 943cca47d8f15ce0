"""Tokens: how they are asked for, how long they last, and whom they let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from .conftest import SmsClient

UNAUTHORIZED = {
    "status": 401,
    "error": "ERROR_UNAUTHORIZED",
    "message": "Authorization was denied for this request.",
}
WRONG = (400, {"error": "Invalid Credentials"})


def said(answer: requests.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def test_a_token_is_opaque_and_lasts_about_an_hour_by_the_sandboxs_clock(sms: SmsClient) -> None:
    answer = sms.ask()
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type", "expires_in"}
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 3599)
    assert len(answer.json()["access_token"]) == 400
    assert answer.headers["Cache-Control"] == "no-cache"
    assert sms.call("GET", "").status_code == 200
    sms.sandbox.advance(3590)
    assert sms.call("GET", "").status_code == 200
    sms.sandbox.advance(10)
    assert said(sms.call("GET", "")) == (401, UNAUTHORIZED)


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer x", "Basic x", "x"])
def test_a_call_without_a_good_token_is_unauthorized(sms: SmsClient, header: str) -> None:
    assert said(sms.call("GET", "", headers={"Authorization": header})) == (401, UNAUTHORIZED)


@pytest.mark.parametrize("wrong", [{"client_id": "nobody"}, {"client_secret": "no"}, {"client_secret": ""}])
def test_wrong_credentials_are_400_in_a_shape_of_their_own(sms: SmsClient, wrong: dict[str, Any]) -> None:
    assert said(sms.ask(**wrong)) == WRONG


def test_another_grant_or_a_body_that_is_no_form_is_refused(sms: SmsClient) -> None:
    assert sms.ask(grant_type="password").status_code == 400
    assert sms.ask(grant_type="").status_code == 400
    assert (
        requests.post(sms.sandbox.auth_url, json={"grant_type": "client_credentials"}, timeout=10).status_code == 400
    )
    assert said(requests.get(sms.sandbox.auth_url, timeout=10))[1]["error"] == "ERROR_UNSUPPORTED_METHOD"
    assert requests.post(f"{sms.sandbox.auth_url}s", timeout=10).json()["error"] == "ERROR_UNKNOWN_ROUTE"


def test_a_token_of_another_api_is_no_good_here(sms: SmsClient, sms_to: type[SmsClient]) -> None:
    assert said(sms_to(sms.sandbox, "sandbox-data").call("GET", "")) == (401, UNAUTHORIZED)


def test_a_paused_integration_gets_no_token_and_its_old_ones_stop(sms: SmsClient, sms_to: type[SmsClient]) -> None:
    assert said(sms_to(sms.sandbox, "sandbox-paused").ask()) == WRONG
    assert sms.call("GET", "").status_code == 200
    sms.sandbox.post("/_sandbox/listrak-sms/integrations", {"client_id": "sandbox-sms", "paused": True})
    assert said(sms.call("GET", "")) == (401, UNAUTHORIZED)
    assert said(sms.ask()) == WRONG


def test_an_address_that_is_not_allowed_is_refused_in_one_of_three_ways(
    sms: SmsClient, sms_to: type[SmsClient]
) -> None:
    elsewhere = sms_to(sms.sandbox, "sandbox-elsewhere")
    assert said(elsewhere.ask()) == (401, UNAUTHORIZED)
    sms.switch(refused_address="token-400")
    assert said(elsewhere.ask()) == WRONG
    sms.switch(refused_address="call")
    assert elsewhere.ask().status_code == 200
    assert said(elsewhere.call("GET", "")) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(("way", "status"), [("keeps", 200), ("ends", 401)])
def test_whether_a_new_token_ends_the_old_one_is_a_switch(sms: SmsClient, way: str, status: int) -> None:
    sms.switch(new_token=way)
    sms.headers()
    sms.ask()
    assert sms.call("GET", "").status_code == status


def test_tokens_can_be_short_lived_or_be_revoked_in_mid_run(sms: SmsClient) -> None:
    sms.switch(token_seconds="60")
    assert sms.ask().json()["expires_in"] == 60
    assert sms.call("GET", "").status_code == 200
    assert sms.sandbox.post("/_sandbox/listrak-sms/revoke-tokens")["revoked"] == 2
    assert sms.call("GET", "").status_code == 401


def test_token_calls_are_counted_and_take_faults(sms: SmsClient) -> None:
    sms.sandbox.faults("http-503", "Token", vendor="listrak-sms", times=1, match={"client_id": "sandbox-sms"})
    assert [sms.ask().status_code for _ in range(2)] == [503, 200]
    assert sms.sandbox.calls("listrak-sms") == {"Token": 2}
