"""Every text a person would have received."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State

_TABLE = {"outbox": "(id INTEGER PRIMARY KEY, at REAL, vendor TEXT, operation TEXT, kind TEXT, phone TEXT, text TEXT)"}
_FILTERS = ("vendor", "operation", "kind", "phone")
FILTERS = frozenset(_FILTERS)


class Outbox:
    """The texts of all vendors, in the order they went out.

    Attributes:
        before: Called before the texts are shown, so that a vendor can let happen what is due by the clock.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self.before: list[Callable[[], None]] = []
        state.own(_TABLE)

    def put(  # noqa: PLR0913, PLR0917 - what a text is
        self, vendor: str, operation: str, kind: str, phone: str, text: str, at: float | None = None
    ) -> None:
        """Send a text.

        Args:
            vendor: Who sends it.
            operation: The call that made it, or `reply` when a person's own text did.
            kind: What it is: `welcome`, `double-opt-in`...
            phone: To whom, digits with country code.
            text: What it says.
            at: When it went out, if that was before now (seconds since 1970): what was scheduled goes out at its time.
        """
        self._state.execute(
            "INSERT INTO outbox (at, vendor, operation, kind, phone, text) VALUES (?, ?, ?, ?, ?, ?)",
            (self._clock.now() if at is None else at, vendor, operation, kind, phone, text),
        )

    def describe(self, wanted: dict[str, str]) -> dict[str, object]:
        """The texts as JSON: how many, and each with `phone`, `text`, `kind`, `cause` and `at`.

        Args:
            wanted: Only those with these values of the `FILTERS`.
        """
        for happen in self.before:
            happen()
        chosen = [name for name in _FILTERS if name in wanted]
        where = " AND ".join(f"{name} = ?" for name in chosen) or "1"
        statement = f"SELECT id, phone, text, kind, vendor, operation, at FROM outbox WHERE {where} ORDER BY id"  # noqa: S608 - names from above
        rows = self._state.execute(statement, [wanted[name] for name in chosen]).fetchall()
        texts = [
            {
                "id": number,
                "phone": phone,
                "text": text,
                "kind": kind,
                "cause": {"vendor": vendor, "operation": operation},
                "at": datetime.fromtimestamp(at, tz=timezone.utc).isoformat().replace("+00:00", "Z"),
            }
            for number, phone, text, kind, vendor, operation, at in rows
        ]
        return {"count": len(texts), "texts": texts}
