"""What a sandbox remembers, in SQLite: calls, faults, and each vendor's facts. `--data` keeps it over restarts."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (vendor TEXT, operation TEXT, count INTEGER, PRIMARY KEY (vendor, operation));
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, rule TEXT, passed INTEGER DEFAULT 0, hits INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS facts (vendor TEXT, kind TEXT, key TEXT, value TEXT, PRIMARY KEY (vendor, kind, key));
"""
_COUNT = "INSERT INTO calls VALUES (?, ?, 1) ON CONFLICT (vendor, operation) DO UPDATE SET count = count + 1"
_KEEP = "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)"


class State:
    """One sandbox's memory; one process at a time.

    Attributes:
        on_change: Called after every change that can alter an answer, so that whoever caches can forget.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open, or make, the memory.

        Args:
            folder: Where `sandbox.sqlite` lies; None keeps everything in memory.

        Raises:
            OSError: The folder cannot be made.
            sqlite3.Error: The file is no database of ours, or another sandbox holds it.
        """
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            folder / "sandbox.sqlite" if folder else ":memory:", isolation_level=None, timeout=1
        )
        # SQLite's own lower() knows ASCII only.
        self._db.create_function("casefold", 1, str.casefold, deterministic=True)
        self.on_change: list[Callable[[], None]] = []
        self._tables = ["calls", "faults", "facts"]
        # One writer, and nothing here is worth a flush to disk per call.
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=OFF"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Write what is not written and let go of the file."""
        self._db.close()

    def reset(self) -> None:
        """Forget everything; a process that is killed in the middle of it has forgotten nothing."""
        with self.whole():
            for table in self._tables:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from our own code
        self.changed()

    def own(self, tables: Mapping[str, str]) -> None:
        """Make tables of a vendor's own, where they are missing; a reset empties them.

        Args:
            tables: Name to what follows it in `CREATE TABLE`.
        """
        for name, definition in tables.items():
            self._db.execute(f"CREATE TABLE IF NOT EXISTS {name} {definition}")
            self._tables.append(name)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run a statement on tables of one's own. Nobody is told of a change: such tables are not to be cached."""
        return self._db.execute(statement, values)

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement on tables of one's own for each of some rows."""
        self._db.executemany(statement, rows)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All that is written inside, or, when it ends in an exception, nothing of it."""
        self._db.execute("BEGIN")
        with ExitStack() as on_error:
            on_error.callback(self._db.execute, "ROLLBACK")
            yield
            on_error.pop_all()
        self._db.execute("COMMIT")

    def plant(self, vendor: str, kind: str, key: str, sow: Callable[[], None]) -> None:
        """Fill tables of a vendor's own, once, until a reset empties them: all of it and the mark, or nothing.

        Args:
            vendor: Whose.
            kind: Of the fact that marks it.
            key: Of that fact.
            sow: Fills them.
        """
        if not self.facts(vendor, kind):
            with self.whole():
                sow()
                self._db.execute(_KEEP, (vendor, kind, key, "1"))

    def count_call(self, vendor: str, operation: str) -> None:
        """Add one to the calls of an operation."""
        self._db.execute(_COUNT, (vendor, operation))

    def calls(self, vendor: str) -> dict[str, int]:
        """Calls so far by operation."""
        return dict(self._db.execute("SELECT operation, count FROM calls WHERE vendor = ? ORDER BY 1", (vendor,)))

    def add_fault(self, rule: str) -> int:
        """Keep a fault rule (JSON); returns its id."""
        return int(self._db.execute("INSERT INTO faults (rule) VALUES (?)", (rule,)).lastrowid or 0)

    def faults(self) -> list[tuple[int, str, int, int]]:
        """Every fault rule: id, rule, calls let through, hits."""
        return self._db.execute("SELECT id, rule, passed, hits FROM faults ORDER BY id").fetchall()

    def note_fault(self, identifier: int, passed: int, hits: int) -> None:
        """Keep how far a fault rule has come."""
        self._db.execute("UPDATE faults SET passed = ?, hits = ? WHERE id = ?", (passed, hits, identifier))

    def clear_fault(self, identifier: int) -> None:
        """Forget a fault rule."""
        self._db.execute("DELETE FROM faults WHERE id = ?", (identifier,))

    def clear_faults(self) -> None:
        """Forget the fault rules."""
        self._db.execute("DELETE FROM faults")

    def facts(self, vendor: str, kind: str) -> dict[str, str]:
        """A vendor's facts of one kind."""
        return dict(self._db.execute("SELECT key, value FROM facts WHERE vendor = ? AND kind = ?", (vendor, kind)))

    def keep(self, vendor: str, kind: str, key: str, value: str) -> None:
        """Keep a fact."""
        self._db.execute(_KEEP, (vendor, kind, key, value))
        self.changed()

    def drop(self, vendor: str, kind: str, key: str) -> None:
        """Forget a fact."""
        self._db.execute("DELETE FROM facts WHERE vendor = ? AND kind = ? AND key = ?", (vendor, kind, key))
        self.changed()

    def changed(self) -> None:
        """Let whoever caches forget: what they have may not be so."""
        for forget in self.on_change:
            forget()
