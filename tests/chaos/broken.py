"""Engines that are broken on purpose, to show that the checker finds what it looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chaos.places import put
from singer_delivery.checkpoints import Checkpoints
from singer_delivery.ledger import Ledger
from singer_delivery.rejects import RejectsFile
from singer_delivery.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def _state_before_the_records() -> None:
    """State goes out although nothing before it is settled."""
    advance = Checkpoints.advance

    def early(self: Checkpoints, **given: Any) -> None:
        for chunk in self._chunks:
            chunk.unsettled = 0
        advance(self, **given)

    put(Checkpoints, advance=early)


def _ledger_after_the_call() -> None:
    """The ledger does not know of a call that texts people before it is made."""
    put(Ledger, mark_sending=lambda *_: None)


def _rejects_forgotten() -> None:
    """What is rejected is not written."""
    put(RejectsFile, add=lambda _, rejects: [*rejects])


def _outcome_not_counted() -> None:
    """The report leaves some records out."""
    settled = Report.settled

    def some(self: Report, stream: str, action: str, verdict: Any, number: int = 1) -> None:
        if verdict.reason != "no_consent":
            settled(self, stream, action, verdict, number)

    put(Report, settled=some)


def _ledger_ahead() -> None:
    """The ledger takes for accepted what is only about to be sent."""
    mark = Ledger.mark_sending

    def ahead(self: Ledger, scope: int, rows: Iterable[tuple[bytes, bytes]]) -> None:
        kept = [*rows]
        mark(self, scope, kept)
        with self._writing() as connection:
            connection.exec_driver_sql("UPDATE ledger_deliveries SET state = 2, source = key")

    put(Ledger, mark_sending=ahead)


BROKEN: Mapping[str, Callable[[], None]] = {
    "state before the records": _state_before_the_records,
    "ledger after the call": _ledger_after_the_call,
    "ledger ahead of the call": _ledger_ahead,
    "rejects forgotten": _rejects_forgotten,
    "outcome not counted": _outcome_not_counted,
}
