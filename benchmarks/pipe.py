"""The whole pipe: `meltano run tap-listrak target-jsonl`, with the CPU seconds of each of its processes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

# They are no packages: the path above comes first.
from measure import RunError, cpu_of, plain_environment
from meltano_project import BIN, copy_project, install_plugins
from sandbox import PASSWORD, USERNAME

if TYPE_CHECKING:
    from sandbox import Sandbox

_LOOK_SECONDS = 0.02
ROLES = ("tap-listrak", "target-jsonl", "meltano")


@dataclass(frozen=True)
class Piped:
    """What one run of the pipe took.

    Attributes:
        wall: Seconds from the start of `meltano` to its end.
        cpu: CPU seconds by role.
        loaded: Lines the loader wrote.
    """

    wall: float
    cpu: dict[str, float]
    loaded: int


def run_pipe(server: Sandbox, folder: Path) -> Piped:
    """Run the pipe once, in a copy of the project.

    Args:
        server: The sandbox.
        folder: Where the copy is made; it is emptied before.

    Raises:
        RunError: The run failed.
    """
    install_plugins()
    shutil.rmtree(folder, ignore_errors=True)
    settings = {
        "TAP_LISTRAK_USERNAME": USERNAME,
        "TAP_LISTRAK_PASSWORD": PASSWORD,
        "TAP_LISTRAK_WSDL_URL": server.wsdl,
        "TAP_LISTRAK_INCLUDE_TEST_MESSAGES": "true",
        "NO_COLOR": "1",
    }
    folder.mkdir(parents=True)
    allowed = plain_environment()
    whole = {name: text for name, text in copy_project(folder).items() if name in allowed}
    log = folder / "run.log"
    with log.open("w", encoding="utf-8") as lines:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [BIN / "meltano", "run", "tap-listrak", "target-jsonl"],
            cwd=folder,
            env={**whole, **settings},
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
        cpu = _watch(process)
        wall = time.perf_counter() - begun
    if process.returncode:
        raise RunError(f"`meltano run` failed; {log} ends with:\n{log.read_text(encoding='utf-8')[-1500:]}")
    return Piped(wall, cpu, _lines(folder / "output"))


def _watch(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Look at all processes of the run again and again until it ends; each one's last figure counts.

    Looking costs a fraction of a millisecond, and what a process does in its last hundredth of a second is missed.
    """
    seen: dict[int, tuple[str, float]] = {process.pid: ("meltano", 0)}
    while process.poll() is None:
        for pid in (process.pid, *_children(process.pid)):
            role = _role(pid)
            if role and (spent := cpu_of(pid)) is not None:
                seen[pid] = (role, spent)
        time.sleep(_LOOK_SECONDS)
    totals = dict.fromkeys(ROLES, 0.0)
    for role, spent in seen.values():
        totals[role] += spent
    return totals


def _children(pid: int) -> list[int]:
    try:
        tasks = [each / "children" for each in Path(f"/proc/{pid}/task").iterdir()]
        return [int(child) for task in tasks for child in task.read_text().split()]
    except OSError:
        return []


def _role(pid: int) -> str | None:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return None
    return next((role for role in ROLES if f"/{role}\0" in command), None)


def _lines(folder: Path) -> int:
    return sum(each.read_bytes().count(b"\n") for each in folder.glob("*.jsonl"))
