"""The sandbox as a fixture: a real process on a free port, one for each worker. Of runs: `tests/target_runs.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sandboxes
from hypothesis import HealthCheck, settings
from sandboxes import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytest_plugins = ["console_pages", "slow_share", "target_runs", "textlocal_calls"]

# How long an example takes says something of the machine, not of the code: tests run beside each other on shared ones.
settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")

_SEED = 7


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the small scale, shared by the tests of a worker: use `clean_sandbox` to change it."""
    started = sandboxes.start(scale="small", seed=_SEED)
    yield started
    started.stop()


@pytest.fixture
def clean_sandbox(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The shared sandbox, reset before and after."""
    sandbox.reset()
    yield sandbox
    sandbox.reset()


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes of one's own: `start_sandbox(lists=1, messages=200, contacts=200, page_size=1000)`."""
    started: list[Sandbox] = []

    def start(**options: object) -> Sandbox:
        started.append(sandboxes.start(**options))
        return started[-1]

    yield start
    for each in started:
        each.stop()
