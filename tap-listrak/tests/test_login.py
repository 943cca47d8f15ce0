"""Logins that are refused: the run stops at once, says what to do, and does not try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import Run

ENVELOPE = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>
<WSUser xmlns="http://webservices.listrak.com/v31/"><UserName>{}</UserName><Password>wrong</Password></WSUser>
</soap:Header><soap:Body><GetContactListCollection xmlns="http://webservices.listrak.com/v31/"/></soap:Body>
</soap:Envelope>"""


@pytest.fixture
def locked(clean_sandbox: Sandbox) -> Sandbox:
    """The shared sandbox, after as many wrong passwords as lock a login."""
    headers = {
        "Content-Type": "text/xml",
        "SOAPAction": '"http://webservices.listrak.com/v31/GetContactListCollection"',
    }
    for _ in range(5):
        body = ENVELOPE.format(clean_sandbox.username)
        answer = requests.post(clean_sandbox.endpoint, data=body, headers=headers, timeout=10)
        assert "[InvalidLogonAttempt]" in answer.text
    return clean_sandbox


def calls(sandbox: Sandbox) -> dict[str, int]:
    return {operation: count for operation, count in sandbox.calls().items() if operation != "WSDL"}


def test_a_wrong_password_is_tried_once(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run]
) -> None:
    run = run_tap({**config, "password": "canary-pa55word"})
    assert run.code == 1
    assert "Listrak refused the login. Check `username` and `password`" in run.stderr
    assert "Manage > Users" in run.stderr
    assert calls(clean_sandbox) == {"GetContactListCollection": 1}
    assert run.records == {}
    assert "canary" not in run.stderr
    assert "Traceback" not in run.stderr


def test_a_locked_login_is_told_from_a_wrong_one(
    config: dict[str, Any], locked: Sandbox, run_tap: Callable[..., Run]
) -> None:
    run = run_tap(config)
    assert run.code == 1
    assert "Listrak has locked this login after too many failed attempts. Do not run again" in run.stderr
    assert calls(locked) == {"GetContactListCollection": 6}


def test_an_address_that_is_not_authorised_is_told_with_the_menu(
    config: dict[str, Any], run_tap: Callable[..., Run]
) -> None:
    run = run_tap({**config, "username": "elsewhere"})
    assert run.code == 1
    assert "Manage > Accounts > SOAP API IP Authorization" in run.stderr


def test_a_login_that_ends_in_mid_run_stops_every_thread(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run]
) -> None:
    text = "Server was unable to process request. ---> [InvalidLogonAttempt]"
    clean_sandbox.faults("soap-fault", "ReportRangeMessageContactOpen", after=10, text=text)
    run = run_tap({**config, "concurrency": 4})
    assert run.code == 1
    assert "Listrak refused the login" in run.stderr
    assert calls(clean_sandbox)["ReportRangeMessageContactOpen"] <= 10 + 4
    assert run.activated == ["lists", "messages", "message_sends"]


def test_a_user_with_one_list_gets_that_list(
    config: dict[str, Any], run_tap: Callable[..., Run], full_run: Run
) -> None:
    run = run_tap({**config, "username": "one-list"})
    assert run.code == 0, run.stderr
    assert run.records["lists"] == full_run.records["lists"][:1]


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({}, ["service  ok", "login    ok", "address  ok", "lists    ok      5 seen: "]),
        ({"password": "wrong"}, ["service  ok", "login    FAILED  Listrak refused the login."]),
        ({"username": "elsewhere"}, ["service  ok", "address  FAILED  Listrak does not accept calls"]),
        ({"list_ids": [1]}, ["service  ok", "login    ok", "address  ok", "lists    FAILED  `list_ids` names lists"]),
        ({"wsdl_url": "http://127.0.0.1:9/x"}, ["service  FAILED  Reading the WSDL failed 5 times"]),
    ],
)
def test_the_check_tells_in_a_line_each_what_works(
    config: dict[str, Any], run_tap: Callable[..., Run], settings: Any, lines: Any
) -> None:
    run = run_tap({**config, **settings}, "--test")
    *said, verdict = run.stdout.splitlines()
    tried = [line for line in said if "not tried" not in line]
    assert len(tried) == len(lines)
    for line, start in zip(tried, lines, strict=True):
        assert line.startswith(start)
    assert {line.split()[0] for line in said} == {"service", "login", "address", "lists"}
    assert run.code == (1 if "FAILED" in run.stdout else 0)
    assert verdict.startswith("Not ready." if run.code else "Ready.")
    assert "Traceback" not in run.stderr


def test_the_check_reads_nothing_but_the_lists(
    config: dict[str, Any], clean_sandbox: Sandbox, run_tap: Callable[..., Run]
) -> None:
    run_tap(config, "--test")
    assert calls(clean_sandbox) == {"GetContactListCollection": 1}


@pytest.mark.usefixtures("locked")
def test_a_locked_login_fails_the_check(config: dict[str, Any], run_tap: Callable[..., Run]) -> None:
    assert "login    FAILED  Listrak has locked this login" in run_tap(config, "--test").stdout
