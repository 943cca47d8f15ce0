"""A target for a made-up vendor that takes people one by one, and a segment as one call with all its members."""

from __future__ import annotations

import io
import json
import signal
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, cast

from singer_delivery.actions import Action, Delivery, Doubt
from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.errors import DeliveryError, OutcomeUnknownError, RefusedError, SetupError
from singer_delivery.outcomes import accepted
from singer_delivery.planned_calls import OfThread, PlannedCall
from singer_delivery.settings import target_schema
from singer_delivery.target import DeliveryTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import pytest

    from singer_delivery.actions import Gathered
    from singer_delivery.columns import Columns
    from singer_delivery.memory import Memory
    from singer_delivery.outcomes import Verdict
    from singer_delivery.reader import LineReader
    from singer_delivery.settings import DeliverySettings
    from singer_delivery.traffic import Traffic

BAD = ErrorRule("BAD", Then.REJECT, "bad_value", "The value is bad.", "Mend it.")
SCHEMA: dict[str, Any] = {
    "type": "SCHEMA",
    "key_properties": ["id"],
    "schema": {
        "type": "object",
        "properties": {
            name: {"type": ["null", "string", "integer"]} for name in ("id", "email", "fullName", "segmentName")
        },
    },
}


@dataclass
class Vendor:
    """What the vendor does, and what came to it.

    Attributes:
        calls: Key and payload of each call that arrived.
        errors: What it raises, by key.
        answers: What it says of an interrupted delivery.
        asked: Key of each interrupted delivery that it was asked about, and since when that was in doubt.
        on_call: Called with each key, before anything else.
        verdicts: What it says of the members of each segment, where that is not `taken`.
        says_again: What becomes of a segment that was sent before, and looks different now.
        bundles: How people who join are shared out to calls, where not one by one.
        sends: The keys of each call.
        repeatable: Whether a segment may be sent twice.
        brings_back: Whether who left may join again.
        recalled: What each action knew when the run began.
    """

    calls: list[tuple[str, Any]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    answers: Gathered | Verdict | Doubt = Doubt.REMAINS
    asked: list[tuple[str, float | None]] = field(default_factory=list)
    on_call: Callable[[str], object] = str
    verdicts: dict[str, Gathered] = field(default_factory=dict)
    says_again: Verdict | None = None
    bundles: Callable[[Sequence[Delivery]], Sequence[Sequence[Delivery]]] | None = None
    sends: list[list[str]] = field(default_factory=list)
    repeatable: bool = False
    brings_back: bool = False
    recalled: dict[str, dict[str, str]] = field(default_factory=dict)

    def refuse(self, *keys: str) -> None:
        self.errors.update(dict.fromkeys(keys, RefusedError("BAD", BAD, 400)))

    def break_off(self, *keys: str) -> None:
        self.errors.update(dict.fromkeys(keys, OutcomeUnknownError()))

    def end_the_run(self, *keys: str) -> None:
        self.errors.update(dict.fromkeys(keys, SetupError("Nothing goes.")))

    def members(self, segment: str) -> list[list[str]]:
        """The members of a segment, call by call."""
        return [payload["members"] for key, payload in self.calls if key == segment]


class Transport(OfThread):
    """What the engine asks of a client."""

    def stop(self) -> None:
        """No call waits."""

    def close(self) -> None:
        """Nothing is open."""


class Join(Action):
    """One person."""

    name = "join"
    identity = ("email",)
    spellings: ClassVar = {"fullName": "name"}

    def __init__(self, vendor: Vendor, transport: Transport, *, dry_run: bool) -> None:
        super().__init__(f"{self.name}/1")
        self.vendor = vendor
        self.transport = transport
        self.dry_run = dry_run

    def planner(self, columns: Columns) -> Callable[..., Any]:
        return lambda record, person: Delivery(self, person.email, {"name": columns.value(record, "name")})

    def bundles(self, deliveries: Sequence[Delivery]) -> Sequence[Sequence[Delivery]]:
        return self.vendor.bundles(deliveries) if self.vendor.bundles else super().bundles(deliveries)

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Gathered:
        self.vendor.sends.append([each.key for each in deliveries])
        for each in deliveries:
            if self.dry_run:
                self.transport.planned.append(PlannedCall("Take", "POST", "/take", dict(each.payload)))
                continue
            self.vendor.on_call(each.key)
            if error := self.vendor.errors.get(each.key):
                raise error
            self.vendor.calls.append((each.key, each.payload))
        return [accepted("taken") for _ in deliveries]

    def undoes(self) -> tuple[str, ...]:
        return ("leave",)

    def yields_to(self) -> tuple[str, ...]:
        return () if self.vendor.brings_back else ("leave",)

    def recall(self, memory: Memory) -> None:
        self.vendor.recalled[self.name] = memory.known()
        memory.learn("taken by", self.name)


class Leave(Join):
    """Takes one person off."""

    name = "leave"
    removes = True
    repeatable = False
    spellings: ClassVar = {}

    def resolve(self, delivery: Delivery) -> Gathered | Verdict | Doubt:
        self.vendor.asked.append((delivery.key, delivery.in_doubt_since))
        return self.vendor.answers

    def undoes(self) -> tuple[str, ...]:
        return ("join",)

    def yields_to(self) -> tuple[str, ...]:
        return ()


class Segment(Leave):
    """A segment with all its members."""

    name = "segment"
    gathers = True
    removes = False
    spellings: ClassVar = {"segmentName": "segment"}

    def undoes(self) -> tuple[str, ...]:
        return ()

    def __init__(self, vendor: Vendor, transport: Transport, *, dry_run: bool) -> None:
        super().__init__(vendor, transport, dry_run=dry_run)
        self.repeatable = vendor.repeatable

    def planner(self, columns: Columns) -> Callable[..., Any]:
        return lambda record, person: Delivery(self, columns.value(record, "segment"), {"member": person.email})

    def again(self, delivery: Delivery) -> Verdict | None:
        return self.vendor.says_again

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Gathered:
        taken = super().send(deliveries)
        return self.vendor.verdicts.get(deliveries[0].key, taken)

    def together(self, deliveries: Sequence[Delivery]) -> Delivery:
        members = dict.fromkeys(each.payload["member"] for each in deliveries)
        return Delivery(self, deliveries[0].key, {"members": list(members)})


class MadeUpTarget(DeliveryTarget):
    """The target."""

    name = "target-made-up"
    config_jsonschema = target_schema(name, actions=["join", "leave", "segment"])
    vendor: ClassVar[Vendor] = Vendor()

    def connect(self, settings: DeliverySettings, traffic: Traffic) -> tuple[Transport, list[Any]]:
        transport = Transport()
        return transport, [kind(self.vendor, transport, dry_run=settings.dry_run) for kind in (Join, Leave, Segment)]


@dataclass
class Outcome:
    """What a run left."""

    error: DeliveryError | None
    states: list[Any]
    report: dict[str, Any]

    @property
    def reasons(self) -> dict[str, int]:
        return dict(self.report["reasons"])


def run(folder: Path, vendor: Vendor, lines: Iterable[dict[str, Any]], **config: Any) -> Outcome:
    """Run the target in a folder, in this process."""
    files = {
        "ledger_url": f"sqlite:///{folder / 'ledger.db'}",
        "rejects_path": str(folder / "rejects.jsonl"),
        "report_path": str(folder / "report.json"),
        "plan_path": str(folder / "plan.jsonl"),
        "max_rejected_percent": 100,
    }
    kind = type("TheTarget", (MadeUpTarget,), {"vendor": vendor})
    text = io.StringIO("".join(json.dumps(line) + "\n" for line in lines))
    error = None
    with redirect_stdout(io.StringIO()) as output, redirect_stderr(io.StringIO()):
        try:
            kind(config={**files, **config}).listen(text)
        except DeliveryError as caught:
            error = caught
    states = [json.loads(line) for line in output.getvalue().splitlines()]
    return Outcome(error, states, json.loads((folder / "report.json").read_text()))


def schema(stream: str) -> dict[str, Any]:
    return {**SCHEMA, "stream": stream}


def state(number: int) -> dict[str, Any]:
    return {"type": "STATE", "value": {"at": number}}


def member(number: int, segment: str = "gold", email: str | None = None) -> dict[str, Any]:
    """A row of the stream that is bound to `segment`."""
    email = email or f"member{number}@example.com"
    return {"type": "RECORD", "stream": "segment", "record": {"id": number, "email": email, "segmentName": segment}}


def person(number: int, name: str = "Ann", stream: str = "join") -> dict[str, Any]:
    """A row of the stream that is bound to `join` or `leave`."""
    email = f"person{number}@example.com"
    return {"type": "RECORD", "stream": stream, "record": {"id": number, "email": email, "fullName": name}}


def interrupted_after(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let a signal come when so many messages were read, and nothing is in hand."""
    messages = cast("type[LineReader]", MadeUpTarget.message_reader_class).messages

    def interrupted(self: Any, file_input: Any) -> Iterator[dict[str, Any]]:
        for place, message in enumerate(messages(self, file_input)):
            if place == number:
                signal.raise_signal(signal.SIGTERM)
            yield message

    monkeypatch.setattr(MadeUpTarget.message_reader_class, "messages", interrupted)
