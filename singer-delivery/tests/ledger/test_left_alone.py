"""Whom the vendor said to leave alone, and for how long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from singer_delivery.ledger import Accepted, Ledger, LeftAlone

if TYPE_CHECKING:
    from collections.abc import Callable

YEARS = 5 * 365 * 86_400


@pytest.fixture
def left(ledger: Ledger) -> Callable[[], LeftAlone]:
    """Writes that somebody is to be left alone."""

    def leave() -> LeftAlone:
        row = LeftAlone(ledger.scope("a"), ledger.digest(b"k"), ledger.digest(b"source"), "opted_out")
        ledger.settle([], [], [], [], [row])
        return row

    return leave


def test_who_is_to_be_left_alone_is_so_until_then_or_until_the_vendor_takes_them(
    ledger: Ledger, left: Callable[[], LeftAlone]
) -> None:
    row = left()
    assert ledger.left_alone(row.scope, [row.source, b"other".ljust(16)], 0) == {row.source: row}
    assert ledger.left_alone(row.scope, [row.source], int(time.time()) + 10) == {}
    ledger.settle([Accepted(row.scope, row.key, row.source, ledger.digest(b"payload"))], [], [], [])
    assert ledger.left_alone(row.scope, [row.source], 0) == {}


def test_what_was_said_by_a_clock_that_ran_ahead_leaves_nobody_alone_for_years(
    ledger: Ledger, left: Callable[[], LeftAlone], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + YEARS)
    row = left()
    assert ledger.left_alone(row.scope, [row.source], 0) == {row.source: row}
    monkeypatch.undo()
    assert ledger.left_alone(row.scope, [row.source], 0) == {}
