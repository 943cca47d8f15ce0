"""The target: settings, wiring and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_delivery.people import People, Person
from singer_delivery.settings import DeliverySettings
from singer_delivery.target import DeliveryTarget
from singer_delivery.traffic import Traffic
from target_textlocal.account import Account
from target_textlocal.campaigns import Campaigns
from target_textlocal.check import check
from target_textlocal.client import TextlocalClient
from target_textlocal.contacts import Contacts, Remove
from target_textlocal.credits import Credits
from target_textlocal.messages import Messages
from target_textlocal.setting_problems import problems
from target_textlocal.settings import ACTIONS, NAME, SPELLINGS, TextlocalSettings, config_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from singer_delivery.actions import Action


class TargetTextlocal(DeliveryTarget):
    """Contacts, personal messages and campaigns for Textlocal."""

    name = NAME
    config_jsonschema: ClassVar[dict[str, Any]] = config_schema()
    spellings: ClassVar[Mapping[str, str]] = SPELLINGS
    actions: ClassVar[Mapping[str, str]] = ACTIONS
    checks: ClassVar[Sequence[str]] = ("key", "account", "group", "sender")

    def connect(self, settings: DeliverySettings, traffic: Traffic) -> tuple[TextlocalClient, Sequence[Action]]:
        """Make the client and the actions. Makes no call."""
        parts = Parts(TextlocalSettings.from_config(self.config), settings, traffic)
        return parts.client, parts.actions()

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the key, the group and the sender."""
        common = DeliverySettings.from_config(self.config)
        parts = Parts(TextlocalSettings.from_config(self.config), common, Traffic())
        return check(parts.client, parts.account, parts.settings)

    @classmethod
    def config_problems(cls, config: Mapping[str, Any]) -> Iterable[str]:
        """Yield what is wrong with this target's own settings."""
        return problems(config)


class Parts:
    """What a run is made of: the client, and the actions. Making it calls nothing.

    Args:
        settings: This target's own settings.
        common: The settings that every target has.
        traffic: Counts calls.

    Attributes:
        client: Calls Textlocal.
        account: What the account has, read when it is first needed.
    """

    def __init__(self, settings: TextlocalSettings, common: DeliverySettings, traffic: Traffic) -> None:
        self.settings = settings
        self.client = TextlocalClient(settings, common, traffic)
        self.account = Account(self.client, settings)
        self._common = common
        self._traffic = traffic
        self._dry_run = common.dry_run

    def actions(self) -> Sequence[Action]:
        """Make the actions. Their scopes come from settings alone: what was accepted is known without a call."""
        own, client, account = self.settings, self.client, self.account
        added, removed = f"contacts/{own.group_scope}", f"remove/{own.group_scope}"
        deleted = Remove(client, account, removed, added, strict=False)
        people = People(self._common)
        texted, credits_ = f"messages/{own.sending_scope}", Credits(own.max_credits, self._traffic)
        campaigns = Campaigns(
            client,
            account,
            own,
            f"campaigns/{own.sending_scope}",
            dry_run=self._dry_run,
            credits_=credits_,
            suppressed=lambda phone: people.suppressed(Person(phone, None)),
        )
        return (
            Contacts(client, account, own, added, deleted, dry_run=self._dry_run),
            Remove(client, account, removed, added, strict=True),
            Messages(client, account, own, texted, dry_run=self._dry_run, credits_=credits_),
            campaigns,
            campaigns.cancelling,
        )
