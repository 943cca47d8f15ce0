"""Bad config: every problem at once, in words that say what to do, and never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_attentive.settings import ACTIONS, AttentiveSettings, Locale, config_schema
from target_attentive.target import TargetAttentive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import MakeTarget

GOOD = {"api_key": "s3cret-canary", "sign_up_source_id": "132109"}
ANNEX = {"site_id": "1001", "token": "s3cret-annex"}


def errors(**settings: Any) -> list[str]:
    config = {name: value for name, value in {**GOOD, **settings}.items() if value is not None}
    return TargetAttentive(config=config, validate_config=False)._validate_config(raise_errors=False)


def typed(**settings: Any) -> AttentiveSettings:
    config = {name: value for name, value in {**GOOD, **settings}.items() if value is not None}
    return AttentiveSettings.from_config(TargetAttentive(config=config).config)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"sign_up_source_id": 132109, "subscription_type": "TRANSACTIONAL"},
        {"sign_up_source_id": None, "locale": "en-US", "subscription_type": "MARKETING"},
        {"sign_up_source_id": None, "default_action": "attributes"},
        {"default_action": "segment_members", "segment": "Gold members"},
        {"default_action": "segment_members", "segment_external_id": "SEG_abc123def456"},
        {"default_action": "privacy_delete", "allow_privacy_delete": True},
        {"default_action": "messages", "legacy_token": "s3cret-legacy"},
        {"default_action": "annex_segment", "annex_cloud": ANNEX},
        # Meltano gives the defaults of what is in an object, whether that is used or not.
        {"annex_cloud": {"url": "https://s15.socialannex.net", "token_scheme": "jwt"}},
        {"api_url": "http://127.0.0.1:8700/attentive"},
    ],
)
def test_a_good_config_has_no_problems(settings: dict[str, Any]) -> None:
    assert errors(**settings) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": None}, "`api_key` is a required property"),
        ({"api_key": ""}, "`api_key` must not be empty"),
        ({"api_key": "  "}, "`api_key` holds blanks"),
        ({"api_key": "s3cret\nkey"}, "`api_key` holds blanks, line breaks"),
        ({"api_key": "s3cret-schlüssel"}, "`api_key` holds blanks, line breaks or letters"),
        ({"legacy_token": "s3cret token"}, "`legacy_token` holds blanks"),
        ({"sign_up_source_id": " "}, "`sign_up_source_id` is blank"),
        ({"sign_up_source_id": 132109.5}, "`sign_up_source_id` is no id"),
        ({"locale": "en-US", "subscription_type": "MARKETING"}, "either `sign_up_source_id` or `locale`, not both"),
        ({"sign_up_source_id": None, "locale": "en-US"}, "`subscription_type` is missing: with `locale`"),
        (
            {"sign_up_source_id": None, "locale": "EN-us", "subscription_type": "MARKETING"},
            "`locale` is not like en-US",
        ),
        (
            {"sign_up_source_id": None, "locale": "en_US", "subscription_type": "MARKETING"},
            "`locale` is not like en-US",
        ),
        ({"sign_up_source_id": None, "locale": " ", "subscription_type": "MARKETING"}, "`locale` is blank"),
        ({"sign_up_source_id": None, "default_action": "subscribe"}, "`sign_up_source_id` is missing"),
        ({"sign_up_source_id": None, "streams": {"people": "subscribe"}}, "`sign_up_source_id` is missing"),
        ({"subscription_type": "CHECKOUT_ABANDONED"}, "`subscription_type` must be one of"),
        ({"in_doubt_minutes": -1}, "`in_doubt_minutes` must be at least 0"),
        ({"notification_language": "en-us"}, "`notification_language` must be one of `en-US` or `fr-CA`"),
        ({"unsubscribe_types": []}, "`unsubscribe_types` is an empty list"),
        ({"unsubscribe_types": ["marketing"]}, "`unsubscribe_types.0` must be one of"),
        ({"attributes_api": "v2"}, "`attributes_api` must be one of `bulk` or `v1`"),
        ({"job_timeout_minutes": 0}, "`job_timeout_minutes` must be at least 1"),
        ({"attribute_types": {"Points": "integer"}}, "`attribute_types.Points` must be one of"),
        ({"old_events": "drop"}, "`old_events` must be one of `send` or `skip`"),
        ({"segment": " "}, "`segment` is blank"),
        ({"segment": "x" * 241}, "`segment` is longer than the 240 characters"),
        ({"segment_external_id": "x" * 256}, "`segment_external_id` is longer than the 255 characters"),
        ({"default_action": "segment_members"}, "`segment` or `segment_external_id` is missing"),
        ({"default_action": "privacy_delete"}, "it needs `allow_privacy_delete` to be true"),
        ({"default_action": "messages"}, "`legacy_token` is missing"),
        ({"default_action": "annex_segment", "annex_cloud": {"token": "s3cret"}}, "`annex_cloud.site_id` is missing"),
        ({"annex_cloud": {"site_id": "1001"}}, "`annex_cloud.token` is missing"),
        ({"annex_cloud": {**ANNEX, "site_id": 10.5}}, "`annex_cloud.site_id` is no id"),
        ({"annex_cloud": {**ANNEX, "token_scheme": "oauth"}}, "`annex_cloud.token_scheme` must be one of"),
        (
            {"annex_cloud": {**ANNEX, "url": "http://s15.socialannex.net"}},
            "`annex_cloud.url` must be an https address",
        ),
        ({"default_action": "delete"}, "`default_action` must be one of"),
        ({"api_url": "api.attentivemobile.com"}, "`api_url` is not an http or https address"),
        ({"api_url": "https://[half"}, "`api_url` is not an http or https address"),
        ({"api_url": "http://api.attentivemobile.com"}, "`api_url` must be an https address"),
    ],
)
def test_each_wrong_setting_is_named_with_what_would_be_right(settings: dict[str, Any], words: str) -> None:
    found = errors(**settings)
    assert len(found) == 1, found
    assert words in found[0]
    assert "s3cret" not in found[0]


def test_all_problems_are_told_at_once() -> None:
    found = errors(default_action="annex_segment", locale="english", unsubscribe_types=[])
    assert len(found) == 6


def test_every_setting_is_described_with_an_example_and_secrets_are_marked() -> None:
    def described(properties: dict[str, dict[str, Any]], prefix: str = "") -> Iterator[str]:
        for name, setting in properties.items():
            assert setting["description"], name
            assert setting["examples"], name
            assert setting["title"], name
            if setting.get("secret"):
                yield prefix + name
            yield from described(setting.get("properties", {}), f"{name}.")

    secrets = set(described(config_schema()["properties"]))
    assert secrets == {"api_key", "legacy_token", "annex_cloud.token", "ledger_url", "notify_url"}


def test_the_default_rate_is_what_attentive_publishes() -> None:
    assert TargetAttentive(config=GOOD).config["requests_per_second"] == 150


def test_every_action_that_can_be_bound_is_there(target: MakeTarget) -> None:
    assert set(target().actions) == set(ACTIONS)


def test_settings_are_typed_once() -> None:
    settings = typed(sign_up_source_id=132109, api_url="https://x.example/attentive/", api_key=" key ")
    assert (settings.sign_up_source_id, settings.api_url) == ("132109", "https://x.example/attentive")
    assert settings.api_key == "key"
    assert (settings.subscription_type, settings.subscription_type_is_set) == ("MARKETING", False)
    assert settings.unsubscribe_types == ()
    assert settings.annex_cloud is None
    assert typed(sign_up_source_id=132109.0).sign_up_source_id == "132109"
    by_locale = typed(sign_up_source_id=None, locale="fr-CA", subscription_type="TRANSACTIONAL")
    assert by_locale.locale == Locale("fr", "CA")
    assert by_locale.subscription_type_is_set


def test_annex_cloud_has_its_defaults_though_they_are_in_an_object() -> None:
    annex = typed(annex_cloud={"site_id": 1001, "token": "s3cret"}).annex_cloud
    assert annex
    assert (annex.url, annex.site_id, annex.site_name) == ("https://s15.socialannex.net", "1001", "1001")
    assert annex.token_scheme == "jwt"


def test_secrets_are_not_shown_when_settings_are() -> None:
    shown = repr(typed(legacy_token="s3cret-legacy", annex_cloud=ANNEX))
    assert "s3cret" not in shown


def test_what_a_sandbox_took_does_not_count_as_taken_by_attentive_itself() -> None:
    assert typed().unit_scope == "subscribe/132109"
    assert typed(api_url="https://x.example/attentive").unit_scope == "subscribe@x.example/132109"
    by_locale = {"sign_up_source_id": None, "locale": "en-US", "subscription_type": "MARKETING"}
    assert typed(**by_locale).unit_scope == "subscribe/en-US MARKETING"
    annex, other = typed(annex_cloud=ANNEX), typed(annex_cloud={**ANNEX, "url": "https://x.example"})
    assert annex.annex_cloud
    assert annex.annex_cloud.scope == "1001"
    assert other.annex_cloud
    assert other.annex_cloud.scope == "1001@x.example"
