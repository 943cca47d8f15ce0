"""Running the tap as a user does, and reading what it writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

CLOCK_READINGS = re.compile(r'"version":\d+|"time_extracted":"[^"]*"')


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
        for message in self.messages:
            if message["type"] == "RECORD":
                records[message["stream"]].append(message["record"])
        return records

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]

    @cached_property
    def content(self) -> str:
        """The output but for the times at which it was made."""
        return CLOCK_READINGS.sub("", self.stdout)

    @property
    def activated(self) -> list[str]:
        return [message["stream"] for message in self.of_type("ACTIVATE_VERSION")]


# The command line, without the waits between attempts: what is tested is that there are attempts.
QUICK = """
import sys
import tenacity
from tap_listrak import client, stream
from tap_listrak.tap import TapListrak
client.BACKOFF = tenacity.wait_none()
sys.argv[0] = "tap-listrak"
"""
ONE_BY_ONE = "stream.ListrakStream._writes_pages = property(lambda self: False)\n"


@pytest.fixture(scope="session")
def run_tap(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Run the tap in a process of its own.

    `run_tap(config, *arguments, catalog=None, env=None, one_by_one=False) -> Run`; with `one_by_one` the SDK writes
    every record itself.
    """

    def run(
        config: dict[str, Any] | None,
        *arguments: str,
        catalog: dict[str, Any] | None = None,
        env: dict[str, str] | None = None,
        one_by_one: bool = False,
    ) -> Run:
        folder = tmp_path_factory.mktemp("run")
        command = [sys.executable, "-c", f"{QUICK}{ONE_BY_ONE if one_by_one else ''}TapListrak.cli()"]
        if config is not None:
            (folder / "config.json").write_text(json.dumps(config))
            command += ["--config", str(folder / "config.json")]
        if catalog is not None:
            (folder / "catalog.json").write_text(json.dumps(catalog))
            command += ["--catalog", str(folder / "catalog.json")]
        done = subprocess.run(
            [*command, *arguments],
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            env={**os.environ, **(env or {})},
        )
        return Run(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def discovered(run_tap: Callable[..., Run]) -> dict[str, Any]:
    """The catalog, discovered without network or credentials."""
    found: dict[str, Any] = json.loads(run_tap(None, "--discover").stdout)
    return found


@pytest.fixture
def select(discovered: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Build a catalog in which only these streams are selected: `select("lists", message_opens=["OpenDate"])`."""

    def choose(*streams: str, **columns: list[str]) -> dict[str, Any]:
        catalog: dict[str, Any] = json.loads(json.dumps(discovered))
        for entry in catalog["streams"]:
            name = entry["tap_stream_id"]
            for item in entry["metadata"]:
                if not item["breadcrumb"]:
                    item["metadata"]["selected"] = name in streams or name in columns
                elif name in columns:
                    item["metadata"]["selected"] = item["breadcrumb"][-1] in columns[name]
        return catalog

    return choose


@pytest.fixture
def config(clean_sandbox: Sandbox) -> dict[str, Any]:
    """A config for the shared sandbox, which is reset around the test."""
    return config_for(clean_sandbox)


@pytest.fixture(scope="session")
def full_run(sandbox: Sandbox, run_tap: Callable[..., Run]) -> Run:
    """A run of everything in the shared sandbox: made once, for tests that only look at it."""
    sandbox.reset()
    return run_tap(config_for(sandbox))


def config_for(sandbox: Sandbox) -> dict[str, Any]:
    return {"username": sandbox.username, "password": sandbox.password, "wsdl_url": sandbox.wsdl_url}
