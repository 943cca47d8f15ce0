"""A target that texts people, for tests of what must happen at most once.

It is made of Listrak's transactional messages, which no target of this repository sends: the vendor cannot say whether
one went out, and a repeat is a second text.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import requests
from accounts import listrak_sms_account

from singer_delivery.actions import Action, Delivery
from singer_delivery.outcomes import accepted
from singer_delivery.testing import Program
from target_listrak_sms.client import ListrakClient
from target_listrak_sms.settings import ListrakSettings
from target_listrak_sms.target import TargetListrakSms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandboxes import Sandbox

    from singer_delivery.actions import Planner
    from singer_delivery.client import Client
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from singer_delivery.settings import DeliverySettings
    from singer_delivery.traffic import Traffic

_LIST = "/v1/ShortCode/501/PhoneList/7008"
_MESSAGE = f"{_LIST}/TransactionalMessage/8001/Message"
_SECONDS = 30


def put_on_the_list(sandbox: Sandbox, people: Mapping[str, Mapping[str, str]]) -> None:
    """Put those who are to be texted on the list whose messages they get, which texts nobody itself.

    Args:
        sandbox: Where.
        people: Their phone numbers, each with what else the vendor is to know of them.
    """
    account = listrak_sms_account(sandbox)
    form = {"grant_type": "client_credentials", **{name: account[name] for name in ("client_id", "client_secret")}}
    with requests.Session() as session:
        token = session.post(account["auth_url"], data=form, timeout=_SECONDS).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        for phone, profile in people.items():
            body = {"phoneNumber": phone.removeprefix("+"), **profile}
            session.post(f"{account['api_url']}{_LIST}/Contact", json=body, timeout=_SECONDS).raise_for_status()


class Text(Action):
    """Texts a person."""

    name: ClassVar[str] = "text"
    repeatable: bool = False

    def __init__(self, client: Client) -> None:
        super().__init__("text/8001")
        self._client = client

    def planner(self, columns: Columns) -> Planner:
        """Return a planner."""
        return lambda record, person: Delivery(self, str(person.phone), {"order": record["id"]})

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        """Send the text."""
        for each in deliveries:
            body = {"phoneNumber": each.key.removeprefix("+"), "messageContent": "Your order is on its way."}
            self._client.call("Text", "POST", _MESSAGE, json=body, repeatable=False)
        return [accepted("texted") for _ in deliveries]


class TextingTarget(TargetListrakSms):
    """Texts people."""

    name = "target-texting"
    config_jsonschema: ClassVar[dict[str, Any]] = deepcopy(TargetListrakSms.config_jsonschema)

    def connect(self, settings: DeliverySettings, traffic: Traffic) -> tuple[Client, Sequence[Action]]:
        """Make the client and the one action."""
        calls = ListrakClient(ListrakSettings.from_config(self.config), settings, traffic)
        return calls, [Text(calls)]


TextingTarget.config_jsonschema["properties"]["default_action"]["enum"] = ["text"]

TEXTING = Program(
    f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from target_listrak_sms import client
from texting_target import TextingTarget
client.BACKOFF = 0.02
sys.argv[0] = "target-texting"
""",
    "TextingTarget.cli()",
)
