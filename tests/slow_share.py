"""A bounded share of the slow tests, another one for each commit, so that all have their turn; a plugin of pytest.

`--slow=all` runs every one of them, `--slow=none` none. A run says which share it took, and how to take it again.
"""

from __future__ import annotations

import math
import os
import subprocess
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

SHARES = {"none": 0.0, "share": 0.03, "all": 1.0}
_SEED = "SLOW_SEED"
"""In the environment, so that all workers of a run leave out the same tests."""


def in_turn(values: Iterable[Any], *, each_time: int = 1) -> list[Any]:
    """Return the values of a test's parameter: the first run each time, the others when it is their turn.

    Args:
        values: All of them.
        each_time: How many of them, from the first on, are not slow tests.
    """
    every = list(values)
    return [*every[:each_time], *(pytest.param(each, marks=pytest.mark.slow) for each in every[each_time:])]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--slow`."""
    parser.addoption("--slow", choices=SHARES, default="share", help="which of the slow tests run (share: 3 %%)")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed, once for all workers."""
    del config
    os.environ.setdefault(_SEED, _commit())


def pytest_report_header(config: pytest.Config) -> str:
    """Say which share is taken."""
    return f"slow tests: {config.getoption('slow')} (again: {_SEED}={os.environ[_SEED]}; all: make test-all)"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests that are not of this run's share, unless they are asked for by name."""
    if any("::" in each for each in config.args):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    left_out = set(slow) - set(chosen(slow, os.environ[_SEED], SHARES[config.getoption("slow")]))
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def chosen(slow: Sequence[pytest.Item], seed: str, share: float) -> list[pytest.Item]:
    """Return a share of the slow tests, rounded up."""
    drawn = sorted(slow, key=lambda item: zlib.crc32(f"{seed} {item.nodeid}".encode()))
    return drawn[: math.ceil(len(drawn) * share)]


def _commit() -> str:
    root = Path(__file__).resolve().parents[1]
    command = ["git", "rev-parse", "--short", "HEAD"]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "0"
