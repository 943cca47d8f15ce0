"""All sources of trials, and how many of the trials are each one's."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaos.verdicts import Trials


@dataclass(frozen=True)
class Source:
    """A source of trials.

    Attributes:
        place: Module and class, made without arguments in each worker process.
        weight: Its trials among those of all sources.
    """

    place: str
    weight: float

    def open(self) -> Trials:
        """Make it."""
        module, _, name = self.place.partition(":")
        trials: Trials = getattr(import_module(module), name)()
        return trials


SOURCES = {
    "steps": Source("chaos.steps:Steps", 0.95),
    "processes": Source("chaos.processes:Processes", 0.03),
    "taps": Source("chaos.taps:Taps", 0.01),
}


def shared_out(trials: int, names: list[str]) -> list[tuple[str, int]]:
    """Share trials out to sources.

    Args:
        trials: How many there are.
        names: The sources.

    Returns:
        The source and the seed of each trial, the sources mixed as their weights say.
    """
    weights = {name: SOURCES[name].weight for name in names}
    taken = dict.fromkeys(names, 0)
    found = []
    for _ in range(trials):
        name = min(names, key=lambda each: (taken[each] + 1) / weights[each])
        found.append((name, taken[name]))
        taken[name] += 1
    return found
