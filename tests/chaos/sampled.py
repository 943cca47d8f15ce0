"""A sample of the trials, for the test suite: in a process of its own, for trials fork, and pytest has threads."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

from chaos.steps import TURNS, Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.verdicts import Verdict

TRIALS = 40
_SCENARIOS = 4
"""Of which as many trials each: what an undisturbed run leaves is found out once for all of them."""
_ROUNDS = 45


def drawn(commit: str) -> list[int]:
    """Draw the seeds of a commit's trials."""
    chance = Random(commit)
    places, each = chance.sample(range(len(TURNS)), _SCENARIOS), TRIALS // _SCENARIOS
    return [place + len(TURNS) * rounds for place in places for rounds in chance.sample(range(_ROUNDS), each)]


def tried(seeds: Sequence[int]) -> list[Verdict]:
    """Run trials."""
    return _elsewhere(_tried, seeds)


def tried_broken(case: str, wrong: str, broken: str) -> list[Verdict]:
    """Look for the first trial that finds what is broken on purpose; none if no trial does."""
    return _elsewhere(_tried_broken, case, wrong, broken)


def _elsewhere(work: object, *given: object) -> list[Verdict]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found: list[Verdict] = pool.apply(work, given)  # type: ignore[arg-type] # given is for work
        return found


def _tried(seeds: Sequence[int]) -> list[Verdict]:
    with closing(Steps()) as steps:
        return [steps.run(seed) for seed in seeds]


def _tried_broken(case: str, wrong: str, broken: str) -> list[Verdict]:
    with closing(Steps()) as steps:
        verdict = steps.broken(case, wrong, broken)
        return [] if verdict is None else [verdict]
