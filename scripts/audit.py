"""What stands under our packages: declared, under licences that we may use, and without known vulnerabilities.

`python scripts/audit.py` does all three; `python scripts/audit.py declared licences` those that need no network. The
exit code is 1 where something is wrong, and each finding is a line.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from audit_licences import unfit

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = Path(sys.executable).parent
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-release.lock")
_SECONDS = 5
"""How long the service that knows vulnerabilities may take for an answer: who is offline is not to wait."""
_UNREACHABLE = re.compile(r"requests\.exceptions\.|Could not connect")


class NotAskedError(Exception):
    """The service that knows vulnerabilities cannot be asked from here. The message says why."""


def packages() -> list[Path]:
    """Return the folders of our packages."""
    return sorted(each.parent for each in ROOT.glob("*/pyproject.toml"))


def declared() -> list[str]:
    """Return what a package imports without declaring it, and what it declares and does not use."""
    findings = []
    for package in packages():
        done = _run([COMMANDS / "deptry", "--no-ansi", "."], cwd=package)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if ": DEP" in line]
            findings += [f"{package.name}/{line}" for line in lines or done.stderr.splitlines()]
    return findings


def licences() -> list[str]:
    """Return the packages of this environment under licences that nobody has looked at."""
    done = _run([COMMANDS / "pip-licenses", "--python", sys.executable, "--from=mixed", "--format=json"])
    done.check_returncode()
    found: list[dict[str, str]] = json.loads(done.stdout)
    return unfit({each["Name"]: each["License"] for each in found})


def vulnerabilities() -> list[str]:
    """Return the known vulnerabilities of what is locked.

    Raises:
        NotAskedError: The service that knows them does not answer.
    """
    first = next(line for line in LOCKS[0].read_text(encoding="utf-8").splitlines() if "==" in line)
    with tempfile.TemporaryDirectory() as folder:
        # A single question first: without an answer to it, the rest would be as many times as long in vain.
        probe = Path(folder) / "probe.txt"
        probe.write_text(first.removesuffix("\\"), encoding="utf-8")
        (answer,) = _audited(probe)
    if "skip_reason" in answer:
        raise NotAskedError("the service that is asked from here does not know the packages")
    return [finding for lock in LOCKS for each in _audited(lock, "--require-hashes") for finding in _told(each)]


def _audited(requirements: Path, *options: str) -> list[dict[str, Any]]:
    command = [COMMANDS / "pip-audit", "--requirement", requirements, "--no-deps", "--disable-pip", *options]
    done = _run([*command, f"--timeout={_SECONDS}", "--progress-spinner=off", "--format=json"])
    if not done.stdout:
        if _UNREACHABLE.search(done.stderr):
            raise NotAskedError("the service that knows them cannot be reached")
        sys.exit(done.stderr)
    dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return dependencies


def _told(dependency: dict[str, Any]) -> list[str]:
    name = f"{dependency['name']} {dependency.get('version', '')}".strip()
    if reason := dependency.get("skip_reason"):
        return [f"{name} was not looked at: {reason}"]
    fixed = [(each["id"], ", ".join(each["fix_versions"]) or "no version") for each in dependency["vulns"]]
    return [f"{name} is vulnerable: {identifier}, fixed in {versions}" for identifier, versions in fixed]


def _run(command: list[Any], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(each) for each in command], cwd=cwd, check=False, capture_output=True, text=True)


CHECKS = {"declared": declared, "licences": licences, "vulnerabilities": vulnerabilities}


def main(names: list[str]) -> int:
    """Run checks, all without a name."""
    findings = 0
    for name in names or CHECKS:
        try:
            found = CHECKS[name]()
        except NotAskedError as reason:
            print(f"{name}: skipped, {reason}.", file=sys.stderr)
            continue
        findings += len(found)
        for finding in found:
            print(f"{name}: {finding}", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
