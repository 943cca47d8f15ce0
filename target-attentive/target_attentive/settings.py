"""The target's own settings: what a value must look like, and their typed form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from singer_delivery.settings import target_schema
from target_attentive.annex_settings import AnnexSettings, text_of
from target_attentive.setting_texts import API_URL, OWN, SUBSCRIPTION_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ACTIONS", "NAME", "SPELLINGS", "AnnexSettings", "AttentiveSettings", "Locale", "config_schema"]

NAME = "target-attentive"
ACTIONS: Mapping[str, str] = {
    "subscribe": "subscribes people to texts and e-mails, once: Attentive texts them",
    "unsubscribe": "takes people off texts, e-mails or both, silently",
    "attributes": "writes attributes of people, 256 a call",
    "events": "sends custom events, each once",
    "ecommerce": "sends product views, carts and purchases, each once",
    "identities": "tells which identifiers belong to one person",
    "segment_members": "adds people to a segment, and takes them out of it",
    "privacy_delete": "asks Attentive to delete people; only with `allow_privacy_delete`",
    "messages": "texts people by the legacy API, each record once; only with `legacy_token`",
    "annex_segment": "makes segments at Annex Cloud; only with `annex_cloud`",
}
"""What can be done, and what each does in a few words."""
SPELLINGS: Mapping[str, str] = {
    "phoneNumber": "phone",
    "emailAddress": "email",
    "clientUserId": "client_user_id",
    "customIdentifiers": "custom_identifiers",
}
"""Attentive's own names of columns that any action knows, and ours. What one action alone knows, it says itself."""
REQUESTS_PER_SECOND = 150
"""What Attentive allows for each call that has no limit of its own (its page "API Rate Limits")."""


@dataclass(frozen=True, slots=True)
class Locale:
    """A language (ISO 639-1) and a country (ISO 3166-1), as a sign-up unit has them."""

    language: str
    country: str

    def __str__(self) -> str:
        return f"{self.language}-{self.country}"


@dataclass(frozen=True, slots=True)
class AttentiveSettings:
    """The target's own settings, checked and typed.

    Attributes:
        subscription_type: MARKETING unless set.
        in_doubt_minutes: After a subscribe call.
        unsubscribe_types: None of them means every type.
        attributes_api: `bulk` or `v1`.
        attribute_types: Name to `string`, `number`, `boolean` or `date`.
        old_events: `send` or `skip`.
    """

    api_key: str = field(repr=False)
    api_url: str
    sign_up_source_id: str | None
    locale: Locale | None
    subscription_type: str
    subscription_type_is_set: bool
    single_opt_in: bool
    resubscribe_opted_out: bool
    in_doubt_minutes: int
    notify_on_unsubscribe: bool
    notification_language: str | None
    unsubscribe_types: tuple[str, ...]
    attributes_api: str
    wait_for_jobs: bool
    job_timeout_minutes: int
    attribute_types: Mapping[str, str]
    old_events: str
    event_ids_deduplicate: bool
    segment: str | None
    segment_external_id: str | None
    create_segment: bool
    allow_privacy_delete: bool
    legacy_token: str | None = field(repr=False)
    annex_cloud: AnnexSettings | None

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> AttentiveSettings:
        """Read a config that holds its defaults and that `problems` found nothing wrong with."""
        wanted = config.get("subscription_type")
        return cls(
            api_key=config["api_key"].strip(),
            api_url=config["api_url"].strip().rstrip("/"),
            sign_up_source_id=text_of(config.get("sign_up_source_id")),
            locale=_locale(config.get("locale")),
            subscription_type=wanted or SUBSCRIPTION_TYPES[0],
            subscription_type_is_set=wanted is not None,
            single_opt_in=config["single_opt_in"],
            resubscribe_opted_out=config["resubscribe_opted_out"],
            in_doubt_minutes=config["in_doubt_minutes"],
            notify_on_unsubscribe=config["notify_on_unsubscribe"],
            notification_language=config.get("notification_language"),
            unsubscribe_types=tuple(dict.fromkeys(config.get("unsubscribe_types") or ())),
            attributes_api=config["attributes_api"],
            wait_for_jobs=config["wait_for_jobs"],
            job_timeout_minutes=config["job_timeout_minutes"],
            attribute_types=dict(config.get("attribute_types") or {}),
            old_events=config["old_events"],
            event_ids_deduplicate=config["event_ids_deduplicate"],
            segment=text_of(config.get("segment")),
            segment_external_id=text_of(config.get("segment_external_id")),
            create_segment=config["create_segment"],
            allow_privacy_delete=config["allow_privacy_delete"],
            legacy_token=text_of(config.get("legacy_token")),
            annex_cloud=AnnexSettings.from_config(config.get("annex_cloud")),
        )

    @property
    def unsubscribes_own_type(self) -> bool:
        """Whether an unsubscribe is from the type that `subscribe` is about, among others or alone."""
        return not self.unsubscribe_types or self.subscription_type in self.unsubscribe_types

    @property
    def host_scope(self) -> str:
        """What a scope of the ledger ends with: nothing, or the host where it is not Attentive itself.

        What a sandbox took, Attentive has not.
        """
        return "" if self.api_url == API_URL else f"@{urlsplit(self.api_url).hostname}"

    @property
    def subscribe_scope(self) -> str:
        """What all scopes of subscriptions at this host begin with, by whichever sign-up unit."""
        return f"subscribe{self.host_scope}"

    @property
    def unit_scope(self) -> str:
        """What the ledger keeps subscriptions under: the sign-up unit as the settings name it, at this host."""
        unit = self.sign_up_source_id or (f"{self.locale} {self.subscription_type}" if self.locale else "")
        return f"{self.subscribe_scope}/{unit}"


def config_schema() -> dict[str, Any]:
    """Return the settings as a JSON Schema: this target's own, then those that every target has."""
    schema = target_schema(NAME, *OWN, actions=tuple(ACTIONS))
    schema["properties"]["requests_per_second"]["default"] = REQUESTS_PER_SECOND
    return schema


def _locale(value: str | None) -> Locale | None:
    return Locale(*value.strip().split("-")) if value else None
