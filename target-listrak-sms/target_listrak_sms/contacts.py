"""The calls about one contact, as Listrak's description names them. All of them may be repeated without harm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from singer_delivery.errors import RefusedError, UnavailableError
from target_listrak_sms.errors import NOT_FOUND, NOT_LOCATED
from target_listrak_sms.paging import data, rows
from target_listrak_sms.phones import in_path, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_delivery.client import Client
    from target_listrak_sms.account import Account
    from target_listrak_sms.settings import PhoneFormat

UNKNOWN_CODES = frozenset({NOT_FOUND, NOT_LOCATED})
"""What Listrak answers about a number that is not on the sender code; which of them where is not documented."""
_NEVER = "0001-01-01"
_ON = frozenset({"subscribed", "pending"})
_OFF = frozenset({"unsubscribed", "notsubscribed"})


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact, as Listrak has it.

    Attributes:
        opted_out: Whether they opted out of the sender code.
        custom: Custom field id to value.
    """

    opted_out: bool
    custom: Mapping[int, str]


class ListState(Enum):
    """How somebody stands to a list."""

    NONE = ""
    """Never on it, as far as Listrak shows."""
    SUBSCRIBED = "subscribed"
    PENDING = "pending"
    """Asked to confirm."""
    LEFT = "left"
    """On it once, and not any more."""
    UNCLEAR = "unclear"
    """Listrak has a word for it that is not known: most likely on it."""


ON_THE_LIST = frozenset({ListState.SUBSCRIBED, ListState.UNCLEAR})
"""The usual case."""


class Contacts:
    """The contacts of the sender code. Phone numbers are given in E.164.

    Args:
        client: Who calls.
        account: Which sender code and list.
        phone_format: How numbers are written.
    """

    def __init__(self, client: Client, account: Account, phone_format: PhoneFormat) -> None:
        self._client = client
        self._account = account
        self._format = phone_format

    def find(self, phone: str) -> Contact | None:
        """Read a contact; None if the number is not on the sender code.

        Raises:
            RefusedError: Listrak refuses to tell.
            UnavailableError: Its answer is a success, and holds no contact.
        """
        try:
            answer = self._client.call("Contact_GetContactResource", "GET", self._path(phone), changes=False)
        except RefusedError as refusal:
            if refusal.code in UNKNOWN_CODES:
                return None
            raise
        found = data(answer.body)
        if not found:  # rather no outcome than to take somebody for not opted out
            raise UnavailableError("Listrak's answer about a contact holds no contact.", answered=True)
        return Contact(_opted_out(found), _custom(found))

    def list_state(self, phone: str) -> ListState:
        """Read how a number stands to the list."""
        path = f"{self._path(phone)}/PhoneList"
        wanted = self._account.phone_list().id
        try:
            found = list(rows(self._client, "ContactListSubscription_GetContactListCollection", path))
        except RefusedError as refusal:
            if refusal.code in UNKNOWN_CODES:
                return ListState.NONE
            raise
        row = next((each for each in found if each.get("phoneListId") == wanted), None)
        return ListState.NONE if row is None else _list_state(row)

    def create(self, phone: str, profile: Mapping[str, Any]) -> None:
        """Make a contact, which subscribes it to the list."""
        path = f"{self._account.path}/PhoneList/{self._account.phone_list().id}/Contact"
        self._client.call("Contact_PostContactListResource", "POST", path, json=self._body(phone, profile))

    def update(self, phone: str, profile: Mapping[str, Any]) -> bool:
        """Write fields of a contact; False if the number is not on the sender code. In a dry run nobody tells."""
        body = self._body(phone, profile)
        try:
            path = f"{self._account.path}/Contact"
            self._client.call("Contact_PutContactResource", "PUT", path, json=body)
        except RefusedError as refusal:
            if refusal.code in UNKNOWN_CODES:
                return False
            raise
        return True

    def subscribe(self, phone: str) -> None:
        """Put a contact on the list."""
        path = f"{self._path(phone)}/PhoneList/{self._account.phone_list().id}"
        self._client.call("ContactListSubscription_PostContactListSubscription", "POST", path)

    def unsubscribe(self, phone: str) -> None:
        """Take a contact off the list."""
        number, phone_list = in_path(phone, self._format), self._account.phone_list().id
        path = f"{self._account.path}/ContactUnsubscribe/{number}/PhoneList/{phone_list}"
        self._client.call("ContactListSubscription_DeleteUnsubscribeContactListSubscription", "DELETE", path)

    def _path(self, phone: str) -> str:
        return f"{self._account.path}/Contact/{in_path(phone, self._format)}"

    def _body(self, phone: str, profile: Mapping[str, Any]) -> dict[str, Any]:
        return {"phoneNumber": written(phone, self._format), **profile}


def _opted_out(found: Mapping[str, Any]) -> bool:
    """Read the opt-out flag. Where it is missing, the date of the opt-out tells: rather one too many left alone."""
    flag = found.get("optedOut")
    if flag is None:
        return bool(_date(found.get("unsubscribeDate")))
    return str(flag).casefold() == "true"


def _custom(found: Mapping[str, Any]) -> dict[int, str]:
    return {
        int(each["segmentationFieldId"]): str(each.get("value") or "")
        for each in found.get("segmentationFieldValues") or []
    }


def _list_state(row: Mapping[str, Any]) -> ListState:
    """Read a ContactListSubscription. Its words are not published: of one that is not known, the dates tell."""
    if row.get("pendingDoubleOptIn") or row.get("pendingAgeGate"):
        return ListState.PENDING
    word = "".join(filter(str.isalpha, str(row.get("subscriptionState") or ""))).casefold()
    if word in _ON:
        return ListState(word)
    left, joined = (_date(row.get(name)) for name in ("unsubscribeDate", "subscribeDate"))
    if word in _OFF:
        return ListState.LEFT if word == "unsubscribed" or left else ListState.NONE
    return ListState.LEFT if left and left >= joined else ListState.UNCLEAR


def _date(value: object) -> str:
    """Read a date of Listrak's, which sort as texts; empty where there is none, for which it has two ways."""
    text = str(value or "")
    return "" if text.startswith(_NEVER) else text
