"""Virtual environments of their own for what we are compared with, each from a lock.

The public tap-listrak 1.1.0 pins libraries of 2019, hotglue-singer-sdk an SQLAlchemy of before 2.0: neither can stand
beside our own. `python benchmarks/peer/environment.py` prints the Python to run the public tap with, and first makes
`.bench/peer-venv` where it is not there yet.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
HOTGLUE_LOCK = HERE / "hotglue.lock"
RUNNER = HERE / "run_peer.py"
HOTGLUE = HERE / "hotglue_targets.py"
_FOLDER = HERE.parents[1] / ".bench"
# The peers' pins were made before 3.12 took things away from the standard library.
_PYTHONS = ("3.11", "3.10")


class NoPythonError(Exception):
    """There is no Python the peer can run on; the message says which would do."""


def peer_python() -> Path:
    """The Python of the public tap's environment, which is made once and again whenever the lock changes.

    Safe to call from several processes at a time.

    Raises:
        NoPythonError: Neither Python 3.11 nor 3.10 is to be had.
        subprocess.CalledProcessError: The packages could not be installed.
    """
    return _python("peer-venv", LOCK, "tap-listrak 1.1.0")


def hotglue_python() -> Path:
    """The Python of hotglue-singer-sdk's environment; otherwise like `peer_python`.

    Raises:
        NoPythonError: Neither Python 3.11 nor 3.10 is to be had.
        subprocess.CalledProcessError: The packages could not be installed.
    """
    # It draws in pandas, whose modules Python compiles at its first start: that one is not to be measured.
    return _python("hotglue-venv", HOTGLUE_LOCK, "hotglue-singer-sdk 1.0.51", str(HOTGLUE), "contacts", "--version")


def _python(name: str, lock: Path, whose: str, *first: str) -> Path:
    _FOLDER.mkdir(exist_ok=True)
    environment = _FOLDER / name
    python = environment / "bin" / "python"
    made_from = environment / ".made-from"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with (_FOLDER / f"{name}.lock").open("w") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        if made_from.is_file() and made_from.read_text() == wanted:
            return python
        uv = _uv()
        base = _base_python(uv, whose)
        _run(uv, "venv", "--clear", "--quiet", "--python", base, str(environment))
        _run(uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "--requirement", str(lock))
        if first:
            _run(str(python), *first)
        made_from.write_text(wanted)
    return python


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv") or "uv"


def _base_python(uv: str, whose: str) -> str:
    for version in _PYTHONS:
        found = subprocess.run(
            [uv, "python", "find", "--no-project", "--system", version], capture_output=True, text=True, check=False
        )
        if found.returncode == 0:
            return found.stdout.strip()
    raise NoPythonError(f"{whose} needs Python {' or '.join(_PYTHONS)}, and uv finds neither")


def _run(*command: str) -> None:
    # Whatever environment this runs in must not be taken for the one to work on, nor keep Python from its caches.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "PYTHON"))}
    subprocess.run(command, check=True, env=clean, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    try:
        print(peer_python())
    except NoPythonError as error:
        sys.exit(str(error))
