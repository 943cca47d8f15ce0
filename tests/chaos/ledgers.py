"""The ledger of cases that keep it in PostgreSQL: a server for each worker process, started for its first trial."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

# The programs of this repository are no package.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import psycopg
from demo_postgres import LocalPostgres

if TYPE_CHECKING:
    from demo_postgres import Database

LONGEST = 10.0
"""Seconds after which a connection that a run has left counts as hung."""
_PAUSE = 0.002
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


class PostgresLedger:
    """A PostgreSQL with nothing but a ledger.

    Args:
        folder: For its files; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened = ExitStack()

    def emptied(self) -> str:
        """Take away what earlier trials left; its address."""
        with psycopg.connect(self._database.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self._database.url

    def wait_until_left(self) -> None:
        """Wait until the server has noticed that a run was killed: it holds what that one had claimed until then.

        Raises:
            TimeoutError: It does not notice.
        """
        deadline = time.monotonic() + LONGEST
        with psycopg.connect(self._database.url, autocommit=True) as connection:
            while connection.execute(_OTHERS).fetchone() != (0,):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"PostgreSQL still has a connection of a run that ended {LONGEST:.0f} s ago")
                time.sleep(_PAUSE)

    def close(self) -> None:
        """Stop the server, if it was started."""
        self._opened.close()

    @cached_property
    def _database(self) -> Database:
        return self._opened.enter_context(LocalPostgres(self._folder))
