"""Bad config: every problem at once, in words that say what to do, and never a value."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tap_textlocal.setting_texts import CONFIG_SCHEMA
from tap_textlocal.tap import TapTextlocal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Run

GOOD = {"api_key": "s3cret-canary", "api_url": "http://127.0.0.1:9/textlocal"}


def errors(**settings: Any) -> list[str]:
    tap = TapTextlocal(config={**GOOD, **settings}, validate_config=False)
    return tap._validate_config(raise_errors=False)


def test_a_good_config_has_no_problems() -> None:
    assert errors() == []
    assert (
        errors(group_ids=[5, "6"], batch_ids=["700000001"], ledger_url="sqlite:///x.db", start_date="2026-01-01") == []
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": ""}, "`api_key` must not be empty"),
        ({"api_url": "api.txtlocal.com"}, "`api_url` is not an http or https address"),
        ({"api_url": "https://api.txtlocal.com/?apikey=1"}, "`api_url` is not an http or https address"),
        ({"api_url": "http://["}, "`api_url` is not an http or https address"),
        ({"group_names": "Customers"}, "`group_names` must be of type array"),
        ({"group_ids": ["Customers"]}, "`group_ids.0` is not an id"),
        ({"batch_ids": ["700000001", "x"]}, "`batch_ids.1` is not an id"),
        ({"ledger_url": "ledger.db"}, "`ledger_url` is the address of no ledger"),
        ({"metrics_days": 0}, "`metrics_days` must be at least 1"),
        ({"metrics_days": 91}, "`metrics_days` must be at most 90"),
        ({"start_date": "last year"}, "`start_date` is not an ISO date"),
        ({"start_date": "0001-01-01T00:00:00+10:00"}, "`start_date` is not an ISO date"),
        ({"as_of": "tomorrow"}, "`as_of` is not an ISO date"),
        ({"lookback_hours": -1}, "`lookback_hours` must be at least 0"),
        ({"timezone": "Britain"}, "`timezone` is not the name of a time zone"),
        ({"timezone": "../etc/passwd"}, "`timezone` is not the name of a time zone"),
        ({"requests_per_second": 0}, "`requests_per_second` must be at least 1"),
        ({"request_timeout": 0}, "`request_timeout` must be at least 1"),
        ({"emit_activate_version_messages": "no"}, "`emit_activate_version_messages` must be of type boolean"),
    ],
)
def test_each_wrong_setting_is_named_with_what_would_be_right(settings: dict[str, Any], words: str) -> None:
    found = errors(**settings)
    assert len(found) == 1
    assert words in found[0]


def test_every_problem_is_listed_at_once_and_no_value_is_quoted(run_tap: Callable[..., Run]) -> None:
    run = run_tap({"api_key": 12345678, "ledger_url": "mysql://u:s3cret@h/d", "timezone": "s3cret", "metrics_days": 0})
    assert run.code == 1
    for name in ("api_key", "ledger_url", "timezone", "metrics_days"):
        assert f"`{name}`" in run.stderr
    assert "12345678" not in run.stderr
    assert "s3cret" not in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_the_check_names_problems_of_the_config_too(run_tap: Callable[..., Run]) -> None:
    run = run_tap({"metrics_days": 7}, "--test")
    assert run.code == 1
    assert run.stdout.splitlines() == [
        "config   FAILED  `api_key` is a required property.",
        *(f"{step:<8} not tried" for step in ("key", "groups", "batches")),
        "Not ready. Put right what is marked FAILED, and check again.",
    ]


def test_unknown_settings_are_pointed_out(run_tap: Callable[..., Run]) -> None:
    run = run_tap({**GOOD, "group_name": "Customers", "metrics_days": 0})
    assert "does not know: group_name" in run.stderr


def test_settings_come_from_the_environment_too(run_tap: Callable[..., Run]) -> None:
    run = run_tap(None, "--config=ENV", env={"TAP_TEXTLOCAL_METRICS_DAYS": "1000"})
    assert "`api_key` is a required property" in run.stderr
    assert "`metrics_days` must be at most 90" in run.stderr


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("2026-07-01", datetime(2026, 6, 30, 23, tzinfo=timezone.utc)),
        ("2026-07-01T12:00:00", datetime(2026, 7, 1, 11, tzinfo=timezone.utc)),
        ("2026-07-01T12:00:00Z", datetime(2026, 7, 1, 12, tzinfo=timezone.utc)),
    ],
)
def test_a_time_without_a_zone_is_of_the_setting(start: str, moment: Any) -> None:
    assert TapTextlocal(config={**GOOD, "start_date": start, "timezone": "Europe/London"}).settings.start == moment


def test_every_setting_is_described_with_an_example_and_secrets_are_marked() -> None:
    for name, setting in CONFIG_SCHEMA["properties"].items():
        assert setting["description"], name
        assert setting["examples"], name
        assert setting["title"], name
    secret = [name for name, setting in CONFIG_SCHEMA["properties"].items() if setting.get("secret")]
    assert secret == ["api_key", "ledger_url"]
