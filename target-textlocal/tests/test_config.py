"""Bad config: every problem at once, in words that say what to do, and never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_textlocal.settings import ACTIONS, TextlocalSettings, config_schema
from target_textlocal.target import TargetTextlocal

if TYPE_CHECKING:
    from .conftest import MakeTarget

GOOD = {"api_key": "s3cret-canary", "group_name": "Customers"}
INDIA = "https://api.textlocal.in"


def errors(**settings: Any) -> list[str]:
    config = {name: value for name, value in {**GOOD, **settings}.items() if value is not None}
    return TargetTextlocal(config=config, validate_config=False)._validate_config(raise_errors=False)


def typed(**settings: Any) -> TextlocalSettings:
    config = {name: value for name, value in {**GOOD, **settings}.items() if value is not None}
    return TextlocalSettings.from_config(TargetTextlocal(config=config).config)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"group_name": None, "group_id": 412345, "default_action": "contacts"},
        {"group_name": None, "group_id": "5", "default_action": "remove"},
        {"group_name": None, "default_action": "messages"},
        {"group_name": None, "default_action": "campaigns"},
        {"sender": "ACME", "customer_id_field": "custom3", "max_credits": 0},
        {"sender": 447700900900},
        {"api_url": INDIA},
        {"api_url": "http://127.0.0.1:8700/textlocal"},
    ],
)
def test_a_good_config_has_no_problems(settings: dict[str, Any]) -> None:
    assert errors(**settings) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"api_key": None}, "`api_key` is a required property"),
        ({"api_key": "  "}, "`api_key` holds blanks"),
        ({"api_key": "s3cret\nkey"}, "`api_key` holds blanks, line breaks"),
        ({"group_name": " "}, "`group_name` is blank"),
        ({"group_id": 412345}, "either `group_name` or `group_id`, not both"),
        ({"group_name": None, "group_id": "s3cret"}, "`group_id` is no id"),
        ({"group_name": None, "group_id": 4.5}, "`group_id` is no id"),
        ({"group_name": None, "group_id": 6}, "list of who opted out: nobody is added to it"),
        ({"group_name": None, "default_action": "contacts"}, "`group_name` or `group_id` is missing: `contacts`"),
        ({"group_name": None, "streams": {"gone": "remove"}}, "`group_name` or `group_id` is missing: `remove`"),
        ({"customer_id_field": "custom4"}, "`customer_id_field` must be one of"),
        ({"existing_contacts": "replace"}, "`existing_contacts` must be one of `update` or `leave`"),
        ({"sender": "s3cret-and-too-long"}, "`sender` is no sender name"),
        ({"sender": "AB"}, "`sender` is no sender name"),
        ({"sender": 44770090090000}, "`sender` is no sender name"),
        ({"max_credits": -1}, "`max_credits` must be at least 0"),
        ({"unicode": "always"}, "`unicode` must be one of `auto` or `never`"),
        ({"too_long": "cut"}, "`too_long` must be one of `reject` or `send`"),
        ({"in_doubt_minutes": -1}, "`in_doubt_minutes` must be at least 0"),
        ({"delete_groups_after_days": 7}, "`delete_groups_after_days` must be at least 8"),
        ({"default_action": "send"}, "`default_action` must be one of"),
        ({"api_url": "api.txtlocal.com"}, "`api_url` is no http or https address"),
        ({"api_url": "https://[half"}, "`api_url` is no http or https address"),
        ({"api_url": "http://api.txtlocal.com"}, "`api_url` must be an https address"),
    ],
)
def test_each_wrong_setting_is_named_with_what_would_be_right(settings: dict[str, Any], words: str) -> None:
    found = errors(**settings)
    assert len(found) == 1, found
    assert words in found[0]
    assert "s3cret" not in found[0]


def test_all_problems_are_told_at_once() -> None:
    found = errors(group_name=None, default_action="contacts", sender="x", api_url="http://api.txtlocal.com")
    assert len(found) == 3


def test_every_setting_is_described_with_an_example_and_secrets_are_marked() -> None:
    properties = config_schema()["properties"]
    assert not [name for name, each in properties.items() if not each["description"] or not each["examples"]]
    assert not [name for name, each in properties.items() if not each["title"]]
    assert {name for name, each in properties.items() if each.get("secret")} == {"api_key", "ledger_url", "notify_url"}


def test_the_default_rate_is_modest_since_textlocal_publishes_none() -> None:
    assert TargetTextlocal(config=GOOD).config["requests_per_second"] == 5


def test_every_action_that_can_be_bound_is_there(target: MakeTarget) -> None:
    assert set(target().actions) >= set(ACTIONS)


def test_settings_are_typed_once() -> None:
    settings = typed(group_name=None, group_id=412345.0, api_url="https://x.example/textlocal/", api_key=" key ")
    assert (settings.group_id, settings.api_url, settings.api_key) == ("412345", "https://x.example/textlocal", "key")
    assert (settings.sender, settings.max_credits, settings.delete_groups_after_days) == (None, None, None)
    assert settings.optouts
    assert typed(sender=447700900900.0).sender == "447700900900"
    assert typed(api_url=INDIA + "/").in_india
    assert not settings.in_india


def test_the_key_is_not_shown_when_settings_are() -> None:
    assert "s3cret" not in repr(typed())


def test_what_a_sandbox_took_does_not_count_as_taken_by_textlocal_itself() -> None:
    assert typed(group_name=" Customers ").group_scope == "customers"
    assert typed(api_url=INDIA).group_scope == "customers@api.textlocal.in"
    assert typed(api_url="https://x.example/textlocal").sending_scope == "x.example"


def test_what_was_only_tested_does_not_count_as_sent() -> None:
    assert typed().sending_scope == "api.txtlocal.com"
    assert typed(test_mode=True).sending_scope == "api.txtlocal.com/test"
