"""Copies of the Meltano project, and their commands. A module of its own, so that helpers of tests can name it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meltano_project import BIN

if TYPE_CHECKING:
    from pathlib import Path

# Whoever asks Meltano's hub, or any other server outside, is refused; the sandbox and the database are here.
OFFLINE = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


@dataclass
class Project:
    """A copy of the Meltano project, whose runs share nothing with others."""

    folder: Path
    environment: dict[str, str]

    def meltano(
        self, *arguments: str, fails: bool = False, reads: str | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a Meltano command with `settings` in its environment, and look at its exit code.

        `reads` is what it gets on standard input.
        """
        done = subprocess.run(
            [BIN / "meltano", *arguments],
            cwd=self.folder,
            env={**self.environment, **OFFLINE, **settings},
            input=reads,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == fails, f"{arguments}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done
