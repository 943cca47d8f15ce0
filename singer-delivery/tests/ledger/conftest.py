"""Ledgers in both databases; the PostgreSQL is a real one."""

from __future__ import annotations

import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

# The programs of this repository are no package.
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from demo_postgres import LocalPostgres

from singer_delivery.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo_postgres import Database


@pytest.fixture(scope="session")
def ledger_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A PostgreSQL that trusts everybody but `guarded`, who must give a password."""
    with LocalPostgres(tmp_path_factory.mktemp("ledger-postgres")) as database:
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right-password'")
            shown = connection.execute("SHOW hba_file").fetchone()
            assert shown is not None
            rules = Path(shown[0])
            rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
            loaded = "SELECT pg_conf_load_time()"
            before = connection.execute(loaded).fetchone()
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute(loaded).fetchone() == before:
                time.sleep(0.01)
        yield database


@pytest.fixture
def postgres_url(ledger_postgres: Database) -> str:
    """A new, empty database."""
    name = f"ledger_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(ledger_postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return ledger_postgres.url.replace("@/postgres?", f"@/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where no ledger is yet, in each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def open_ledger(url: str) -> Iterator[Callable[..., Ledger]]:
    """Open the ledger there, as often as wanted."""
    opened = []

    def open_(**options: Any) -> Ledger:
        opened.append(Ledger.open(url, **options))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def ledger(open_ledger: Callable[..., Ledger]) -> Ledger:
    return open_ledger()
