"""A SOAP client as plain as can be, so that a test sees the bytes and not somebody's reading of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import requests
from lxml import etree

NS = "http://webservices.listrak.com/v31/"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
ENVELOPES = {
    "1.1": ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml; charset=utf-8"),
    "1.2": ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml; charset=utf-8"),
}
WHOLE_TIME = {"StartDate": "2000-01-01T00:00:00", "EndDate": "2100-01-01T00:00:00"}


@dataclass
class SoapClient:
    """Calls of one sandbox.

    Attributes:
        sandbox: The sandbox.
        user: UserName.
        password: Password.
        version: Of SOAP.
    """

    sandbox: Any
    user: str = "sandbox"
    password: str = "sandbox-password"  # noqa: S105 - everyone may know it
    version: str = "1.1"

    def envelope(self, operation: str, **fields: object) -> bytes:
        """A request."""
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        login = f"<UserName>{self.user}</UserName><Password>{self.password}</Password>"
        return (
            f'<s:Envelope xmlns:s="{ENVELOPES[self.version][0]}">'
            f'<s:Header><WSUser xmlns="{NS}">{login}</WSUser></s:Header>'
            f'<s:Body><{operation} xmlns="{NS}">{inner}</{operation}></s:Body></s:Envelope>'
        ).encode()

    def headers(self, operation: str) -> dict[str, str]:
        """The HTTP headers of a request."""
        kind = ENVELOPES[self.version][1]
        action = f'"{NS}{operation}"'
        return (
            {"Content-Type": kind, "SOAPAction": action}
            if self.version == "1.1"
            else {"Content-Type": f"{kind}; action={action}"}
        )

    def post(self, operation: str, timeout: float = 30, **fields: object) -> requests.Response:
        """Call; the HTTP answer."""
        body = self.envelope(operation, **fields)
        return requests.post(self.sandbox.endpoint, body, headers=self.headers(operation), timeout=timeout)

    def rows(self, operation: str, **fields: object) -> list[dict[str, str | None]]:
        """Call; the rows that are not nil, as name to text (the last of a repeated element)."""
        answer = self.post(operation, **fields)
        assert answer.status_code == 200, answer.text
        result = etree.fromstring(answer.content).find(f".//{{{NS}}}{operation}Result")
        items = [] if result is None else [row for row in result if row.get(NIL) != "true"]
        return [{etree.QName(child).localname: child.text for child in row} for row in items]

    def pages(self, operation: str, **fields: object) -> list[dict[str, str | None]]:
        """Call from page 1 until a page is empty; all rows."""
        whole: list[dict[str, str | None]] = []
        page = 1
        while rows := self.rows(operation, **fields, Page=page):
            whole += rows
            page += 1
        return whole

    def fault(self, operation: str, **fields: object) -> str:
        """Call; the text of the fault that must come."""
        answer = self.post(operation, **fields)
        assert answer.status_code == 500
        return "".join(etree.fromstring(answer.content).itertext())


@pytest.fixture
def soap(clean_sandbox):
    """A client of the shared sandbox, which is reset before and after."""
    return SoapClient(clean_sandbox)


@pytest.fixture
def soap_to():
    """Make a client of a sandbox, of another user, or of another SOAP version."""
    return SoapClient


@pytest.fixture(scope="session")
def whole_time():
    """A window around everything the account holds."""
    return WHOLE_TIME


@pytest.fixture(scope="session")
def soap_client_class():
    """The client itself, for fixtures of a wider scope."""
    return SoapClient
