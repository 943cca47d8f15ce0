"""Every text a person would have received."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from vendor_sandbox.traffic import current

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vendor_sandbox.clock import Clock
    from vendor_sandbox.state import State

_TABLE = {"outbox": "(id INTEGER PRIMARY KEY, at REAL, vendor TEXT, operation TEXT, kind TEXT, phone TEXT, text TEXT)"}
_FILTERS = ("vendor", "operation", "kind", "phone")
FILTERS = frozenset(_FILTERS)


class Text(NamedTuple):
    """A text that a person would have received.

    Attributes:
        id: Its number.
        at: When it went out: seconds since 1970, by the sandbox's clock.
        vendor: Who sent it.
        operation: The call that made it, or `reply`.
        kind: What it is.
        phone: To whom.
        text: What it says.
    """

    id: int
    at: float
    vendor: str
    operation: str
    kind: str
    phone: str
    text: str


_COLUMNS = "id, at, vendor, operation, kind, phone, text"


class Outbox:
    """The texts of all vendors, in the order they went out.

    Attributes:
        before: Called before the texts are shown, so that a vendor can let happen what is due by the clock.
        version: Rises with every change.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self.before: list[Callable[[], None]] = []
        self.version = 0
        state.own(_TABLE)
        state.on_change.append(self._has_changed)

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
        done = self._state.execute(
            "INSERT INTO outbox (at, vendor, operation, kind, phone, text) VALUES (?, ?, ?, ?, ?, ?)",
            (self._clock.now() if at is None else at, vendor, operation, kind, phone, text),
        )
        self._has_changed()
        exchange = current()
        if exchange:
            exchange.texts.append(done.lastrowid or 0)

    def _has_changed(self) -> None:
        self.version += 1

    def let_happen(self) -> None:
        """Let happen what is due by the clock."""
        for happen in self.before:
            happen()

    def find(self, wanted: Mapping[str, str], clauses: str, values: Sequence[object] = ()) -> list[Text]:
        """Texts.

        Args:
            wanted: Only those with these values of the `FILTERS`.
            clauses: More SQL after the conditions: further ones, order, limit.
            values: What the clauses have a `?` for.
        """
        where, given = _condition(wanted)
        statement = f"SELECT {_COLUMNS} FROM outbox WHERE {where} {clauses}"  # noqa: S608 - names from above
        return [Text(*row) for row in self._state.execute(statement, [*given, *values])]

    def count(self, wanted: Mapping[str, str], clauses: str, values: Sequence[object] = ()) -> int:
        """How many texts `find` has for the same, without a limit."""
        where, given = _condition(wanted)
        statement = f"SELECT COUNT(*) FROM outbox WHERE {where} {clauses}"  # noqa: S608 - names from above
        return int(self._state.execute(statement, [*given, *values]).fetchone()[0])

    def describe(self, wanted: dict[str, str]) -> dict[str, object]:
        """The texts as JSON: how many, and each with `phone`, `text`, `kind`, `cause` and `at`.

        Args:
            wanted: Only those with these values of the `FILTERS`.
        """
        self.let_happen()
        texts = [
            {
                "id": each.id,
                "phone": each.phone,
                "text": each.text,
                "kind": each.kind,
                "cause": {"vendor": each.vendor, "operation": each.operation},
                "at": datetime.fromtimestamp(each.at, tz=timezone.utc).isoformat().replace("+00:00", "Z"),
            }
            for each in self.find(wanted, "ORDER BY id")
        ]
        return {"count": len(texts), "texts": texts}


def _condition(wanted: Mapping[str, str]) -> tuple[str, list[str]]:
    chosen = [name for name in _FILTERS if name in wanted]
    return " AND ".join(f"{name} = ?" for name in chosen) or "1", [wanted[name] for name in chosen]
