"""The sandbox as a fixture (a real process on a free port, one for each worker), and runs of targets against it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, cast

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_READY = "vendor-sandbox listening on "
_SEED = 7
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
    password: str = "sandbox-password"  # noqa: S105 - everyone may know it
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


def _start(**options: object) -> Sandbox:
    """Start a sandbox; `page_size=100` is `--page-size 100`."""
    flags = [text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", str(value))]
    command = [sys.executable, "-m", "vendor_sandbox", "serve", "--port", "0", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    line = process.stdout.readline()
    if not line.startswith(_READY):
        process.kill()
        process.wait()
        process.stdout.close()
        raise RuntimeError(f"the sandbox did not start: {command}")
    return Sandbox(process, line.removeprefix(_READY).strip())


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the small scale, shared by the tests of a worker: use `clean_sandbox` to change it."""
    started = _start(scale="small", seed=_SEED)
    yield started
    started.stop()


@pytest.fixture
def clean_sandbox(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The shared sandbox, reset before and after."""
    sandbox.reset()
    yield sandbox
    sandbox.reset()


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes of one's own: `start_sandbox(lists=1, messages=200, contacts=200, page_size=1000)`."""
    started: list[Sandbox] = []

    def start(**options: object) -> Sandbox:
        started.append(_start(**options))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@dataclass
class TargetRun:
    """What a run of a target left: its exit code, what it wrote, and its files."""

    code: int
    stdout: str
    stderr: str
    folder: Path

    @cached_property
    def states(self) -> list[Any]:
        """The states it let out."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @cached_property
    def report(self) -> dict[str, Any]:
        """The run report."""
        return dict(json.loads((self.folder / "report.json").read_text(encoding="utf-8")))

    @property
    def reasons(self) -> dict[str, int]:
        """Records by the reason of their outcome."""
        return dict(self.report["reasons"])

    @property
    def outcomes(self) -> dict[str, int]:
        """Records by outcome, those that there are."""
        return {name: count for name, count in self.report["outcomes"].items() if count}


@dataclass
class TargetRunner:
    """Runs a target as a process, in a folder of its own that its ledger, rejects and reports stay in.

    Attributes:
        program: The command.
        folder: Where it runs; made if missing.
        config: Its settings.
        environment: Variables beside those that there are.
    """

    program: list[str]
    folder: Path
    config: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)

    def start(
        self, lines: Iterable[Any], *arguments: str, environment: dict[str, str] | None = None, **config: Any
    ) -> subprocess.Popen[str]:
        """Start a run.

        Args:
            lines: Singer messages, or texts to be written as they are; or a pipe, to be read as it is filled.
            arguments: For the command line. With a `--config` among them, no other config is given.
            environment: More variables.
            config: Settings that differ for this run; None leaves one out.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [*self.program, *arguments]
        if not any(each.startswith("--config") for each in arguments):
            settings = {name: value for name, value in {**self.config, **config}.items() if value is not None}
            (self.folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
            command += ["--config", "config.json"]
        with self._input(lines) as source:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                env={**os.environ, **self.environment, **(environment or {})},
            )

    def _input(self, lines: Iterable[Any]) -> IO[str]:
        """Return what standard input is to be."""
        if isinstance(lines, io.IOBase):
            return cast("IO[str]", lines)
        file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - the caller closes it
        file.writelines(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
        file.seek(0)
        return file

    def finish(self, process: subprocess.Popen[str]) -> TargetRun:
        """Wait for the end of a run."""
        stdout, stderr = process.communicate(timeout=120)
        return TargetRun(process.returncode, stdout, stderr, self.folder)

    def __call__(
        self, lines: Iterable[Any], *arguments: str, environment: dict[str, str] | None = None, **config: Any
    ) -> TargetRun:
        """Run the target to its end; the arguments are those of `start`."""
        return self.finish(self.start(lines, *arguments, environment=environment, **config))


# The command line, without most of the waits between attempts: what is tested is that there are attempts.
_QUICK = """
import sys
from target_listrak_sms import client
from target_listrak_sms.target import TargetListrakSms
client.BACKOFF = 0.02
sys.argv[0] = "target-listrak-sms"
TargetListrakSms.cli()
"""


@pytest.fixture
def listrak_sms(tmp_path: Path) -> Callable[..., TargetRunner]:
    """Make runners of target-listrak-sms against a sandbox: `listrak_sms(sandbox, list_name="Master List")`."""

    def runner(sandbox: Sandbox, folder: str = "run", **config: Any) -> TargetRunner:
        settings = {
            "client_id": "sandbox-sms",
            "client_secret": "sandbox-secret",
            "sender_code": "501",
            "list_id": 7001,
            "api_url": sandbox.sms_url,
            "auth_url": sandbox.auth_url,
            "requests_per_second": 2000,
            "default_country": "US",
            "default_action": "subscribe",
            "report_path": "report.json",
            **config,
        }
        return TargetRunner([sys.executable, "-c", _QUICK], tmp_path / folder, settings)

    return runner
