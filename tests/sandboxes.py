"""The sandbox as a process of its own, and what tests ask of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import requests

_READY = "vendor-sandbox listening on "
_STOP_SECONDS = 10


@dataclass
class Sandbox:
    """A running sandbox.

    Attributes:
        process: The process.
        url: Where it listens.
        username: A user who sees every list.
        password: That user's password.
    """

    process: subprocess.Popen[str]
    url: str
    username: str = "sandbox"
    password: str = "sandbox-password"
    _session: requests.Session = field(default_factory=requests.Session)

    @property
    def endpoint(self) -> str:
        """Where Listrak's SOAP service answers."""
        return f"{self.url}/listrak-soap/v31/IntegrationService.asmx"

    @property
    def wsdl_url(self) -> str:
        """The service description of Listrak's SOAP service."""
        return f"{self.endpoint}?WSDL"

    @property
    def sms_url(self) -> str:
        """What stands for `https://api.listrak.com/sms`, the base of Listrak's SMS REST API."""
        return f"{self.url}/listrak/sms"

    @property
    def auth_url(self) -> str:
        """What stands for `https://auth.listrak.com/OAuth2/Token`."""
        return f"{self.url}/listrak-auth/OAuth2/Token"

    @property
    def attentive_url(self) -> str:
        """What stands for `https://api.attentivemobile.com`."""
        return f"{self.url}/attentive"

    @property
    def textlocal_url(self) -> str:
        """What stands for `https://api.txtlocal.com` and `https://api.textlocal.in`."""
        return f"{self.url}/textlocal"

    def get(self, path: str) -> Any:
        """GET a path; the JSON of the answer."""
        answer = self._session.get(self.url + path, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, json: object = None) -> Any:
        """POST a JSON to a path; the JSON of the answer, or None."""
        answer = self._session.post(self.url + path, json=json, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def faults(self, fault: str, operation: str = "*", **fields: Any) -> int:
        """Ask Listrak's SOAP service, or another `vendor`, for a fault; its id."""
        rule = {"vendor": "listrak-soap", "operation": operation, "fault": fault, **fields}
        return int(self.post("/_sandbox/faults", rule)["id"])

    def switch(self, vendor: str = "listrak-soap", **switches: str) -> None:
        """Set switches of a vendor, `empty_result="nil"` for `empty-result`."""
        wanted = {name.replace("_", "-"): value for name, value in switches.items()}
        self.post("/_sandbox/switches", {vendor: wanted})

    def calls(self, vendor: str = "listrak-soap") -> dict[str, int]:
        """Calls of a vendor so far, by operation."""
        return dict(self.get("/_sandbox/calls")[vendor])

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock."""
        self.post("/_sandbox/clock", {"advance": seconds})

    def texts(self, **wanted: str) -> list[dict[str, Any]]:
        """The texts people would have received, `phone="12125550100"` for one person's."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        return list(self.get(f"/_sandbox/outbox?{query}")["texts"])

    def rows(self, *, tests: bool = False) -> dict[str, dict[str, int]]:
        """What the account holds, by stream: `rows`, `keys` and `without_key`."""
        query = "?include_test_messages=true" if tests else ""
        return dict(self.get(f"/_sandbox/listrak-soap/rows{query}"))

    def reset(self) -> None:
        """Calls, faults, switches, failed logins and changes back to the start."""
        self.post("/_sandbox/reset")

    def stop(self) -> int:
        """End the process; its exit code."""
        self._session.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()
        return code


def start(**options: object) -> Sandbox:
    """Start a sandbox; `page_size=100` is `--page-size 100`. Without `port` it takes a free one."""
    flags = [
        text for name, value in {"port": 0, **options}.items() for text in (f"--{name.replace('_', '-')}", str(value))
    ]
    command = [sys.executable, "-m", "vendor_sandbox", "serve", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    line = process.stdout.readline()
    if not line.startswith(_READY):
        process.kill()
        process.wait()
        process.stdout.close()
        raise RuntimeError(f"the sandbox did not start: {command}")
    return Sandbox(process, line.removeprefix(_READY).strip())
