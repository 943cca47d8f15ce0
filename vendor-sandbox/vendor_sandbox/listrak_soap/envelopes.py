"""Complete responses: rows in their wrappers, and the five shapes of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sandbox.listrak_soap.contract import NAMESPACE

if TYPE_CHECKING:
    from vendor_sandbox.listrak_soap.contract import Operation
    from vendor_sandbox.listrak_soap.soap import Dialect

_NO_EXCEPTION = b'<WSException xsi:nil="true" />'
_TAIL = b"</soap:Body></soap:Envelope>"
# For an array "zero items" and "empty" differ only in how the same infoset is written.
_EMPTY: dict[str, str] = {
    "absent": "",
    "empty": "<{result} />",
    "nil": '<{result} xsi:nil="true" />',
    "zero-items": "<{result}></{result}>",
    "nil-items": '<{result}><{row} xsi:nil="true" /></{result}>',
}
SHAPES = tuple(_EMPTY)


def opening(dialect: Dialect, operation: Operation) -> bytes:
    """What stands before the first row."""
    return dialect.head + f'<{operation.name}Response xmlns="{NAMESPACE}"><{operation.result}>'.encode()


def closing(operation: Operation) -> bytes:
    """What stands after the last row."""
    return f"</{operation.result}>".encode() + _after_result(operation)


def nil_row(operation: Operation) -> bytes:
    """A row that is not there."""
    return f'<{operation.row} xsi:nil="true" />'.encode()


def nothing(dialect: Dialect, operation: Operation, shape: str) -> bytes:
    """A complete response without rows, in one of the `SHAPES`."""
    result = _EMPTY[shape].format(result=operation.result, row=operation.row)
    head = dialect.head + f'<{operation.name}Response xmlns="{NAMESPACE}">{result}'.encode()
    return head + _after_result(operation)


def exception(dialect: Dialect, operation: Operation, description: str, moment: str) -> bytes:
    """A complete response that carries an application error: no result, a WSException that is not nil.

    Args:
        dialect: Which SOAP.
        operation: One that has the by-reference parameter.
        description: Its text, escaped.
        moment: Its DateTime.
    """
    return (
        dialect.head
        + (
            f'<{operation.name}Response xmlns="{NAMESPACE}"><WSException><SoapMethod>{operation.name}</SoapMethod>'
            f"<DateTime>{moment}</DateTime><Description>{description}</Description></WSException>"
            f"</{operation.name}Response>"
        ).encode()
        + _TAIL
    )


def _after_result(operation: Operation) -> bytes:
    exception = _NO_EXCEPTION if operation.by_reference else b""
    return b"%b</%bResponse>%b" % (exception, operation.name.encode(), _TAIL)
