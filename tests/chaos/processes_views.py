"""What a vendor holds of each person, seen from outside its API, without what differs from run to run."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from chaos.vendors import Seen

if TYPE_CHECKING:
    from sandboxes import Sandbox

LATER = 60.0
"""Seconds of the sandbox's clock after which everything that a vendor has taken has taken effect."""


def texts_of(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    """Count the texts that people got."""
    return Counter((each["phone"].removeprefix("+"), each["text"]) for each in sandbox.texts())


def listrak_holds(sandbox: Sandbox) -> Seen:
    """Return profiles, subscriptions and opt-outs of Listrak's SMS."""
    people: dict[str, dict[str, Any]] = defaultdict(dict)
    for each in sandbox.get("/_sandbox/listrak-sms/contacts")["contacts"]:
        profile = {name: value for name, value in each.items() if name not in {"subscribeDate", "phoneNumber"}}
        people[each["phoneNumber"]][f"profile {each['senderCodeId']}"] = profile
    for each in sandbox.get("/_sandbox/listrak-sms/subscriptions")["subscriptions"]:
        people[each["phoneNumber"]][f"list {each['phoneListId']}"] = each["state"]
    for each in sandbox.get("/_sandbox/listrak-sms/opt-outs")["optOuts"]:
        people[each["phoneNumber"]][f"opted out of {each['senderCodeId']}"] = each["optOutReason"]
    return Seen(dict(people), texts_of(sandbox))


def attentive_holds(sandbox: Sandbox) -> Seen:
    """Return subscriptions, attributes and segments of Attentive, and its events beside the texts."""
    people: dict[str, dict[str, Any]] = defaultdict(dict)
    for each in _attentive(sandbox, "subscriptions"):
        people[each["address"].removeprefix("+")][f"{each['type']} {each['channel']}"] = each["state"]
    for each in _attentive(sandbox, "people"):
        person = next(iter(each["identifiers"].get("phone") or each["identifiers"].get("email") or [str(each["id"])]))
        known = {name: each[name] for name in ("identifiers", "profile", "attributes")}
        people[person.removeprefix("+")]["known as"] = known
    for segment in _attentive(sandbox, "segments"):
        for member in segment["members"]:
            people[str(member["phone"]).removeprefix("+")][f"in {segment['name']}"] = True
    events: Counter[tuple[str, str]] = Counter(
        (each["body"]["user"]["phone"].removeprefix("+"), f"{each['body']['type']} {each['body']['externalEventId']}")
        for each in _attentive(sandbox, "events")
    )
    return Seen(dict(people), texts_of(sandbox) + events)


def _attentive(sandbox: Sandbox, view: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.get(f"/_sandbox/attentive/{view}")[view]
    return found


def textlocal_holds(sandbox: Sandbox) -> Seen:
    """Return who is in the group of customers at Textlocal, and as what."""
    found = sandbox.get("/_sandbox/textlocal/contacts?group=Customers")["contacts"]
    people = {each["number"]: {name: value for name, value in each.items() if name != "at"} for each in found}
    return Seen(people, texts_of(sandbox))
