"""Clients as plain as can be, so that a test sees the bytes and not somebody's reading of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests
from exhibited import exhibit_of, exhibited  # noqa: F401 - fixtures, that only these tests need
from lxml import etree

if TYPE_CHECKING:
    from sandboxes import Sandbox

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

    sandbox: Sandbox
    user: str = "sandbox"
    password: str = "sandbox-password"
    version: str = "1.1"

    def envelope(self, operation: str, **fields: Any) -> bytes:
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

    def post(self, operation: str, timeout: float = 30, **fields: Any) -> requests.Response:
        """Call; the HTTP answer."""
        body = self.envelope(operation, **fields)
        return requests.post(self.sandbox.endpoint, body, headers=self.headers(operation), timeout=timeout)

    def rows(self, operation: str, **fields: Any) -> list[dict[str, Any]]:
        """Call; the rows that are not nil, as name to text (the last of a repeated element)."""
        answer = self.post(operation, **fields)
        assert answer.status_code == 200, answer.text
        result = etree.fromstring(answer.content).find(f".//{{{NS}}}{operation}Result")
        items = [] if result is None else [row for row in result if row.get(NIL) != "true"]
        return [{etree.QName(child).localname: child.text for child in row} for row in items]

    def pages(self, operation: str, **fields: Any) -> list[dict[str, Any]]:
        """Call from page 1 until a page is empty; all rows."""
        whole: list[dict[str, Any]] = []
        page = 1
        while rows := self.rows(operation, **fields, Page=page):
            whole += rows
            page += 1
        return whole

    def fault(self, operation: str, **fields: Any) -> str:
        """Call; the text of the fault that must come."""
        answer = self.post(operation, **fields)
        assert answer.status_code == 500
        return "".join(map(str, etree.fromstring(answer.content).itertext()))


@dataclass
class SmsClient:
    """Calls of one sandbox's SMS REST API.

    Attributes:
        sandbox: The sandbox.
        client: Client id.
        secret: Client secret.
    """

    sandbox: Sandbox
    client: str = "sandbox-sms"
    secret: str = "sandbox-secret"
    _token: str = ""

    def ask(self, **form: str) -> requests.Response:
        """Ask for a token."""
        asked = {"grant_type": "client_credentials", "client_id": self.client, "client_secret": self.secret, **form}
        return requests.post(self.sandbox.auth_url, asked, timeout=30)

    def headers(self) -> dict[str, str]:
        """The HTTP headers of a call, with a token that is asked for once."""
        self._token = self._token or self.ask().json()["access_token"]
        return {"Authorization": f"Bearer {self._token}"}

    def call(self, method: str, path: str, body: Any = None, sender: int = 501, **options: Any) -> requests.Response:
        """Call a path below a sender code."""
        url = f"{self.sandbox.sms_url}/v1/ShortCode/{sender}{path}"
        headers = {**self.headers(), **options.pop("headers", {})}
        return requests.request(method, url, json=body, headers=headers, timeout=options.pop("timeout", 30), **options)

    def get(self, path: str, **options: Any) -> Any:
        """GET; the data of the answer."""
        answer = self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def error(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Call; status and code of the error that must come."""
        answer = self.call(method, path, body, **options)
        assert set(answer.json()) == {"status", "error", "message"}, answer.text
        assert answer.json()["status"] == answer.status_code
        return answer.status_code, answer.json()["error"]

    def create(self, phone: str, phone_list: int = 7001, **fields: Any) -> requests.Response:
        """Create a contact."""
        return self.call("POST", f"/PhoneList/{phone_list}/Contact", {"phoneNumber": phone, **fields})

    def put(self, phone: str, **fields: Any) -> requests.Response:
        """Update a contact."""
        return self.call("PUT", "/Contact", {"phoneNumber": phone, **fields})

    def subscribe(self, phone: str, phone_list: int = 7001) -> requests.Response:
        """Subscribe a contact."""
        return self.call("POST", f"/Contact/{phone}/PhoneList/{phone_list}")

    def states(self, phone: str) -> dict[int, str]:
        """List to state."""
        return {row["phoneListId"]: row["subscriptionState"] for row in self.get(f"/Contact/{phone}/PhoneList")}

    def switch(self, **switches: str) -> None:
        """Set switches."""
        self.sandbox.switch("listrak-sms", **switches)

    def reply(self, phone: str, text: str) -> Any:
        """Somebody answers; the effect."""
        return self.sandbox.post("/_sandbox/listrak-sms/reply", {"phone": phone, "text": text})["effect"]


