"""Ratios of two who were run in turns: the median of the rounds, and how far the rounds lie apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Figures = dict[str, Any]
_WHOLE = 100
"""From here on a ratio is told without decimals."""


@dataclass(frozen=True)
class Ratio:
    """How many times more one has, or does, than another.

    Attributes:
        middle: The median of the rounds.
        least: Of the rounds.
        most: Of the rounds.
    """

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        """Write the median, and the spread where there is more than one round."""
        digits = 0 if self.middle >= _WHOLE else 1
        middle, least, most = (f"{each:,.{digits}f}" for each in (self.middle, self.least, self.most))
        return f"{middle}x" if least == most else f"{middle}x ({least} to {most})"


def ratio_of(more: Sequence[float], less: Sequence[float]) -> Ratio:
    """Return a ratio, round by round.

    Args:
        more: Somebody's figures in the order of the rounds.
        less: Those of somebody else. Rounds in which one of the two did not take part are left out.
    """
    rounds = [one / other for one, other in zip(more, less, strict=False)]
    return Ratio(median(rounds), min(rounds), max(rounds))


def rates(scenario: Figures, contender: str) -> list[float]:
    """Return rows a second of wall time of a contender's runs, start-up included."""
    rows: int = scenario["rows"]
    return [rows / float(run["wall"]) for run in scenario["runs"][contender]]


def faster(ours: Figures, theirs: Figures, peer: str = "peer") -> Ratio:
    """Return how many times more rows a second of wall time ours delivers than a peer, start-up included.

    Args:
        ours: The scenario of ours.
        theirs: The scenario of the peer.
        peer: Which of its contenders.
    """
    return ratio_of(rates(ours, "ours"), rates(theirs, peer))


def compared(scenario: Figures, peer: str, contender: str, attribute: str) -> Ratio:
    """Return how many times more of something a peer took than a contender of the same scenario, start-up included.

    Args:
        scenario: The scenario.
        peer: The name of the peer in it.
        contender: The name of the contender.
        attribute: `cpu` or `wall`.
    """
    return ratio_of(*(_took(scenario, name, attribute, 0) for name in (peer, contender)))


def without_start(
    scenario: Figures, peer: str, contender: str, attribute: str, start: tuple[float, float]
) -> Ratio | None:
    """Return the same without start-up; None where a run took no longer than that.

    Args:
        scenario: The scenario.
        peer: The name of the peer in it.
        contender: The name of the contender.
        attribute: `cpu` or `wall`.
        start: The peer's and the contender's start-up.
    """
    took = [_took(scenario, name, attribute, less) for name, less in zip((peer, contender), start, strict=True)]
    return None if min(map(min, took)) <= 0 else ratio_of(*took)


def _took(scenario: Figures, name: str, attribute: str, less: float) -> list[float]:
    return [float(run[attribute]) - less for run in scenario["runs"][name]]
