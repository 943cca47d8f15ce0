"""Runs of targets as processes of their own, against a sandbox. A plugin of pytest, so that all tests have it."""

from __future__ import annotations

import io
import json
import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, cast

import pytest
from programs import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from conftest import Sandbox


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

    program: Program
    folder: Path
    config: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)

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
            return subprocess.Popen(
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
        stdout, stderr = process.communicate(timeout=120)
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
        """Write what standard input is to be into a file: beside the folder, in which are the target's files alone."""
        file = self.folder.with_name(f"{self.folder.name}-streams") / "stdin"
        file.parent.mkdir(exist_ok=True)
        with file.open("w", encoding="utf-8") as opened:
            opened.writelines(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
        return file

    def _environment(self, more: dict[str, str] | None) -> dict[str, str]:
        return {**os.environ, **self.environment, **(more or {})}


# The command lines, without most of the waits between attempts: what is tested is that there are attempts.
_LISTRAK_SMS = Program(
    """
import sys
from target_listrak_sms import client
from target_listrak_sms.target import TargetListrakSms
client.BACKOFF = 0.02
sys.argv[0] = "target-listrak-sms"
""",
    "TargetListrakSms.cli()",
)


@pytest.fixture
def listrak_sms(tmp_path: Path) -> Callable[..., TargetRunner]:
    """Make runners of target-listrak-sms against a sandbox: `listrak_sms(sandbox, list_name="Master List")`."""

    def runner(sandbox: Sandbox, folder: str = "run", **config: Any) -> TargetRunner:
        settings = {
            "client_id": "sandbox-sms",
            "client_secret": "sandbox-secret",
            "sender_code": "501",
            "list_id": 7001,
            "api_url": sandbox.sms_url,
            "auth_url": sandbox.auth_url,
            "requests_per_second": 2000,
            "default_country": "US",
            "default_action": "subscribe",
            "report_path": "report.json",
            **config,
        }
        return TargetRunner(_LISTRAK_SMS, tmp_path / folder, settings)

    return runner


_ATTENTIVE = Program(
    """
import sys
from target_attentive import client, jobs, subscribe
from target_attentive.annex import client as annex_client
from target_attentive.target import TargetAttentive
client.BACKOFF = annex_client.BACKOFF = 0.02
subscribe.LOOKS = (0.05, 0.1, 0.2)
jobs.BulkJob.first_look = 0.2
sys.argv[0] = "target-attentive"
""",
    "TargetAttentive.cli()",
)


@pytest.fixture
def attentive(tmp_path: Path) -> Callable[..., TargetRunner]:
    """Make runners of target-attentive against a sandbox: `attentive(sandbox, default_action="attributes")`.

    Subscribe calls go at 10 a second, as everywhere: Attentive's limit is the target's own.
    """

    def runner(sandbox: Sandbox, folder: str = "run", **config: Any) -> TargetRunner:
        settings = {
            "api_key": "sandbox-attentive",
            "sign_up_source_id": "132109",
            "api_url": sandbox.attentive_url,
            "requests_per_second": 2000,
            "in_doubt_minutes": 0,
            "default_country": "US",
            "default_action": "subscribe",
            "report_path": "report.json",
            **config,
        }
        return TargetRunner(_ATTENTIVE, tmp_path / folder, settings)

    return runner


_TEXTLOCAL = Program(
    """
import sys
from target_textlocal import client, sent_texts
from target_textlocal.target import TargetTextlocal
client.BACKOFF = 0.02
sent_texts.LOOKS = (0.05, 0.1, 0.2)
sys.argv[0] = "target-textlocal"
""",
    "TargetTextlocal.cli()",
)


@pytest.fixture
def textlocal(tmp_path: Path) -> Callable[..., TargetRunner]:
    """Make runners of target-textlocal against a sandbox: `textlocal(sandbox, default_action="remove")`."""

    def runner(sandbox: Sandbox, folder: str = "run", **config: Any) -> TargetRunner:
        settings = {
            "api_key": "sandbox-textlocal",
            "group_name": "Customers",
            "api_url": sandbox.textlocal_url,
            "requests_per_second": 2000,
            "in_doubt_minutes": 0,
            "default_country": "GB",
            "default_action": "contacts",
            "report_path": "report.json",
            **config,
        }
        return TargetRunner(_TEXTLOCAL, tmp_path / folder, settings)

    return runner
