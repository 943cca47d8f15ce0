"""One run of a target at a time: two would not know whom the other has just texted, nor how many calls it makes."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import text

from singer_delivery.errors import LedgerError
from singer_delivery.ledger import failures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from singer_delivery.ledger.engines import Address

_LOCK_BYTES = 7
"""Of the number that PostgreSQL locks by, which is signed and has eight."""


@contextmanager
def claimed(engine: Engine, where: Address, owner: str) -> Iterator[None]:
    """Keep other runs of a target off a ledger meanwhile; the system lets go of it when the program is killed.

    A ledger in memory is nobody else's. In PostgreSQL the claim is that of one connection, and ends with it.

    Args:
        engine: Of the ledger.
        where: The ledger.
        owner: The target's name.

    Raises:
        LedgerError: Another run has it.
    """
    if where.file:
        with _claimed_file(where.file, where.place, owner):
            yield
    elif engine.dialect.name == "postgresql":
        with _claimed_database(engine, where, owner):
            yield
    else:
        yield


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
def _claimed_database(engine: Engine, where: Address, owner: str) -> Iterator[None]:
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
        yield


def _taken(place: str, owner: str) -> LedgerError:
    return LedgerError(
        f"{place} is in use by another run of {owner}. Two at once would not know whom the other has just texted, and "
        "would together call faster than is allowed: let that run end, and start one after the other."
    )
