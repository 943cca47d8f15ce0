"""The report's part about memory over millions of records: figures to Markdown, and whether it is flat. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from soak import TENTHS
from tables import again, table
from verdicts import Target
from why import ALLOCATED

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures = dict[str, Any]
FLAT: Final = 1.05
"""The last quarter of a run may take so many times the memory of its second quarter."""
_TITLES: Final = {
    "listrak": "target-listrak-sms: known people, 1 % changed",
    "attentive-new": "target-attentive: attributes of new people, in bulk",
    "attentive-known": "target-attentive: the same people, 1 % changed, in bulk",
    "textlocal": "target-textlocal: contacts, all sent, in bulk",
}


def growth_of(scenario: Figures) -> float:
    """Return how many times the memory of its second quarter a run took in its last one."""
    _, second, _, last = scenario["runs"]["ours"][0]["quarters_mb"]
    return float(last / second)


def soak_targets(figures: Figures) -> Iterator[Target]:
    """Yield a target for each run, if they were measured."""
    if "soak" in figures:
        for name, scenario in figures["soak"]["scenarios"].items():
            growth = growth_of(scenario)
            what = f"{_TITLES[name]}, {scenario['rows']:,} records: memory of the last quarter beside the second"
            yield Target(what, f"flat: at most {FLAT}x", f"{growth:.3f}x", growth <= FLAT, ALLOCATED)


def soak_sections(figures: Figures) -> list[str]:
    """Write the section, if it was measured."""
    return [_soak(figures["soak"]["scenarios"])] if "soak" in figures else []


def _soak(scenarios: Figures) -> str:
    rows, over_time = [], []
    for name, scenario in scenarios.items():
        run = scenario["runs"]["ours"][0]
        _, second, _, last = run["quarters_mb"]
        rows.append(
            [
                _TITLES[name],
                f"{scenario['rows']:,}",
                f"{run['sent']:,}",
                f"{run['calls']:,}",
                f"{run['wall']:.0f} s",
                f"{second:.1f} MB",
                f"{last:.1f} MB",
                f"{growth_of(scenario):.3f}x",
                f"{run['peak_mb']:.0f} MB",
            ]
        )
        over_time.append([_TITLES[name], *(f"{each:.0f}" for each in run["tenths_mb"])])
    columns = ["run", "records", "sent", "calls", "wall", "second quarter", "last quarter", "growth", "peak"]
    return f"""## Memory over millions of records

One run of each target, 16 workers, the ledger in SQLite, no limit of calls but Attentive's own. The resident memory is
read off `/proc` twenty times a second, from the start of the process to its end; a quarter's figure is the median of
its looks. What is wanted: the last quarter takes at most {FLAT} times the memory of the second. The ledger of
target-listrak-sms knows everybody before, as in the part `million`; target-attentive's first run makes its own. Of
target-textlocal's records all are sent, for there are fewer made-up numbers than records, and each number comes again
as somebody else.

{table(columns, rows)}

Resident memory in MB, the median of each tenth of a run:

{table(["run", *(f"{place}" for place in range(1, TENTHS + 1))], over_time)}

{again("soak")}"""
