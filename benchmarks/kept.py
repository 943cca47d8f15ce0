"""What is kept of a run: a line on the screen, and a result; runs in turns, and the parts of a target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from measure import Measured

Result = dict[str, Any]
Sizes = TypeVar("Sizes")
FEW: Final = 3
"""Runs of what takes minutes, or is compared with nobody."""


class UnequalError(Exception):
    """A tap or a target did not do what its figure would stand for."""


@dataclass(frozen=True)
class Turn:
    """What somebody does when it is their turn.

    Attributes:
        take: Runs them once.
        most_runs: They have no more turns than this, however many rounds are asked for.
    """

    take: Callable[[], Result]
    most_runs: int = 99


def in_turns(rounds: int, turns: Mapping[str, Turn]) -> dict[str, list[Result]]:
    """Run everybody once, then everybody again, so that what the machine does beside it hits all of them.

    Args:
        rounds: How often.
        turns: By name, in their order.

    Returns:
        The results by name, in the order of the rounds.
    """
    done: dict[str, list[Result]] = {name: [] for name in turns}
    for number in range(rounds):
        for name, turn in turns.items():
            if number < turn.most_runs:
                done[name].append(turn.take())
    return done


@dataclass(frozen=True)
class Parts(Generic[Sizes]):
    """The parts that are measured of a target.

    Attributes:
        target: Names the folder for inputs, configs, ledgers and logs.
        measures: What measures a part, by its name: takes how often, the folder, and how many people.
        full: How many people.
        small: How few, for a look whether everything works.
        few: The parts that are measured `FEW` times at most.
    """

    target: str
    measures: Mapping[str, Callable[[int, Path, Sizes], Result]]
    full: Sizes
    small: Sizes
    few: tuple[str, ...]

    def __call__(self, part: str, runs: int, folder: Path, *, quick: bool) -> Result:
        """Measure a part.

        Args:
            part: Its name.
            runs: How often, at most.
            folder: In which the target's folder is made.
            quick: Whether to take few people.

        Returns:
            By scenario, `rows` and `runs` (by contender).

        Raises:
            UnequalError: A target did more or less than it was to do.
        """
        place = folder / self.target
        place.mkdir(parents=True, exist_ok=True)
        rounds = min(runs, FEW) if part in self.few else runs
        return self.measures[part](rounds, place, self.small if quick else self.full)


def told(name: str, measured: Measured, records: int, what: str = "people") -> Result:
    """Say what a run took, on the screen and as a result."""
    print(
        f"  {name:<20} {measured.wall:7.1f} s wall {measured.cpu:7.1f} s CPU {measured.peak_mb:6.0f} MB"
        f"  {records:>10,} {what}",
        flush=True,
    )
    return asdict(measured)


def named(prefix: str, seen: object) -> Result:
    """Return an object's attributes as results, under names with a prefix."""
    return {f"{prefix}_{name}": value for name, value in vars(seen).items()}
