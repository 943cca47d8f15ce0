"""Bad config: every problem at once, in words that say what to do, and never a value."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tap_listrak.settings import CONFIG_SCHEMA, Settings
from tap_listrak.tap import TapListrak

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run

GOOD = {"username": "someone", "password": "s3cret-canary", "wsdl_url": "http://127.0.0.1:9/x.asmx?WSDL"}


def errors(**settings: str) -> list[str]:
    tap = TapListrak(config={**GOOD, **settings}, validate_config=False)
    return tap._validate_config(raise_errors=False)


def test_a_good_config_has_no_problems() -> None:
    assert errors() == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"start_date": "last year"}, "`start_date` is not an ISO date"),
        ({"start_date": "2999-01-01"}, "`start_date` lies in the future"),
        ({"timezone": "Eastern"}, "`timezone` is not the name of a time zone"),
        ({"timezone": "America"}, "`timezone` is not the name of a time zone"),
        ({"timezone": "../etc/passwd"}, "`timezone` is not the name of a time zone"),
        ({"concurrency": 0}, "`concurrency` must be at least 1"),
        ({"concurrency": 1000}, "`concurrency` must be at most 64"),
        ({"request_timeout": 0}, "`request_timeout` must be at least 1"),
        ({"on_report_error": "ignore"}, "`on_report_error` must be one of"),
        ({"list_ids": ["first"]}, "`list_ids.0` must be of type"),
        ({"wsdl_url": "webservices.listrak.com"}, "`wsdl_url` is not an http or https address"),
        ({"wsdl_url": "http://[abc"}, "`wsdl_url` is not an http or https address"),
        ({"start_date": "0001-01-01T00:00:00Z"}, "`start_date` is not an ISO date"),
        ({"start_date": "9999-12-31T23:59:59-10:00", "timezone": "Asia/Tokyo"}, "`start_date` is not an ISO date"),
        ({"username": ""}, "`username` must not be empty"),
    ],
)
def test_each_wrong_setting_is_named_with_what_would_be_right(settings: Any, words: Any) -> None:
    found = errors(**settings)
    assert len(found) == 1
    assert words in found[0]


def test_every_problem_is_listed_at_once_and_no_value_is_quoted(run_tap: Callable[..., Run]) -> None:
    run = run_tap({"password": 12345678, "timezone": "s3cret-zone", "start_date": "s3cret-date", "concurrency": 0})
    assert run.code == 1
    for words in ("'username'", "`password`", "`timezone`", "`start_date`", "`concurrency`"):
        assert words.replace("'", "`") in run.stderr
    assert "12345678" not in run.stderr
    assert "s3cret" not in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_the_check_names_problems_of_the_config_too(run_tap: Callable[..., Run]) -> None:
    run = run_tap({"username": "someone"}, "--test")
    assert run.code == 1
    assert run.stdout.splitlines() == [
        "config   FAILED  `password` is a required property.",
        *(f"{step:<8} not tried" for step in ("service", "login", "address", "lists")),
        "Not ready. Put right what is marked FAILED, and check again.",
    ]


def test_unknown_settings_are_pointed_out(run_tap: Callable[..., Run]) -> None:
    run = run_tap({**GOOD, "list_id": 5, "concurrency": 0})
    assert "does not know: list_id" in run.stderr


def test_settings_come_from_the_environment_too(run_tap: Callable[..., Run]) -> None:
    run = run_tap(None, "--config=ENV", env={"TAP_LISTRAK_USERNAME": "someone", "TAP_LISTRAK_CONCURRENCY": "100"})
    assert "`password` is a required property" in run.stderr
    assert "`concurrency` must be at most 64" in run.stderr


@pytest.mark.parametrize(
    ("start", "wall_clock"),
    [
        ("2024-01-15", datetime(2024, 1, 15)),
        ("2024-01-15T10:00:00", datetime(2024, 1, 15, 10)),
        ("2024-01-15T10:00:00Z", datetime(2024, 1, 15, 5)),
        ("2024-01-15T10:00:00+01:00", datetime(2024, 1, 15, 4)),
    ],
)
def test_the_start_is_a_wall_clock_time_of_the_zone(start: Any, wall_clock: Any) -> None:
    settings = TapListrak(config={**GOOD, "start_date": start}).settings
    assert settings.start == wall_clock
    assert settings.end.tzinfo is None
    assert abs(settings.end - datetime.now(ZoneInfo("America/New_York")).replace(tzinfo=None)).total_seconds() < 60


def test_every_setting_is_described_with_an_example_and_secrets_are_marked() -> None:
    for name, setting in CONFIG_SCHEMA["properties"].items():
        assert setting["description"], name
        assert setting["examples"], name
        assert setting["title"], name
    secret = [name for name, setting in CONFIG_SCHEMA["properties"].items() if setting.get("secret")]
    assert secret == ["password"]


def test_settings_are_typed_once() -> None:
    settings = TapListrak(config={**GOOD, "list_ids": [3], "on_report_error": "skip"}).settings
    assert isinstance(settings, Settings)
    assert settings.list_ids == (3,)
    assert settings.skip_broken_reports
