"""How a run went, in a title and a sentence that says what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_delivery.outcomes import Outcome
from singer_delivery.words import counted

if TYPE_CHECKING:
    from singer_delivery.report_content import Content


@dataclass(frozen=True)
class RunVerdict:
    """How a run went.

    Attributes:
        level: `good`, `look` (somebody should look at it), `bad` or `plan` (a dry run).
        title: How it went.
        meaning: What that means.
    """

    level: str
    title: str
    meaning: str


def verdict(content: Content) -> RunVerdict:
    """Judge a run by its report."""
    ended = {"failed": _failed, "interrupted": _interrupted, "completed": _completed}
    return ended.get(content.finished or "", _under_way)(content)


def _failed(content: Content) -> RunVerdict:
    return RunVerdict("bad", _titled(content, "failed"), content.error or "It ended before its time.")


def _interrupted(content: Content) -> RunVerdict:
    meaning = "A signal ended the run. Calls under way were finished, and the next run goes on from there."
    return RunVerdict("look", _titled(content, "interrupted"), meaning)


def _under_way(content: Content) -> RunVerdict:
    return RunVerdict("look", _titled(content, "under way"), "The numbers below are not the last ones.")


def _completed(content: Content) -> RunVerdict:
    rejected = content.outcomes[Outcome.REJECTED.value]
    if content.dry_run:
        words = f"{counted(rejected, 'record')} would be rejected, for the reasons below."
        meaning = words if rejected else "No record would be rejected."
        return RunVerdict("plan", _titled(content, "completed"), f"Nothing was sent. {meaning}")
    if not content.read:
        return RunVerdict("good", "Completed: no records came in", "There was nothing to deliver.")
    if not rejected:
        return RunVerdict("good", "Completed", "Every record that was read has its outcome, and none was rejected.")
    meaning = (
        f"Every record that was read has its outcome. {rejected:,} of {counted(content.read, 'record')} cannot be "
        "delivered as they are, and are kept to be replayed."
    )
    return RunVerdict("look", f"Completed, {rejected:,} rejected", meaning)


def _titled(content: Content, how: str) -> str:
    return f"Dry run {how}" if content.dry_run else how.capitalize()
