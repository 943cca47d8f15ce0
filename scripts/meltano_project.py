"""The Meltano project of this repository: its plugins installed once, and copies of it to run apart from each other.

As a program (`make setup`): installs the plugins, and says nothing where there is nothing to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROJECT_FILE = ROOT / "meltano.yml"
SYSTEM_FOLDER = ROOT / ".meltano"
_MARKER = SYSTEM_FOLDER / "plugins-installed"
# What a user has set for another account, another database or another project has no say in a copy.
_OTHERS_SETTINGS = (
    "MELTANO_",
    "TAP_LISTRAK_",
    "TAP_POSTGRES_",
    "TAP_TEXTLOCAL_",
    "TARGET_ATTENTIVE_",
    "TARGET_JSONL_",
    "TARGET_LISTRAK_SMS_",
    "TARGET_POSTGRES_",
    "TARGET_TEXTLOCAL_",
)


class InstallError(Exception):
    """Meltano could not install the plugins; the message holds what it said."""


def environment() -> dict[str, str]:
    """Return the environment to run Meltano in: this program's, with its folder of programs first on PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS_SETTINGS)}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def install_plugins() -> bool:
    """Install the plugins that come from PyPI, unless this was done. Several processes may ask at once.

    Returns:
        Whether there was something to do.

    Raises:
        InstallError: Meltano could not.
    """
    SYSTEM_FOLDER.mkdir(exist_ok=True)
    with locked(SYSTEM_FOLDER / "install.lock"):
        wanted = _fingerprint()
        if _MARKER.exists() and _MARKER.read_text(encoding="utf-8") == wanted:
            return False
        ended = subprocess.run(
            [BIN / "meltano", "install", "--clean"],
            cwd=ROOT,
            # Compiled once, they start in half the time, also where Python may not write what it compiles.
            env={**environment(), "UV_COMPILE_BYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if ended.returncode:
            raise InstallError(f"`meltano install` failed:\n{ended.stdout.strip()}")
        _MARKER.write_text(wanted, encoding="utf-8")
        return True


def copy_project(folder: Path) -> dict[str, str]:
    """Make a copy of the project whose runs share nothing with others but the installed plugins.

    Runs in one Meltano project get into each other's way: they share the catalog and the state that a plugin is given.
    Neither does a copy see the `.env` of the project.

    Args:
        folder: Where to make the copy; what is there already stays.

    Returns:
        The environment to run `meltano` in, together with `cwd=folder`.
    """
    system = folder / ".meltano"
    system.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_FILE, folder / PROJECT_FILE.name)
    for kind in ("extractors", "loaders"):
        installed = system / kind
        if not installed.is_symlink():  # an empty folder of an older copy, made by a run
            shutil.rmtree(installed, ignore_errors=True)
        installed.unlink(missing_ok=True)
        installed.symlink_to(SYSTEM_FOLDER / kind, target_is_directory=True)
    return environment()


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock file, which ends with the process that holds it at the latest.

    Raises:
        BlockingIOError: Another process holds it, and `wait` is false.
    """
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def _fingerprint() -> str:
    """Return what an installation depends on: what is installed, for which Python, and where."""
    plugins = yaml.safe_load(PROJECT_FILE.read_text(encoding="utf-8"))["plugins"]
    asked = [plugin["pip_url"] for kind in sorted(plugins) for plugin in plugins[kind] if "pip_url" in plugin]
    return hashlib.sha256(repr((asked, sys.version, sys.executable)).encode()).hexdigest()


if __name__ == "__main__":
    try:
        install_plugins()
    except InstallError as error:
        sys.exit(str(error))
