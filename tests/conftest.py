"""Meltano projects and a PostgreSQL to run pipelines with."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

# The programs of this repository are no package, and neither are the tests.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "scripts")]

from demo_postgres import Database, LocalPostgres  # noqa: E402
from meltano_project import BIN, copy_project, install_plugins  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


@pytest.fixture(scope="session")
def make_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Make copies of the project; the first worker to come here installs the loaders, unless `make setup` did."""
    install_plugins()

    def make() -> Project:
        folder = tmp_path_factory.mktemp("project")
        return Project(folder, copy_project(folder))

    return make


@pytest.fixture
def project(make_project: Callable[[], Project]) -> Project:
    """A copy of the project."""
    return make_project()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A PostgreSQL of one's own. Its users live in Tokyo, to show that this has no say in what is stored."""
    with LocalPostgres(tmp_path_factory.mktemp("postgres")) as database:
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("ALTER ROLE postgres SET timezone TO 'Asia/Tokyo'")
        yield database
