"""Calls that people at the sandbox's vendors notice: one function a vendor, as plain as can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from sandboxes import Sandbox

SECONDS = 30


@dataclass
class VendorCalls:
    """Calls of one sandbox.

    Attributes:
        sandbox: The sandbox.
    """

    sandbox: Sandbox
    _session: requests.Session = field(default_factory=requests.Session)

    def listrak(self, phone: str, **fields: str) -> requests.Response:
        """Create a contact on Listrak's Master List, who gets a welcome; more `fields` as `emailAddress`."""
        asked = {"grant_type": "client_credentials", "client_id": "sandbox-sms", "client_secret": "sandbox-secret"}
        token = self._session.post(self.sandbox.auth_url, asked, timeout=SECONDS).json()["access_token"]
        return self._session.post(
            f"{self.sandbox.sms_url}/v1/ShortCode/501/PhoneList/7001/Contact",
            json={"phoneNumber": phone, **fields},
            headers={"Authorization": f"Bearer {token}"},
            timeout=SECONDS,
        )

    def attentive(self, **user: str) -> requests.Response:
        """Subscribe a `phone` (with +) and an `email` at Attentive, which asks for a Y by text."""
        return self._attentive("/v1/subscriptions", {"user": user, "signUpSourceId": "132109"})

    def attentive_attributes(self, user: dict[str, str], **properties: Any) -> requests.Response:
        """Set custom attributes at Attentive, which needs a user there already or makes one."""
        return self._attentive("/v1/attributes/custom", {"user": user, "properties": properties})

    def textlocal(self, numbers: str, message: str) -> requests.Response:
        """Send a text by Textlocal."""
        form = {"apikey": "sandbox-textlocal", "numbers": numbers, "message": message}
        return self._session.post(f"{self.sandbox.textlocal_url}/send/", form, timeout=SECONDS)

    def know_everywhere(self, phone: str, email: str) -> None:
        """Let one person, by phone and e-mail, be texted and known by Listrak, Attentive and Textlocal."""
        for answer in (
            self.listrak(phone, emailAddress=email, firstName="Kim"),
            self.attentive(phone=f"+{phone}", email=email),
            self.attentive_attributes({"phone": f"+{phone}"}, points="12"),
            self.textlocal(phone, "Your order is on its way"),
        ):
            assert answer.ok, answer.text

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _attentive(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._session.post(
            f"{self.sandbox.attentive_url}{path}",
            json=body,
            headers={"Authorization": "Bearer sandbox-attentive"},
            timeout=SECONDS,
        )
