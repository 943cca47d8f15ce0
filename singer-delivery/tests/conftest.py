"""What several test modules stand on."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


def _simulation():
    name = "rate_simulation"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def simulate():
    """Workers and a vendor on a made-up clock."""
    return _simulation().Simulation


@pytest.fixture(scope="session")
def token_bucket():
    """A vendor that lets bursts through."""
    return _simulation().TokenBucket


@pytest.fixture(scope="session")
def windows():
    """A vendor that counts by the clock's seconds."""
    return _simulation().Windows


@pytest.fixture(scope="session")
def most_in_a_second():
    """The most calls in any second."""
    return _simulation().most_in_a_second
