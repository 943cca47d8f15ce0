"""The target: settings, wiring and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.settings import DeliverySettings
from singer_delivery.target import DeliveryTarget
from singer_delivery.traffic import Traffic
from target_listrak_sms.actions import OptOut, Unsubscribe, Update
from target_listrak_sms.bulk import BulkUpdate
from target_listrak_sms.check import check
from target_listrak_sms.client import ListrakClient
from target_listrak_sms.listrak import Listrak
from target_listrak_sms.settings import ACTIONS, NAME, SPELLINGS, ListrakSettings, config_schema, problems
from target_listrak_sms.subscribe import Subscribe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_delivery.actions import Action
    from singer_delivery.client import Client


class TargetListrakSms(DeliveryTarget):
    """Profiles, subscriptions, unsubscribes and opt-outs for Listrak SMS."""

    name = NAME
    config_jsonschema: ClassVar[dict[str, Any]] = config_schema()
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS
    actions: ClassVar[Mapping[str, str]] = ACTIONS
    checks: ClassVar[Sequence[str]] = ("token", "sender", "list", "fields")

    def connect(self, settings: DeliverySettings, traffic: Traffic) -> tuple[Client, Sequence[Action]]:
        """Make the client and the four actions. Makes no call."""
        listrak, client = self._listrak(settings, traffic)
        return client, actions(listrak)

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the token, the sender code, the list and the custom fields."""
        listrak, client = self._listrak(DeliverySettings.from_config(self.config), Traffic())
        return check(client, listrak)

    @classmethod
    def config_problems(cls, config: Mapping[str, Any]) -> Iterable[str]:
        """Yield what is wrong with this target's own settings."""
        return problems(config)

    def _listrak(self, common: DeliverySettings, traffic: Traffic) -> tuple[Listrak, ListrakClient]:
        settings = ListrakSettings.from_config(self.config)
        client = ListrakClient(settings, common, traffic)
        return Listrak(client, settings, dry_run=common.dry_run), client


def actions(listrak: Listrak) -> Sequence[Action]:
    """Make the actions. Their scopes come from settings alone, so that what was accepted is known without a call."""
    sender, to = listrak.settings.sender_scope, listrak.settings.list_scope
    subscribed = f"subscribe/{sender}/{to}"
    opt_out = OptOut(listrak, f"opt_out/{sender}")
    unsubscribe = Unsubscribe(listrak, f"unsubscribe/{sender}/{to}", subscribed)
    # Kept apart: who was taken off because their row was deleted did not ask for it.
    removal = Unsubscribe(listrak, f"removed/{sender}/{to}", subscribed)
    # A dry run shows what becomes of each record, which an import does not.
    bulk = BulkUpdate(listrak, f"update/{sender}") if listrak.settings.bulk_updates and not listrak.dry_run else None
    return (
        Subscribe(listrak, subscribed, opt_out, unsubscribe, removal),
        Update(listrak, f"update/{sender}", opt_out, bulk),
        unsubscribe,
        opt_out,
    )
