"""SOAP 1.1 and 1.2 as ASP.NET speaks them: reading requests, writing envelopes and faults."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from vendor_sandbox.answers import Answer, Body
from vendor_sandbox.listrak_soap.contract import NAMESPACE, OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

XSI = "http://www.w3.org/2001/XMLSchema-instance"
IIS_HEADERS = (
    ("cache-control", "private, max-age=0"),
    ("server", "Microsoft-IIS/10.0"),
    ("x-aspnet-version", "4.0.30319"),
    ("x-powered-by", "ASP.NET"),
)
_EXCEPTION = "System.Web.Services.Protocols.SoapException: "
_NOT_PROCESSED = f"{_EXCEPTION}Server was unable to process request. ---> "
_NOT_READ = f"{_EXCEPTION}Server was unable to read request. ---> "
_ACTION = re.compile(r'action="?([^";]*)"?')


@dataclass(frozen=True, slots=True)
class Dialect:
    """A version of SOAP.

    Attributes:
        name: `1.1` or `1.2`.
        envelope: The namespace of envelopes.
        media_type: The Content-Type of answers.
        fault: Template of a fault: code, text.
        codes: What the fault codes Client and Server are called.
    """

    name: str
    envelope: str
    media_type: str
    fault: str
    codes: Mapping[str, str]

    def wrap(self, body: bytes) -> bytes:
        """An envelope around the content of its body."""
        return b"%b%b</soap:Body></soap:Envelope>" % (self.head, body)

    @property
    def head(self) -> bytes:
        """What stands before the content of a body."""
        return (
            f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{self.envelope}"'
            f' xmlns:xsi="{XSI}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
        ).encode()

    def answer(self, body: bytes) -> Answer:
        """HTTP 200 around a complete envelope."""
        return Answer(200, self.media_type, Body(body), headers=IIS_HEADERS)


SOAP_11 = Dialect(
    "1.1",
    "http://schemas.xmlsoap.org/soap/envelope/",
    "text/xml; charset=utf-8",
    "<soap:Fault><faultcode>soap:{0}</faultcode><faultstring>{1}</faultstring><detail /></soap:Fault>",
    {"Client": "Client", "Server": "Server"},
)
SOAP_12 = Dialect(
    "1.2",
    "http://www.w3.org/2003/05/soap-envelope",
    "application/soap+xml; charset=utf-8",
    "<soap:Fault><soap:Code><soap:Value>soap:{0}</soap:Value></soap:Code>"
    '<soap:Reason><soap:Text xml:lang="en">{1}</soap:Text></soap:Reason><soap:Detail /></soap:Fault>',
    {"Client": "Sender", "Server": "Receiver"},
)
DIALECTS = {dialect.name: dialect for dialect in (SOAP_11, SOAP_12)}


class SoapError(Exception):
    """A call that ends in a fault.

    Attributes:
        text: What the client is told, in .NET's manner.
        code: `Client` or `Server`, by their SOAP 1.1 names.
    """

    def __init__(self, text: str, code: str = "Server") -> None:
        super().__init__(text)
        self.text = text
        self.code = code

    @classmethod
    def refused(cls, text: str) -> SoapError:
        """The service itself says no."""
        return cls(_NOT_PROCESSED + text)

    @classmethod
    def unreadable(cls, text: str) -> SoapError:
        """The request is not what the contract says."""
        return cls(_NOT_READ + text, "Client")


def fault(dialect: Dialect, text: str, code: str = "Server") -> Answer:
    """A fault with HTTP 500, which ASP.NET sends in both versions of SOAP."""
    body = dialect.wrap(dialect.fault.format(dialect.codes[code], escape(text)).encode())
    return Answer(500, dialect.media_type, Body(body), headers=IIS_HEADERS)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came.

    Attributes:
        operation: Its operation.
        fields: The text of the operation's elements; what is nil or left out is not there.
        user: UserName of the WSUser header, or None.
        password: Password of the WSUser header, or None.
    """

    operation: str
    fields: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    password: str | None = None


def dialect_of(content_type: str) -> Dialect:
    """Which SOAP a request speaks, by its Content-Type."""
    return SOAP_12 if content_type.lower().startswith("application/soap+xml") else SOAP_11


def read(dialect: Dialect, headers: Mapping[str, str], body: bytes) -> Request:
    """Read a request.

    Args:
        dialect: The SOAP it speaks.
        headers: HTTP headers.
        body: The envelope.

    Raises:
        SoapError: It is not XML, or asks for no operation of the contract.
    """
    # resolve_entities and no_network: a request is data, never a reason to read anything else.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise SoapError.refused(
            f"System.Xml.XmlException: Data is invalid. Line {line}, position {column}.",
        ) from error
    content = root.find(f"{{{dialect.envelope}}}Body")
    wrapper = next(iter(content), None) if content is not None else None
    user = root.find(f"{{{dialect.envelope}}}Header/{{{NAMESPACE}}}WSUser")
    asked = {} if user is None else _texts(user)
    name = _operation(dialect, headers, wrapper)
    return Request(name, {} if wrapper is None else _texts(wrapper), asked.get("UserName"), asked.get("Password"))


def _operation(dialect: Dialect, headers: Mapping[str, str], wrapper: etree._Element | None) -> str:
    """By SOAPAction; SOAP 1.2 may leave it out, then by the body."""
    if dialect is SOAP_12:
        found = _ACTION.search(headers.get("content-type", ""))
        action = found.group(1) if found else ""
        if not action and wrapper is not None:
            action = NAMESPACE + etree.QName(wrapper).localname
    else:
        action = headers.get("soapaction", "").strip('"')
    name = action.removeprefix(NAMESPACE)
    if name not in OPERATIONS or not action.startswith(NAMESPACE):
        raise SoapError(
            f"{_EXCEPTION}Server did not recognize the value of HTTP Header SOAPAction: {action}.",
            "Client",
        )
    return name


def _texts(parent: etree._Element) -> dict[str, str]:
    """Child elements of the service's namespace, by name: their text."""
    children: Iterable[etree._Element] = parent.iterchildren(f"{{{NAMESPACE}}}*")
    return {
        etree.QName(child).localname: child.text or ""
        for child in children
        if child.get(f"{{{XSI}}}nil") not in {"true", "1"}
    }
