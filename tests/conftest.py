"""Meltano projects and a PostgreSQL to run pipelines with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

# The programs of this repository are no package, and neither are the tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).parent))

from demo_postgres import Database, LocalPostgres
from meltano_project import copy_project, install_plugins
from projects import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
