"""The two taps, ours and the public one, made ready to read the same streams of the same sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "peer"))

# They are no packages: the path above comes first.
from environment import RUNNER, peer_python
from measure import RunError, plain_environment
from sandbox import PASSWORD, USERNAME

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox import Sandbox

OURS = Path(sys.executable).with_name("tap-listrak")
STREAMS = (
    "lists",
    "messages",
    "message_sends",
    "message_opens",
    "message_reads",
    "message_clicks",
    "message_bounces",
    "message_unsubs",
    "subscribed_contacts",
)
# All of the sandbox's mail is from 2023 on; contacts joined from 2020 on. A year is a call of both taps.
_START = "2020-01-01T00:00:00Z"
_ACCOUNT = {"username": USERNAME, "password": PASSWORD, "start_date": _START}


def ours(server: Sandbox, streams: Collection[str], concurrency: int | None, folder: Path) -> list[str | Path]:
    """Return the command that runs our tap.

    Args:
        server: What it reads.
        streams: Which streams it reads.
        concurrency: Calls at a time; the default if it is None.
        folder: Where its config and its catalog are put.
    """
    # The peer asks for test messages, whatever it is told.
    config: dict[str, Any] = {**_ACCOUNT, "wsdl_url": server.wsdl, "include_test_messages": True}
    if concurrency is not None:
        config["concurrency"] = concurrency
    catalog = _discovered([OURS, "--discover"])
    for stream in catalog["streams"]:
        _root(stream)["selected"] = stream["tap_stream_id"] in streams
    return [OURS, "--config", _written(config, folder / "ours.json"), "--catalog", _catalog(catalog, folder, "ours")]


def peer(server: Sandbox, streams: Collection[str], folder: Path) -> list[str | Path]:
    """Return the command that runs the public tap; its environment is made where it is not there yet.

    Args:
        server: What it reads.
        streams: Which streams it reads.
        folder: Where its config and its catalog are put.
    """
    program: list[str | Path] = [peer_python(), RUNNER, server.wsdl, "-c", _written(_ACCOUNT, folder / "peer.json")]
    catalog = _discovered([*program, "-d"])
    for stream in catalog["streams"]:
        _root(stream)["selected"] = stream["tap_stream_id"] in streams
    return [*program, "-p", _catalog(catalog, folder, "peer")]


def python_of_peer() -> Path:
    """Return the Python of the peer's environment."""
    return peer_python()


def _discovered(command: list[str | Path]) -> dict[str, Any]:
    # It also warms up: Python compiles the modules into their caches.
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=plain_environment())
    if done.returncode:
        raise RunError(f"discovery failed: {command}\n{done.stderr[-1500:]}")
    catalog: dict[str, Any] = json.loads(done.stdout)
    return catalog


def _root(stream: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of a stream as a whole."""
    for entry in stream["metadata"]:
        if not entry["breadcrumb"]:
            root: dict[str, Any] = entry["metadata"]
            return root
    stream["metadata"].append({"breadcrumb": [], "metadata": {}})
    return _root(stream)


def _catalog(catalog: dict[str, Any], folder: Path, name: str) -> Path:
    return _written(catalog, folder / f"{name}-catalog.json")


def _written(content: dict[str, Any], path: Path) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
