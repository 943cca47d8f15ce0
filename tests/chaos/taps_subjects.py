"""The taps that are tried: their vendors, their accounts there, and how they are run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

_LONGEST = 60.0


@dataclass(frozen=True)
class TapSubject:
    """A tap.

    Attributes:
        name: Its name.
        vendor: The sandbox's name for its vendor.
        program: The command line in Python, without most of the waits between attempts.
        config: Its settings, against a sandbox.
        truncated: The fault that breaks an answer's content off.
        prepare: Fills the account; returns settings that come of it.
    """

    name: str
    vendor: str
    program: str
    config: Callable[[Sandbox], dict[str, Any]]
    truncated: str
    prepare: Callable[[Sandbox], dict[str, Any]]


@dataclass(frozen=True)
class TapRun:
    """What a run of a tap left."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class TapRunner:
    """Runs a tap as a process, from nothing, as a runner does.

    Attributes:
        subject: The tap.
        config: Its settings.
        folder: For its files.
    """

    subject: TapSubject
    config: dict[str, Any]
    folder: Path

    def start(
        self, state: dict[str, Any] | None = None, *, stdout: IO[bytes] | int | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a run; its output goes into files, unless `stdout` says otherwise."""
        options = []
        for name, content in (("config", self.config), ("state", state)):
            if content is not None:
                (self.folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
                options += [f"--{name}", str(self.folder / f"{name}.json")]
        with (self.folder / "stdout").open("wb") as output, (self.folder / "stderr").open("wb") as errors:
            return subprocess.Popen(
                [sys.executable, "-c", self.subject.program, *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output if stdout is None else stdout,
                stderr=errors,
                env=os.environ,
            )

    def finish(self, process: subprocess.Popen[bytes]) -> TapRun:
        """Wait for the end of a run."""
        code = process.wait(_LONGEST)
        stdout, stderr = ((self.folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return TapRun(code, stdout, stderr)


def _nothing(sandbox: Sandbox) -> dict[str, Any]:
    del sandbox
    return {}


def _texts(sandbox: Sandbox) -> dict[str, Any]:
    """Send some texts, and let a day go by; figures of each are to be fetched."""
    batches = []
    for number in range(6):
        form = {"apikey": "sandbox-textlocal", "message": f"Order {number}", "numbers": f"44770090030{number}"}
        answer = requests.post(f"{sandbox.textlocal_url}/send/", form, timeout=30).json()
        batches.append(str(answer["batch_id"]))
    sandbox.advance(24 * 3600)
    return {"batch_ids": batches, "as_of": sandbox.get("/_sandbox/clock")["now"]}


TAPS = (
    TapSubject(
        "tap-listrak",
        "listrak-soap",
        """
import sys, tenacity
from tap_listrak import client
from tap_listrak.tap import TapListrak
client.BACKOFF = tenacity.wait_fixed(0.05)
sys.argv[0] = "tap-listrak"
TapListrak.cli()
""",
        lambda sandbox: {
            "username": sandbox.username,
            "password": sandbox.password,
            "wsdl_url": sandbox.wsdl_url,
            "start_date": "2023-01-01",
            "concurrency": 4,
            "request_timeout": 2,
        },
        "truncated-xml",
        _nothing,
    ),
    TapSubject(
        "tap-textlocal",
        "textlocal",
        """
import sys
from tap_textlocal import client
from tap_textlocal.tap import TapTextlocal
client.BACKOFF = 0.02
sys.argv[0] = "tap-textlocal"
TapTextlocal.cli()
""",
        lambda sandbox: {
            "api_key": "sandbox-textlocal",
            "api_url": sandbox.textlocal_url,
            "requests_per_second": 1000,
            "request_timeout": 2,
        },
        "truncated-json",
        _texts,
    ),
)
