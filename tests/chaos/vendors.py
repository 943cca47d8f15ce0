"""The vendors of a sandbox: what goes wrong there, and what is to be seen there afterwards."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from accounts import GROUP

from chaos.case import ANNEX, ATTENTIVE, LATER, LISTRAK, TEXTLOCAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandboxes import Sandbox

    from chaos.case import Case


_SECONDS = 30


@dataclass(frozen=True)
class Fault:
    """What goes wrong at the vendor.

    Attributes:
        name: What it is called in the table.
        kind: The sandbox's name for it.
        times: How many calls it hits; None for all.
        fields: Its parameters.
        is_of_order: Whether it needs several workers to be seen.
    """

    name: str
    kind: str
    times: int | None = 1
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_of_order: bool = False

    def begin(self, sandbox: Sandbox, vendor: str, after: int) -> None:
        """Let it happen.

        Args:
            sandbox: Where.
            vendor: At whose calls.
            after: Calls that go well before.
        """
        sandbox.faults(self.kind, vendor=vendor, times=self.times, after=after, **self.fields)


FAULTS = (
    Fault("storm of 429", "http-429", 4, {"retry_after": 0}),
    Fault("503", "http-503", 2),
    Fault("connection dropped before the effect", "drop-before"),
    Fault("connection dropped after the effect", "drop-after"),
    Fault("answer cut off", "truncated-json"),
    Fault("slow answers", "latency", None, {"seconds": 0.005}),
    Fault("answers out of order", "latency", 1, {"seconds": 0.06}, is_of_order=True),
)
FEWEST_FOR_ORDER = 3
"""Workers from which on answers can come out of order."""


@dataclass(frozen=True)
class Seen:
    """What is to be seen of the people at a vendor.

    Attributes:
        people: How each one stands there.
        texts: What each one got, and how often: texts, and events and segments, which may start some.
    """

    people: Mapping[str, Any]
    texts: Counter[tuple[str, str]]


def begin(sandbox: Sandbox, case: Case) -> None:
    """Bring the vendor back to the start."""
    sandbox.reset()
    limits = {"rate_limits": "off"} if case.vendor == ATTENTIVE else {}
    if switches := {**limits, **case.switches}:
        sandbox.switch(case.vendor, **switches)
    if case.prepare:
        case.prepare(sandbox)


def mend(sandbox: Sandbox) -> None:
    """Let nothing go wrong any more."""
    requests.delete(f"{sandbox.url}/_sandbox/faults", timeout=_SECONDS).raise_for_status()


def let_go_out(sandbox: Sandbox, vendor: str) -> None:
    """Let the time pass until what is scheduled has gone out."""
    if vendor == TEXTLOCAL:
        sandbox.advance(2 * LATER.total_seconds())


def look(sandbox: Sandbox, vendor: str) -> Seen:
    """Look at a vendor from outside its API, without what differs from run to run."""
    people, events = _LOOKS[vendor](sandbox)
    texts = Counter((each["phone"], f"{each['kind']}: {each['text']}") for each in sandbox.texts())
    return Seen(people, texts + events)


def _listrak(sandbox: Sandbox) -> tuple[dict[str, Any], Counter[tuple[str, str]]]:
    at = "/_sandbox/listrak-sms"
    people: dict[str, Any] = defaultdict(dict)
    for each in sandbox.get(f"{at}/contacts")["contacts"]:
        people[each["phoneNumber"]][each["senderCodeId"]] = _without(each, "subscribeDate")
    for each in sandbox.get(f"{at}/subscriptions")["subscriptions"]:
        people[each["phoneNumber"]][f"list {each['phoneListId']}"] = each["state"]
    for each in sandbox.get(f"{at}/opt-outs")["optOuts"]:
        people[each["phoneNumber"]][f"opted out of {each['senderCodeId']}"] = each["optOutReason"]
    return people, Counter()


def _attentive(sandbox: Sandbox) -> tuple[dict[str, Any], Counter[tuple[str, str]]]:
    at = "/_sandbox/attentive"
    people: dict[str, Any] = defaultdict(dict)
    for each in sandbox.get(f"{at}/people")["people"]:
        known = each["identifiers"]
        people[(known.get("phone") or known.get("email") or [str(known)])[0]]["person"] = _without(each, "id")
    for each in sandbox.get(f"{at}/subscriptions")["subscriptions"]:
        people[each["address"]][f"{each['type']} {each['channel']}"] = each["state"]
    for each in sandbox.get(f"{at}/privacy")["privacy"]:
        people[each["subjectPhone"]]["to be forgotten"] = True
    for segment in sandbox.get(f"{at}/segments")["segments"]:
        for each in segment["members"]:
            people[each["phone"]]["segment"] = segment["externalId"]
    events = sandbox.get(f"{at}/events")["events"]
    return people, Counter((each["body"]["user"]["phone"], _event(each["body"])) for each in events)


def _event(body: Mapping[str, Any]) -> str:
    return str(body.get("externalEventId") or body["orderId"])


def _annex(sandbox: Sandbox) -> tuple[dict[str, Any], Counter[tuple[str, str]]]:
    people: dict[str, Any] = defaultdict(dict)
    made: Counter[tuple[str, str]] = Counter()
    for segment in sandbox.get("/_sandbox/annex-cloud/segments")["segments"]:
        for member in segment["member"].split(","):
            people[member][segment["segmentName"]] = "member"
            made[member, f"segment {segment['segmentName']}"] += 1
    return people, made


def _textlocal(sandbox: Sandbox) -> tuple[dict[str, Any], Counter[tuple[str, str]]]:
    contacts = sandbox.get(f"/_sandbox/textlocal/contacts?group={GROUP}")["contacts"]
    return {each["number"]: _without(each, "at", "group") for each in contacts}, Counter()


_LOOKS: Mapping[str, Callable[[Sandbox], tuple[dict[str, Any], Counter[tuple[str, str]]]]] = {
    LISTRAK: _listrak,
    ATTENTIVE: _attentive,
    ANNEX: _annex,
    TEXTLOCAL: _textlocal,
}


def _without(each: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in each.items() if name not in names}
