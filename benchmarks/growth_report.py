"""The report's part about growth: figures to Markdown. Pure."""

from __future__ import annotations

from typing import Any

from growth_verdicts import COSTS, LINEAR, WORKS, cost_of, exponent, grows_slowly, in_words, sizes_of
from tables import again, table

Figures = dict[str, Any]


def growth_sections(figures: Figures) -> list[str]:
    """Write the section, if it was measured."""
    return [_growth(figures["growth"]["scenarios"])] if "growth" in figures else []


def _growth(scenarios: Figures) -> str:
    works = {name: work for name, work in WORKS.items() if name in scenarios}
    slopes, rows = [], []
    for name, work in works.items():
        scenario = scenarios[name]
        sizes = sizes_of(scenario)
        told = [in_words(exponent(scenario, cost)) for cost in COSTS]
        verdict = "met" if grows_slowly(scenario) else "**not met**"
        slopes.append([work.title, work.grows, f"{sizes[0]:,} to {sizes[-1]:,}", *told, verdict])
        for size in sizes:
            runs = scenario["runs"][str(size)]
            wall, cpu, peak = (cost_of(scenario, size, cost) for cost in COSTS)
            rows.append(
                [
                    work.title,
                    f"{work.grows}: {size:,}",
                    f"{wall:.2f} s",
                    f"{cpu:.2f} s",
                    f"{peak:.0f} MB",
                    str(len(runs)),
                ]
            )
    return f"""## How cost grows as work grows

Our tap and target-listrak-sms alone, at their defaults but for what grows. Seconds and CPU seconds are medians,
without start-up, which is measured beside them. The exponent is the slope of the least-squares line through the
logarithms of size and cost: 1.00 is linear, 0 is flat, and with calls at a time -1 would be twice as fast with twice
as many. Wanted is at most {LINEAR} for each. Costs of less than a fiftieth of a second, or than starts differed
by, are left out of a line. What takes longest is run once, all else up to three times. Where the ledger grows and the
input does not, people are looked up among more and more. The ledger takes {_ledgers(scenarios)}.

{table(["what", "grows", "from and to", *(f"exponent of {each}" for each in COSTS.values()), ""], slopes)}

{table(["what", "size", "seconds", "CPU seconds", "peak", "runs"], rows)}

{again("growth")}"""


def _ledgers(scenarios: Figures) -> str:
    filled = scenarios["target-filled"]["runs"].items()
    return ", ".join(f"{runs[0]['ledger_mb']:.1f} MB for {int(size):,}" for size, runs in filled if size != "0")
