"""The target's actions against the sandbox, and the sandbox seen from outside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from target_parts import TargetParts

from singer_delivery.actions import Gathered, Job
from singer_delivery.errors import RefusedError
from singer_delivery.settings import DeliverySettings
from target_listrak_sms.client import ListrakClient
from target_listrak_sms.listrak import Listrak
from target_listrak_sms.settings import SPELLINGS, ListrakSettings, config_schema
from target_listrak_sms.target import actions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sandboxes import Sandbox

    from singer_delivery.actions import Delivery
    from singer_delivery.outcomes import Verdict
    from singer_delivery.testing import TargetRun, TargetRunner

    MakeTarget = Callable[..., "Target"]
    Run = Callable[..., TargetRun]
    Tap = Callable[..., list[dict[str, Any]]]

CREDENTIALS = {"client_id": "sandbox-sms", "client_secret": "sandbox-secret"}


class Target(TargetParts):
    """The target's parts, as `connect` puts them together, without the engine around them."""

    spellings = SPELLINGS

    def __post_init__(self) -> None:
        common = DeliverySettings.from_config(self.config)
        settings = ListrakSettings.from_config(self.config)
        self.client = ListrakClient(settings, common, self.traffic)
        self.listrak = Listrak(self.client, settings, dry_run=common.dry_run)
        self.account = self.listrak.account
        self.actions = {action.name: action for action in actions(self.listrak)}

    def send(self, deliveries: list[Delivery]) -> Sequence[Verdict]:
        """Send deliveries of one action; a refused one has the verdict of what it was refused for."""
        try:
            done = deliveries[0].action.send(deliveries)
        except RefusedError as refusal:
            return [refusal.rule.verdict(refusal.code)] * len(deliveries)
        assert not isinstance(done, (Gathered, Job))
        return done

    def calls(self) -> dict[str, int]:
        """The calls that changed something or asked for a contact, by the last part of their operation ids."""
        return {
            name.rpartition("_")[2]: count
            for name, count in self.sandbox.calls("listrak-sms").items()
            if name.startswith("Contact")
        }


@pytest.fixture
def target(clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> MakeTarget:
    """Make a target for the shared sandbox: `target(list_name="VIP", resubscribe_opted_out=True)`."""

    monkeypatch.setattr("target_listrak_sms.client.BACKOFF", 0.001)

    def make(**settings: Any) -> Target:
        return Target(clean_sandbox, config_for(clean_sandbox, **settings))

    return make


def config_for(sandbox: Sandbox, **settings: Any) -> dict[str, Any]:
    """A config for a sandbox, with every default."""
    defaults = {
        name: each["default"]
        for name, each in config_schema()["properties"].items()
        if each.get("default") is not None
    }
    if not {"list_id", "list_name"} & settings.keys():
        settings["list_id"] = 7001
    where = {"api_url": sandbox.sms_url, "auth_url": sandbox.auth_url}
    fast = {"sender_code": "501", "requests_per_second": 1000}
    return {**defaults, **CREDENTIALS, **where, **fast, **settings}


@dataclass
class Seen:
    """What the sandbox holds, seen from outside the API.

    Attributes:
        sandbox: The sandbox.
        most: How often somebody may have had the same text: once, unless they come back.
    """

    sandbox: Sandbox
    most: int = 1

    def contact(self, phone: str) -> Any:
        """A contact of sender code 501; None if there is none."""
        found = self.sandbox.get(f"/_sandbox/listrak-sms/contacts?phone={phone}")["contacts"]
        return next((each for each in found if each["senderCodeId"] == 501), None)

    def custom(self, phone: str) -> dict[int, str]:
        """The custom values of a contact."""
        return {each["segmentationFieldId"]: each["value"] for each in self.contact(phone)["segmentationFieldValues"]}

    def state(self, phone: str, phone_list: int = 7001) -> str | None:
        """How somebody stands to a list."""
        found = self.sandbox.get(f"/_sandbox/listrak-sms/subscriptions?phone={phone}")["subscriptions"]
        return next((each["state"] for each in found if each["phoneListId"] == phone_list), None)

    def texts(self) -> Counter[tuple[str, str]]:
        """The texts that people would have got, by phone and kind: nobody may have one twice."""
        return Counter((each["phone"], each["kind"]) for each in self.sandbox.texts())


@pytest.fixture
def seen(clean_sandbox: Sandbox) -> Iterator[Seen]:
    """Look into the shared sandbox; at the end, nobody may have had the same text twice."""
    looking = Seen(clean_sandbox)
    yield looking
    assert not [each for each, count in looking.texts().items() if count > looking.most]


@pytest.fixture
def run_target(listrak_sms: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    """Run the target in a process of its own, in one folder: `run_target(messages, *arguments, dry_run=True)`."""
    named = {"sender_code": "10150", "list_name": "Master List", "list_id": None, "default_action": None}
    return listrak_sms(clean_sandbox, **named)
