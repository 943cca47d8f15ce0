"""What is asked of target-attentive, and whether it is met. The limits are those asked for before it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attentive import ALLOWED, WINDOWS
from delivery_verdicts import HELD, largest, middle, per_second
from ratios import faster
from verdicts import Target
from why import ARRIVALS, CORE, PAUSES, VENDOR

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures = dict[str, Any]
RECORDS = 10_000  # a second of wall time, end to end
TIMES = 100.0  # the plain target
MEMORY = 250.0  # MB
SECONDS = 30


def attentive_targets(figures: Figures) -> Iterator[Target]:
    """Yield the targets of the parts that were measured."""
    judges = {"subscribe": _subscribe, "attributes": _attributes}
    for part, judge in judges.items():
        if part in figures:
            yield from judge(figures[part]["scenarios"])


def _subscribe(scenarios: Figures) -> Iterator[Target]:
    for window, counted in WINDOWS.items():
        runs = scenarios[window]["runs"]["ours"]
        share = min(float(run["watched_rate"]) for run in runs) / ALLOWED
        seconds = min(float(run["watched_seconds"]) for run in runs)
        what = f"subscribing, {ALLOWED} a second allowed, counted in {counted}, eligibility asked first"
        met = share >= HELD and seconds >= SECONDS
        yield Target(
            f"{what}: share of the rate held",
            f"at least {HELD} over {SECONDS} s",
            f"{share:.3f} over {seconds:.0f} s",
            met,
            PAUSES,
        )
        # The sandbox counts what it refused, the target what it was refused: the same calls.
        refused = sum(max(int(run["refused"]), int(run["rate_limited"])) for run in runs)
        yield Target(f"{what}: 429", "none", str(refused), refused == 0, ARRIVALS)


def _attributes(scenarios: Figures) -> Iterator[Target]:
    million = scenarios["million"]
    what = f"attributes of {million['rows']:,} people in bulk"
    rate, peak = per_second(million, "wall"), largest(million, "peak_mb")
    yield Target(f"{what}: records a second", f"at least {RECORDS:,}", f"{rate:,.0f}", rate >= RECORDS, CORE)
    yield Target(f"{what}: peak memory", f"at most {MEMORY:.0f} MB", f"{peak:.0f} MB", peak <= MEMORY)
    for ours, peer, how, why in (
        ("million", "peer", "answers at once", VENDOR),
        ("late", "late-peer", "answers 50 ms late", CORE),
    ):
        found = faster(scenarios[ours], scenarios[peer])
        beside = f"attributes in bulk beside a record a call, {how}"
        yield Target(beside, f"at least {TIMES:.0f}x a plain target", str(found), found.middle >= TIMES, why)


def spent(scenarios: Figures, name: str) -> tuple[float, float]:
    """Return the CPU of a record in microseconds: ours without start-up, and the sandbox's."""
    rows: int = scenarios[name]["rows"]
    ours = middle(scenarios[name], "cpu") - middle(scenarios["start"], "cpu")
    return 1e6 * ours / rows, 1e6 * middle(scenarios[name], "sandbox_cpu") / rows
