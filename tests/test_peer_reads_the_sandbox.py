"""Somebody else's client, written against the real Listrak, reads all nine streams from the sandbox."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

    from sandboxes import Sandbox

_PEER = Path(__file__).parents[1] / "benchmarks" / "peer" / "environment.py"
_BEFORE_EVERYTHING = "2018-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def peer() -> tuple[ModuleType, str]:
    """The module that knows the peer's environment, and the Python to run the peer with."""
    spec = importlib.util.spec_from_file_location("peer_environment", _PEER)
    assert spec
    assert spec.loader
    environment = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(environment)
    try:
        return environment, environment.peer_python()
    except environment.NoPythonError as error:
        pytest.skip(str(error))


def run(peer: tuple[ModuleType, str], sandbox: Sandbox, *arguments: str | Path) -> str:
    environment, python = peer
    command = [python, environment.RUNNER, sandbox.wsdl_url, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def configured(clean_sandbox: Sandbox, tmp_path: Path) -> Path:
    config = {"start_date": _BEFORE_EVERYTHING, "username": clean_sandbox.username, "password": clean_sandbox.password}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    return path


def test_the_public_tap_reads_every_row_of_all_nine_streams(
    clean_sandbox: Sandbox, peer: tuple[ModuleType, str], configured: Path, tmp_path: Path
) -> None:
    # The peer takes a nil row for a record and asks for test messages: neither is what is counted here.
    clean_sandbox.switch(nil_rows="off", empty_result="empty")
    catalog = json.loads(run(peer, clean_sandbox, "-c", configured, "-d"))
    for stream in catalog["streams"]:
        stream["metadata"].append({"breadcrumb": [], "metadata": {"selected": True}})
        stream["schema"]["selected"] = True
    selected = tmp_path / "catalog.json"
    selected.write_text(json.dumps(catalog))

    lines = run(peer, clean_sandbox, "-c", configured, "-p", selected).splitlines()

    messages = map(json.loads, lines)
    read = Counter(message["stream"] for message in messages if message["type"] == "RECORD")
    assert read == {stream: counts["rows"] for stream, counts in clean_sandbox.rows(tests=True).items()}
    assert len(read) == 9
