"""The sandbox: started with an account of a given size, and stopped."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from measure import cpu_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_READY = "vendor-sandbox listening on "
_STOP_SECONDS = 10
_OWN_CONTACTS = 40
USERNAME, PASSWORD = "sandbox", "sandbox-password"


@dataclass(frozen=True)
class AccountSize:
    """A plain account: every message goes to every contact of its list.

    Attributes:
        lists: How many lists.
        messages: Messages of a list; two test messages come on top.
        contacts: Contacts of a list.
        page_size: Rows of a page.
    """

    lists: int
    messages: int
    contacts: int
    page_size: int


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox.

    Attributes:
        url: Where it listens.
        pid: Its process.
    """

    url: str
    pid: int

    @property
    def wsdl(self) -> str:
        """Where the service's description is."""
        return f"{self.url}/listrak-soap/v31/IntegrationService.asmx?WSDL"

    def post(self, path: str, body: object) -> None:
        """POST a JSON to the control API."""
        requests.post(f"{self.url}/_sandbox/{path}", json=body, timeout=60).raise_for_status()

    def soap_calls(self) -> int:
        """Calls of the SOAP service so far, its description not among them."""
        return sum(self.get("calls")["listrak-soap"].values())

    @property
    def sms(self) -> str:
        """What stands for `https://api.listrak.com/sms`."""
        return f"{self.url}/listrak/sms"

    @property
    def tokens(self) -> str:
        """What stands for `https://auth.listrak.com/OAuth2/Token`."""
        return f"{self.url}/listrak-auth/OAuth2/Token"

    def get(self, path: str) -> Any:
        """GET a JSON of the control API."""
        answer = requests.get(f"{self.url}/_sandbox/{path}", timeout=60)
        answer.raise_for_status()
        return answer.json()

    def sms_calls(self) -> dict[str, int]:
        """Calls of the SMS API so far by operation, those for tokens and refused ones too."""
        return dict(self.get("calls")["listrak-sms"])

    def sms_fault(self, fault: str, **parameters: float) -> None:
        """Ask for a fault of all operations of the SMS API."""
        self.post("faults", {"vendor": "listrak-sms", "fault": fault, **parameters})

    def sms_fault_hits(self, fault: str) -> int:
        """How many calls a fault hit so far."""
        return sum(int(each["hits"]) for each in self.get("faults")["faults"] if each["fault"] == fault)

    def added_contacts(self) -> int:
        """How many contacts there are beside those of the sandbox's own."""
        url = f"{self.url}/_sandbox/listrak-sms/contacts"
        # The list may be long, and nobody needs it: the answer begins with their number.
        with requests.get(url, stream=True, timeout=60) as answer:
            answer.raise_for_status()
            found = re.match(rb'{"count":(\d+),', next(answer.iter_content(64)))
        assert found, "the sandbox shows its contacts in another way now"
        return int(found.group(1)) - _OWN_CONTACTS

    @property
    def attentive(self) -> str:
        """What stands for `https://api.attentivemobile.com`."""
        return f"{self.url}/attentive"

    def attentive_calls(self) -> dict[str, int]:
        """Calls of Attentive so far by operation, refused ones too."""
        return dict(self.get("calls")["attentive"])

    def updated_people(self) -> int:
        """How many records of bulk jobs were done."""
        jobs = self.get("attentive/jobs")["jobs"]
        return sum(job["totalRecords"] - len(job["refused"]) for job in jobs if job["status"] == "COMPLETED")

    @property
    def textlocal(self) -> str:
        """What stands for `https://api.txtlocal.com`."""
        return f"{self.url}/textlocal"

    def textlocal_calls(self) -> dict[str, int]:
        """Calls of Textlocal so far by command."""
        return {name: count for name, count in self.get("calls")["textlocal"].items() if count}

    def cpu(self) -> float:
        """CPU seconds that it has taken so far."""
        return cpu_of(self.pid) or 0.0

    def reset(self) -> None:
        """Back to the start: no faults, no calls, none but the first contacts."""
        self.post("reset", {})

    def rows(self) -> dict[str, int]:
        """What the account holds, test messages included, as rows by stream."""
        answer = requests.get(f"{self.url}/_sandbox/listrak-soap/rows?include_test_messages=true", timeout=300)
        answer.raise_for_status()
        counts: dict[str, dict[str, Any]] = answer.json()
        return {stream: int(count["rows"]) for stream, count in counts.items()}


@contextmanager
def running(*flags: str) -> Iterator[Sandbox]:
    """Run a sandbox on a free port.

    Args:
        flags: Of `vendor-sandbox serve`.

    Raises:
        RuntimeError: It did not start.
    """
    command = [sys.executable, "-m", "vendor_sandbox", "serve", "--port=0", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith(_READY):
            raise RuntimeError(f"the sandbox did not start: {' '.join(command)}")
        yield Sandbox(line.removeprefix(_READY).strip(), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


@contextmanager
def sandbox(size: AccountSize, latency: float = 0) -> Iterator[Sandbox]:
    """Run a sandbox for the tap.

    Args:
        size: The account it serves.
        latency: Seconds by which every answer is delayed.
    """
    with running(*(f"--{name.replace('_', '-')}={value}" for name, value in vars(size).items())) as started:
        # The peer reads each of the five shapes of nothing too, but one shape is the same work for both.
        started.post("switches", {"listrak-soap": {"empty-result": "empty"}})
        if latency:
            started.post("faults", {"vendor": "listrak-soap", "fault": "latency", "seconds": latency})
        yield started
