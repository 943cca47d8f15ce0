"""A virtual environment of its own for the public tap-listrak 1.1.0, which pins libraries of 2019.

`python benchmarks/peer/environment.py` prints the Python to run it with, and first makes `.bench/peer-venv` where it
is not there yet.
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
RUNNER = HERE / "run_peer.py"
_FOLDER = HERE.parents[1] / ".bench"
_ENVIRONMENT = _FOLDER / "peer-venv"
# The peer's pins were made before 3.12 took things away from the standard library.
_PYTHONS = ("3.11", "3.10")


class NoPythonError(Exception):
    """There is no Python the peer can run on; the message says which would do."""


def peer_python() -> Path:
    """The Python of the peer's environment, which is made once and again whenever the lock changes.

    Safe to call from several processes at a time.

    Raises:
        NoPythonError: Neither Python 3.11 nor 3.10 is to be had.
        subprocess.CalledProcessError: The packages could not be installed.
    """
    _FOLDER.mkdir(exist_ok=True)
    python = _ENVIRONMENT / "bin" / "python"
    made_from = _ENVIRONMENT / ".made-from"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    with (_FOLDER / "peer-venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made_from.is_file() and made_from.read_text() == wanted:
            return python
        uv = _uv()
        base = _base_python(uv)
        _run(uv, "venv", "--clear", "--quiet", "--python", base, str(_ENVIRONMENT))
        _run(uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "--requirement", str(LOCK))
        made_from.write_text(wanted)
    return python


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv") or "uv"


def _base_python(uv: str) -> str:
    for version in _PYTHONS:
        found = subprocess.run(
            [uv, "python", "find", "--no-project", "--system", version], capture_output=True, text=True, check=False
        )
        if found.returncode == 0:
            return found.stdout.strip()
    raise NoPythonError(f"tap-listrak 1.1.0 needs Python {' or '.join(_PYTHONS)}, and uv finds neither")


def _run(*command: str) -> None:
    # Whatever environment this runs in must not be taken for the one to work on.
    clean = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    subprocess.run(command, check=True, env=clean)


if __name__ == "__main__":
    try:
        print(peer_python())
    except NoPythonError as error:
        sys.exit(str(error))
