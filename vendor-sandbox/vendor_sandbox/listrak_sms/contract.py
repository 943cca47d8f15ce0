"""The twenty operations: ids, verbs and paths.

Source: Listrak's own description (`https://api.listrak.com/sms/swagger/docs/v1`). Paths keep the old word, short
code, for what the prose calls a sender code.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from vendor_sandbox.listrak_sms.errors import ApiError

BASE = ("sms", "v1")
TOKEN = "Token"  # noqa: S105 - the name of an operation
_UNSAFE = frozenset("<>&*%:\\?")  # what ASP.NET takes for dangerous in a path, once decoded


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        id: Its operation id.
        method: HTTP verb.
        path: Below the base; a segment in braces is a parameter.
        body: Whether it takes a JSON object.
        active: Whether the list it names must be active (an inference: those that write).
    """

    id: str
    method: str
    path: str
    body: bool = False
    active: bool = False


_S = "ShortCode/{senderCodeId}"
_LIST = f"{_S}/PhoneList/{{phoneListId}}"
_CONTACT = f"{_S}/Contact/{{phoneNumber}}"
_MESSAGE = f"{_LIST}/TransactionalMessage/{{transactionalMessageId}}"

OPERATIONS: dict[str, Operation] = {
    operation.id: operation
    for operation in (
        Operation("SenderCode_GetShortCodeCollection", "GET", "ShortCode"),
        Operation("SenderCode_GetShortCodeResource", "GET", _S),
        Operation("PhoneList_GetListCollection", "GET", f"{_S}/PhoneList"),
        Operation("PhoneList_GetListResource", "GET", _LIST),
        Operation("Segmentation_GetPhoneAttributeCollection", "GET", f"{_S}/SegmentationField"),
        Operation("Segmentation_GetPhoneAttribute", "GET", f"{_S}/SegmentationField/{{segmentationFieldId}}"),
        Operation("Contact_GetContactCollection", "GET", f"{_LIST}/Contact"),
        Operation("Contact_PostContactListResource", "POST", f"{_LIST}/Contact", body=True, active=True),
        Operation("Contact_GetContactResource", "GET", _CONTACT),
        Operation("Contact_PutContactResource", "PUT", f"{_S}/Contact", body=True),
        Operation("ContactListSubscription_GetContactListCollection", "GET", f"{_CONTACT}/PhoneList"),
        Operation(
            "ContactListSubscription_PostContactListSubscription",
            "POST",
            f"{_CONTACT}/PhoneList/{{phoneListId}}",
            active=True,
        ),
        Operation(
            "ContactListSubscription_DeleteUnsubscribeContactListSubscription",
            "DELETE",
            f"{_S}/ContactUnsubscribe/{{phoneNumber}}/PhoneList/{{phoneListId}}",
            active=True,
        ),
        Operation("Contact_GetOptOuts", "GET", f"{_S}/OptOut"),
        Operation("Contact_PostImportFileResource", "POST", f"{_S}/ContactImport", body=True),
        Operation("Contact_GetImportFileResource", "GET", f"{_S}/ContactImport/{{importFileId}}"),
        Operation("BroadcastMessage_PostImmediateBroadcast", "POST", f"{_S}/Broadcast/Immediate", body=True),
        Operation("TransactionalMessage_GetTransactionalMessageCollection", "GET", f"{_LIST}/TransactionalMessage"),
        Operation("TransactionalMessage_GetTransactionalMessageResource", "GET", _MESSAGE),
        Operation(
            "TransactionalMessage_PostTransactionalMessageSend", "POST", f"{_MESSAGE}/Message", body=True, active=True
        ),
    )
}

Template = tuple[str, ...]


def _routes() -> dict[int, dict[Template, dict[str, Operation]]]:
    """Operations by the number of segments, then by template, then by verb; ASP.NET matches without case."""
    routes: dict[int, dict[Template, dict[str, Operation]]] = {}
    for operation in OPERATIONS.values():
        template = tuple(part if part[0] == "{" else part.lower() for part in operation.path.split("/"))
        routes.setdefault(len(template), {}).setdefault(template, {})[operation.method] = operation
    return routes


_ROUTES = _routes()


def find(method: str, raw_path: str) -> tuple[Operation, dict[str, str]]:
    """Find the operation of a request.

    Args:
        method: HTTP verb.
        raw_path: The path below the host, still percent-encoded, without the query.

    Returns:
        The operation and the path's parameters, decoded.

    Raises:
        ApiError: The path has a character that may not be there, leads nowhere, or does not take the verb.
    """
    # IIS refuses a raw plus, which could be meant as a space: double escaping.
    if "+" in raw_path or not _UNSAFE.isdisjoint(unquote(raw_path)):
        raise ApiError("ERROR_UNSAFE_ROUTE")
    segments = [unquote(part) for part in raw_path.strip("/").split("/")]
    if tuple(part.lower() for part in segments[:2]) != BASE:
        raise ApiError("ERROR_UNKNOWN_ROUTE")
    rest = segments[2:]
    for template, verbs in _ROUTES.get(len(rest), {}).items():
        if all(want[0] == "{" or want == part.lower() for want, part in zip(template, rest, strict=True)):
            if method not in verbs:
                raise ApiError("ERROR_UNSUPPORTED_METHOD")
            pairs = zip(template, rest, strict=True)
            return verbs[method], {want[1:-1]: part for want, part in pairs if want[0] == "{"}
    raise ApiError("ERROR_UNKNOWN_ROUTE")
