"""The run report for people: how it went, what became of the records, and what to do next. No record's content."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from singer_delivery.outcomes import Outcome
from singer_delivery.tables import printable, table
from singer_delivery.words import counted, duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_delivery.report_content import Content

WIDTH = 110
"""Characters in a line of text."""
MOST_REASONS = 8
"""Reasons that are shown of each outcome."""
EXPLAINED = (Outcome.REJECTED, Outcome.SKIPPED, Outcome.ACCEPTED, Outcome.ALREADY)
"""Outcomes of which there is something to be told, the most urgent first."""


def summary(content: Content) -> str:
    """Return a report as plain text, without a line break at its end."""
    sections = [
        _head(content),
        _table(content),
        *(_reasons(content, outcome) for outcome in EXPLAINED),
        _traffic(content),
        _titled("Notes", [line for note in content.notes for line in _item(note)]),
        _titled("What to do next", list(_next_steps(content))),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def headline(content: Content) -> str:
    """Say in one line how the run went."""
    how = {"failed": "FAILED after", "interrupted": "INTERRUPTED after"}.get(content.finished or "", "completed in")
    run = "dry run " if content.dry_run else ""
    nothing = ", nothing was sent" if content.dry_run else ""
    return f"{content.target}: {run}{how} {duration(content.seconds)}{nothing}"


def _head(content: Content) -> list[str]:
    head = [headline(content)]
    if content.error:
        head += textwrap.wrap(printable(content.error), WIDTH, initial_indent="  ", subsequent_indent="  ")
    return head


def _table(content: Content) -> list[str]:
    lines = [(name, *each) for name, stream in content.streams.items() for each in stream.actions.items()]
    if not lines:
        return ["No records came in."]
    left_over = ["no outcome yet"] if content.unsettled else []
    rows: list[list[str | int]] = [["stream", "action", "read", *(outcome.value for outcome in Outcome), *left_over]]
    total: Counter[int] = Counter()
    for stream, action, counts in lines:
        numbers = [counts.read, *(counts.outcomes[outcome.value] for outcome in Outcome)]
        if left_over:
            numbers.append(counts.without_outcome)
        total.update(dict(enumerate(numbers)))
        rows.append([stream, action, *numbers])
    if len(lines) > 1:
        rows.append(["total", "", *total.values()])
    return list(table(rows, numbers=range(2, len(rows[0]))))


def _reasons(content: Content, outcome: Outcome) -> list[str]:
    """Rank the reasons of an outcome, each with what its message says."""
    counts: Counter[tuple[str, str]] = Counter()
    for cause in content.causes:
        if cause.outcome == outcome.value:
            counts[cause.reason, cause.words] += cause.records
    shown = counts.most_common(MOST_REASONS)
    labels = list(table([(n, reason) for (reason, _), n in shown], numbers={0}))
    width = max(map(len, labels), default=0)
    lines = []
    for label, ((_, message), _) in zip(labels, shown, strict=True):
        lines += _hanging(f"  {label:<{width}}  ", message)
    if len(counts) > len(shown):
        rest = counts.total() - sum(n for _, n in shown)
        lines.append(f"  and {rest:,} more for {len(counts) - len(shown):,} other reasons")
    return _titled(outcome.value.capitalize(), lines)


def _traffic(content: Content) -> list[str]:
    line = "No requests were made."
    if content.requests:
        line = (
            f"{counted(content.requests, 'request')}, {content.requests_per_second:,.1f} a second; "
            f"{counted(content.retries, 'retry', 'retries')}, rate-limited {counted(content.rate_limited, 'time')}"
        )
    left_out = f"{counted(content.filtered, 'record')} left out by `stream_maps`, not counted above"
    return [line, *([left_out] if content.filtered else [])]


def _next_steps(content: Content) -> Iterator[str]:
    for step in content.next_steps:
        yield from _item(step.text)
        if step.command is not None:
            yield f"      {step.command}"


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *lines] if lines else []


def _item(text: str) -> list[str]:
    return _hanging("  - ", text)


def _hanging(label: str, text: str) -> list[str]:
    """Wrap a text behind a label. Commands and paths are never broken."""
    wrapped = textwrap.wrap(
        printable(text),
        max(WIDTH, len(label) + WIDTH // 2),
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped or [label.rstrip()]
