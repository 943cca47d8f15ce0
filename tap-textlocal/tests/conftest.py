"""Running the tap as a user does, reading what it writes, and an account that texts were sent from."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
import requests

from singer_delivery.ledger import Ledger
from singer_delivery.memory import Memory
from singer_delivery.testing import Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

KEY = "sandbox-textlocal"
# The command line, without most of the waits between attempts: what is tested is that there are attempts.
TAP = Program(
    """
import sys
from tap_textlocal import client
from tap_textlocal.tap import TapTextlocal
client.BACKOFF = 0.02
sys.argv[0] = "tap-textlocal"
""",
    "TapTextlocal.cli()",
)


@dataclass(frozen=True)
class Run:
    """What a run of the tap left: its exit code, and what it wrote."""

    code: int
    stdout: str
    stderr: str

    @cached_property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines()]

    @cached_property
    def records(self) -> dict[str, list[dict[str, Any]]]:
        records = defaultdict(list)
        for message in self.of_type("RECORD"):
            records[message["stream"]].append(message["record"])
        return records

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]

    @property
    def activated(self) -> list[str]:
        return [message["stream"] for message in self.of_type("ACTIVATE_VERSION")]

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.of_type("STATE")[-1]["value"]
        return found


@pytest.fixture(scope="session")
def run_tap(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Run the tap as a process: `run_tap(config, *arguments, catalog=None, state=None, env=None) -> Run`."""

    def run(
        config: dict[str, Any] | None,
        *arguments: str,
        catalog: dict[str, Any] | None = None,
        state: dict[str, Any] | None = None,
        env: dict[str, str] | None = None,
    ) -> Run:
        folder = tmp_path_factory.mktemp("run")
        options = [*arguments]
        for name, content in (("config", config), ("catalog", catalog), ("state", state)):
            if content is not None:
                (folder / f"{name}.json").write_text(json.dumps(content))
                options += [f"--{name}", str(folder / f"{name}.json")]
        (folder / "stdin").touch()
        code = TAP.run(folder, folder, options, {**os.environ, **(env or {})})
        stdout, stderr = ((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return Run(code, stdout, stderr)

    return run


@pytest.fixture(scope="session")
def discovered(run_tap: Callable[..., Run]) -> dict[str, Any]:
    """The catalog, discovered without network or credentials."""
    found: dict[str, Any] = json.loads(run_tap(None, "--discover").stdout)
    return found


@pytest.fixture
def select(discovered: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Build a catalog in which only these streams are selected."""

    def choose(*streams: str) -> dict[str, Any]:
        catalog: dict[str, Any] = json.loads(json.dumps(discovered))
        for entry in catalog["streams"]:
            for item in entry["metadata"]:
                if not item["breadcrumb"]:
                    item["metadata"]["selected"] = entry["tap_stream_id"] in streams
        return catalog

    return choose


@dataclass
class Textlocal:
    """The sandbox's Textlocal, called as another program would."""

    sandbox: Sandbox
    key: str = KEY
    base: str = field(init=False)

    def __post_init__(self) -> None:
        self.base = self.sandbox.textlocal_url

    def call(self, command: str, **fields: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.base}/{command}/", data={"apikey": self.key, **fields}, timeout=30).json()
        assert answer["status"] == "success", answer
        return dict(answer)

    def send(self, *numbers: str, **fields: Any) -> str:
        """Send one text; the batch's id."""
        wanted = fields if "group_id" in fields else {**fields, "numbers": ",".join(numbers)}
        return str(self.call("send", message="Hello", **wanted)["batch_id"])

    def calls(self, command: str) -> int:
        return self.sandbox.calls("textlocal").get(command, 0)

    def fault(self, fault: str, command: str, **fields: Any) -> None:
        self.sandbox.faults(fault, command, vendor="textlocal", **fields)

    def now(self) -> str:
        found: str = self.sandbox.get("/_sandbox/clock")["now"]
        return found


@pytest.fixture
def textlocal(clean_sandbox: Sandbox) -> Textlocal:
    """The account of the shared sandbox, which is reset around the test."""
    return Textlocal(clean_sandbox)


@pytest.fixture
def config(textlocal: Textlocal) -> dict[str, Any]:
    """A config for it."""
    return {"api_key": KEY, "api_url": textlocal.base, "requests_per_second": 1000}


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., str]:
    """Keep batches as target-textlocal does: `ledger({"700000001": {"sent_at": ...}}) -> its URL`."""
    url = f"sqlite:///{tmp_path}/ledger.db"

    def keep(
        batches: dict[str, dict[str, Any]], scope: str = "campaigns/127.0.0.1", owner: str = "target-textlocal"
    ) -> str:
        opened = Ledger.open(url, owner, dry_run=False)
        memory = Memory(opened, scope)
        for batch_id, told in batches.items():
            memory.learn(batch_id, json.dumps(told))
        opened.close()
        return url

    return keep


@pytest.fixture(scope="session")
def at_textlocal() -> type[Textlocal]:
    """Make an account of a sandbox: `at_textlocal(sandbox, key="sandbox-textlocal-fresh")`."""
    return Textlocal
