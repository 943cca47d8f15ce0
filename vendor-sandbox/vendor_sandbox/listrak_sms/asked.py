"""A request's ids and body as values, checked in the order the sandbox takes for the vendor's (an inference)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sandbox.asgi import read_json
from vendor_sandbox.listrak_sms import phones
from vendor_sandbox.listrak_sms.account import ACTIVE, LISTS, SENDER_CODES, PhoneList, SenderCode
from vendor_sandbox.listrak_sms.errors import ApiError
from vendor_sandbox.listrak_sms.fields import folded, integer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sandbox.listrak_sms.contract import Operation

_NOBODY = SenderCode(0, "", "")
_NOWHERE = PhoneList(0, 0, "")


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as it came.

    Attributes:
        operation: What was asked.
        path: The path, still encoded.
        params: Parameters of the path, decoded.
        query: Parameters of the query.
        content_type: Its header.
        authorization: Its header.
        body: The body's bytes.
    """

    operation: Operation
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    content_type: str
    authorization: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked; what an operation does not ask keeps its default.

    Attributes:
        operation: The operation's id.
        company: Whose integration asks.
        path: The path, still encoded.
        query: Parameters of the query.
        params: Parameters of the path.
        body: The body, its names in lower case.
        sender: The sender code.
        list: The list.
        phone: The phone number of the path.
    """

    operation: str
    company: int
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    sender: SenderCode = _NOBODY
    list: PhoneList = _NOWHERE
    phone: str = ""


def understand(raw: Raw, company: int, *, lenient: bool) -> Asked:
    """Read and check everything but the contact: content type, JSON, sender code, list, phone format.

    Args:
        raw: The request, whose token is good.
        company: Whose token it is.
        lenient: Whether phone numbers are read leniently.

    Raises:
        ApiError: Something of it is wrong.
    """
    body = _body(raw) if raw.operation.body else {}
    params = raw.params
    sender = _sender(params["senderCodeId"], company) if "senderCodeId" in params else _NOBODY
    phone_list = _NOWHERE
    if "phoneListId" in params:
        phone_list = find_list(integer(params["phoneListId"], "phoneListId"), sender, active=raw.operation.active)
    phone = phones.from_path(params["phoneNumber"], lenient=lenient) if "phoneNumber" in params else ""
    return Asked(raw.operation.id, company, raw.path, raw.query, params, body, sender, phone_list, phone)


def _body(raw: Raw) -> dict[str, Any]:
    if raw.content_type.partition(";")[0].strip().lower() != "application/json":
        raise ApiError("ERROR_UNSUPPORTED_CONTENT_TYPE")
    try:
        body = read_json(raw.body)
    except ValueError as error:
        raise ApiError("ERROR_MALFORMED_REQUEST_BODY") from error
    if not isinstance(body, dict):
        raise ApiError("ERROR_MALFORMED_REQUEST_BODY")
    return folded(body)


def _sender(text: str, company: int) -> SenderCode:
    found = SENDER_CODES.get(integer(text, "senderCodeId"))
    if found is None or found.company != company:
        raise ApiError.missing("senderCodeId")
    if not found.enabled:
        raise ApiError("ERROR_SENDER_CODE_DISABLED")
    return found


def find_list(identifier: int, sender: SenderCode, *, active: bool) -> PhoneList:
    """A list of a sender code.

    Raises:
        ApiError: There is none, it is another sender code's, or it is inactive and must not be.
    """
    found = LISTS.get(identifier)
    if found is None:
        raise ApiError.missing("senderCodeId", "phoneListId")
    if found.sender != sender.id:
        raise ApiError("ERROR_INVALID_LIST_ID")
    if active and found.status != ACTIVE:
        raise ApiError("ERROR_LIST_INACTIVE")
    return found
