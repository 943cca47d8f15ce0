"""Build what an index would get: a wheel and a source distribution of every package, checked, each with its SBOM.

In a clone, our packages name each other by the folder beside them. An index takes no such address, so what is built
here names the versions that fit instead, as Cargo does with its paths. Each wheel is then installed into an empty
environment, at the versions of requirements.lock, and started; what is in that environment is its SBOM.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from audit import ROOT, packages

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LOCK = ROOT / "requirements.lock"
UV = Path(sys.executable).parent / "uv"
TOOLS = ROOT / ".venv" / "release" / "bin"
"""Of an environment with what is locked in requirements-release.lock: more than set-up should have to bring."""
BESIDE = re.compile(r"(?P<name>[\w-]+) @ \{root:parent:uri\}/[^\"]+")
"""What stands in a pyproject.toml for a package of ours, by its folder."""
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*", "dist", "build")


def project(folder: Path) -> dict[str, Any]:
    """Return what a package's pyproject.toml says of it."""
    content: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return content


def for_an_index(pyproject: str, versions: dict[str, str]) -> str:
    """Return a pyproject.toml that names our packages by versions: from this one on, below the next major one.

    Args:
        pyproject: Its content, as it is in the repository.
        versions: Our packages' versions.
    """

    def fitting(found: re.Match[str]) -> str:
        version = versions[found["name"]]
        return f"{found['name']}>={version},<{int(version.partition('.')[0]) + 1}"

    return BESIDE.sub(fitting, pyproject)


def set_up_tools() -> None:
    """Make the environment of the tools, unless there is one of this lock."""
    lock, made = ROOT / "requirements-release.lock", TOOLS.parent / "made-from.lock"
    if made.exists() and made.read_bytes() == lock.read_bytes():
        return
    _run(UV, "venv", "--quiet", "--clear", f"--python={sys.executable}", TOOLS.parent)
    _run(UV, "pip", "sync", "--quiet", f"--python={TOOLS / 'python'}", "--require-hashes", lock)
    shutil.copyfile(lock, made)


def build(dist: Path) -> None:
    """Build every package into a folder."""
    versions = {each.name: project(each)["version"] for each in packages()}
    for package in packages():
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copytree(package, Path(folder) / package.name, ignore=_NOT_COPIED))
            path = copy / "pyproject.toml"
            path.write_text(for_an_index(path.read_text(encoding="utf-8"), versions), encoding="utf-8")
            own = ("--no-build-isolation", f"--python={sys.executable}")  # the build back end of requirements.lock
            _run(UV, "build", "--quiet", *own, f"--out-dir={dist}", copy)


def check(dist: Path) -> str:
    """Return what `twine check` says of all that was built; end where an index would not take it."""
    return _run(TOOLS / "twine", "--no-color", "check", "--strict", *_built(dist, "*.whl", "*.tar.gz"))


def try_out(package: Path, dist: Path) -> Path:
    """Install a package's wheel, which was built from its source distribution, into an empty environment, and run it.

    Returns:
        The SBOM of what came with it, beside the wheel.
    """
    told = project(package)
    bill = dist / f"{package.name.replace('-', '_')}-{told['version']}.cdx.json"
    with tempfile.TemporaryDirectory() as folder:
        commands = Path(folder) / "bin"
        python = commands / "python"
        _run(UV, "venv", "--quiet", f"--python={sys.executable}", folder)
        wanted = (f"--find-links={dist}", f"--constraint={LOCK}", f"{package.name}=={told['version']}")
        _run(UV, "pip", "install", "--quiet", f"--python={python}", *wanted)
        _run(python, "-c", f"import {package.name.replace('-', '_')}")
        for command in told.get("scripts", {}):
            for option in ("--version", "--about") if command.startswith(("tap-", "target-")) else ("--help",):
                _run(commands / command, option)
        about = ("--mc-type=library", f"--pyproject={package / 'pyproject.toml'}")
        _run(TOOLS / "cyclonedx-py", "environment", *about, "--output-reproducible", f"--output-file={bill}", python)
    return bill


def _built(dist: Path, *patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in dist.glob(pattern))


def _run(*command: Any) -> str:
    plain = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    done = subprocess.run([str(each) for each in command], env=plain, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\n{' '.join(map(str, command))} ended with code {done.returncode}.")
    return done.stdout


def main(dist: Path) -> None:
    """Build, check, try out."""
    set_up_tools()
    for earlier in _built(dist, "*.whl", "*.tar.gz", "*.cdx.json"):
        earlier.unlink()
    build(dist)
    print(check(dist), end="")
    for package in packages():
        commands = ", ".join(project(package).get("scripts", {})) or "no commands"
        print(f"{package.name}: installed and imported; started: {commands}; {try_out(package, dist).name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist")
