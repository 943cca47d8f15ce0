"""What is asked of target-listrak-sms, and whether it is met. The limits are those asked for before it was written."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from delivery import ALLOWED, FULL
from ratios import faster
from verdicts import Target
from why import CALL, CHANGED, DELIVERED, KNOWN, PAUSES, UNCHANGED, WORKERS

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures = dict[str, Any]
HELD = 0.98  # of the rate allowed
TIMES = 50.0  # the plain target
ENGINE_MS = 1.0  # CPU a delivered record
MEMORY = 200.0  # MB
FLAT = 1.1  # the most that ten times the people may add
CHANGED_ROWS = 40_000  # a CPU second, 1 % of them changed
UNCHANGED_ROWS = 50_000
_KINDS = {"unchanged": "all unchanged", "changed": "1 % changed"}


def delivery_targets(figures: Figures) -> Iterator[Target]:
    """Yield the targets of the parts that were measured."""
    judges = {"rate": _rate, "speed": _speed, "million": _million}
    for part, judge in judges.items():
        if part in figures:
            yield from judge(figures[part]["scenarios"])


def middle(scenario: Figures, attribute: str, contender: str = "ours") -> float:
    """Return the median of a contender's runs."""
    return median(float(run[attribute]) for run in scenario["runs"][contender])


def largest(scenario: Figures, attribute: str, contender: str = "ours") -> float:
    """Return the largest of a contender's runs."""
    return max(float(run[attribute]) for run in scenario["runs"][contender])


def per_second(scenario: Figures, attribute: str, contender: str = "ours") -> float:
    """Return rows per second of `cpu` or `wall`, start-up included."""
    rows: int = scenario["rows"]
    return rows / middle(scenario, attribute, contender)


def engine_ms(scenarios: Figures, name: str = "ours", contender: str = "ours") -> float:
    """Return the CPU of a delivered record in a scenario without start-up, in milliseconds."""
    spent = middle(scenarios[name], "cpu", contender) - middle(scenarios["start"], "cpu", contender)
    rows: int = scenarios[name]["rows"]
    return 1000 * spent / rows


def _rate(scenarios: Figures) -> Iterator[Target]:
    right = scenarios["right"]
    share = min(float(run["watched_rate"]) for run in right["runs"]["ours"]) / ALLOWED
    late = sum(int(run["watched_refused_late"]) for run in right["runs"]["ours"])
    what = f"{ALLOWED} calls a second allowed, answers 150 ms late"
    yield Target(f"{what}: share of the rate held", f"at least {HELD}", f"{share:.3f}", share >= HELD, PAUSES)
    yield Target(f"{what}: 429 after the first second", "none", str(late), late == 0)
    yield _engine(f"at {ALLOWED} calls a second", engine_ms(scenarios, "right"), CALL)


def _speed(scenarios: Figures) -> Iterator[Target]:
    found = faster(scenarios["ours"], scenarios["peer"])
    what = "64 workers, answers 50 ms late"
    yield Target(what, f"at least {TIMES:.0f}x a plain target", str(found), found.middle >= TIMES, WORKERS)
    yield _engine("at full speed", engine_ms(scenarios), DELIVERED)


def _engine(when: str, spent: float, why: str) -> Target:
    what = f"engine CPU per delivered record, {when}"
    return Target(what, f"at most {ENGINE_MS:.0f} ms", f"{spent:.2f} ms", spent <= ENGINE_MS, why)


def _million(scenarios: Figures) -> Iterator[Target]:
    small, large = (scale for scale, _ in FULL.million)
    tenth, whole = (scenarios[f"unchanged-{scale}"]["rows"] for scale in (small, large))
    for kind, least, why in (("unchanged", UNCHANGED_ROWS, UNCHANGED), ("changed", CHANGED_ROWS, CHANGED)):
        rows = per_second(scenarios[f"{kind}-{large}"], "cpu")
        what = f"{whole:,} rows, {_KINDS[kind]}: rows per CPU second"
        yield Target(what, f"at least {least:,}", f"{rows:,.0f}", rows >= least, why)
    for kind, title in _KINDS.items():
        what = f"{whole:,} rows, {title}"
        yield _calls(scenarios[f"{kind}-{large}"], f"{what}: calls")
        now, before = (largest(scenarios[f"{kind}-{scale}"], "peak_mb") for scale in (large, small))
        yield Target(f"{what}: peak memory", f"at most {MEMORY:.0f} MB", f"{now:.0f} MB", now <= MEMORY)
        growth = now / before
        flat = f"{what}: peak memory beside {tenth:,} rows"
        yield Target(flat, f"flat: at most {FLAT}x", f"{growth:.2f}x", growth <= FLAT, KNOWN)


def _calls(scenario: Figures, what: str) -> Target:
    """Judge that each changed record cost one call, and no other record any. The token and the account come on top."""
    runs = scenario["runs"]["ours"]
    changed = int(runs[0]["changed"])
    updates = max(int(run["updates"]) for run in runs)
    others = max(sum(run["other_calls"].values()) for run in runs)
    about_people = any("Contact" in name for run in runs for name in run["other_calls"])
    met = all(run["updates"] == run["changed"] for run in runs) and not about_people and (changed > 0 or others == 0)
    wanted = "one for each changed row, and those of the start" if changed else "none"
    return Target(what, wanted, f"{updates:,} updates, {others} others", met)
