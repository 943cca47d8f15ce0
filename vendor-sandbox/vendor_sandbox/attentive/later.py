"""What a 202 promised: done at once or, by a switch, some time later by the sandbox's clock."""

from __future__ import annotations

import json
import logging
import traceback
from typing import TYPE_CHECKING, Any

from vendor_sandbox.traffic import by_the_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State

_TABLES = {"attentive_later": "(id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL, kind TEXT, work TEXT)"}
_DUE = "SELECT id, kind, work FROM attentive_later WHERE due <= ? ORDER BY due, id LIMIT 1"
_LOG = logging.getLogger(__name__)


class Later:
    """Work that waits.

    Attributes:
        kinds: By name, what does it; takes what was given to `do`.
        given_up: By name, what marks that it could not be done, where anything does.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._next: float | None = None
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {}
        self.given_up: dict[str, Callable[[dict[str, Any]], None]] = {}
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
        """Do what is due; what cannot be done is given up, for it would stand before every later call."""
        now = self._clock.now()
        while self._next is not None and self._next <= now:
            row = self._state.execute(_DUE, (now,)).fetchone()
            if row:
                self._settle(*row)
            self._look_ahead()

    def _settle(self, number: int, kind: str, text: str) -> None:
        try:
            self._do_and_drop(number, self.kinds[kind], text)
        except Exception as error:  # noqa: BLE001 - the end of work that nobody waits for
            # Its own words may hold somebody's data.
            place = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("%s given up: %s at %s:%s", kind, type(error).__name__, place.filename, place.lineno)
            # What was cached on the way is not so.
            self._state.changed()
            self._do_and_drop(number, self.given_up.get(kind, _nothing), text)

    def _do_and_drop(self, number: int, do: Callable[[dict[str, Any]], None], text: str) -> None:
        with self._state.whole(), by_the_clock():
            do(json.loads(text))
            self._state.execute("DELETE FROM attentive_later WHERE id = ?", (number,))


def _nothing(_work: dict[str, Any]) -> None:
    """Mark nothing: whoever asked was told 202, and no more."""
