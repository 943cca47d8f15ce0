"""What a trial comes to, and what a source of trials is."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Combination = TypeVar("Combination")


def mixed(combinations: Sequence[Combination]) -> list[Combination]:
    """Return all combinations, always in the same mixed order: the first few of them have a bit of everything."""
    return Random(0).sample(combinations, len(combinations))


@dataclass(frozen=True)
class Verdict:
    """What came of one trial.

    Attributes:
        kind: `step` (a crash at one step of a run in a process of the harness), `process` (a run as users start it)
            or `tap`.
        target: The target or tap, and its action where it has several: `target-textlocal messages`.
        fault: What went wrong.
        seed: Brings it back, with the name of its source.
        lost: People whose state at the vendor is not an undisturbed run's and who are not told of, and records behind
            a state that went out before they were settled.
        texted_twice: People who got a text more often than in an undisturbed run.
        unaccounted: Records that were read and have not exactly one outcome in their run's report.
        note: For whoever looks into it.
        step: The step at which it happened, where it takes that besides the seed to bring it back.
        happened: Whether it did: a run may be over, or be going another way, before it comes to its step.
    """

    kind: str
    target: str
    fault: str
    seed: int
    lost: int
    texted_twice: int
    unaccounted: int
    note: str = ""
    step: str = ""
    happened: bool = True

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.texted_twice or self.unaccounted)


class Trials(Protocol):
    """A source of trials. It is made once in each worker process, and keeps what it needs there (a sandbox) open."""

    def names(self) -> list[str]:
        """Return what it tries: a name for each combination of target and fault."""

    def run(self, seed: int) -> Verdict:
        """Run a trial; the same seed is the same trial. Seeds count from 0.

        An exception says that the harness itself is broken: it ends the whole run.
        """

    def close(self) -> None:
        """End what it keeps open."""
