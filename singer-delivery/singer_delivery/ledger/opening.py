"""A ledger is opened: made, brought up to this version, or, for a dry run, only read."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import engines, failures, migrations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from singer_delivery.ledger.engines import Address

_MIGRATION_LOCK = 7_301_865_224_019
"""Any number, the same in all releases: PostgreSQL lets one connection at a time hold it."""
_PAUSE = 0.05


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that writes, and commit it at the end."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # A transaction that begins as a reader cannot wait for its turn to write.
            connection.execute(text("BEGIN IMMEDIATE"))
        yield connection


def open_engine(where: Address) -> Engine:
    """Return the database of a ledger of this version, made or migrated if need be.

    Raises:
        LedgerError: It cannot be had.
    """
    if where.file:
        engines.make_file(where.file, where.place)
        engine = engines.sqlite_file(where.file, read_only=False)
    elif where.url.get_backend_name() == "sqlite":
        engine = engines.memory()
    else:
        engine = engines.postgresql(where, read_only=False)
    with disposed_on_error(engine), failures.told(where.place, where.secrets):
        if where.file:
            _log_ahead(engine, where.place)
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            migrations.migrate(connection, where.place)
    return engine


def open_for_reading(where: Address) -> Engine:
    """Return the database of a ledger, without changing it: an empty one in memory, if there is none.

    An older SQLite ledger is copied into memory and migrated there.

    Raises:
        LedgerError: It cannot be had, or is an older one in PostgreSQL.
    """
    if where.url.get_backend_name() != "sqlite":
        engine = engines.postgresql(where, read_only=True)
    elif where.file and where.file.exists():
        engine = engines.sqlite_file(where.file, read_only=True)
    else:
        return _in_memory(where, None)
    with disposed_on_error(engine), failures.told(where.place, where.secrets):
        with engine.connect() as connection:
            found = migrations.version(connection, where.place)
        if found == migrations.VERSION:
            return engine
        if found and not where.file:
            raise LedgerError(
                f"{where.place} is of version {found}, and is only read here: that does not bring it up to version "
                f"{migrations.VERSION}. Run the target once without `dry_run` first."
            )
        copy = _in_memory(where, engine if found else None)
    engine.dispose()
    return copy


def _in_memory(where: Address, original: Engine | None) -> Engine:
    engine = engines.memory()
    if original:
        with original.connect() as source, engine.connect() as copy:
            source.connection.driver_connection.backup(copy.connection.driver_connection)  # type: ignore[union-attr] # both are connected
    with writing(engine) as connection:
        migrations.migrate(connection, where.place)
    return engine


def _log_ahead(engine: Engine, place: str) -> None:
    """Let SQLite write into a log first, so that readers and the writer do not wait for each other.

    Not before it is sure that the file is a ledger. SQLite does not wait for others here, so this does.
    """
    until = monotonic() + failures.WAIT_SECONDS
    while True:
        try:
            with engine.connect() as connection:
                migrations.version(connection, place)
                connection.execute(text("PRAGMA journal_mode = WAL"))
                return
        except OperationalError as error:
            if "database is locked" not in str(error.orig) or monotonic() > until:
                raise
        sleep(_PAUSE)


@contextmanager
def disposed_on_error(engine: Engine) -> Iterator[None]:
    """Close a database's connections, if what is done with it fails."""
    with ExitStack() as on_error:
        on_error.callback(engine.dispose)
        yield
        on_error.pop_all()
