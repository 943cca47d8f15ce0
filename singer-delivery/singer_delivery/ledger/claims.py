"""One run of a target at a time: two would not know whom the other has just texted, nor how many calls it makes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import failures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from singer_delivery.ledger.engines import Address

_LOCK_BYTES = 7
"""Of the number that PostgreSQL locks by, which is signed and has eight."""
LOOK_SECONDS = 60.0
"""Between two looks whether PostgreSQL still has the claim."""


@contextmanager
def claimed(engine: Engine, where: Address, owner: str) -> Iterator[Callable[[], None]]:
    """Keep other runs of a target off a ledger meanwhile; the system lets go of it when the program is killed.

    A ledger in memory is nobody else's. In PostgreSQL the claim is that of one connection, and ends with it.

    Yields:
        What makes sure that the claim still holds; it raises `LedgerError` if not. Any thread may call it.

    Args:
        engine: Of the ledger.
        where: The ledger.
        owner: The target's name.

    Raises:
        LedgerError: Another run has it.
    """
    if where.file:
        with _claimed_file(where.file, where.place, owner):
            yield always_held
    elif engine.dialect.name == "postgresql":
        with _claimed_database(engine, where, owner) as connection:
            yield _Watch(connection, where, owner).look
    else:
        yield always_held


def always_held() -> None:
    """Make sure of a claim that cannot be lost."""


@contextmanager
def _claimed_file(file: Path, place: str, owner: str) -> Iterator[None]:
    # Of the file that is written to: another folder may have a link to it.
    lock = FileLock(f"{file.resolve()}-{owner}.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise _taken(place, owner) from None
    except (OSError, NotImplementedError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise LedgerError(
            f"{place} cannot be kept for one run at a time: {why}. Put it on a disk of this machine, in a folder that "
            "may be written to, or name a PostgreSQL database in `ledger_url`."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _claimed_database(engine: Engine, where: Address, owner: str) -> Iterator[Connection]:
    number = int.from_bytes(blake2b(owner.encode(), digest_size=_LOCK_BYTES).digest(), "big")
    # Not from the pool, whose connections are for short work: this one is idle for as long as the run takes.
    with failures.told(where.place, where.secrets):
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
    with connection:
        with failures.told(where.place, where.secrets):
            free = connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}).scalar_one()
        if not free:
            raise _taken(where.place, owner)
        yield connection


class _Watch:
    """Looks now and then whether the connection that a claim hangs on is there: servers end those that are idle."""

    def __init__(self, connection: Connection, where: Address, owner: str) -> None:
        self._connection = connection
        self._where = where
        self._owner = owner
        self._lock = Lock()
        self._looked = time.monotonic()

    def look(self) -> None:
        with self._lock:
            if time.monotonic() - self._looked < LOOK_SECONDS:
                return
            try:
                self._connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                raise LedgerError(
                    f"{self._where.place} has ended the connection that kept other runs of {self._owner} off it. One "
                    "may have begun meanwhile, so nothing more is sent here: run again, and let nothing between here "
                    "and there end sessions that are idle for more than a minute."
                ) from None
            self._looked = time.monotonic()


def _taken(place: str, owner: str) -> LedgerError:
    return LedgerError(
        f"{place} is in use by another run of {owner}. Two at once would not know whom the other has just texted, and "
        "would together call faster than is allowed: let that run end, and start one after the other."
    )
