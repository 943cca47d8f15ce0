"""The targets that keep the contract of `test_contract.py`. A new target is one more entry of `CONTRACTS`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from audience import person, phone
from programs import Program
from texting_target import TEXTING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Sandbox

PEOPLE = 20
"""People that a target can deliver to: the first of the audience."""


@dataclass(frozen=True)
class Contract:
    """A target, and how its vendor is seen from outside.

    Attributes:
        name: The target's name.
        vendor: The sandbox's name for its vendor.
        held: All that a vendor holds; anything that a target changes shows in it.
        arrived: Phones of the people to whom something was delivered.
        break_at: Lets the vendor refuse the next call for this phone in a way that ends a run.
        changing: What operations that change something have in `/their names/`: `/send/` is a whole one.
        settings: Beside those of the runner.
        no_access: Settings with which the vendor lets nobody in.
        deleted: The reason of a record whose row was deleted at its source, of somebody who was delivered to.
        runner: The fixture of `target_runs` that makes its runs.
        program: The command, where it is not the runner's.
        prepare: What the vendor needs to hold first.
    """

    name: str
    vendor: str
    held: Callable[[Sandbox], Any]
    arrived: Callable[[Sandbox], set[str]]
    break_at: Callable[[Sandbox, str], object]
    changing: tuple[str, ...]
    no_access: dict[str, Any]
    deleted: str
    settings: dict[str, Any] = field(default_factory=dict)
    runner: str = "listrak_sms"
    program: Program | None = None
    prepare: Callable[[Sandbox], object] = lambda sandbox: None

    def changes(self, sandbox: Sandbox) -> int:
        """Calls so far that change something."""
        calls = sandbox.calls(self.vendor)
        return sum(count for name, count in calls.items() if any(each in f"/{name}/" for each in self.changing))


def _listrak_holds(sandbox: Sandbox) -> Any:
    views = ("contacts", "subscriptions", "opt-outs", "imports")
    return [sandbox.get(f"/_sandbox/listrak-sms/{view}") for view in views], sandbox.texts()


def _listrak_contacts(sandbox: Sandbox) -> set[str]:
    found = sandbox.get("/_sandbox/listrak-sms/subscriptions")["subscriptions"]
    return {
        f"+{each['phoneNumber']}" for each in found if each["phoneListId"] == 7001 and each["state"] == "subscribed"
    }


def _texted(sandbox: Sandbox) -> set[str]:
    return {f"+{each['phone']}" for each in sandbox.texts(kind="transactional")}


def _refuse(operation: str) -> Callable[[Sandbox, str], object]:
    def refuse(sandbox: Sandbox, phone: str) -> object:
        match = {"phoneNumber": phone.removeprefix("+")}
        code = "ERROR_INVALID_CREDENTIALS"
        return sandbox.faults("api-error", operation, vendor="listrak-sms", code=code, match=match, times=1)

    return refuse


def _put_on_the_list_of_orders(sandbox: Sandbox) -> None:
    form = {"grant_type": "client_credentials", "client_id": "sandbox-sms", "client_secret": "sandbox-secret"}
    token = requests.post(sandbox.auth_url, data=form, timeout=30).json()["access_token"]
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        for number in range(PEOPLE):
            body = {"phoneNumber": phone(number)[1:], "firstName": person(number)["first_name"]}
            where = f"{sandbox.sms_url}/v1/ShortCode/501/PhoneList/7008/Contact"
            assert session.post(where, json=body, timeout=30).ok


def _attentive_holds(sandbox: Sandbox) -> Any:
    views = ("people", "subscriptions", "segments", "jobs", "events", "privacy")
    return [sandbox.get(f"/_sandbox/attentive/{view}") for view in views], sandbox.texts()


def _attentive_subscribers(sandbox: Sandbox) -> set[str]:
    found = sandbox.get("/_sandbox/attentive/subscriptions")["subscriptions"]
    asked = [each for each in found if each["channel"] == "TEXT" and each["state"] in {"pending", "subscribed"}]
    return {each["address"] for each in asked}


def _refuse_the_key(sandbox: Sandbox, phone: str) -> object:
    match = {"user.phone": phone}
    return sandbox.faults("spring-error", "Subscribe", vendor="attentive", status=401, match=match, times=1)


def _textlocal_holds(sandbox: Sandbox) -> Any:
    views = ("groups", "contacts", "batches", "scheduled", "optouts", "credits")
    return [sandbox.get(f"/_sandbox/textlocal/{view}") for view in views], sandbox.texts()


def _textlocal_contacts(sandbox: Sandbox) -> set[str]:
    found = sandbox.get("/_sandbox/textlocal/contacts?group=Customers")["contacts"]
    return {f"+{each['number']}" for each in found}


def _refuse_the_contact(sandbox: Sandbox, number: str) -> object:
    somebody = next(each for each in map(person, range(PEOPLE)) if each["phone"] == number)
    names = {name: somebody[name] for name in ("first_name", "last_name")}
    match = {"contacts": json.dumps([{"number": number[1:], **names}], separators=(",", ":"))}
    return sandbox.faults("textlocal-error", "create_contacts_bulk", vendor="textlocal", code=3, match=match, times=1)


# 1,500 people go out in one call. With one in each, a run can end between people.
_ONE_CONTACT_A_CALL = Program(
    """
import sys
from target_textlocal import client, contacts
from target_textlocal.target import TargetTextlocal
client.BACKOFF = 0.02
contacts.MOST_CONTACTS = 1
sys.argv[0] = "target-textlocal"
""",
    "TargetTextlocal.cli()",
)

CONTRACTS = (
    Contract(
        name="target-attentive",
        vendor="attentive",
        held=_attentive_holds,
        arrived=_attentive_subscribers,
        break_at=_refuse_the_key,
        changing=(
            *("Subscribe", "Unsubscribe", "Attributes", "Identify", "PrivacyDelete"),
            *("CustomEvent", "ProductView", "AddToCart", "Purchase", "Message"),
            *("AddMembers", "RemoveMembers", "CreateSegment"),
        ),
        no_access={"api_key": "wrong"},
        deleted="unsubscribed",
        runner="attentive",
    ),
    Contract(
        name="target-listrak-sms",
        vendor="listrak-sms",
        held=_listrak_holds,
        arrived=_listrak_contacts,
        break_at=_refuse("Contact_PostContactListResource"),
        changing=("_Post", "_Put", "_Delete"),
        no_access={"client_secret": "wrong"},
        deleted="unsubscribed",
    ),
    Contract(
        name="target-texting",
        vendor="listrak-sms",
        held=_listrak_holds,
        arrived=_texted,
        break_at=_refuse("TransactionalMessage_PostTransactionalMessageSend"),
        changing=("_Post", "_Put", "_Delete"),
        no_access={"client_secret": "wrong"},
        deleted="deleted_row",
        settings={"default_action": "text"},
        program=TEXTING,
        prepare=_put_on_the_list_of_orders,
    ),
    Contract(
        name="target-textlocal",
        vendor="textlocal",
        held=_textlocal_holds,
        arrived=_textlocal_contacts,
        break_at=_refuse_the_contact,
        changing=("create_", "delete_", "cancel_", "/send/", "/bulk_json/"),
        no_access={"api_key": "wrong"},
        deleted="removed",
        settings={"default_country": "US"},
        runner="textlocal",
        program=_ONE_CONTACT_A_CALL,
    ),
)
