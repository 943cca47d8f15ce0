"""The target: settings, wiring and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.settings import DeliverySettings
from singer_delivery.target import DeliveryTarget
from singer_delivery.traffic import Traffic
from target_attentive.check import check
from target_attentive.client import AttentiveClient
from target_attentive.setting_problems import problems
from target_attentive.settings import NAME, SPELLINGS, AttentiveSettings, config_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.client import Client


class TargetAttentive(DeliveryTarget):
    """Subscribers, attributes, events and segments for Attentive."""

    name = NAME
    config_jsonschema: ClassVar[dict[str, Any]] = config_schema()
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS

    def connect(self, settings: DeliverySettings, traffic: Traffic) -> tuple[Client, Sequence[Action]]:
        """Make the clients and the actions. Makes no call."""
        own = AttentiveSettings.from_config(self.config)
        client = AttentiveClient(own, settings, traffic, own.api_key)
        return client, actions(client, own, dry_run=settings.dry_run)

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the key, and look for the segment."""
        own = AttentiveSettings.from_config(self.config)
        client = AttentiveClient(own, DeliverySettings.from_config(self.config), Traffic(), own.api_key)
        return check(client, own)

    @classmethod
    def config_problems(cls, config: Mapping[str, Any]) -> Iterable[str]:
        """Yield what is wrong with this target's own settings."""
        return problems(config)


def actions(client: AttentiveClient, settings: AttentiveSettings, *, dry_run: bool) -> Sequence[Action]:
    """Make the actions. Their scopes come from settings alone, so that what was accepted is known without a call."""
    del client, settings, dry_run
    return ()
