"""What the ledger is to hold of what was delivered, and how long that may wait."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from singer_delivery.ledger import NOT_KNOWN
from singer_delivery.settling import Outcomes, longest_wait, taken_back

if TYPE_CHECKING:
    from singer_delivery.rows import Item, Settled


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


def test_who_was_accepted_before_stays_so_when_a_change_was_not_made_and_who_was_not_is_forgotten() -> None:
    items = [
        cast("Item", SimpleNamespace(scope=1, key=key, delivery=SimpleNamespace(known=key == b"known")))
        for key in (b"known", b"new")
    ]
    before, clear = taken_back(items)
    assert [(each.scope, each.key, each.payload) for each in before] == [(1, b"known", NOT_KNOWN)]
    assert clear == [(1, b"new")]
