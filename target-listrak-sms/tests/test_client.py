"""The transport against the sandbox: who is let in, what is said to who is not, what is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from singer_delivery.client import Answer
from singer_delivery.errors import RefusedError, SetupError, UnavailableError

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import MakeTarget, Target

TOKEN = "Token"


def asked(sandbox: Sandbox) -> int:
    return sandbox.calls("listrak-sms").get(TOKEN, 0)


def problem(listrak: Target) -> str:
    with pytest.raises(SetupError) as error:
        listrak.account.sender()
    assert "sandbox-secret" not in str(error.value)
    return str(error.value)


def test_wrong_credentials_are_tried_once_and_told(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    assert "`client_id` and `client_secret`" in problem(target(client_secret="wrong"))
    assert asked(clean_sandbox) == 1


@pytest.mark.parametrize("way", ["token-401", "call"])
def test_an_address_that_is_not_allowed_is_told(target: MakeTarget, clean_sandbox: Sandbox, way: str) -> None:
    clean_sandbox.switch("listrak-sms", refused_address=way)
    assert "IP address" in problem(target(client_id="sandbox-elsewhere"))


def test_an_integration_of_another_type_is_told(target: MakeTarget) -> None:
    assert "of the type SMS" in problem(target(client_id="sandbox-data"))


def test_a_paused_integration_is_told(target: MakeTarget) -> None:
    assert "not paused" in problem(target(client_id="sandbox-paused"))


def test_a_token_that_ends_in_mid_run_is_replaced_once(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    listrak = target()
    listrak.account.sender()
    clean_sandbox.post("/_sandbox/listrak-sms/revoke-tokens")
    assert listrak.deliver("update", {"phone": "+12125550101", "first_name": "Zoe"}).reason == "updated"
    assert asked(clean_sandbox) == 2


def test_a_token_that_is_about_to_end_is_replaced_without_a_refusal(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    listrak = target()
    now = listrak.client.tokens._clock
    listrak.account.sender()
    listrak.client.tokens._clock = lambda: now() + 3599 - 59
    before = clean_sandbox.calls("listrak-sms")
    listrak.account.fields()
    after = clean_sandbox.calls("listrak-sms")
    assert after[TOKEN] == before[TOKEN] + 1
    assert after["Segmentation_GetPhoneAttributeCollection"] == 1


@pytest.mark.parametrize("fault", ["http-503", "drop-before", "drop-mid-body", "truncated-json", "html-200"])
@pytest.mark.parametrize("operation", [TOKEN, "SenderCode_GetShortCodeCollection"])
def test_trouble_that_passes_is_waited_out(
    target: MakeTarget, clean_sandbox: Sandbox, fault: str, operation: str
) -> None:
    clean_sandbox.faults(fault, operation, vendor="listrak-sms", times=1)
    assert target().account.sender().id == 501


def test_a_token_endpoint_that_stays_broken_is_told(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("http-503", TOKEN, vendor="listrak-sms")
    with pytest.raises(UnavailableError):
        target().account.sender()


def test_a_record_that_breaks_listrak_is_told_from_a_listrak_that_is_broken(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    action = target().actions["subscribe"]
    clean_sandbox.faults("http-503", "Contact_PostContactListResource", vendor="listrak-sms")
    assert action.vendor_works()
    clean_sandbox.faults("http-503", "SenderCode_GetShortCodeResource", vendor="listrak-sms")
    assert not action.vendor_works()


def test_an_answer_without_a_contact_is_not_taken_for_somebody_who_did_not_opt_out(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    listrak = target()
    listrak.account.phone_list()
    empty = Answer(200, {"status": 200, "data": None}, {})
    monkeypatch.setattr(listrak.client, "call", lambda *_, **__: empty)
    with pytest.raises(UnavailableError, match="holds no contact"):
        listrak.listrak.contacts.find("+12125550129")


def test_a_contact_without_the_flag_is_judged_by_the_date_of_the_opt_out(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    listrak = target()
    listrak.account.phone_list()
    for date, opted_out in (("2025-06-01T12:00:00", True), ("0001-01-01T00:00:00", False), (None, False)):
        answer = Answer(200, {"data": {"phoneNumber": "12125550129", "unsubscribeDate": date}}, {})
        monkeypatch.setattr(listrak.client, "call", lambda *_, answer=answer, **__: answer)
        contact = listrak.listrak.contacts.find("+12125550129")
        assert contact
        assert contact.opted_out == opted_out


def test_a_code_of_tomorrow_is_the_records_own(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("api-error", "Contact_PutContactResource", vendor="listrak-sms", code="ERROR_OF_TOMORROW")
    with pytest.raises(RefusedError) as refusal:
        target().listrak.contacts.update("+12125550101", {})
    assert refusal.value.code == "ERROR_OF_TOMORROW"
    assert refusal.value.rule.reason == "vendor_refused"
