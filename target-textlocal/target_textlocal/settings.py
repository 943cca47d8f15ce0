"""The target's own settings: what a value must look like, and their typed form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from singer_delivery.settings import target_schema
from target_textlocal.setting_texts import INDIA_URL, OWN, UK_URL

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "target-textlocal"
ACTIONS: Mapping[str, str] = {
    "contacts": "puts people into a group, with their fields",
    "remove": "takes people out of that group",
    "messages": "sends each record's text to its person, once",
    "campaigns": "sends one text to all people of a campaign, now or at its time, once",
    "cancel_campaigns": "stops campaigns that have yet to go out",
}
"""What can be done, and what each does in a few words."""
SPELLINGS: Mapping[str, str] = {
    "number": "phone",
    "customer_id": "customer_id",
    "custom1": "custom1",
    "custom2": "custom2",
    "custom3": "custom3",
}
"""Textlocal's own names of columns that any action knows, and ours. What one action alone knows, it says itself."""
REQUESTS_PER_SECOND = 5
"""Textlocal publishes no limit; its pages warn of loops that burn credits."""


@dataclass(frozen=True, slots=True)
class TextlocalSettings:
    """The target's own settings, checked and typed.

    Attributes:
        customer_id_field: `custom1`, `custom2` or `custom3`.
        existing_contacts: `update` or `leave`.
        sender: None for the account's default.
        max_credits: Of a run; None for no limit.
        unicode: `auto` or `never`.
        too_long: `reject` or `send`.
        in_doubt_minutes: After a call that broke off.
        delete_groups_after_days: None to keep them.
        default_country: In capitals: of numbers that Textlocal shows without a country code.
    """

    api_key: str = field(repr=False)
    api_url: str
    group_name: str | None
    group_id: str | None
    customer_id_field: str | None
    existing_contacts: str
    sender: str | None
    optouts: bool
    max_credits: int | None
    test_mode: bool
    unicode: str
    too_long: str
    in_doubt_minutes: int
    delete_groups_after_days: int | None
    default_country: str | None

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> TextlocalSettings:
        """Read a config that holds its defaults and that `problems` found nothing wrong with."""
        return cls(
            api_key=config["api_key"].strip(),
            api_url=config["api_url"].strip().rstrip("/"),
            group_name=text_of(config.get("group_name")),
            group_id=text_of(config.get("group_id")),
            customer_id_field=config.get("customer_id_field"),
            existing_contacts=config["existing_contacts"],
            sender=text_of(config.get("sender")),
            optouts=config["optouts"],
            max_credits=config.get("max_credits"),
            test_mode=config["test_mode"],
            unicode=config["unicode"],
            too_long=config["too_long"],
            in_doubt_minutes=config["in_doubt_minutes"],
            delete_groups_after_days=config.get("delete_groups_after_days"),
            default_country=(text_of(config.get("default_country")) or "").upper() or None,
        )

    @property
    def host(self) -> str:
        """The API's host: one account's texts are not another's."""
        return urlsplit(self.api_url).hostname or ""

    @property
    def in_india(self) -> bool:
        """Whether the account is in India, where texts have to fit templates, and hours are limited."""
        return self.api_url == INDIA_URL

    @property
    def group_scope(self) -> str:
        """The group as the settings name it, for the ledger; with the host where it is not the usual one."""
        group = self.group_id or (self.group_name or "").casefold()
        return group if self.api_url == UK_URL else f"{group}@{self.host}"

    @property
    def sending_scope(self) -> str:
        """What texts are kept under in the ledger: the host. What was only tested is no reason not to send it."""
        return f"{self.host}/test" if self.test_mode else self.host


def config_schema() -> dict[str, Any]:
    """Return the settings as a JSON Schema: this target's own, then those that every target has."""
    schema = target_schema(NAME, *OWN, actions=tuple(ACTIONS))
    schema["properties"]["requests_per_second"]["default"] = REQUESTS_PER_SECOND
    return schema


def text_of(value: str | float | None) -> str | None:
    """Return a setting as text without blanks around it, None for nothing but blanks. Numbers have no fraction."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(value).strip() or None
