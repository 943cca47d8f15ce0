"""A request's fields as values, with .NET's defaults for what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sandbox.listrak_soap import dates
from vendor_sandbox.listrak_soap.layout import MAX_ID
from vendor_sandbox.listrak_soap.soap import SoapError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sandbox.listrak_soap.contract import Operation

_BOOLEANS = {"true": 1, "1": 1, "false": 0, "0": 0}
_XML_ERROR = "System.InvalidOperationException: There is an error in XML document. ---> System.FormatException: "
_BEGINNING = "0001-01-01T00:00:00"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked; what an operation does not ask keeps its default.

    Attributes:
        list_id: ListID.
        msg_id: MsgID.
        start: StartDate, in the account's milliseconds.
        end: EndDate, likewise.
        page: Page, from 1; what is below 1 counts as 1 (invented: .NET's default for a Page left out is 0).
        tests: IncludeTestMessages.
    """

    list_id: int = 0
    msg_id: int = 0
    start: int = 0
    end: int = 0
    page: int = 1
    tests: bool = False


def _int(text: str) -> int:
    value = int(text)
    if not -MAX_ID - 1 <= value <= MAX_ID:
        raise ValueError(text)
    return value


_TYPES: dict[str, tuple[Callable[[str], int], str]] = {
    "int": (_int, "0"),
    "dateTime": (dates.parse, _BEGINNING),
    "boolean": (lambda text: _BOOLEANS[text.strip()], "false"),
}


def read_fields(operation: Operation, fields: Mapping[str, str]) -> Asked:
    """Read an operation's fields.

    Raises:
        SoapError: A value is none of its type.
    """
    values: dict[str, int] = {}
    for field in operation.request:
        if field.type not in _TYPES:
            continue
        parse, default = _TYPES[field.type]
        text = fields.get(field.name, default)
        try:
            values[field.name] = parse(text)
        except (ValueError, KeyError) as error:
            raise SoapError.unreadable(
                f"{_XML_ERROR}The string '{text}' is not a valid {field.type} value."
            ) from error
    return Asked(
        list_id=values.get("ListID", 0),
        msg_id=values.get("MsgID", 0),
        start=values.get("StartDate", 0),
        end=values.get("EndDate", 0),
        page=max(1, values.get("Page", 1)),
        tests=bool(values.get("IncludeTestMessages", False)),
    )
