"""Programs that are run as processes: commands, and those that start once and then run as often as is wanted.

Most of what a short run of a target takes is Python's import of its libraries. So a `Program` is started once, imports
what it needs, and then forks for each run: a process of its own, as always, that begins where the imports end.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

_FORK = """
import json, os, sys
while line := sys.stdin.readline():
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    run = json.loads(line)
    os.chdir(run["folder"])
    os.environ.clear()
    os.environ.update(run["environment"])
    for number, (path, flags) in enumerate(run["files"]):
        os.dup2(os.open(path, flags, 0o600), number)
    sys.argv[1:] = run["arguments"]
    break
else:
    sys.exit()
"""
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_FLAGS = {"stdin": os.O_RDONLY, "stdout": _WRITE, "stderr": _WRITE}


class Runnable(Protocol):
    """What can be run as a process."""

    @property
    def command(self) -> list[str]:
        """The command line of a run that starts from nothing."""
        ...

    def run(self, folder: Path, streams: Path, arguments: list[str], environment: dict[str, str]) -> int:
        """Run it to its end.

        Args:
            folder: Where it runs.
            streams: The folder of the files `stdin`, which it reads, and `stdout` and `stderr`, which it writes.
            arguments: Its command line.
            environment: All of its environment.

        Returns:
            Its exit code; minus the signal's number if one ended it.
        """
        ...


class Command:
    """A command that is there: `Command("target-example")`.

    Args:
        words: Its name, or the path of an interpreter, and arguments that every run has.
    """

    def __init__(self, *words: str) -> None:
        self.command = list(words)

    def run(self, folder: Path, streams: Path, arguments: list[str], environment: dict[str, str]) -> int:
        """Run it to its end; see `Runnable.run`."""
        with (
            (streams / "stdin").open("rb") as stdin,
            (streams / "stdout").open("wb") as stdout,
            (streams / "stderr").open("wb") as stderr,
        ):
            command = [*self.command, *arguments]
            return subprocess.run(  # noqa: S603 - the author's own target
                command, cwd=folder, stdin=stdin, stdout=stdout, stderr=stderr, env=environment, check=False
            ).returncode


@dataclass(frozen=True)
class Program:
    """A Python program in two parts.

    Attributes:
        imports: What is done once: imports, and what a test changes of them.
        main: What is done in each run.
    """

    imports: str
    main: str

    @property
    def command(self) -> list[str]:
        """The command line of a run that starts from nothing."""
        return [sys.executable, "-c", f"{self.imports}\n{self.main}"]

    def run(self, folder: Path, streams: Path, arguments: list[str], environment: dict[str, str]) -> int:
        """Run it to its end; see `Runnable.run`."""
        files = [(str(streams / name), flag) for name, flag in _FLAGS.items()]
        run = {"folder": str(folder), "files": files, "arguments": arguments, "environment": environment}
        return int(_server(self).ask(run))


class _Server:
    """A program that has done its imports."""

    def __init__(self, program: Program) -> None:
        command = [sys.executable, "-c", f"{program.imports}\n{_FORK}\n{program.main}"]
        self._process = subprocess.Popen(  # noqa: S603 - the author's own target
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self.close)

    def ask(self, run: dict[str, Any]) -> str:
        """Have it run once; its answer."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the program has no pipes")
        self._process.stdin.write(json.dumps(run) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@cache
def _server(program: Program) -> _Server:
    return _Server(program)