@dataclass
class AttentiveClient:
    """Calls of one sandbox's Attentive API.

    Attributes:
        sandbox: The sandbox.
        key: The API key.
    """

    sandbox: Sandbox
    key: str = "sandbox-attentive"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Call a path below the host."""
        headers = {"Authorization": f"Bearer {options.pop('key', self.key)}", **options.pop("headers", {})}
        url = f"{self.sandbox.attentive_url}{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=options.pop("timeout", 30), **options)

    def get(self, path: str, **options: Any) -> Any:
        """GET; the JSON of the answer."""
        answer = self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any, status: int = 200, **options: Any) -> Any:
        """POST; the JSON of the answer, or None if it is empty."""
        answer = self.call("POST", path, body, **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def error(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Call; status and message of the error that must come, in Spring's form."""
        answer = self.call(method, path, body, **options)
        keys = {"timestamp", "path", "status", "error", "requestId", "message"}
        assert set(answer.json()) == keys, answer.text
        assert answer.json()["status"] == answer.status_code
        return answer.status_code, answer.json()["message"]

    def subscribe(self, phone: str | None = None, email: str | None = None, **fields: Any) -> requests.Response:
        """Subscribe somebody by the sign-up unit 132109, or another source."""
        user = {name: value for name, value in (("phone", phone), ("email", email)) if value}
        source = {} if "locale" in fields else {"signUpSourceId": "132109"}
        return self.call("POST", "/v1/subscriptions", {"user": user, **source, **fields})

    def unsubscribe(self, phone: str | None = None, email: str | None = None, **fields: Any) -> requests.Response:
        """Unsubscribe somebody."""
        user = {name: value for name, value in (("phone", phone), ("email", email)) if value}
        return self.call("POST", "/v1/subscriptions/unsubscribe", {"user": user, **fields})

    def eligible(self, **query: str) -> dict[tuple[str, str], bool] | None:
        """Type and channel to eligibility; None for a 404."""
        answer = self.call("GET", "/v1/subscriptions", params=query)
        if answer.status_code == 404:
            return None
        return {
            (each["subscription"]["type"], each["subscription"]["channel"]): each["eligibility"]["isEligible"]
            for each in answer.json()["subscriptionEligibilities"]
        }

    def shown(self, path: str) -> Any:
        """What the vendor's part of the control API shows."""
        return self.sandbox.get(f"/_sandbox/attentive/{path}")

    def switch(self, **switches: str) -> None:
        """Set switches."""
        self.sandbox.switch("attentive", **switches)

    def reply(self, phone: str, text: str) -> Any:
        """Somebody answers; the effect."""
        return self.sandbox.post("/_sandbox/attentive/reply", {"phone": phone, "text": text})["effect"]

    def texts(self, phone: str) -> list[str]:
        """The kinds of the texts somebody got."""
        return [text["kind"] for text in self.sandbox.texts(phone=phone.removeprefix("+"))]


@pytest.fixture
def attentive(clean_sandbox: Sandbox) -> AttentiveClient:
    """A client of the shared sandbox, which is reset before and after."""
    return AttentiveClient(clean_sandbox)


@pytest.fixture
def attentive_to() -> type[AttentiveClient]:
    """Make a client of a sandbox, or with another key."""
    return AttentiveClient


@pytest.fixture
def sms(clean_sandbox: Sandbox) -> SmsClient:
    """A client of the shared sandbox, which is reset before and after."""
    return SmsClient(clean_sandbox)


@pytest.fixture
def sms_to() -> type[SmsClient]:
    """Make a client of a sandbox, or of another integration."""
    return SmsClient


@pytest.fixture
def soap(clean_sandbox: Sandbox) -> SoapClient:
    """A client of the shared sandbox, which is reset before and after."""
    return SoapClient(clean_sandbox)


@pytest.fixture
def soap_to() -> type[SoapClient]:
    """Make a client of a sandbox, of another user, or of another SOAP version."""
    return SoapClient


@pytest.fixture(scope="session")
def whole_time() -> dict[str, Any]:
    """A window around everything the account holds."""
    return WHOLE_TIME


@pytest.fixture(scope="session")
def soap_client_class() -> type[SoapClient]:
    """The client itself, for fixtures of a wider scope."""
    return SoapClient
