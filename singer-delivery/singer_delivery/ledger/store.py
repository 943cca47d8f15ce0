"""The ledger itself: what is asked of it and what is written into it."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import StaticPool

from singer_delivery.ledger import failures, opening
from singer_delivery.ledger.claims import always_held, claimed
from singer_delivery.ledger.engines import address
from singer_delivery.ledger.lookups import Lookups
from singer_delivery.ledger.many import read_pairs
from singer_delivery.ledger.rows import (
    DIGEST_SIZE,
    Accepted,
    Entry,
    EntryState,
    Forget,
    LeftAlone,
    below,
    holds_deliveries,
)
from singer_delivery.ledger.schema import deliveries, memory, meta, scopes
from singer_delivery.ledger.writes import Writes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine
    from typing_extensions import Self

    from singer_delivery.ledger.engines import Address


class Ledger:
    """What the vendor took so far. Threads may share it: reads do not wait for writes.

    Every method raises `LedgerError` if the database fails. In a dry run nothing is written, and writing is no error.
    """

    def __init__(self, engine: Engine, where: Address, owner: str, *, dry_run: bool) -> None:
        self._owner = owner
        self._engine = engine
        self._where = where
        self._dry_run = dry_run
        self._dialect = engine.dialect.name
        self._write_lock = Lock()
        # A database in memory is one connection: no read may come into the middle of a write.
        self._read_lock: AbstractContextManager[Any] = (
            self._write_lock if isinstance(engine.pool, StaticPool) else nullcontext()
        )
        self._claim = ExitStack()
        self._make_sure_of_claim: Callable[[], None] = always_held
        self._scopes: dict[str, int] = {}
        self._scopes_lock = Lock()
        self._lookups = Lookups(self._dialect)
        self._writes = Writes(self._dialect)
        fact: dict[str, Any] = {name: bindparam(f"its_{name}") for name in ("scope", "name", "value")}
        self._learn = self._writes.upsert(memory, ("scope", "name"), fact)
        with self._reading() as connection:
            self._hasher = blake2b(key=connection.execute(select(meta.c.salt)).scalar_one(), digest_size=DIGEST_SIZE)

    @classmethod
    def open(cls, url: str, owner: str = "", *, dry_run: bool = False) -> Self:
        """Open a ledger; make it, or bring it up to this version, if need be.

        Args:
            url: `sqlite:///ledger.db`, `postgresql://user:password@host/database`; `sqlite://` is one in memory.
            owner: The target's name: several can share a database, and each sees its own scopes.
            dry_run: Change nothing.

        Raises:
            LedgerError: It cannot be had; the message says why, where and what to do.
        """
        where = address(url)
        engine = opening.open_for_reading(where) if dry_run else opening.open_engine(where)
        with opening.disposed_on_error(engine):
            return cls(engine, where, owner, dry_run=dry_run)

    @property
    def forgets(self) -> bool:
        """Whether what is written is gone at the end of the run: the database is one in memory."""
        return isinstance(self._engine.pool, StaticPool) and not self._dry_run

    def claim(self) -> None:
        """Keep other runs of the owner off this ledger until it is closed, or the program ends in any way.

        Raises:
            LedgerError: Another run has it. Not in a dry run, which changes nothing.
        """
        if not self._dry_run:
            self._make_sure_of_claim = self._claim.enter_context(claimed(self._engine, self._where, self._owner))

    def close(self) -> None:
        """Let go of the database."""
        self._claim.close()
        with failures.told(self._where.place, self._where.secrets):
            self._engine.dispose()

    def digest(self, value: bytes) -> bytes:
        """Return what stands for a value in this ledger, and in no other: 16 bytes."""
        hasher = self._hasher.copy()
        hasher.update(value)
        return hasher.digest()

    def scope(self, name: str) -> int:
        """Return the id of a scope; an unknown one is made, in a dry run for this run only."""
        with self._scopes_lock:
            if name not in self._scopes:
                self._scopes[name] = self._scope(self._whole(name))
            return self._scopes[name]

    def _whole(self, name: str) -> str:
        """Return the name of a scope among those of all targets."""
        return f"{self._owner}/{name}" if self._owner else name

    def _scope(self, name: str) -> int:
        query = select(scopes.c.id).where(scopes.c.name == name)
        with self._reading() as connection:
            found = connection.execute(query).scalar()
        if found is not None:
            return int(found)
        if self._dry_run:
            return -1 - len(self._scopes)  # no row has it
        insert = postgresql.insert if self._dialect == "postgresql" else sqlite.insert
        with self._writing() as connection:
            # Another run may have made it just now.
            connection.execute(insert(scopes).values(name=name).on_conflict_do_nothing(index_elements=["name"]))
            return int(connection.execute(query).scalar_one())

    def by_source(self, scope: int, sources: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the keys of accepted deliveries, by the digest of the record they came from.

        Args:
            scope: Id of the scope.
            sources: Digests of records; a few thousand at once cost about 3 us each on SQLite, of a million.
        """
        if not sources:
            return {}
        with self._reading() as connection:
            found = connection.execute(self._lookups.by_source, {"its_scope": scope, **self._lookups.wanted(sources)})
            return read_pairs(self._dialect, found)

    def left_alone(self, scope: int, sources: Sequence[bytes], since: int) -> dict[bytes, LeftAlone]:
        """Return whom the vendor said to leave alone, by the digest of the record.

        Args:
            scope: Id of the scope.
            sources: Digests of records.
            since: What was said earlier does not count, in seconds since 1970; nor does what was said later than now,
                by a clock that was wrong.
        """
        if not sources:
            return {}
        with self._reading() as connection:
            wanted = {"its_scope": scope, "since": since, "now": int(time.time()), **self._lookups.wanted(sources)}
            rows = connection.execute(self._lookups.left_alone, wanted)
            return {source: LeftAlone(scope, key, source, reason) for source, key, reason in rows}

    def by_key(self, scope: int, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """Return what is known of keys, sending or accepted."""
        if not keys:
            return {}
        with self._reading() as connection:
            rows = connection.execute(self._lookups.by_key, {"its_scope": scope, **self._lookups.wanted(keys)})
            return {key: Entry(payload, EntryState(state), at) for key, payload, state, at in rows}

    def scopes_below(self, names: Sequence[str], wanted: Callable[[str], bool] = bool) -> set[int]:
        """Return the ids of the scopes of these names and below them that anything was ever written in.

        Args:
            names: Of the scopes.
            wanted: Says of a scope's whole name whether it counts.
        """
        with self._reading() as connection:
            return {each for name in names for each in _ids_below(connection, self._whole(name), wanted)}

    def known_count(self, scope_prefixes: Sequence[str]) -> int:
        """Return how many accepted deliveries there are in these scopes and below them."""
        ids = self.scopes_below(scope_prefixes, holds_deliveries)
        query = select(func.count()).where(deliveries.c.scope.in_(ids), deliveries.c.state == EntryState.ACCEPTED)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def remembered(self, scope: int) -> dict[str, str]:
        """Return what was learned under a scope, by name: see `Memory`."""
        with self._reading() as connection:
            query = select(memory.c.name, memory.c.value).where(memory.c.scope == scope)
            return dict(connection.execute(query).tuples().all())

    def remembered_below(self, prefix: str) -> dict[str, dict[str, str]]:
        """Return what was learned under the scope of this name and all below it, by scope; empty for all scopes."""
        whole = self._whole(prefix) if prefix else self._owner
        query = select(scopes.c.name, memory.c.name, memory.c.value).where(memory.c.scope == scopes.c.id)
        found: dict[str, dict[str, str]] = {}
        with self._reading() as connection:
            for scope, name, value in connection.execute(query.order_by(scopes.c.name, memory.c.name)):
                if below(scope, whole):
                    found.setdefault(scope[len(self._whole("")) :], {})[name] = value
        return found

    def remember(self, scope: int, facts: Mapping[str, str]) -> None:
        """Write what was learned, over what was known of those names, all or nothing."""
        if facts and not self._dry_run:
            rows = [{"its_scope": scope, "its_name": name, "its_value": value} for name, value in facts.items()]
            with self._writing() as connection:
                connection.execute(self._learn, rows)

    def forget_facts(self, scope: int, names: Iterable[str]) -> None:
        """Drop what was learned of these names."""
        rows = [{"its_scope": scope, "its_name": name} for name in names]
        if rows and not self._dry_run:
            is_it = (memory.c.scope == bindparam("its_scope"), memory.c.name == bindparam("its_name"))
            with self._writing() as connection:
                connection.execute(delete(memory).where(*is_it), rows)

    def mark_sending(self, scope: int, rows: Sequence[tuple[bytes, bytes]]) -> None:
        """Take note, before a call that must not be repeated, that it may be under way.

        Args:
            scope: Id of the scope.
            rows: Digests of key and payload. What was accepted of the key before is forgotten.

        Raises:
            LedgerError: Besides the usual, the claim was lost: another run may be sending the same.
        """
        if rows and not self._dry_run:
            self._make_sure_of_claim()
            with self._writing() as connection:
                self._writes.mark(connection, scope, rows, int(time.time()))

    def doubt(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Take note, before a call, that it may make untrue what was accepted: that is equal to nothing any more.

        Args:
            rows: Scope and key of it. When it was accepted, and what, stays known.
        """
        if rows and not self._dry_run:
            with self._writing() as connection:
                self._writes.doubt(connection, rows)

    def restore(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Take back a doubt, by scope and key: the call was not made, or refused. What was forgotten stays so."""
        if rows and not self._dry_run:
            with self._writing() as connection:
                self._writes.restore(connection, rows)

    def settle(
        self,
        accepted: Sequence[Accepted],
        forget: Sequence[Forget],
        clear: Sequence[tuple[int, bytes]],
        touch: Sequence[Accepted],
        left: Sequence[LeftAlone] = (),
    ) -> None:
        """Write what became of deliveries, all or nothing. Forgetting comes last: a doubt leads to asking the vendor.

        Args:
            accepted: What the vendor took.
            forget: What is no longer so because of it.
            clear: Scope and key of what was marked as sending and did not happen.
            touch: What is as it was accepted, only the record it came from looks different now.
            left: Whom the vendor said to leave alone.
        """
        if self._dry_run or not (accepted or forget or clear or touch or left):
            return
        now, writes = int(time.time()), self._writes
        with self._writing() as connection:
            writes.accept(connection, accepted, now)
            writes.clear(connection, clear)
            writes.touch(connection, touch)
            writes.leave(connection, left, now)
            ids = {name: _ids_below(connection, self._whole(name)) for name in {row.scope_prefix for row in forget}}
            writes.delete(connection, [(scope, row.key) for row in forget for scope in ids[row.scope_prefix]])

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._read_lock, failures.told(self._where.place, self._where.secrets):  # noqa: SIM117 (the order matters)
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._write_lock, failures.told(self._where.place, self._where.secrets):  # noqa: SIM117 (the order matters)
            with opening.writing(self._engine) as connection:
                yield connection


def _ids_below(connection: Connection, prefix: str, wanted: Callable[[str], bool] = bool) -> list[int]:
    """Return the scopes of this name and below it. There are few scopes, and `LIKE` has its own mind about `_`."""
    found = connection.execute(select(scopes.c.id, scopes.c.name))
    return [id_ for id_, name in found if below(name, prefix) and wanted(name)]
