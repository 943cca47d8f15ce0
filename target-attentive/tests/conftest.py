"""The target's actions against the sandbox, and the sandbox seen from outside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from target_parts import TargetParts

from singer_delivery.actions import Gathered, Job
from singer_delivery.errors import RefusedError
from singer_delivery.outcomes import Verdict
from singer_delivery.settings import DeliverySettings
from target_attentive.settings import SPELLINGS, AttentiveSettings, config_schema
from target_attentive.target import Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sandboxes import Sandbox

    from singer_delivery.actions import Delivery
    from singer_delivery.testing import TargetRun, TargetRunner

    MakeTarget = Callable[..., "Target"]
    Run = Callable[..., TargetRun]
    Tap = Callable[..., list[dict[str, Any]]]

UNIT = "132109"
"""The sandbox's sign-up unit for MARKETING in English and the United States."""
MOST_LOOKS = 20


class Target(TargetParts):
    """The target's parts, as `connect` puts them together, without the engine around them."""

    spellings = SPELLINGS

    def __post_init__(self) -> None:
        self.settings = AttentiveSettings.from_config(self.config)
        self.parts = Parts(self.settings, DeliverySettings.from_config(self.config), self.traffic)
        self.client = self.parts.client
        self.actions = {action.name: action for action in self.parts.actions()}

    def deliver_all(self, name: str, records: Sequence[dict[str, Any]]) -> list[Verdict]:
        """Plan records and send them in one call of `send`; what is not planned to be sent has its verdict."""
        planned = [self.plan(name, each) for each in records]
        sent = iter(self.send([each for each in planned if not isinstance(each, Verdict)]))
        return [each if isinstance(each, Verdict) else next(sent) for each in planned]

    def send(self, deliveries: list[Delivery]) -> Sequence[Verdict]:
        """Send deliveries of one action, and look at their job until it ends; the sandbox's clock is moved for it."""
        if not deliveries:
            return []
        try:
            done = deliveries[0].action.send(deliveries)
            done = self._followed(done) if isinstance(done, Job) else done
        except RefusedError as refusal:
            return [refusal.rule.verdict(refusal.code)] * len(deliveries)
        assert not isinstance(done, Gathered)
        return done

    def _followed(self, job: Job) -> Sequence[Verdict]:
        for _ in range(MOST_LOOKS):
            verdicts = job.look()
            if verdicts is not None:
                return verdicts
            self.sandbox.advance(1)
        raise AssertionError("the job does not end")

    def calls(self) -> dict[str, int]:
        """The calls so far, by operation."""
        return {name: count for name, count in self.sandbox.calls("attentive").items() if count}


@pytest.fixture
def target(clean_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> MakeTarget:
    """Make a target for the shared sandbox: `target(single_opt_in=True)`; with `keys` the streams have a key."""
    monkeypatch.setattr("target_attentive.client.BACKOFF", 0.001)

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
        "api_key": "sandbox-attentive",
        "api_url": sandbox.attentive_url,
        "sign_up_source_id": UNIT,
        "requests_per_second": 1000,
        "in_doubt_minutes": 0,
    }
    return {name: value for name, value in {**defaults, **given, **settings}.items() if value is not None}


@dataclass
class Seen:
    """What the sandbox holds, seen from outside the API.

    Attributes:
        sandbox: The sandbox.
        most: How often somebody may have had the same text: once, unless they come back.
        already: Whether somebody may have been told that they are subscribed already.
    """

    sandbox: Sandbox
    most: int = 1
    already: bool = False

    def shown(self, view: str) -> list[dict[str, Any]]:
        """A list of the sandbox: `events`, `jobs`, `segments`, `attributes`, `privacy`, `people`, `subscriptions`."""
        return list(self.sandbox.get(f"/_sandbox/attentive/{view}")[view.partition("?")[0]])

    def person(self, address: str) -> Any:
        """Who has a phone number or e-mail address: `identifiers`, `profile` and `attributes`; None if nobody has."""
        return next(iter(self.shown(f"people?{_asked(address)}")), None)

    def subscriptions(self, address: str) -> dict[tuple[str, str], str]:
        """How a phone number or e-mail address stands: type and channel to state."""
        found = self.shown(f"subscriptions?{_asked(address)}")
        return {(each["type"], each["channel"]): each["state"] for each in found}

    def members(self, external_id: str) -> list[dict[str, Any]]:
        """The members of a segment."""
        return next(list(each["members"]) for each in self.shown("segments") if each["externalId"] == external_id)

    def texts(self) -> Counter[tuple[str, str]]:
        """The texts that people would have got, by phone and kind: nobody may have one twice."""
        return Counter((each["phone"], each["kind"]) for each in self.sandbox.texts())


def _asked(address: str) -> str:
    return f"{'email' if '@' in address else 'phone'}={quote(address)}"


@pytest.fixture
def seen(clean_sandbox: Sandbox) -> Iterator[Seen]:
    """Look into the shared sandbox; at the end, nobody may have had a text twice, or one that nobody wants."""
    looking = Seen(clean_sandbox)
    yield looking
    texts = looking.texts()
    assert not [each for each, count in texts.items() if count > looking.most]
    assert looking.already or not [each for each in texts if each[1] == "already_subscribed"]


@pytest.fixture
def run_target(attentive: Callable[..., TargetRunner], clean_sandbox: Sandbox) -> TargetRunner:
    """Run the target in a process of its own, in one folder: `run_target(messages, *arguments, dry_run=True)`."""
    return attentive(clean_sandbox, default_action=None)
