"""What is written into the ledger, many rows in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, literal, null, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from singer_delivery.ledger.many import digests, parameters
from singer_delivery.ledger.prepared import Prepared
from singer_delivery.ledger.rows import NOT_KNOWN, EntryState
from singer_delivery.ledger.schema import Digest, deliveries, left_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import BindParameter, Connection, Table

    from singer_delivery.ledger.rows import Accepted, LeftAlone

_SCOPE: BindParameter[int] = bindparam("its_scope")
_AT: BindParameter[int] = bindparam("its_at")
_REASON: BindParameter[str] = bindparam("its_reason")


class Writes:
    """The statements, for one database.

    All of them take rows in the order of their keys, scope by scope: writers that go the same way cannot lock each
    other out for good, and neighbours are written together.

    Args:
        dialect: `sqlite` or `postgresql`.
    """

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
        marked, taken = digests(dialect, "key", "payload"), digests(dialect, "key", "payload", "source")
        left, keys = digests(dialect, "key", "source"), digests(dialect, "key")
        entry = {"scope": _SCOPE, "at": _AT}
        sending, accepted = literal(int(EntryState.SENDING)), literal(int(EntryState.ACCEPTED))
        self._mark = self._upsert(deliveries, entry | _columns(marked) | {"state": sending, "source": null()})
        self._accept = self._upsert(deliveries, entry | _columns(taken) | {"state": accepted})
        self._leave = self._upsert(left_alone, entry | _columns(left) | {"reason": _REASON})
        among_keys = select(keys.c.key)
        no_longer_left = delete(left_alone).where(left_alone.c.scope == _SCOPE, left_alone.c.key.in_(among_keys))
        gone = delete(deliveries).where(deliveries.c.scope == _SCOPE, deliveries.c.key.in_(among_keys))
        touch = (
            update(deliveries)
            .where(
                deliveries.c.scope == _SCOPE,
                deliveries.c.key == taken.c.key,
                deliveries.c.payload == taken.c.payload,
                deliveries.c.state == accepted,
            )
            .values(source=taken.c.source)
        )
        of_keys = (deliveries.c.scope == _SCOPE, deliveries.c.key.in_(among_keys))
        doubt = update(deliveries).where(*of_keys, deliveries.c.state == accepted)
        restore = update(deliveries).where(*of_keys, deliveries.c.state == sending)
        self._doubt = Prepared.of(doubt.values(state=sending, source=null()), dialect)
        self._restore = Prepared.of(restore.values(state=accepted, source=literal(NOT_KNOWN, Digest())), dialect)
        self._no_longer_left = Prepared.of(no_longer_left, dialect)
        self._delete = Prepared.of(gone, dialect)
        self._clear = Prepared.of(gone.where(deliveries.c.state == sending), dialect)
        self._touch = Prepared.of(touch, dialect)

    def upsert(self, table: Table, key: Sequence[str], columns: dict[str, Any]) -> Any:
        """Return a statement that writes rows over what there was of their keys.

        Args:
            table: Where.
            key: Its key.
            columns: What is written, by column; those of a table of digests among them.
        """
        # SQLite wants a condition there, or it takes ON CONFLICT for a join's ON.
        rows = select(*columns.values()).where(true())
        insert = self._insert(table).from_select(list(columns), rows)
        values = {name: insert.excluded[name] for name in columns if name not in key}
        return insert.on_conflict_do_update(index_elements=key, set_=values)

    def _upsert(self, table: Table, columns: dict[str, Any]) -> Prepared:
        return Prepared.of(self.upsert(table, ("scope", "key"), columns), self._dialect)

    def mark(self, connection: Connection, scope: int, rows: Iterable[tuple[bytes, bytes]], at: int) -> None:
        """Write that deliveries, of key and payload, may be under way."""
        self._run(connection, self._mark, ("key", "payload"), {scope: list(rows)}, its_at=at)

    def accept(self, connection: Connection, rows: Iterable[Accepted], at: int) -> None:
        """Write what the vendor took."""
        by_scope: dict[int, list[tuple[bytes, ...]]] = {}
        for row in rows:
            by_scope.setdefault(row.scope, []).append((row.key, row.payload, row.source))
        self._run(connection, self._accept, ("key", "payload", "source"), by_scope, its_at=at)
        keys = {scope: [each[:1] for each in of_scope] for scope, of_scope in by_scope.items()}
        self._run(connection, self._no_longer_left, ("key",), keys)

    def touch(self, connection: Connection, rows: Iterable[Accepted]) -> None:
        """Write the new look of records whose deliveries are as they were accepted."""
        by_scope: dict[int, list[tuple[bytes, ...]]] = {}
        for row in rows:
            by_scope.setdefault(row.scope, []).append((row.key, row.payload, row.source))
        self._run(connection, self._touch, ("key", "payload", "source"), by_scope, told_apart_by=2)

    def leave(self, connection: Connection, rows: Iterable[LeftAlone], at: int) -> None:
        """Write whom the vendor said to leave alone."""
        by_reason: dict[str, dict[int, list[tuple[bytes, ...]]]] = {}
        for row in rows:
            by_reason.setdefault(row.reason, {}).setdefault(row.scope, []).append((row.key, row.source))
        for reason, by_scope in sorted(by_reason.items()):
            self._run(connection, self._leave, ("key", "source"), by_scope, its_at=at, its_reason=reason)

    def doubt(self, connection: Connection, rows: Iterable[tuple[int, bytes]]) -> None:
        """Write of what was accepted, by scope and key, that it may be so no more."""
        self._run(connection, self._doubt, ("key",), _keys(rows))

    def restore(self, connection: Connection, rows: Iterable[tuple[int, bytes]]) -> None:
        """Write of what was doubted, by scope and key, that it is so; the record that it came from is not known."""
        self._run(connection, self._restore, ("key",), _keys(rows))

    def clear(self, connection: Connection, rows: Iterable[tuple[int, bytes]]) -> None:
        """Take away what was marked, by scope and key, and did not happen."""
        self._run(connection, self._clear, ("key",), _keys(rows))

    def delete(self, connection: Connection, rows: Iterable[tuple[int, bytes]]) -> None:
        """Take away what is no longer so, by scope and key."""
        self._run(connection, self._delete, ("key",), _keys(rows))

    def _run(
        self,
        connection: Connection,
        statement: Prepared,
        names: tuple[str, ...],
        by_scope: dict[int, list[tuple[bytes, ...]]],
        *,
        told_apart_by: int = 1,
        **values: Any,
    ) -> None:
        """Run a statement for the rows of each scope. Rows whose first so many digests are the same are one row."""
        for scope, rows in sorted(by_scope.items()):
            last = {row[:told_apart_by]: row for row in rows}  # PostgreSQL takes a row once only; the last one counts
            ordered = [last[key] for key in sorted(last)]
            many = parameters(self._dialect, names, ordered)
            statement.run(connection, {"its_scope": scope, **values, **many})


def _columns(table: Any) -> dict[str, Any]:
    return {column.name: column for column in table.c}


def _keys(rows: Iterable[tuple[int, bytes]]) -> dict[int, list[tuple[bytes, ...]]]:
    by_scope: dict[int, list[tuple[bytes, ...]]] = {}
    for scope, key in rows:
        by_scope.setdefault(scope, []).append((key,))
    return by_scope
