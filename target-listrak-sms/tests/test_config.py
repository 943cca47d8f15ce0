"""Bad config: every problem at once, in words that say what to do, and never a value."""

from __future__ import annotations

from typing import Any

import pytest

from target_listrak_sms.settings import ListrakSettings, PhoneFormat, config_schema
from target_listrak_sms.target import TargetListrakSms

GOOD = {"client_id": "someone", "client_secret": "s3cret-canary", "sender_code": "501", "list_id": 7001}
OURS = ("client_id", "client_secret", "sender_code", "list_name", "list_id", "include_custom_fields", "phone_format")


def errors(**settings: str | int | None) -> list[str]:
    config = {name: value for name, value in {**GOOD, **settings}.items() if value is not None}
    return TargetListrakSms(config=config, validate_config=False)._validate_config(raise_errors=False)


def test_a_good_config_has_no_problems() -> None:
    assert errors() == []
    assert errors(sender_code=501, list_id=None, list_name="Master List") == []
    assert errors(list_id=None, default_action="update") == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"client_id": ""}, "`client_id` must not be empty"),
        ({"client_secret": None}, "`client_secret` is a required property"),
        ({"sender_code": "Outfitters"}, "`sender_code` is neither an id nor the digits"),
        ({"sender_code": 0}, "`sender_code` must be at least 1"),
        ({"list_name": "Master List"}, "Give either `list_name` or `list_id`, not both"),
        ({"list_id": None, "list_name": "  "}, "`list_name` is blank"),
        ({"list_id": None, "streams": {"customers": "subscribe"}}, "`list_name` or `list_id` is missing"),
        ({"list_id": None, "default_action": "unsubscribe"}, "`list_name` or `list_id` is missing"),
        ({"phone_format": "us"}, "`phone_format` must be one of"),
        ({"on_null": "ignore"}, "`on_null` must be one of"),
        ({"default_action": "delete"}, "`default_action` must be one of"),
        ({"api_url": "api.listrak.com"}, "`api_url` is not an http or https address"),
        ({"auth_url": "http://auth.listrak.com/OAuth2/Token"}, "`auth_url` must be an https address"),
    ],
)
def test_each_wrong_setting_is_named_with_what_would_be_right(settings: Any, words: Any) -> None:
    found = errors(**settings)
    assert len(found) == 1, found
    assert words in found[0]
    assert "s3cret" not in found[0]


def test_every_setting_is_described_with_an_example_and_secrets_are_marked() -> None:
    properties = config_schema()["properties"]
    assert tuple(properties)[: len(OURS)] != ()
    assert set(OURS) <= properties.keys()
    for name, setting in properties.items():
        assert setting["description"], name
        assert setting["examples"], name
        assert setting["title"], name
    assert {name for name, setting in properties.items() if setting.get("secret")} == {
        "client_secret",
        "ledger_url",
        "notify_url",
    }


def test_calls_are_few_a_second_unless_a_setting_says_otherwise() -> None:
    assert TargetListrakSms(config=GOOD).config["requests_per_second"] == 10


def test_settings_are_typed_once() -> None:
    config = TargetListrakSms(config={**GOOD, "sender_code": 501, "api_url": "https://x.example/sms/"}).config
    settings = ListrakSettings.from_config(config)
    assert settings.sender_code == "501"
    assert settings.api_url == "https://x.example/sms"
    assert settings.phone_format is PhoneFormat.E164_DIGITS
    assert settings.list_scope == "7001"
    assert settings.sender_scope == "501@x.example"
    assert not settings.mapping.clear_nulls


def test_what_a_sandbox_took_does_not_count_as_taken_by_listrak_itself() -> None:
    settings = ListrakSettings.from_config(TargetListrakSms(config={**GOOD, "sender_code": 501}).config)
    assert settings.sender_scope == "501"
