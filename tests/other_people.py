"""Programs and libraries that nobody here wrote, as they were published, each at one version.

`tests/others/` holds what is asked for (`*.in`, `package.json`), the locks with the hash of every file, and the
programs that use the libraries. What is installed goes to `.bench/others`, once, and again whenever its lock changes.
Where the network is closed and nothing is there yet, the tests that ask are skipped, and say so.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[1]
OTHERS = ROOT / "tests" / "others"
_FOLDER = ROOT / ".bench" / "others"
_NPM = "npm"
# What uv and npm say when nobody answers. Any other failure is one: a hash that differs, say.
_UNREACHABLE = (
    "error sending request",
    "dns error",
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ENETUNREACH",
)
_without_network: set[str] = set()
"""Programs that found this out, and need not again."""
# Of Segment's destinations only the one to Attentive is used: all of them want four hundred packages beside.
DESTINATIONS = "@segment/action-destinations@3.497.0"
_DESTINATIONS_INTEGRITY = (
    "sha512-b9DztTrR1XrfBu/0UyUgTXNfv7s5gpjBPO/w7C8aW6IHsSMSMte7wNdVHzGsujJ4P43g7cKsWb5zuV2BdVn/UA=="
)
_ATTENTIVE = "package/dist/destinations/attentive/"


def python_programs(name: str) -> Path:
    """Return the folder of programs of a Python environment that holds `tests/others/NAME.lock`."""
    lock = OTHERS / f"{name}.lock"
    folder = _FOLDER / name

    def install() -> None:
        uv = str(Path(sys.executable).with_name("uv"))
        run(uv, "venv", "--clear", "--quiet", "--python", sys.executable, str(folder))
        python = str(folder / "bin" / "python")
        # Without looking at what packages ask for: the lock has it, or what stands in its place.
        options = ("--quiet", "--no-deps", "--require-hashes", "--requirement", str(lock))
        run(uv, "pip", "install", "--python", python, *options)

    _once(folder, sys.version.encode() + lock.read_bytes(), install)
    return folder / "bin"


def node_folder() -> Path:
    """Return a folder that holds `node_modules`, and Segment's destination in `attentive`."""
    for program in ("node", _NPM):
        if not shutil.which(program):
            pytest.skip(f"other people's JavaScript: there is no {program}")
    folder = _FOLDER / "node"
    lock = OTHERS / "package-lock.json"

    def install() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in ("package.json", lock.name):
            shutil.copyfile(OTHERS / file, folder / file)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
        run(_NPM, "ci", *quiet, cwd=folder)
        run(_NPM, "pack", *quiet, DESTINATIONS, cwd=folder)
        _take_attentive(folder)

    _once(folder, lock.read_bytes() + _DESTINATIONS_INTEGRITY.encode(), install)
    return folder


def pipe(tap: Sequence[str | Path], loader: Sequence[str | Path], folder: Path) -> str:
    """Run a tap into a loader, both of which must succeed; what the loader writes."""
    with (folder / "tap.log").open("w") as log, subprocess.Popen(tap, stdout=subprocess.PIPE, stderr=log) as source:
        done = subprocess.run(loader, stdin=source.stdout, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr[-2000:]
    assert source.returncode == 0, (folder / "tap.log").read_text()[-2000:]
    return done.stdout


def _take_attentive(folder: Path) -> None:
    """Unpack the destination out of the package that holds them all, which must be the one that is meant."""
    (packed,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    assert f"sha512-{digest}" == _DESTINATIONS_INTEGRITY, f"{DESTINATIONS} is another one"
    with tarfile.open(packed) as archive:
        for member in archive.getmembers():
            if member.isfile() and member.name.startswith(_ATTENTIVE) and member.name.endswith(".js"):
                source = archive.extractfile(member)
                assert source
                to = folder / "attentive" / member.name.removeprefix(_ATTENTIVE)
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(source.read())
    packed.unlink()


def _once(folder: Path, made_from: bytes, install: Callable[[], None]) -> None:
    """Install unless this was done from the same lock; several processes may ask at once."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    marker = _FOLDER / f"{folder.name}.made-from"
    wanted = hashlib.sha256(made_from).hexdigest()
    with (_FOLDER / f"{folder.name}.wait").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (marker.is_file() and marker.read_text() == wanted):
            install()
            marker.write_text(wanted)


def run(*command: str, cwd: Path | None = None) -> None:
    """Run a program that fetches, or skip the test where it reaches no network."""
    program = Path(command[0]).name
    # Whatever environment this runs in must not be taken for the one to work on.
    clean = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    if program not in _without_network:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean, cwd=cwd)
        if not done.returncode:
            return
        assert any(sign in done.stderr for sign in _UNREACHABLE), f"{command}\n{done.stderr[-2000:]}"
        _without_network.add(program)
    pytest.skip(f"other people's code: {program} reaches no network")
