"""The run report as one page: self-contained, without scripts, without anything that is loaded from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from singer_delivery.charts import OPEN, Chart, Segment, chart, segments, short_time
from singer_delivery.outcomes import Outcome
from singer_delivery.summary import EXPLAINED
from singer_delivery.timeline import OUTCOMES
from singer_delivery.verdicts import verdict
from singer_delivery.words import duration

if TYPE_CHECKING:
    from pathlib import Path

    from singer_delivery.report_content import Cause, Content, Counts, Sample

MOST_BARS = 100
"""Streams and actions that the page shows; the JSON holds all."""
MOST_REASONS = 15
"""Reasons that the page shows of each outcome."""
MOST_CAUSES = 3
"""Messages that the page shows of each reason."""
_CODE = re.compile(r"`([^`]+)`")
_LEAST_SHARE = 0.1


@dataclass(frozen=True)
class Bar:
    """What became of the records of a stream and an action."""

    stream: str
    action: str
    counts: Counts
    segments: list[Segment]

    @property
    def told(self) -> str:
        """The bar in words."""
        parts = ", ".join(f"{each.n:,} {each.label}" for each in self.segments)
        return f"{self.stream}, {self.action}: {parts or 'no records'}"


@dataclass(frozen=True)
class Reason:
    """A reason, with the most frequent of its messages."""

    code: str
    records: int
    share: float
    causes: list[Cause]
    other_causes: int
    samples: list[Sample]

    @property
    def sample_columns(self) -> list[str]:
        """The columns that any of the samples has."""
        return list(dict.fromkeys(name for sample in self.samples for name in sample.columns))


@dataclass(frozen=True)
class Ranking:
    """The reasons of an outcome, the most frequent first."""

    outcome: str
    records: int
    reasons: list[Reason]
    other_reasons: int
    other_records: int


def report_page(content: Content, data: Path) -> str:
    """Return a report as a page.

    Args:
        content: The report.
        data: Where its JSON is.
    """
    steps = content.timeline
    rankings = (_ranking(content, outcome) for outcome in EXPLAINED)
    bars = [
        _bar(stream, action, counts)
        for stream, of_stream in content.streams.items()
        for action, counts in of_stream.actions.items()
    ]
    return _template().render(
        content=content,
        data=str(data),
        verdict=verdict(content),
        started=datetime.fromisoformat(content.started_at),
        bars=bars[:MOST_BARS],
        other_bars=max(len(bars) - MOST_BARS, 0),
        rankings=[each for each in rankings if each.records],
        records_chart=_records_chart(content),
        calls_chart=_calls_chart(content),
        times=[short_time(step * steps.seconds) for step in range(len(steps.requests))],
        outcomes=OUTCOMES,
    )


def _bar(stream: str, action: str, counts: Counts) -> Bar:
    return Bar(stream, action, counts, segments({**counts.outcomes, OPEN: counts.without_outcome}))


def _ranking(content: Content, outcome: Outcome) -> Ranking:
    causes: dict[str, list[Cause]] = {}
    for cause in content.causes:
        if cause.outcome == outcome.value:
            causes.setdefault(cause.reason, []).append(cause)
    counted = {reason: sum(cause.records for cause in each) for reason, each in causes.items()}
    total = sum(counted.values())
    shown = sorted(counted, key=lambda reason: -counted[reason])[:MOST_REASONS]
    reasons = [
        Reason(
            code=reason,
            records=counted[reason],
            share=counted[reason] / total,
            causes=causes[reason][:MOST_CAUSES],
            other_causes=max(len(causes[reason]) - MOST_CAUSES, 0),
            samples=[each for each in content.rejects_sample if each.reason == reason and outcome is Outcome.REJECTED],
        )
        for reason in shown
    ]
    return Ranking(
        outcome=outcome.value,
        records=total,
        reasons=reasons,
        other_reasons=len(counted) - len(shown),
        other_records=total - sum(counted[reason] for reason in shown),
    )


def _records_chart(content: Content) -> Chart | None:
    steps = content.timeline
    counts = {name: getattr(steps, name) for name in OUTCOMES}
    return chart(counts, steps.seconds, {}) if any(map(any, counts.values())) else None


def _calls_chart(content: Content) -> Chart | None:
    steps = content.timeline
    first = [made - again for made, again in zip(steps.requests, steps.retries, strict=True)]
    # A call is made again in the step after the one in which it was counted as such, now and then.
    counts = {"first": [max(n, 0) for n in first], "retries": steps.retries}
    return chart(counts, steps.seconds, steps.allowed, steps.rate_limited) if any(steps.requests) else None


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("singer_delivery"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "took": _took, "percent_of": _percent_of, "marked_up": _marked_up}
    return environment.get_template("report.html.j2")


def _printable(value: Any) -> Any:
    """Put a sign in the place of what cannot be shown, or would turn a line around; numbers get separators."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, str) and not isinstance(value, Markup) and not value.isprintable():
        return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in value)
    return value


def _marked_up(text: str) -> Markup:
    """Show as code what stands between two backticks."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(_printable(text)))))  # noqa: S704 - it has been escaped


def _percent_of(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 0
    return "< 0.1 %" if 0 < share < _LEAST_SHARE else f"{share:.3g} %" if share == round(share) else f"{share:.1f} %"


def _took(seconds: float) -> str:
    """Return the time of a call: `12 ms`, `1.25 s`."""
    return f"{seconds:,.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
