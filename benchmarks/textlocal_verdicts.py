"""What is asked of target-textlocal, and whether it is met. The limits are those asked for before it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from delivery_verdicts import middle
from ratios import faster
from textlocal import LATE, PER_SECOND
from verdicts import Target
from why import ENCODED

if TYPE_CHECKING:
    from collections.abc import Iterator

Figures = dict[str, Any]
OVER = 1.1
"""Times what the calls alone need, at most."""
TIMES = 200.0
MOST_CALLS = 20
TEXTING = ("send", "bulk_json")


def textlocal_targets(figures: Figures) -> Iterator[Target]:
    """Yield the targets of the parts that were measured."""
    judges = {"contacts": _contacts, "messages": _messages}
    for part, judge in judges.items():
        if part in figures:
            yield from judge(figures[part]["scenarios"])


def calls_of(run: dict[str, Any]) -> int:
    """Return how many calls a run made."""
    return sum(int(count) for count in run["calls"].values())


def needed(name: str, run: dict[str, Any]) -> float:
    """Return the seconds that the calls of a run need by themselves.

    At the default rate so many calls take so many fifths of a second; one after the other each takes as long as its
    answer is late, and as long as the sandbox works for it.
    """
    if name == "default":
        return calls_of(run) / PER_SECOND
    return calls_of(run) * LATE + float(run["sandbox_cpu"])


def over(scenarios: Figures, name: str) -> float:
    """Return how many times as long as its calls need the slowest run took, less start-up."""
    start = middle(scenarios["start"], "wall")
    return max((float(run["wall"]) - start) / needed(name, run) for run in scenarios[name]["runs"]["ours"])


def texting(run: dict[str, Any]) -> int:
    """Return how many calls of a run texted people."""
    return sum(int(run["calls"].get(name, 0)) for name in TEXTING)


def _contacts(scenarios: Figures) -> Iterator[Target]:
    what = f"{scenarios['default']['rows']:,} contacts into a group, answers {LATE * 1000:.0f} ms late"
    how = f"16 at a time and {PER_SECOND} a second (the defaults)"
    longer, more = over(scenarios, "default"), faster(scenarios["default"], scenarios["peer"])
    yield Target(f"{what}, {how}", f"at most {OVER}x what its calls need", f"{longer:.2f}x", longer <= OVER, ENCODED)
    yield Target(f"{what}, {how}", f"at least {TIMES:.0f}x a plain target", str(more), more.middle >= TIMES)


def _messages(scenarios: Figures) -> Iterator[Target]:
    messages = scenarios["messages"]
    most = max(texting(run) for run in messages["runs"]["ours"])
    what = f"{messages['rows']:,} personal messages: calls that text people"
    yield Target(what, f"at most {MOST_CALLS}", str(most), most <= MOST_CALLS)
