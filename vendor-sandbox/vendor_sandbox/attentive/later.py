"""What a 202 promised: done at once or, by a switch, some time later by the sandbox's clock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_sandbox.traffic import by_the_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State

_TABLES = {"attentive_later": "(id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL, kind TEXT, work TEXT)"}
_DUE = "SELECT id, kind, work FROM attentive_later WHERE due <= ? ORDER BY due, id LIMIT 1"


class Later:
    """Work that waits.

    Attributes:
        kinds: By name, what does it; takes what was given to `do`.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._next: float | None = None
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {}
        state.own(_TABLES)
        self._look_ahead()
        state.on_change.append(self._look_ahead)

    def _look_ahead(self) -> None:
        """Keep when the next work is due: every call asks."""
        self._next = self._state.execute("SELECT MIN(due) FROM attentive_later").fetchone()[0]

    def do(self, kind: str, work: dict[str, Any], seconds: float) -> None:
        """Do something in so many seconds; at once if there are none."""
        if not seconds:
            self.kinds[kind](work)
            return
        self._state.execute(
            "INSERT INTO attentive_later (due, kind, work) VALUES (?, ?, ?)",
            (self._clock.now() + seconds, kind, json.dumps(work)),
        )
        self._look_ahead()

    def run_due(self) -> None:
        """Do what is due."""
        now = self._clock.now()
        while self._next is not None and self._next <= now:
            row = self._state.execute(_DUE, (now,)).fetchone()
            if row:
                with self._state.whole(), by_the_clock():
                    self.kinds[row[1]](json.loads(row[2]))
                    self._state.execute("DELETE FROM attentive_later WHERE id = ?", (row[0],))
            self._look_ahead()
