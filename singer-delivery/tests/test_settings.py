"""Settings: documented, checked at once, typed, and never quoted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_command.words import describe
from singer_sdk import typing as th
from singer_sdk.configuration._dict_config import parse_environment_config
from singer_sdk.plugin_base import JSONSchemaValidator

from singer_delivery.settings import DeliverySettings, problems, rules_of, target_schema

ACTIONS = ("subscribe", "unsubscribe")
OWN = (
    th.Property("api_key", th.StringType(min_length=1), required=True, secret=True, title="Key", description="Key."),
    th.Property(
        "login", th.ObjectType(th.Property("token", th.StringType, secret=True), th.Property("site", th.StringType))
    ),
    th.Property("on_null", th.StringType(allowed_values=["keep", "clear"]), default="keep"),
)
SCHEMA = target_schema("target-x", *OWN, actions=ACTIONS)


def configured(**settings: Any) -> tuple[dict[str, Any], list[str]]:
    config = {"api_key": "canary", **settings}
    errors = [describe(error) for error in JSONSchemaValidator(SCHEMA).iter_errors(config)]
    return config, [*errors, *problems(config)]


def typed(**settings: Any) -> DeliverySettings:
    config, errors = configured(**settings)
    assert errors == []
    return DeliverySettings.from_config(config)


def test_a_targets_own_settings_come_first_and_those_of_every_target_in_their_order() -> None:
    assert list(SCHEMA["properties"]) == [
        *("api_key", "login", "on_null"),
        *("streams", "default_action", "default_country", "consent_field", "suppression_file"),
        *("dry_run", "plan_path", "max_records", "resend"),
        *("requests_per_second", "concurrency", "request_timeout"),
        *("max_rejected_percent", "max_removal_percent", "on_unknown"),
        *("rejects_path", "report_path", "ledger_url"),
        *("notify_url", "notify_when", "notify_rejected_percent"),
        *("batch_size_rows", "load_method", "validate_records"),
    ]


def test_every_common_setting_is_described_with_an_example_that_is_valid_itself() -> None:
    for name, setting in target_schema("target-x")["properties"].items():
        assert setting["title"], name
        assert setting["description"].endswith("."), name
        for example in setting["examples"]:
            _, errors = configured(**{name: example})
            assert errors == [], name
        assert "default" not in setting or configured(**{name: setting["default"]})[1] == []


def test_addresses_that_may_hold_a_password_or_a_token_are_secrets() -> None:
    secrets = [name for name, setting in SCHEMA["properties"].items() if setting.get("secret")]
    assert secrets == ["api_key", "ledger_url", "notify_url"]
    assert "canary" not in repr(typed(ledger_url="postgresql://user:canary@host/x"))
    assert "canary" not in repr(typed(notify_url="https://hooks.example.com/canary"))


@pytest.mark.parametrize(
    "url", ["hooks.example.com/canary", "ftp://hooks.example.com", "https://", "http://x:y/canary"]
)
def test_a_webhook_that_is_no_address_of_the_web_is_told_without_it(url: str) -> None:
    _, (error,) = configured(notify_url=url)
    assert error.startswith("`notify_url` is no address of the web.")
    assert "canary" not in error


@pytest.mark.parametrize(("report", "other"), [("r.json", "r.html"), ("r.html", "r.json"), ("r.html", "r.html")])
def test_a_file_that_the_report_or_its_page_would_overwrite_is_told(
    report: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, errors = configured(report_path=report, rejects_path=str(tmp_path / other))
    assert errors == ["`rejects_path` and `report_path` name the same file. Give each its own."]


def test_the_defaults_name_the_target_so_that_two_of_them_share_no_file() -> None:
    settings = typed()
    assert settings.rejects_path == Path("target-x-rejects.jsonl")
    assert settings.plan_path == Path("target-x-plan.jsonl")
    assert settings.ledger_url == "sqlite:///target-x-ledger.db"


def test_without_settings_a_run_is_careful() -> None:
    settings = typed()
    assert not settings.resend
    assert not settings.dry_run
    assert settings.validate_records
    assert settings.max_rejected_percent == 10
    assert settings.max_removal_percent == 25
    assert settings.on_unknown == "skip"
    assert settings.default_action is None
    assert settings.default_country is None
    assert settings.report_path is None
    assert settings.streams == {}


def test_settings_are_typed_once() -> None:
    settings = typed(
        streams={"customers": "subscribe", "gone_*": "unsubscribe"},
        default_country=" gb ",
        suppression_file="never.csv",
        report_path="report.json",
        max_records=5,
    )
    assert settings.default_country == "GB"
    assert settings.suppression_file == Path("never.csv")
    assert settings.report_path == Path("report.json")
    assert settings.max_records == 5
    assert list(settings.streams) == ["customers", "gone_*"]


@pytest.mark.parametrize(("given", "rate"), [(10, 10.0), (0.5, 0.5), ("0.5", 0.5), (" 10 ", 10.0), (None, None)])
def test_the_rate_may_be_a_fraction_and_may_be_text(given: float | str | None, rate: float | None) -> None:
    assert typed(requests_per_second=given).requests_per_second == rate


def test_every_setting_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "API_KEY": "k",
        "STREAMS": '{"customers": "subscribe"}',
        "REQUESTS_PER_SECOND": "0.5",
        "CONCURRENCY": "4",
        "DRY_RUN": "true",
        "VALIDATE_RECORDS": "false",
        "MAX_RECORDS": "7",
        "MAX_REMOVAL_PERCENT": "100",
    }.items():
        monkeypatch.setenv(f"TARGET_X_{name}", value)
    settings = typed(**parse_environment_config(SCHEMA, "TARGET_X_", dotenv_path="/dev/null"))
    assert settings.streams == {"customers": "subscribe"}
    assert settings.requests_per_second == 0.5
    assert (settings.concurrency, settings.max_records, settings.max_removal_percent) == (4, 7, 100)
    assert settings.dry_run
    assert not settings.validate_records


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"streams": {"customers": "upsert"}}, "`streams.customers` must be one of `subscribe` or `unsubscribe`"),
        ({"streams": ["subscribe"]}, "`streams` must be of type object"),
        ({"default_action": "canary"}, "`default_action` must be one of"),
        ({"default_country": "UK"}, "`default_country` is no country (GB, not UK)"),
        ({"default_country": "United States"}, "`default_country` is no country. Give its two letters"),
        ({"default_country": "X"}, "`default_country`"),
        ({"consent_field": ""}, "`consent_field` must not be empty"),
        ({"max_records": 0}, "`max_records` must be at least 1"),
        ({"requests_per_second": 0}, "`requests_per_second` is not a number above 0"),
        ({"requests_per_second": "-1"}, "`requests_per_second` is not a number above 0"),
        ({"requests_per_second": "nan"}, "`requests_per_second` is not a number above 0"),
        ({"requests_per_second": "canary"}, "`requests_per_second` is not a number above 0"),
        ({"concurrency": 65}, "`concurrency` must be at most 64"),
        ({"concurrency": "canary"}, "`concurrency` must be of type integer."),
        ({"request_timeout": 0}, "`request_timeout` must be at least 1"),
        ({"max_rejected_percent": 101}, "`max_rejected_percent` must be at most 100"),
        ({"on_unknown": "send"}, "`on_unknown` must be one of `skip`"),
        ({"load_method": "overwrite"}, "`load_method` must be one of `upsert`"),
        ({"ledger_url": "ledger.db"}, "`ledger_url` is the address of no ledger"),
        ({"ledger_url": "mysql://u:canary@host/x"}, "`ledger_url` is the address of no ledger"),
        ({"report_path": "target-x-rejects.jsonl"}, "`rejects_path` and `report_path` name the same file"),
        ({"login": {"token": 5}}, "`login.token` must be of type string"),
    ],
)
def test_each_wrong_setting_is_named_with_what_would_be_right(wrong: dict[str, Any], words: str) -> None:
    _, errors = configured(**wrong)
    assert any(words in error for error in errors)
    assert "canary" not in " ".join(errors)


def test_a_missing_setting_is_named() -> None:
    errors = [describe(error) for error in JSONSchemaValidator(SCHEMA).iter_errors({})]
    assert errors == ["`api_key` is a required property."]


def test_a_targets_own_setting_takes_the_place_of_a_common_one() -> None:
    own = th.Property("requests_per_second", th.IntegerType, default=10, description="Ten.")
    schema = target_schema("target-x", own)
    assert schema["properties"]["requests_per_second"]["default"] == 10
    assert next(iter(schema["properties"])) == "requests_per_second"


def test_any_action_can_be_named_where_the_schema_does_not_know_them() -> None:
    assert not list(JSONSchemaValidator(target_schema("target-x")).iter_errors({"default_action": "anything"}))


def rules(**settings: Any) -> bytes:
    return rules_of(configured(**settings)[0], SCHEMA)


def test_rules_hold_what_decides_a_plan_and_no_secret() -> None:
    plain = rules()
    assert rules(default_country="US") != plain
    assert rules(on_null="clear") != plain
    assert rules(consent_field="ok") != plain
    assert rules(stream_maps={"customers": {"phone": "tel"}}) != plain
    assert rules(login={"site": "a"}) != plain
    assert rules(login={"token": "canary"}) == rules(login={"token": "another"})
    assert b"canary" not in rules(login={"token": "canary", "site": "a"}, ledger_url="postgresql://u:canary@h/x")
    assert rules(api_key="another") == plain


@pytest.mark.parametrize(
    "operational",
    [
        {"concurrency": 1},
        {"requests_per_second": 1},
        {"dry_run": True},
        {"resend": True},
        {"max_records": 1},
        {"ledger_url": "sqlite:///other.db"},
        {"rejects_path": "other.jsonl"},
        {"suppression_file": "elsewhere.csv"},
        {"max_removal_percent": 1},
    ],
)
def test_how_a_run_goes_is_no_rule(operational: dict[str, Any]) -> None:
    assert rules(**operational) == rules()


def test_the_order_of_globs_is_a_rule_and_that_of_settings_is_not() -> None:
    one = {"a*": "subscribe", "*": "unsubscribe"}
    assert rules(streams=one) != rules(streams=dict(reversed(one.items())))
    assert rules(on_null="keep", consent_field="ok") == rules(consent_field="ok", on_null="keep")


@given(st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=5))
def test_rules_are_json_whatever_the_config_holds(config: dict[str, str | int | None]) -> None:
    assert isinstance(json.loads(rules_of(config, SCHEMA)), dict)
