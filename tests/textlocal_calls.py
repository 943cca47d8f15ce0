"""Calls of the sandbox's Textlocal API, as a fixture: for its own tests, and to prepare or look at an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from sandboxes import Sandbox


@dataclass
class TextlocalApi:
    """One account of a sandbox's Textlocal.

    Attributes:
        sandbox: The sandbox.
        key: The API key.
    """

    sandbox: Sandbox
    key: str = "sandbox-textlocal"

    def answer(self, command: str, **fields: Any) -> requests.Response:
        """POST a command as a form; the answer, whatever it says."""
        form = {"apikey": self.key, **fields}
        return requests.post(f"{self.sandbox.textlocal_url}/{command}/", form, timeout=30)

    def call(self, command: str, **fields: Any) -> dict[str, Any]:
        """Call; the JSON of an answer that must be a success."""
        answer = self.answer(command, **fields)
        assert answer.status_code == 200
        assert answer.json()["status"] == "success", answer.text
        return dict(answer.json())

    def fails(self, command: str, **fields: Any) -> list[int]:
        """Call; the codes of the failure that must come, with HTTP 200."""
        answer = self.answer(command, **fields)
        assert answer.status_code == 200
        assert answer.json()["status"] == "failure", answer.text
        return [each["code"] for each in answer.json()["errors"]]

    def switch(self, **switches: str) -> None:
        """Set switches."""
        self.sandbox.switch("textlocal", **switches)

    def shown(self, path: str) -> Any:
        """What the vendor's part of the control API shows."""
        return self.sandbox.get(f"/_sandbox/textlocal/{path}")

    def control(self, path: str, **wanted: Any) -> Any:
        """POST to the vendor's part of the control API."""
        return self.sandbox.post(f"/_sandbox/textlocal/{path}", wanted)

    def fault(self, kind: str, command: str = "*", **fields: Any) -> int:
        """Ask for a fault; its id."""
        return int(self.sandbox.faults(kind, command, vendor="textlocal", **fields))


@pytest.fixture
def textlocal_api(clean_sandbox: Sandbox) -> TextlocalApi:
    """The account of the key `sandbox-textlocal`, in the shared sandbox, which is reset before and after."""
    return TextlocalApi(clean_sandbox)


@pytest.fixture
def textlocal_api_to() -> type[TextlocalApi]:
    """Make calls of another sandbox, or with another key."""
    return TextlocalApi
