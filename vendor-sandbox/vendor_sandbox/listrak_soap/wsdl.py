"""The service description, written from the contract the way ASP.NET writes one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from vendor_sandbox.listrak_soap.contract import NAMESPACE, OPERATIONS, TYPES, Field, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<wsdl:definitions'
    ' xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"'
    ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"'
    f' xmlns:tns="{NAMESPACE}" targetNamespace="{NAMESPACE}">'
)
_BINDINGS = {"soap": "IntegrationServiceSoap", "soap12": "IntegrationServiceSoap12"}
_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"


def wsdl(address: str, num: str) -> bytes:
    """Describe the service.

    Args:
        address: Where the service is, for both bindings.
        num: The XML Schema type of percents and money: `decimal` or `double`.

    Returns:
        A WSDL 1.1 document, document/literal wrapped, bound to SOAP 1.1 and 1.2.
    """
    operations = OPERATIONS.values()
    parts = [
        _HEAD,
        f'<wsdl:types><s:schema elementFormDefault="qualified" targetNamespace="{NAMESPACE}">',
        *(_wrappers(operation, num) for operation in operations),
        '<s:element name="WSUser" type="tns:WSUser" />',
        *(_type(name, fields, num) for name, fields in TYPES.items()),
        *(_array(operation.row) for operation in operations),
        "</s:schema></wsdl:types>",
        *map(_messages, operations),
        '<wsdl:portType name="IntegrationServiceSoap">',
        *map(_port_operation, operations),
        "</wsdl:portType>",
        *(_binding(prefix, name, operations) for prefix, name in _BINDINGS.items()),
        _service(address),
        "</wsdl:definitions>",
    ]
    return "\n".join(parts).encode()


def _element(field: Field, num: str) -> str:
    kind = num if field.type == "num" else field.type
    prefix = "tns" if kind in TYPES or kind.startswith("ArrayOf") else "s"
    most = "unbounded" if field.many else "1"
    nillable = ' nillable="true"' if field.nillable else ""
    least = int(field.required)
    return f'<s:element minOccurs="{least}" maxOccurs="{most}" name="{field.name}"{nillable} type="{prefix}:{kind}" />'


def _sequence(fields: Iterable[Field], num: str) -> str:
    return "".join(("<s:sequence>", *(_element(field, num) for field in fields), "</s:sequence>"))


def _wrappers(operation: Operation, num: str) -> str:
    result = (Field(operation.result, f"ArrayOf{operation.row}"),)
    exception = tuple(field for field in operation.request if field.type == "WSException")
    request = f"<s:complexType>{_sequence(operation.request, num)}</s:complexType>"
    return (
        f'<s:element name="{operation.name}">{request if operation.request else "<s:complexType />"}</s:element>\n'
        f'<s:element name="{operation.name}Response"><s:complexType>'
        f"{_sequence(result + exception, num)}</s:complexType></s:element>"
    )


def _type(name: str, fields: tuple[Field, ...], num: str) -> str:
    # ASP.NET lets a SOAP header carry attributes of the SOAP namespace (mustUnderstand, actor).
    header = "<s:anyAttribute />" if name == "WSUser" else ""
    return f'<s:complexType name="{name}">{_sequence(fields, num)}{header}</s:complexType>'


def _array(row: str) -> str:
    items = _sequence([Field(row, row, many=True, nillable=True)], "")
    return f'<s:complexType name="ArrayOf{row}">{items}</s:complexType>'


def _messages(operation: Operation) -> str:
    name = operation.name
    parts = (
        ("SoapIn", "parameters", name),
        ("SoapOut", "parameters", f"{name}Response"),
        ("WSUser", "WSUser", "WSUser"),
    )
    return "\n".join(
        f'<wsdl:message name="{name}{suffix}"><wsdl:part name="{part}" element="tns:{element}" /></wsdl:message>'
        for suffix, part, element in parts
    )


def _port_operation(operation: Operation) -> str:
    name = operation.name
    return (
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}SoapIn" />'
        f'<wsdl:output message="tns:{name}SoapOut" /></wsdl:operation>'
    )


def _binding(prefix: str, name: str, operations: Iterable[Operation]) -> str:
    bound = (
        f'<wsdl:operation name="{operation.name}">'
        f'<{prefix}:operation soapAction="{operation.action}" style="document" />'
        f'<wsdl:input><{prefix}:body use="literal" />'
        f'<{prefix}:header message="tns:{operation.name}WSUser" part="WSUser" use="literal" /></wsdl:input>'
        f'<wsdl:output><{prefix}:body use="literal" /></wsdl:output></wsdl:operation>'
        for operation in operations
    )
    head = (
        f'<wsdl:binding name="{name}" type="tns:IntegrationServiceSoap"><{prefix}:binding transport="{_TRANSPORT}" />'
    )
    return "\n".join((head, *bound, "</wsdl:binding>"))


def _service(address: str) -> str:
    location = escape(address, {'"': "&quot;"})
    ports = (
        f'<wsdl:port name="{name}" binding="tns:{name}"><{prefix}:address location="{location}" /></wsdl:port>'
        for prefix, name in _BINDINGS.items()
    )
    return "".join(('<wsdl:service name="IntegrationService">', *ports, "</wsdl:service>"))
