"""The targets, and whether they are met."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from ratios import compared
from scenarios import OURS
from why import LATENCY, MEMORY, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures = dict[str, Any]
_OURS_WIDE = "ours, 32 at a time"
_ROWS = 8.0
_WALL, _WALL_WIDE = 8.0, 25.0
_MEMORY = 130.0
_FLAT = 1.1  # the most that ten times the rows, or four times the messages, may add


@dataclass(frozen=True)
class Target:
    """A target.

    Attributes:
        what: What is asked.
        wanted: How much.
        measured: What was measured.
        met: Whether that is enough.
        why: What holds it back, where that is known: it is told if it is not met.
    """

    what: str
    wanted: str
    measured: str
    met: bool
    why: str = ""


def targets(figures: Figures) -> Iterator[Target]:
    """Yield the targets of the parts that were measured."""
    judges = {"cpu": _cpu, "latency": _latency, "memory": _memory, "pipe": _pipe}
    for part, judge in judges.items():
        if part in figures:
            yield from judge(figures[part]["scenarios"])


def _middle(scenario: Figures, contender: str, attribute: str) -> float:
    return median(float(run[attribute]) for run in scenario["runs"][contender])


def _ratio(what: str, scenario: Figures, contender: str, attribute: str, wanted: float) -> Target:
    times = compared(scenario, "peer", contender, attribute)
    why = {"cpu": ROWS, "wall": LATENCY}[attribute]
    return Target(what, f"at least {wanted:.0f}x the peer", str(times), times.middle >= wanted, why)


def _cpu(scenarios: Figures) -> Iterator[Target]:
    for size in (1000, 2500):
        what = f"rows per CPU second, nine streams, {size:,}-row pages"
        yield _ratio(what, scenarios[f"cpu-{size}"], OURS, "cpu", _ROWS)


def _latency(scenarios: Figures) -> Iterator[Target]:
    for name, streams in (("latency-one", "one report stream"), ("latency-all", "nine streams")):
        what = f"100 ms latency, {streams}"
        yield _ratio(f"{what}, default concurrency", scenarios[name], OURS, "wall", _WALL)
        yield _ratio(f"{what}, concurrency 32", scenarios[name], _OURS_WIDE, "wall", _WALL_WIDE)


def _memory(scenarios: Figures) -> Iterator[Target]:
    big = {
        "10 million rows": "memory-10m",
        "one list of 200,000 messages": "memory-messages",
        "the same with a report on each message": "memory-messages-unsubs",
    }
    for what, name in big.items():
        peak = _middle(scenarios[name], OURS, "peak_mb")
        yield Target(f"peak memory, {what}", f"at most {_MEMORY:.0f} MB", f"{peak:.0f} MB", peak <= _MEMORY, MEMORY)
    for what, name, tenth in (
        ("10 million rows beside 1 million", "memory-10m", "memory-1m"),
        ("four times the messages, all nine streams", "memory-mix-4x", "memory-mix-1x"),
    ):
        growth = _middle(scenarios[name], OURS, "peak_mb") / _middle(scenarios[tenth], OURS, "peak_mb")
        yield Target(f"peak memory, {what}", f"flat: at most {_FLAT}x", f"{growth:.2f}x", growth <= _FLAT, MEMORY)


def _pipe(scenarios: Figures) -> Iterator[Target]:
    runs = scenarios["pipe"]["runs"]["pipe"]
    tap, loader = (median(run["cpu"][role] for run in runs) for role in ("tap-listrak", "target-jsonl"))
    yield Target(
        "the pipe through Meltano into target-jsonl",
        "the tap is not the slowest part",
        f"tap {tap:.1f}, loader {loader:.1f} CPU seconds",
        tap < loader,
    )
