"""From `ledger_url` to a connection: a SQLite file, or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import failures

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

_EXAMPLES = "such as sqlite:///ledger.db or postgresql://user:password@host/database"
_OPTIONS = {"connect_timeout": 10, "keepalives_idle": 60}
"""Seconds, where the URL says nothing: until a server counts as unreachable, and between two signs of life on a
connection that is idle, so that neither side, nor a firewall between them, takes a dead one for a live one."""
_PAGE = 2048
"""Bytes. Digests are scattered over all pages, and a page is written whole: with half of SQLite's usual 4096 more
rows a second can be overwritten, and lookups cost about the same."""
_CACHE_KIB = 8_192
_PAGES_IN_WAL = 32_768
"""After 64 MiB of changes they are taken over into the file. Less would write the same pages over and over."""


@dataclass(frozen=True)
class Address:
    """Where a ledger is.

    Attributes:
        url: With the driver to use.
        place: What it is called in messages: no user, no password.
        secrets: What a driver's message might quote and must not be passed on.
    """

    url: URL
    place: str
    secrets: tuple[str, ...]

    @property
    def file(self) -> Path | None:
        """The SQLite file, None for PostgreSQL and for memory."""
        name = self.url.database
        return Path(name) if self.url.get_backend_name() == "sqlite" and name and name != ":memory:" else None


def address(url: str) -> Address:
    """Understand a `ledger_url`.

    Raises:
        LedgerError: It is none, or of a database that is not supported.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerError(f"`ledger_url` is not the URL of a database. Give one {_EXAMPLES}.") from None
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        where = f"The ledger {parsed.database}" if parsed.database else "The ledger in memory"
        return Address(parsed.set(drivername="sqlite"), where, ())
    if parsed.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise LedgerError(f"`ledger_url` names neither SQLite nor PostgreSQL (by psycopg). Give one {_EXAMPLES}.")
    options = {name: value if isinstance(value, str) else ",".join(value) for name, value in parsed.query.items()}
    host = parsed.host or options.get("host", "the local socket")
    port = parsed.port or options.get("port", 5432)
    passwords = [str(word) for word in (parsed.password, options.get("password"), options.get("sslpassword")) if word]
    secrets = tuple({*passwords, *(quote(word, safe="") for word in passwords)})
    place = f"The ledger in PostgreSQL ({host}, port {port}, database {parsed.database or 'of the user'})"
    return Address(parsed.set(drivername="postgresql+psycopg"), place, secrets)


def memory() -> Engine:
    """Return a SQLite database in memory, of one connection."""
    return create_engine("sqlite://", creator=lambda: _connect(":memory:"), poolclass=StaticPool, hide_parameters=True)


def sqlite_file(path: Path, *, read_only: bool) -> Engine:
    """Return a SQLite file, which must be there.

    A reader may still take over what a killed run left in the file's log, as SQLite does whenever it opens a file. It
    writes nothing of its own.
    """
    # `rw` and not the default, which would make a file anew that somebody removed.
    uri = f"{path.absolute().as_uri()}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = _connect(uri)
        connection.execute(f"PRAGMA query_only = {int(read_only)}")
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)


def make_file(path: Path, place: str) -> None:
    """Make an empty file that only its owner can read, unless there is one.

    Raises:
        LedgerError: It cannot be made.
    """
    if not path.absolute().parent.is_dir():
        raise LedgerError(f"{place} cannot be made: its folder does not exist. Make the folder, or mend `ledger_url`.")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise LedgerError(
            f"{place} cannot be opened for writing: {error.strerror}. Allow it, or name another place in `ledger_url`."
        ) from None


def postgresql(where: Address, *, read_only: bool) -> Engine:
    """Return a PostgreSQL database; nothing is connected yet.

    Raises:
        LedgerError: psycopg is not installed.
    """
    try:
        engine = create_engine(
            where.url,
            connect_args={name: seconds for name, seconds in _OPTIONS.items() if name not in where.url.query},
            pool_pre_ping=True,  # a run may pause for longer than a firewall keeps a connection
            hide_parameters=True,
        )
    except ImportError:
        raise LedgerError(
            "A ledger in PostgreSQL needs psycopg, which is not installed: `pip install 'psycopg[binary]'`."
        ) from None
    except (SQLAlchemyError, ValueError):
        raise LedgerError(f"`ledger_url` is not the URL of a database. Give one {_EXAMPLES}.") from None

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute(f"SET lock_timeout = {int(failures.WAIT_SECONDS * 1000)}")
        if read_only:
            connection.execute("SET default_transaction_read_only = on")
        connection.commit()

    return engine


def _connect(name: str) -> sqlite3.Connection:
    """Open a SQLite database in autocommit mode: transactions are begun by `opening.writing`."""
    connection = sqlite3.connect(
        name, uri=True, timeout=failures.WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    for pragma in (
        f"page_size = {_PAGE}",
        "synchronous = FULL",
        f"cache_size = -{_CACHE_KIB}",
        f"wal_autocheckpoint = {_PAGES_IN_WAL}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection
