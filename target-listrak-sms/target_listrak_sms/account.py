"""What the settings mean in the account: the sender code, the list, the custom fields.

Nothing is read before it is asked for, and everything once, so that a run with nothing to send makes no call.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from singer_delivery.errors import RefusedError, SetupError
from target_listrak_sms.errors import NOT_LOCATED
from target_listrak_sms.mapping import ProfileField, folded
from target_listrak_sms.paging import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from singer_delivery.client import Client
    from target_listrak_sms.settings import ListrakSettings

T = TypeVar("T")

MOST_NAMES = 10
_INACTIVE = "inactive"
_ONE_SENDER_CODE = "SenderCode_GetShortCodeResource"


@dataclass(frozen=True, slots=True)
class SenderCode:
    """A sender code.

    Attributes:
        id: Its id.
        digits: What people see.
        merchant: Whose it is.
        country: Where it texts people, as two letters (ISO 3166); empty where Listrak does not say.
    """

    id: int
    digits: str
    merchant: str
    country: str = ""

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.id} (digits {self.digits}, '{self.merchant}')"


@dataclass(frozen=True, slots=True)
class PhoneList:
    """An SMS list.

    Attributes:
        id: Its id.
        name: Its name, as Listrak has it.
        kind: Listrak's word for its type: Marketing, Test, Transactional.
        active: Whether people can be subscribed.
        confirms: Whether people have to confirm a subscription (double opt-in) or their age.
    """

    id: int
    name: str
    kind: str = ""
    active: bool = True
    confirms: bool = False

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.id} '{self.name}'"


class Account:
    """The account as the settings see it. Safe to use from several threads.

    Args:
        client: Who calls.
        settings: Which sender code and list.
    """

    def __init__(self, client: Client, settings: ListrakSettings) -> None:
        self._client = client
        self._settings = settings
        self._lock = threading.RLock()
        self._sender: SenderCode | None = None
        self._list: PhoneList | None = None
        self._fields: Sequence[ProfileField] | None = None

    @property
    def path(self) -> str:
        """The path of the sender code, below the API's address.

        Raises:
            SetupError: There is no such sender code, or it is disabled.
        """
        return f"/v1/ShortCode/{self.sender().id}"

    def sender(self) -> SenderCode:
        """Return the sender code.

        Raises:
            SetupError: None or several are meant, or it is disabled.
        """
        with self._lock:
            if self._sender is None:
                found = self._find_sender(self.sender_codes())
                # A disabled one is in the list like any other; every call that names it is refused.
                try:
                    self.ask(found.id)
                except RefusedError as error:
                    raise SetupError(_refusal(_ONE_SENDER_CODE, error)) from error
                self._sender = found
            return self._sender

    def ask(self, sender_id: int) -> None:
        """Ask for a sender code, which answers if it may be used.

        Raises:
            RefusedError: It does not.
        """
        path = f"/v1/ShortCode/{sender_id}"
        self._client.call(_ONE_SENDER_CODE, "GET", path, changes=False)

    def phone_list(self) -> PhoneList:
        """Return the list.

        Raises:
            SetupError: None is set, none or several are meant, or it is inactive.
        """
        with self._lock:
            if self._list is None:
                self._list = self._find_list()
            return self._list

    def fields(self) -> Sequence[ProfileField]:
        """Return the company's custom fields, those that cannot be written to among them."""
        with self._lock:
            if self._fields is None:
                path = f"{self.path}/SegmentationField"
                self._fields = self._rows("Segmentation_GetPhoneAttributeCollection", path, _field)
            return self._fields

    def sender_codes(self) -> Sequence[SenderCode]:
        """Return the sender codes that the credentials see."""
        return self._rows("SenderCode_GetShortCodeCollection", "/v1/ShortCode", _sender_code)

    def lists(self, status: str = "active") -> list[PhoneList]:
        """Return the lists of the sender code, the active or the `inactive` ones."""
        read = partial(_phone_list, asked=status)
        return self._rows("PhoneList_GetListCollection", f"{self.path}/PhoneList", read, status=status)

    def _rows(self, operation: str, path: str, read: Callable[[Mapping[str, Any]], T], **params: str) -> list[T]:
        try:
            return [read(row) for row in rows(self._client, operation, path, **params)]
        except RefusedError as error:
            raise SetupError(_refusal(operation, error)) from error
        except (KeyError, TypeError, ValueError):
            raise SetupError(f"The answer to {operation} is not what Listrak sends. Check `api_url`.") from None

    def _find_sender(self, codes: Sequence[SenderCode]) -> SenderCode:
        wanted = self._settings.sender_code
        matching = [each for each in codes if wanted in {str(each.id), each.digits}]
        if len(matching) == 1:
            return matching[0]
        seen = _named(matching or codes)
        if matching:
            raise SetupError(
                f"`sender_code` is the id of one sender code and the digits of another: {seen}. Give the id or the "
                "digits that only one of them has."
            )
        raise SetupError(f"There is no sender code {wanted} for these credentials. `sender_code` can be: {seen}.")

    def _find_list(self) -> PhoneList:
        if self._settings.list_id is None and self._settings.list_name is None:
            raise SetupError("`list_name` or `list_id` is missing: people are subscribed to one list.")
        active = self.lists()
        matching = [each for each in active if self._is_meant(each)]
        if not matching:
            matching = [each for each in self.lists(_INACTIVE) if self._is_meant(each)]
        if len(matching) == 1 and matching[0].active:
            return matching[0]
        raise SetupError(self._no_list(matching, active))

    def _is_meant(self, each: PhoneList) -> bool:
        if self._settings.list_id is not None:
            return each.id == self._settings.list_id
        return folded(each.name) == folded(self._settings.list_name or "")

    def _no_list(self, matching: Sequence[PhoneList], active: Sequence[PhoneList]) -> str:
        setting = "list_id" if self._settings.list_id is not None else "list_name"
        wanted = self._settings.list_id or f"'{self._settings.list_name}'"
        if len(matching) > 1:
            return f"`{setting}` {wanted} means several lists: {_named(matching)}. Give one of them as `list_id`."
        if matching:
            return (
                f"The list {matching[0]} is inactive. Activate it in Listrak, or choose an active one by `{setting}`: "
                f"{_named(active)}."
            )
        return f"Sender code {self.sender()} has no list {wanted}. `{setting}` can be: {_named(active)}."


