"""The machine and the versions that figures were made with."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from taps import python_of_peer
from targets import python_of_hotglue

if TYPE_CHECKING:
    from collections.abc import Collection

_OURS = (
    "tap-listrak",
    "target-attentive",
    "target-listrak-sms",
    "target-textlocal",
    "singer-sdk",
    "zeep",
    "lxml",
    "requests",
    "sqlalchemy",
    "jsonschema-rs",
    "msgspec",
    "phonenumbers",
    "meltano",
)
_PEERS = {
    "tap-listrak": (python_of_peer, ("tap-listrak", "singer-python", "zeep", "lxml")),
    "hotglue": (python_of_hotglue, ("hotglue-singer-sdk", "requests", "jsonschema", "pydantic")),
}
_ASK = (
    "import json, platform, sys; from importlib.metadata import version;"
    "print(json.dumps({'Python': platform.python_version(), **{name: version(name) for name in sys.argv[1:]}}))"
)
_GIGABYTE = 10**9


def machine() -> str:
    """Describe the machine: processor, cores, memory, system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIGABYTE
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def versions(peers: Collection[str]) -> dict[str, str]:
    """Return the versions of everybody's packages, in words.

    Args:
        peers: Who takes part beside ours, and the plain target in our environment: `tap-listrak`, `hotglue`.
    """
    said = {"ours": _words({"Python": platform.python_version(), **{name: version(name) for name in _OURS}})}
    for peer in peers:
        python, packages = _PEERS[peer]
        asked = subprocess.run([python(), "-c", _ASK, *packages], capture_output=True, text=True, check=True)
        said[peer] = _words(json.loads(asked.stdout))
    return said


def _words(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in found.items())
