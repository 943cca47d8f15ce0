"""What a database's errors mean for whoever has to mend it: what, where, and what to do; never a password."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from singer_delivery.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_SECONDS = 10
"""For how long the ledger waits for another program to let go of it."""
_LOCKED_IN_POSTGRESQL = "55P03"
_NOT_A_DATABASE = ("file is not a database", "database disk image is malformed")


@contextmanager
def told(place: str, secrets: tuple[str, ...] = ()) -> Iterator[None]:
    """Turn a database's errors into messages that a user can act on.

    Args:
        place: What the ledger is called in messages.
        secrets: What must not appear in them.

    Raises:
        LedgerError: In place of the database's own error, which would quote the statement.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else None
        raise LedgerError(_message(place, cause or error, secrets)) from None


def _message(place: str, error: BaseException, secrets: tuple[str, ...]) -> str:
    said = " ".join(str(error).split())
    for secret in secrets:
        said = said.replace(secret, "***")
    if "database is locked" in said or getattr(error, "sqlstate", None) == _LOCKED_IN_POSTGRESQL:
        return (
            f"{place} is held by another program, for longer than {WAIT_SECONDS:g} s. Let the other run end first, or "
            "give each target a ledger of its own in `ledger_url`."
        )
    if any(sign in said for sign in _NOT_A_DATABASE):
        return f"{place} is not a SQLite database, or a damaged one. Name another file in `ledger_url`, or restore it."
    return f"{place} cannot be used: {said}. Look there for the cause, and check `ledger_url`."
