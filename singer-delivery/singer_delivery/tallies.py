"""What is counted of records, cell by cell, and what the report makes of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from singer_delivery.outcomes import BEYOND_MAX_RECORDS, Outcome
from singer_delivery.report_content import Cause, Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from singer_delivery.report_content import Content


class Cell(NamedTuple):
    """What is counted apart."""

    stream: str
    action: str
    outcome: Outcome
    reason: str
    message: str
    vendor_code: str | None


def outcomes_of(cells: Iterable[tuple[Cell, int]]) -> dict[Outcome, int]:
    """Return how many records ended in each outcome; all five are there."""
    outcomes = dict.fromkeys(Outcome, 0)
    for cell, n in cells:
        outcomes[cell.outcome] += n
    return outcomes


def counts_of(read: int, cells: Mapping[Cell, int]) -> Counts:
    """Return outcomes and reasons, as the report holds them.

    Args:
        read: How many records were read.
        cells: What was counted of them.
    """
    reasons: Counter[str] = Counter()
    for cell, n in cells.items():
        reasons[cell.reason] += n
    outcomes = {outcome.value: n for outcome, n in outcomes_of(cells.items()).items()}
    return Counts(outcomes=outcomes, read=read, reasons=dict(reasons.most_common()))


def rejected_of_tried(counts: Counts | Content) -> tuple[int, int]:
    """Return how many records were rejected, and of how many: those beyond `max_records` were not tried."""
    tried = counts.read - counts.reasons.get(BEYOND_MAX_RECORDS.reason, 0)
    return counts.outcomes[Outcome.REJECTED.value], tried


def causes_of(cells: Mapping[Cell, int]) -> list[Cause]:
    """Return why records ended as they did, over all streams and actions, the most frequent first."""
    causes: Counter[tuple[Outcome, str, str, str | None]] = Counter()
    for cell, n in cells.items():
        causes[cell.outcome, cell.reason, cell.message, cell.vendor_code] += n
    return [
        Cause(outcome=outcome.value, reason=reason, message=message, vendor_code=code, records=n)
        for (outcome, reason, message, code), n in causes.most_common()
    ]
