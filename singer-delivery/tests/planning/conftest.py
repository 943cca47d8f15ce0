"""Planning with a made-up vendor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# What the tests stand on is no package.
sys.path.insert(0, str(Path(__file__).parent))

from made_up_planning import Way

from singer_delivery.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    opened = Ledger.open("sqlite://")
    yield opened
    opened.close()


@pytest.fixture
def way(ledger: Ledger) -> Way:
    return Way(ledger)
