"""The target's actions against the sandbox, and the sandbox seen from outside."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from target_parts import TargetParts

from singer_delivery.actions import Delivery, Gathered, Job
from singer_delivery.errors import RefusedError
from singer_delivery.settings import DeliverySettings
from target_textlocal.settings import SPELLINGS, TextlocalSettings, config_schema
from target_textlocal.target import Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict
    from singer_delivery.testing import TargetRun, TargetRunner

    MakeTarget = Callable[..., "Target"]
    Run = Callable[..., TargetRun]
    Tap = Callable[..., list[dict[str, Any]]]

CUSTOMERS = "Customers"
"""A group of the sandbox: 447700900000 to 447700900119, whose `custom1` are C1000 to C1119."""
OPTED_OUT = "447700900007"
NEW = tuple(f"+447700900{number}" for number in range(500, 510))
"""Numbers that are in no group."""


class Target(TargetParts):
    """The target's parts, as `connect` puts them together, without the engine around them."""

    spellings = SPELLINGS

    def __post_init__(self) -> None:
        self.settings = TextlocalSettings.from_config(self.config)
        self.parts = Parts(self.settings, DeliverySettings.from_config(self.config), self.traffic)
        self.client = self.parts.client
        self.actions = {action.name: action for action in self.parts.actions()}

    def deliver_all(self, name: str, records: Sequence[dict[str, Any]]) -> list[Verdict]:
        """Plan records and send them, in one call of `send` for each action or gathered key; a verdict for each."""
        verdicts: list[Any] = [self.plan(name, each) for each in records]
        calls: dict[Any, list[int]] = defaultdict(list)
        for place, each in enumerate(verdicts):
            if isinstance(each, Delivery):
                calls[id(each.action), each.key if each.action.gathers else None].append(place)
        for places in calls.values():
            planned = [verdicts[place] for place in places]
            action = planned[0].action
            sent = self.send([action.together(planned)] if action.gathers else planned)
            for position, place in enumerate(places):
                verdicts[place] = sent[position if len(sent) > 1 else 0]
        return verdicts

    def send(self, deliveries: list[Delivery]) -> Sequence[Verdict]:
        """Send deliveries of one action; a refused call is split, as the engine does, until the culprit is alone."""
        try:
            done = deliveries[0].action.send(deliveries)
        except RefusedError as refusal:
            if len(deliveries) == 1:
                return [refusal.rule.verdict(refusal.code)]
            half = len(deliveries) // 2
            return [*self.send(deliveries[:half]), *self.send(deliveries[half:])]
        assert not isinstance(done, Job)
        return done.verdicts if isinstance(done, Gathered) else done

    def calls(self) -> dict[str, int]:
        """The calls so far, by command."""
        return {name: count for name, count in self.sandbox.calls("textlocal").items() if count}


@pytest.fixture
def target(clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> MakeTarget:
    """Make a target for the shared sandbox: `target(sender="ACME")`; with `keys` the streams have a key."""
    monkeypatch.setattr("target_textlocal.client.BACKOFF", 0.001)

    def make(keys: Sequence[str] = (), **settings: Any) -> Target:
        return Target(clean_sandbox, config_for(clean_sandbox, **settings), tuple(keys))

    return make


def config_for(sandbox: Sandbox, **settings: Any) -> dict[str, Any]:
    """A config for a sandbox, with every default. A setting that is None is left out."""
    defaults = {
        name: each["default"]
        for name, each in config_schema()["properties"].items()
        if each.get("default") is not None
    }
    given = {
        "api_key": "sandbox-textlocal",
        "api_url": sandbox.textlocal_url,
        "group_name": CUSTOMERS,
        "default_country": "GB",
        "requests_per_second": 1000,
        "in_doubt_minutes": 0,
    }
    return {name: value for name, value in {**defaults, **given, **settings}.items() if value is not None}


@dataclass
class Seen:
    """What the sandbox holds, seen from outside the API.

    Attributes:
        sandbox: The sandbox.
        account: Whose.
        most: How often somebody may have had the same text.
    """

    sandbox: Sandbox
    account: str = "uk"
    most: int = 1

    def shown(self, view: str, **wanted: str) -> list[dict[str, Any]]:
        """A list of the sandbox's, of this account: `groups`, `contacts`, `optouts`, `batches`, `scheduled`."""
        query = "&".join(f"{name}={value}" for name, value in {"account": self.account, **wanted}.items())
        return list(self.sandbox.get(f"/_sandbox/textlocal/{view}?{query}")[view])

    def groups(self) -> dict[str, int]:
        """The groups: name to how many are in it."""
        return {each["name"]: each["size"] for each in self.shown("groups")}

    def members(self, group: str) -> dict[str, dict[str, Any]]:
        """The contacts of a group, by its name or id: number to fields."""
        return {str(each["number"]): each for each in self.shown("contacts", group=quote(group))}

    def texts(self) -> Counter[tuple[str, str]]:
        """The texts that people would have got, by phone and text."""
        return Counter((each["phone"], each["text"]) for each in self.sandbox.texts())


@pytest.fixture
def seen(clean_sandbox: Sandbox) -> Iterator[Seen]:
    """Look into the shared sandbox; at the end, nobody may have had a text twice."""
    looking = Seen(clean_sandbox)
    yield looking
    assert not [each for each, count in looking.texts().items() if count > looking.most]


@pytest.fixture
def run_target(textlocal: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    """Run the target in a process of its own, in one folder: `run_target(messages, *arguments, dry_run=True)`."""
    return textlocal(clean_sandbox, default_action=None)
