"""How fast cost grows, as an exponent, and whether that is slow enough. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from delivery import QUICK_ANSWER
from growth import FULL, LATE
from verdicts import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Figures = dict[str, Any]
LINEAR: Final = 1.1
"""The largest exponent: 1.00 is linear, and what is measured has some noise."""
_BELIEVED = 0.02
"""Seconds: on a quiet machine, less than that is what two starts differ by."""
COSTS: Final = {"wall": "seconds", "cpu": "CPU seconds", "peak_mb": "memory"}


@dataclass(frozen=True)
class Work:
    """Something that is done in several sizes.

    Attributes:
        title: What is done.
        grows: What there is more of from size to size.
    """

    title: str
    grows: str


WORKS: Final = {
    "tap-rows": Work("tap: `message_sends` of ten messages", "rows"),
    "tap-messages": Work("tap: lists and messages", "messages"),
    "tap-calls": Work(f"tap: the same rows, answers {LATE * 1000:.0f} ms late", "calls at a time"),
    "target-filled": Work("target: people whom nobody knew, its calls cut out", "people"),
    "target-unchanged": Work("target: known people, all unchanged", "people"),
    "target-changed": Work("target: known people, 1 % changed", "people"),
    "target-audience": Work(f"target: {FULL.first:,} known people, 1 % changed", "people in the ledger"),
    "target-calls": Work(f"target: the same people, answers {QUICK_ANSWER * 1000:.0f} ms late", "calls at a time"),
}


def growth_targets(figures: Figures) -> Iterator[Target]:
    """Yield a target for each work that was measured."""
    if "growth" in figures:
        for name, scenario in figures["growth"]["scenarios"].items():
            told = ", ".join(f"{words} {in_words(exponent(scenario, cost))}" for cost, words in COSTS.items())
            what = f"{WORKS[name].title}: growth with {WORKS[name].grows}"
            yield Target(what, f"exponents of at most {LINEAR}", told, grows_slowly(scenario))


def grows_slowly(scenario: Figures) -> bool:
    """Say whether no cost of a work grows faster than is wanted; a cost that cannot be judged is not said to."""
    return all(found is not None and found <= LINEAR for found in (exponent(scenario, cost) for cost in COSTS))


def in_words(found: float | None) -> str:
    """Write an exponent."""
    return "unknown" if found is None else f"{round(found, 2) + 0:.2f}"


def sizes_of(scenario: Figures) -> list[int]:
    """Return the sizes that were measured, without that of start-up."""
    return [int(size) for size in scenario["runs"] if size != "0"]


def cost_of(scenario: Figures, size: int, cost: str) -> float:
    """Return the median of what a size took; of seconds without start-up.

    Args:
        scenario: The work.
        size: One of its sizes.
        cost: `wall`, `cpu` or `peak_mb`.
    """
    took = median(float(run[cost]) for run in scenario["runs"][str(size)])
    return took if cost == "peak_mb" else took - median(float(run[cost]) for run in scenario["runs"]["0"])


def exponent(scenario: Figures, cost: str) -> float | None:
    """Return the growth exponent of a cost; None where all but one size take no more than starts differ by."""
    starts = [float(run[cost]) for run in scenario["runs"]["0"]]
    least = 0 if cost == "peak_mb" else max(_BELIEVED, max(starts) - min(starts))
    points = [(size, cost_of(scenario, size, cost)) for size in sizes_of(scenario)]
    return slope([(size, took) for size, took in points if took >= least])


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the slope of the least-squares line through the logarithms of some points; None for fewer than two."""
    if len(points) < 2:  # noqa: PLR2004 - what a line needs
        return None
    logs = [(log(size), log(took)) for size, took in points]
    middle = [sum(each) / len(logs) for each in zip(*logs, strict=True)]
    across: float = sum((x - middle[0]) ** 2 for x, _ in logs)
    along: float = sum((x - middle[0]) * (y - middle[1]) for x, y in logs)
    return along / across
