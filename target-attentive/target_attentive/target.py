"""The target: settings, wiring and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.clients import Clients
from singer_delivery.settings import DeliverySettings
from singer_delivery.target import DeliveryTarget
from singer_delivery.traffic import Traffic
from target_attentive.annex.action import AnnexSegment
from target_attentive.annex.client import AnnexClient
from target_attentive.attributes import attributes_action
from target_attentive.check import check
from target_attentive.client import AttentiveClient, LegacyClient
from target_attentive.ecommerce import Ecommerce
from target_attentive.events import Events
from target_attentive.identities import Identities
from target_attentive.messages import Messages
from target_attentive.privacy import PrivacyDelete
from target_attentive.segment_members import segment_members
from target_attentive.setting_problems import problems
from target_attentive.settings import ACTIONS, NAME, SPELLINGS, AttentiveSettings, config_schema
from target_attentive.subscribe import Subscribe
from target_attentive.unsubscribe import Unsubscribe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_delivery.actions import Action


class TargetAttentive(DeliveryTarget):
    """Subscribers, attributes, events and segments for Attentive."""

    name = NAME
    config_jsonschema: ClassVar[dict[str, Any]] = config_schema()
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS
    actions: ClassVar[Mapping[str, str]] = ACTIONS
    checks: ClassVar[Sequence[str]] = ("key", "scopes", "unit", "segment", "annex")

    def connect(self, settings: DeliverySettings, traffic: Traffic) -> tuple[Clients, Sequence[Action]]:
        """Make the clients and the actions. Makes no call."""
        parts = Parts(AttentiveSettings.from_config(self.config), settings, traffic)
        return parts.clients, parts.actions()

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the key, and look for the segment."""
        common = DeliverySettings.from_config(self.config)
        parts = Parts(AttentiveSettings.from_config(self.config), common, Traffic())
        return check(parts.client, parts.settings)

    @classmethod
    def config_problems(cls, config: Mapping[str, Any]) -> Iterable[str]:
        """Yield what is wrong with this target's own settings."""
        return problems(config)


class Parts:
    """What a run is made of: a client for each credential, and the actions. Making it calls nothing.

    Args:
        settings: This target's own settings.
        common: The settings that every target has.
        traffic: Counts calls.

    Attributes:
        client: Attentive's public API.
        clients: All clients as one.
    """

    def __init__(self, settings: AttentiveSettings, common: DeliverySettings, traffic: Traffic) -> None:
        self.settings = settings
        self.client = AttentiveClient(settings, common, traffic, settings.api_key)
        self._legacy = LegacyClient(settings, common, traffic, settings.legacy_token or "")
        self._annex = AnnexClient(settings.annex_cloud, common, traffic) if settings.annex_cloud else None
        self.clients = Clients(self.client, self._legacy, *([self._annex] if self._annex else []))
        self._dry_run = common.dry_run

    def actions(self) -> Sequence[Action]:
        """Make the actions. Their scopes come from settings alone: what was accepted is known without a call."""
        own, client, dry_run = self.settings, self.client, self._dry_run
        account = f"account{own.host_scope}"
        unsubscribe = Unsubscribe(client, own, f"unsubscribe/{account}", dry_run=dry_run)
        subscribe = Subscribe(client, own, own.unit_scope, unsubscribe, dry_run=dry_run)
        identities = Identities(client, own, f"identities/{account}", dry_run=dry_run)
        attributes = attributes_action(client, own, f"attributes/{account}", dry_run=dry_run)
        members = segment_members(client, own, dry_run=dry_run)
        known = (subscribe, attributes, identities, members)  # what is so no more, once somebody is deleted
        return (
            subscribe,
            unsubscribe,
            attributes,
            identities,
            Events(client, own, f"events/{account}", dry_run=dry_run),
            Ecommerce(client, own, f"ecommerce/{account}", dry_run=dry_run),
            members,
            PrivacyDelete(client, own, f"privacy_delete/{account}", *known, dry_run=dry_run),
            Messages(self._legacy, own, f"messages/{account}", unsubscribe, dry_run=dry_run),
            AnnexSegment(self._annex, f"annex_segment/{own.annex_cloud.scope if own.annex_cloud else ''}"),
        )