def _named(things: Sequence[object]) -> str:
    """Name some things, and how many more there are."""
    names = "; ".join(map(str, things[:MOST_NAMES])) or "none"
    return names if len(things) <= MOST_NAMES else f"{names}; and {len(things) - MOST_NAMES} more"


def _refusal(operation: str, error: RefusedError) -> str:
    if error.code == NOT_LOCATED:
        return "Listrak no longer finds the sender code. Check `sender_code`."
    return f"Listrak refused {operation} with {error.code}. {error.rule.cause} {error.rule.next_step}"


def _sender_code(row: Mapping[str, Any]) -> SenderCode:
    """Read a ShortCode."""
    country = str(row.get("country") or "").strip().upper()
    return SenderCode(int(row["shortCodeId"]), str(row.get("code")), str(row.get("merchantName")), country)


def _phone_list(row: Mapping[str, Any], asked: str) -> PhoneList:
    """Read a PhoneList. It counts as active unless Listrak says otherwise: its words are not published."""
    status = str(row.get("status") or "").casefold()
    return PhoneList(
        id=int(row["phoneListId"]),
        name=str(row.get("phoneListName") or ""),
        kind=str(row.get("smsListType") or ""),
        active=_INACTIVE not in {asked, status},
        confirms=bool(row.get("requireDoubleOptIn")) or bool(row.get("requireAgeGate")),
    )


def _field(row: Mapping[str, Any]) -> ProfileField:
    """Read a PhoneAttribute."""
    length = row.get("maxLength")
    return ProfileField(
        id=int(row["segmentationFieldId"]),
        name=str(row.get("segmentationFieldName") or ""),
        data_type=str(row.get("dataType") or "Text"),
        max_length=int(length) if length else None,  # 0 would be a field that nothing fits into
        status=str(row.get("statusFlag") or "active"),
    )
