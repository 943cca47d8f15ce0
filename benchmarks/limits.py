"""What limits the figures: how far they are from what cannot be beaten, and what profiles of the tap showed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attentive
import delivery
from delivery_verdicts import middle, per_second
from scenarios import DEFAULT, OURS
from tables import table
from textlocal import PER_SECOND
from textlocal_verdicts import calls_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures = dict[str, Any]

LIMITS: Final = """### What limits the tap

**Rows per CPU second.** Rows that look as usual, which is nearly all of them, are read by one pattern, all columns
of a piece of an answer at once; lxml's tree, which took half of our CPU, is for the others. What is left is spread:
start-up (half a second, nearly all of it importing the SDK), making calls, the pattern, writing.

**Latency.** A pool of ten makes at most ten calls in the time of one, so 10 times the peer is the ceiling at the
default concurrency, and start-up and the calls that must come first (the service's description, the lists, the
messages) keep it below. At 32 at a time and with one report stream, the 400 calls take thirteen rounds of 100 ms,
those that must come first three or four, and start-up half a second: 2.2 s, so that 21 times the peer is the ceiling.
With all nine streams start-up weighs less; what is lost there is the end of each stream, when less than 32 calls are
left to make.

**Memory.** Ours grows with the concurrency and the page size, not with the rows: up to twice as many pages as
calls at a time are held until it is their turn. A message of a list costs some 100 bytes for the whole run. What
the peer holds grows with the messages of a list and year, which come in one answer."""


def limit_sections(figures: Figures) -> list[str]:
    """Write how far the parts that were measured are from their limits, if any of them has one."""
    judges = {
        "rate": _rate,
        "speed": _speed,
        "million": _million,
        "subscribe": _subscribe,
        "attributes": _attributes,
        "contacts": _contacts,
        "latency": _latency,
        "cpu": _cpu,
    }
    rows = [
        [what, limit, *(f"{each:,.1f}" for each in (most, found)), f"{found / most:.2f}"]
        for part, judge in judges.items()
        if part in figures
        for what, limit, most, found in judge(figures[part]["scenarios"])
    ]
    if not rows:
        return []
    columns = ["what", "what sets the limit", "at most", "measured", "share"]
    return [
        f"""## How far from the limit

What cannot be beaten without a faster vendor, more workers or less CPU a row, and how near the figures come; all are
rows or calls a second of wall time. Where a core sets the limit, it is one core of this machine with the CPU that a
row takes today: a row that takes less moves the limit itself, and the share says how much of the core was had. A
vendor's rate is that of its page, which the sandbox enforces. The tables of the parts below say how to measure again.

{table(columns, rows)}"""
    ]


_Row = tuple[str, str, float, float]


def _rate(scenarios: Figures) -> Iterator[_Row]:
    held = middle(scenarios["right"], "watched_rate")
    yield "target-listrak-sms, new people at a limited rate", "the rate allowed", delivery.ALLOWED, held


def _speed(scenarios: Figures) -> Iterator[_Row]:
    ours, start = scenarios["ours"], middle(scenarios["start"], "wall")
    limit = f"{delivery.WORKERS} workers, answers {delivery.QUICK_ANSWER * 1000:.0f} ms late"
    found = ours["rows"] / (middle(ours, "wall") - start)
    yield (
        "target-listrak-sms, new people, without start-up",
        limit,
        delivery.WORKERS / delivery.QUICK_ANSWER,
        found,
    )


def _million(scenarios: Figures) -> Iterator[_Row]:
    for kind, title in (("unchanged", "all unchanged"), ("changed", "1 % changed")):
        scenario = scenarios[f"{kind}-{delivery.FULL.million[-1][0]}"]
        yield _core(f"target-listrak-sms, {scenario['rows']:,} known people, {title}", scenario)


def _subscribe(scenarios: Figures) -> Iterator[_Row]:
    held = middle(scenarios["sliding"], "watched_rate")
    yield "target-attentive, subscribing", "the vendor's rate", attentive.ALLOWED, held


def _attributes(scenarios: Figures) -> Iterator[_Row]:
    yield _core("target-attentive, attributes in bulk", scenarios["million"])


def _contacts(scenarios: Figures) -> Iterator[_Row]:
    ours, start = scenarios["default"], middle(scenarios["start"], "wall")
    calls = calls_of(ours["runs"]["ours"][0])
    found = calls / (middle(ours, "wall") - start)
    yield "target-textlocal, contacts, without start-up: calls", "calls a second by default", PER_SECOND, found


def _latency(scenarios: Figures) -> Iterator[_Row]:
    for name, title in (("latency-one", "one report stream"), ("latency-all", "nine streams")):
        for calls, contender in ((DEFAULT, OURS), (32, "ours, 32 at a time")):
            runs = scenarios[name]["runs"].get(contender, [])
            if runs and "calls" in runs[0]:
                limit = f"{calls} calls at a time, answers 100 ms late"
                found = runs[0]["calls"] / middle(scenarios[name], "wall", contender)
                yield f"tap-listrak, {title}, start-up included: calls", limit, calls / 0.1, found


def _cpu(scenarios: Figures) -> Iterator[_Row]:
    yield _core("tap-listrak, nine streams, 1,000-row pages", scenarios["cpu-1000"], OURS)


def _core(what: str, scenario: Figures, contender: str = "ours") -> _Row:
    most, found = (per_second(scenario, cost, contender) for cost in ("cpu", "wall"))
    return what, f"a core, {1e6 / most:.1f} microseconds of CPU a row", most, found
