"""Who gets in, who sees what, and what a refused call is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

if TYPE_CHECKING:
    from sandboxes import Sandbox

    from .conftest import SoapClient

LISTS = "GetContactListCollection"
FIRST_LIST, SECOND_LIST = 3117, 3134
FIRST_MESSAGE, SECOND_LISTS_MESSAGE = 1_000_000, 1_000_001


@pytest.mark.parametrize(("user", "password"), [("sandbox", "wrong"), ("nobody", "sandbox-password"), ("", "")])
def test_a_wrong_login_is_an_invalid_logon_attempt(
    soap_to: type[SoapClient], clean_sandbox: Sandbox, user: str, password: str
) -> None:
    assert "[InvalidLogonAttempt]" in soap_to(clean_sandbox, user, password).fault(LISTS)


def test_a_call_without_the_header_is_an_invalid_logon_attempt(
    soap: SoapClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = soap.envelope(LISTS)
    start, end = whole.index(b"<s:Header>"), whole.index(b"<s:Body>")
    monkeypatch.setattr(soap, "envelope", lambda _: whole[:start] + whole[end:])
    assert "[InvalidLogonAttempt]" in soap.fault(LISTS)


def test_five_failures_lock_the_user_until_reset_and_nobody_else(
    soap_to: type[SoapClient], clean_sandbox: Sandbox
) -> None:
    right, wrong = soap_to(clean_sandbox, "one-list"), soap_to(clean_sandbox, "one-list", "wrong")
    for _ in range(5):
        assert "[InvalidLogonAttempt]" in wrong.fault(LISTS)
    assert "[LoginAttemptsExceeded]" in wrong.fault(LISTS)
    assert "[LoginAttemptsExceeded]" in right.fault(LISTS)
    assert soap_to(clean_sandbox).rows(LISTS)
    clean_sandbox.reset()
    assert right.rows(LISTS)


def test_a_right_login_forgets_earlier_failures(soap_to: type[SoapClient], clean_sandbox: Sandbox) -> None:
    right, wrong = soap_to(clean_sandbox), soap_to(clean_sandbox, password="wrong")
    for _ in range(3):
        for _ in range(4):
            wrong.fault(LISTS)
        assert right.rows(LISTS)


def test_a_user_from_elsewhere_is_a_prohibited_address(soap_to: type[SoapClient], clean_sandbox: Sandbox) -> None:
    assert "[ProhibitedIPAddress]" in soap_to(clean_sandbox, "elsewhere").fault(LISTS)


def test_a_user_sees_only_the_lists_granted(
    soap_to: type[SoapClient], clean_sandbox: Sandbox, whole_time: dict[str, Any]
) -> None:
    user = soap_to(clean_sandbox, "one-list")
    assert [row["ListID"] for row in user.rows(LISTS)] == [str(FIRST_LIST)]
    assert user.rows("ReportListMessageActivity", ListID=FIRST_LIST, **whole_time)
    assert user.rows("ReportMessageContactSent", MsgID=FIRST_MESSAGE, Page=1)
    assert "[ListAccessDenied]" in user.fault("ReportListMessageActivity", ListID=SECOND_LIST, **whole_time)
    assert "[ListAccessDenied]" in user.fault("ReportRangeSubscribedContacts", ListID=SECOND_LIST, **whole_time)
    assert "[MessageAccessDenied]" in user.fault("ReportMessageContactSent", MsgID=SECOND_LISTS_MESSAGE, Page=1)


@pytest.mark.parametrize("number", [0, -1, 99, 3118, 2**31 - 1])
def test_lists_and_messages_that_are_not_there_are_refused(
    soap: SoapClient, whole_time: dict[str, Any], number: int
) -> None:
    assert "[ListAccessDenied]" in soap.fault("ReportListMessageActivity", ListID=number, **whole_time)
    assert "[MessageAccessDenied]" in soap.fault("ReportRangeMessageContactOpen", MsgID=number, Page=1, **whole_time)


@pytest.mark.parametrize(("version", "code"), [("1.1", "soap:Server"), ("1.2", "soap:Receiver")])
def test_faults_speak_the_callers_version_of_soap(
    soap_to: type[SoapClient], clean_sandbox: Sandbox, version: str, code: str
) -> None:
    answer = soap_to(clean_sandbox, password="wrong", version=version).post(LISTS)
    kind = {"1.1": "text/xml", "1.2": "application/soap+xml"}[version]
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert code in list(etree.fromstring(answer.content).itertext())


def test_an_unknown_action_is_not_recognised(soap: SoapClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soap, "headers", lambda _: {"Content-Type": "text/xml", "SOAPAction": "urn:other"})
    assert "did not recognize the value of HTTP Header SOAPAction: urn:other" in soap.fault(LISTS)


@pytest.mark.parametrize("body", [b"", b"<half", b"not xml", b"<a/>"])
def test_what_is_no_envelope_gets_a_fault_and_not_a_crash(
    soap: SoapClient, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(soap, "envelope", lambda _: body)
    assert soap.fault(LISTS)


def test_entities_of_a_request_are_not_read(soap: SoapClient, monkeypatch: pytest.MonkeyPatch) -> None:
    entity = b'<!DOCTYPE a [<!ENTITY who SYSTEM "file:///etc/hostname">]>'
    whole = entity + soap.envelope(LISTS).replace(b"<UserName>sandbox", b"<UserName>&who;sandbox")
    monkeypatch.setattr(soap, "envelope", lambda _: whole)
    assert soap.fault(LISTS)


def test_a_value_of_the_wrong_type_is_unreadable(soap: SoapClient) -> None:
    assert "unable to read request" in soap.fault("ReportMessageContactSent", MsgID="one", Page=1)
    assert "unable to read request" in soap.fault("ReportListMessageActivity", ListID=1, StartDate="yesterday")
    assert "unable to read request" in soap.fault("ReportMessageContactSent", MsgID=2**31, Page=1)
