"""How long what was delivered may wait until the ledger holds it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from singer_delivery.settling import Outcomes, longest_wait

if TYPE_CHECKING:
    from singer_delivery.rows import Settled


def delivered(count: int, *, repeatable: bool) -> Outcomes:
    settled = SimpleNamespace(action=SimpleNamespace(repeatable=repeatable))
    return Outcomes([cast("Settled", settled)] * count, delivered=True)


def test_only_large_calls_that_may_be_repeated_wait_for_others() -> None:
    large, one = delivered(9, repeatable=True), delivered(1, repeatable=True)
    assert longest_wait([large, large]) > longest_wait([one])


@pytest.mark.parametrize("calls", [[(1, True)], [(9, False)], [(9, True), (1, True)], [(9, True), (9, False)]])
def test_what_texts_people_is_written_at_once_and_so_is_all_that_came_with_it(calls: list[Any]) -> None:
    outcomes = [delivered(count, repeatable=repeatable) for count, repeatable in calls]
    assert longest_wait(outcomes) < longest_wait([delivered(9, repeatable=True)])
