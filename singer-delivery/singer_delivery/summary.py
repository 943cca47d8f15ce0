"""The run report for people: how it went, what became of the records, and what to do next. No record's content."""

from __future__ import annotations

import os
import shlex
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from singer_delivery.outcomes import Outcome
from singer_delivery.tables import printable, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_delivery.report import Report

WIDTH = 110
"""Characters in a line of text."""
MOST_REASONS = 8
"""Reasons that are shown of each outcome."""
_EXPLAINED = (Outcome.REJECTED, Outcome.SKIPPED, Outcome.ACCEPTED, Outcome.ALREADY)
_MINUTE = 60
_HOUR = 3600


def summary(report: Report) -> str:
    """Return a report as plain text, without a line break at its end."""
    sections = [
        _head(report),
        _table(report),
        *(_reasons(report, outcome) for outcome in _EXPLAINED),
        _traffic(report),
        _titled("Notes", [line for note in report.notes for line in _item(note)]),
        _titled("What to do next", list(_next_steps(report))),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def replay_command(report: Report) -> str:
    """Return the command that delivers the open rows of the rejects file again, as one would type it."""
    path = shlex.quote(report.rejects_path or "")
    loader = os.environ.get("MELTANO_LOADER_NAME")
    if loader is None:
        return f"singer-rejects replay {path} | {report.target} --config config.json"
    environment = os.environ.get("MELTANO_ENVIRONMENT")
    chosen = f"--environment={shlex.quote(environment)} " if environment else ""
    return f"singer-rejects replay {path} | meltano {chosen}invoke {shlex.quote(loader)}"


def _head(report: Report) -> list[str]:
    how = {"failed": "FAILED after", "interrupted": "INTERRUPTED after"}.get(report.finished or "", "completed in")
    run = "dry run " if report.dry_run else ""
    nothing = ", nothing was sent" if report.dry_run else ""
    head = [f"{report.target}: {run}{how} {_duration(report.seconds)}{nothing}"]
    if report.error:
        head += textwrap.wrap(printable(report.error), WIDTH, initial_indent="  ", subsequent_indent="  ")
    return head


def _table(report: Report) -> list[str]:
    lines = report.lines()
    if not lines:
        return ["No records came in."]
    left_over = ["no outcome yet"] if report.unsettled else []
    rows: list[list[str | int]] = [["stream", "action", "read", *(outcome.value for outcome in Outcome), *left_over]]
    total: Counter[int] = Counter()
    for (stream, action), (read, outcomes) in sorted(lines.items()):
        numbers = [read, *outcomes.values()]
        if left_over:
            numbers.append(read - sum(outcomes.values()))
        total.update(dict(enumerate(numbers)))
        rows.append([stream, action, *numbers])
    if len(lines) > 1:
        rows.append(["total", "", *total.values()])
    return list(table(rows, numbers=range(2, len(rows[0]))))


def _reasons(report: Report, outcome: Outcome) -> list[str]:
    """Rank the reasons of an outcome, each with what its message says."""
    counts: Counter[tuple[str, str]] = Counter()
    for cell, n in report.cells().items():
        if cell.outcome is outcome:
            code = f" [{cell.vendor_code}]" if cell.vendor_code and cell.vendor_code not in cell.message else ""
            counts[cell.reason, cell.message + code] += n
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


def _traffic(report: Report) -> list[str]:
    traffic = report.traffic
    line = "No requests were made."
    if traffic.requests:
        line = (
            f"{_count(traffic.requests, 'request')}, {traffic.requests_per_second:,.1f} a second; "
            f"{_count(traffic.retries, 'retry', 'retries')}, rate-limited {_count(traffic.rate_limited, 'time')}"
        )
    left_out = f"{_count(report.left_out, 'record')} left out by `stream_maps`, not counted above"
    return [line, *([left_out] if report.left_out else [])]


def _next_steps(report: Report) -> Iterator[str]:
    if report.finished == "failed":
        yield from _item("Put right what is said at the top, and run again.")
    elif report.finished == "interrupted":
        yield from _item("Run again.")
    if report.unsettled:
        yield from _item(
            f"{_count(report.unsettled, 'record')} read without an outcome: the state was not moved past them, and "
            "the next run gets them again. None is lost."
        )
    if report.dry_run and report.finished == "completed":
        yield from _item("To send what is reported here, set `dry_run` to false.")
    yield from _replay(report)


def _replay(report: Report) -> Iterator[str]:
    if report.rejects_path is None or not report.open_rejects:
        return
    number = _count(report.open_rejects, "rejected record")
    earlier = report.open_rejects > report.outcomes[Outcome.REJECTED]
    included = ", those of earlier runs included" if earlier else ""
    yield from _item(f"{number} to be replayed{included}. See what is wrong:")
    yield f"      singer-rejects list {shlex.quote(report.rejects_path)}"
    yield from _item("Put that right at the source or in the settings, and deliver them again:")
    yield f"      {replay_command(report)}"


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


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min {rest} s"
    return f"{minutes * _MINUTE // _HOUR} h {minutes % _MINUTE} min"
