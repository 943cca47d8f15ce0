"""No address, password or record in what the tap logs, at any level and on any path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import Run

PASSWORD = "canary-pa55word"
ADDRESS = "canary.person@example.com"
PHONE = "+1 212 555 0123"
CANARIES = (PASSWORD, ADDRESS, "canary.person", "555 0123", "555-0123")
TEXT = f"Row of {ADDRESS} ({PHONE}) is broken"

LEVELS = [{"TAP_LISTRAK_LOGLEVEL": "INFO"}, {"TAP_LISTRAK_LOGLEVEL": "DEBUG", "LOGLEVEL": "DEBUG"}]


def assert_private(run: Run, full_run: Run) -> None:
    for canary in CANARIES:
        assert canary not in run.stderr
    people = {record["EmailAddress"] for record in full_run.records["message_opens"]}
    assert not [person for person in people if person in run.stderr]
    assert "@example" not in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("env", LEVELS, ids=["info", "debug"])
@pytest.mark.parametrize(
    ("fault", "extra"),
    [
        ("soap-fault", {"text": TEXT}),
        ("http-503", {}),
        ("html-200", {}),
        ("truncated-xml", {}),
        ("drop-mid-body", {}),
        ("illegal-character", {}),
        ("unknown-element", {}),
    ],
)
def test_troubles_of_a_report_tell_nothing_of_people(
    config: dict[str, Any],
    clean_sandbox: Sandbox,
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    full_run: Run,
    env: dict[str, Any],
    fault: str,
    extra: dict[str, Any],
) -> None:
    clean_sandbox.faults(fault, "ReportRangeMessageContactOpen", after=2, **extra)
    run = run_tap(config, catalog=select("message_opens"), env=env)
    assert_private(run, full_run)


@pytest.mark.parametrize("env", LEVELS, ids=["info", "debug"])
def test_a_wsexception_tells_nothing_of_people(
    config: dict[str, Any],
    clean_sandbox: Sandbox,
    select: Callable[..., dict[str, Any]],
    run_tap: Callable[..., Run],
    full_run: Run,
    env: dict[str, Any],
) -> None:
    clean_sandbox.faults("ws-exception", "ReportMessageContactSent", text=TEXT)
    run = run_tap(config, catalog=select("message_sends"), env=env)
    assert run.code == 1
    assert "Row of <address>" in run.stderr
    assert_private(run, full_run)


@pytest.mark.parametrize("env", LEVELS, ids=["info", "debug"])
def test_a_refused_password_is_not_repeated(
    config: dict[str, Any], run_tap: Callable[..., Run], full_run: Run, env: dict[str, Any]
) -> None:
    for arguments in ([], ["--test"]):
        run = run_tap({**config, "password": PASSWORD}, *arguments, env=env)
        assert run.code == 1
        assert PASSWORD not in run.stdout
        assert_private(run, full_run)


@pytest.mark.parametrize("env", LEVELS, ids=["info", "debug"])
def test_a_good_run_tells_nothing_of_people(
    config: dict[str, Any], run_tap: Callable[..., Run], full_run: Run, env: dict[str, Any]
) -> None:
    run = run_tap(config, env=env)
    assert run.code == 0
    assert config["password"] not in run.stderr
    assert_private(run, full_run)


def test_about_and_state_hold_no_secret(config: dict[str, Any], run_tap: Callable[..., Run], full_run: Run) -> None:
    env = {"TAP_LISTRAK_PASSWORD": PASSWORD}
    assert PASSWORD not in run_tap({**config, "password": PASSWORD}, "--about", "--format=json", env=env).stdout
    for message in full_run.of_type("STATE"):
        assert all(bookmark == {} for bookmark in message["value"]["bookmarks"].values())
