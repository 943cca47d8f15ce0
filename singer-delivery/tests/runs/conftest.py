"""Whole runs, in this process, of a target for a made-up vendor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# What the tests stand on is no package.
sys.path.insert(0, str(Path(__file__).parent))

from made_up_target import Vendor, run

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def deliver(vendor: Vendor, tmp_path: Path) -> Callable[..., Any]:
    """Run the target, time and again with the same ledger: `deliver([schema("join"), person(1)], resend=True)`."""
    return lambda lines, **config: run(tmp_path, vendor, lines, **config)
