"""Runs of targets as processes of their own."""

from __future__ import annotations

import io
import json
import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from singer_delivery.testing.programs import Runnable

_LONGEST = 120
"""Seconds a run may take."""
_LIBRARIES = ("psycopg", "requests", "singer_sdk", "sqlalchemy", "tenacity", "urllib3", "zeep")
_EVERYTHING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"all": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}},
    "root": {"level": "DEBUG", "handlers": ["all"]},
    "loggers": {name: {"level": "DEBUG"} for name in _LIBRARIES},
}


@dataclass
class TargetRun:
    """What a run of a target left: its exit code, what it wrote, and its files."""

    code: int
    stdout: str
    stderr: str
    folder: Path

    @cached_property
    def states(self) -> list[Any]:
        """The states it let out."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @cached_property
    def report(self) -> dict[str, Any]:
        """The run report."""
        return dict(json.loads((self.folder / "report.json").read_text(encoding="utf-8")))

    @property
    def reasons(self) -> dict[str, int]:
        """Records by the reason of their outcome."""
        return dict(self.report["reasons"])

    @property
    def outcomes(self) -> dict[str, int]:
        """Records by outcome, those that there are."""
        return {name: count for name, count in self.report["outcomes"].items() if count}


@dataclass
class TargetRunner:
    """Runs a target as a process, in a folder of its own that its ledger, rejects and reports stay in.

    Attributes:
        program: The target.
        folder: Where it runs; made if missing.
        config: Its settings.
        environment: Variables beside those that there are.
    """

    program: Runnable
    folder: Path
    config: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)

    def log_everything(self) -> None:
        """Let the target, and each library that it uses, say all that they have to say in the runs to come."""
        file = self._beside("logging.json")
        file.write_text(json.dumps(_EVERYTHING), encoding="utf-8")
        self.environment |= {"LOGLEVEL": "DEBUG", "SINGER_SDK_LOG_CONFIG": str(file)}

    def start(
        self, lines: Iterable[Any], *arguments: str, environment: dict[str, str] | None = None, **config: Any
    ) -> subprocess.Popen[str]:
        """Start a run.

        Args:
            lines: Singer messages, or texts to be written as they are; or a pipe, to be read as it is filled.
            arguments: For the command line. With a `--config` among them, no other config is given.
            environment: More variables.
            config: Settings that differ for this run; None leaves one out.
        """
        options = self._prepared(arguments, config)
        with ExitStack() as stack:
            if not isinstance(lines, io.IOBase):
                lines = stack.enter_context(self._written(lines).open(encoding="utf-8"))
            return subprocess.Popen(  # noqa: S603 - the author's own target
                [*self.program.command, *options],
                cwd=self.folder,
                stdin=cast("IO[str]", lines),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                env=self._environment(environment),
            )

    def finish(self, process: subprocess.Popen[str]) -> TargetRun:
        """Wait for the end of a run."""
        stdout, stderr = process.communicate(timeout=_LONGEST)
        return TargetRun(process.returncode, stdout, stderr, self.folder)

    def __call__(
        self, lines: Iterable[Any], *arguments: str, environment: dict[str, str] | None = None, **config: Any
    ) -> TargetRun:
        """Run the target to its end; the arguments are those of `start`."""
        if isinstance(lines, io.IOBase):
            return self.finish(self.start(lines, *arguments, environment=environment, **config))
        options = self._prepared(arguments, config)
        streams = self._written(lines).parent
        code = self.program.run(self.folder, streams, options, self._environment(environment))
        stdout, stderr = ((streams / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return TargetRun(code, stdout, stderr, self.folder)

    def _prepared(self, arguments: Sequence[str], config: dict[str, Any]) -> list[str]:
        """Make the folder and the config; the command line that names it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if any(each.startswith("--config") for each in arguments):
            return [*arguments]
        settings = {name: value for name, value in {**self.config, **config}.items() if value is not None}
        (self.folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
        return [*arguments, "--config", "config.json"]

    def _written(self, lines: Iterable[Any]) -> Path:
        """Write what standard input is to be into a file."""
        file = self._beside("stdin")
        with file.open("w", encoding="utf-8") as opened:
            opened.writelines(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
        return file

    def _beside(self, name: str) -> Path:
        """Return a file's path beside the folder, in which are the target's files alone."""
        folder = self.folder.with_name(f"{self.folder.name}-streams")
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def _environment(self, more: dict[str, str] | None) -> dict[str, str]:
        return {**os.environ, **self.environment, **(more or {})}
