"""What the ledger tells an action of its opposite, and who asks a second time to be taken off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from made_up_planning import ANN, Join, Leave, Way, ann

from singer_delivery.ledger import EntryState

if TYPE_CHECKING:
    from singer_delivery.ledger import Ledger


def left(way: Way) -> int:
    return [action for action, *_ in way.sent].count("leave")


def test_who_asks_a_second_time_to_be_taken_off_is_taken_off_again(way: Way) -> None:
    """They may have come back at the vendor, where nobody here sees it."""
    way.plan(ann(opted_out=True, asked="2026-01-05"))
    (plan,) = way.plan(ann(opted_out=True, asked="2026-03-09"))
    assert plan.items[0].delivery.known
    assert left(way) == 2
    assert way.outcomes(ann(opted_out=True, asked="2026-03-09")) == ["same_as_last_accepted"]


def test_other_settings_and_a_new_empty_column_are_no_new_wish(way: Way) -> None:
    way.plan(ann(opted_out=True))
    way.binding.rules = b"other rules"
    assert way.outcomes(ann(opted_out=True)) == ["same_as_last_accepted"]
    assert way.outcomes(ann(opted_out=True, note=None)) == ["same_as_last_accepted"]
    assert left(way) == 1


def test_what_must_not_be_repeated_is_not_done_again_for_a_new_record(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Leave, "repeatable", False)
    way.plan(ann(opted_out=True))
    assert way.outcomes(ann(opted_out=True, asked="again")) == ["same_as_last_accepted"]
    assert left(way) == 1


def test_what_was_done_while_it_was_repeatable_is_not_done_again_once_it_is_not(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.plan(ann(opted_out=True))
    monkeypatch.setattr(Leave, "repeatable", False)
    assert way.outcomes(ann(opted_out=True, asked="again")) == ["same_as_last_accepted"]
    assert left(way) == 1


def test_a_payload_that_tells_requests_apart_counts_alone(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Leave, "renewed_by_record", False)
    way.plan(ann(opted_out=True))
    assert way.outcomes(ann(opted_out=True, asked="again")) == ["same_as_last_accepted"]
    assert left(way) == 1


@pytest.mark.parametrize(("state", "reasons"), [(EntryState.SENDING, ["opted_out"]), (EntryState.ACCEPTED, [])])
def test_who_is_still_to_be_taken_off_is_not_added_and_of_who_was_the_vendor_is_asked(
    way: Way, monkeypatch: pytest.MonkeyPatch, state: EntryState, reasons: list[str]
) -> None:
    monkeypatch.setattr(Join, "yields_to_wanted", lambda _: ("leave",))
    way.plan(ann(opted_out=True))
    if state is EntryState.SENDING:
        way.ledger.mark_sending(way.ledger.scope("leave/1"), [(way.ledger.digest(ANN.encode()), b"0" * 16)])
    assert way.outcomes(ann()) == reasons


def test_who_is_added_again_comes_with_when_they_were_taken_off(ledger: Ledger) -> None:
    way = Way(ledger)
    (first,) = way.plan(ann())
    assert first.items[0].delivery.removed_at is None
    way.plan(ann(opted_out=True))
    (back,) = way.plan(ann())
    assert back.items[0].delivery.removed_at == pytest.approx(time.time(), abs=60)
