"""Which of several rows about one person counts: who left stays away, and who signed up anew stays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from made_up_planning import ANN, BOB, Join, Part, Way, ann, bob

if TYPE_CHECKING:
    from singer_delivery.ledger import Ledger


def test_of_several_records_of_a_person_the_last_one_wins(way: Way) -> None:
    assert way.outcomes(ann("first"), bob(), ann("second"), ann("third", phone="+1 212.555.0101")) == [
        "superseded",
        "superseded",
    ]
    assert way.sent == [("join", BOB, "Bob", False), ("join", ANN, "third", False)]


def test_an_old_value_that_comes_after_a_new_one_wins_although_it_was_sent_before(way: Way) -> None:
    way.plan(ann("old"))
    assert way.outcomes(ann("new"), ann("old")) == ["same_as_last_accepted", "superseded"]
    assert [name for _, _, name, _ in way.sent] == ["old"]


def test_joining_and_leaving_keep_their_order_within_a_chunk(way: Way) -> None:
    assert way.outcomes(ann(), ann(opted_out=True), ann("back")) == []
    assert [(action, name) for action, _, name, _ in way.sent] == [("join", "Ann"), ("leave", None), ("join", "back")]


def test_who_left_is_sent_again_when_they_join_with_the_same_profile(way: Way) -> None:
    way.plan(ann())
    way.plan(ann(opted_out=True))
    way.plan(ann())
    assert [action for action, *_ in way.sent] == ["join", "leave", "join"]


def test_a_deleted_row_is_for_the_opposite_action(way: Way) -> None:
    way.plan(ann())
    way.plan(ann(), deleted=True)
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_who_signed_up_anew_behind_a_deleted_row_stays(way: Way) -> None:
    """Both rows come in every run, and to add somebody again can mean to text them."""
    old, new = ann(deleted=True), ann(id=3)
    assert way.outcomes(old, new) == ["superseded"]
    assert way.outcomes(old, bob(), new) == ["same_as_last_accepted", "superseded"]
    assert way.outcomes(old, ann("Anna", id=3)) == ["superseded"]
    assert [(action, name) for action, _, name, _ in way.sent] == [("join", "Ann"), ("join", "Bob"), ("join", "Anna")]


def test_who_signed_up_before_the_row_that_was_deleted_leaves(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(), ann(deleted=True)) == ["same_as_last_accepted"]
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_a_deleted_row_counts_where_nobody_is_added_behind_it(ledger: Ledger) -> None:
    way = Way(ledger, consent_field="consent")
    way.plan(ann(consent=True))
    assert way.outcomes(ann(deleted=True), ann(id=3), ann("bad", id=4, consent=True)) == ["no_consent", "wrong_type"]
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_who_says_that_they_leave_is_taken_off_even_if_a_later_row_adds_them(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(opted_out=True), ann(id=2, deleted=True), ann(id=3)) == ["superseded"]
    assert [action for action, *_ in way.sent] == ["join", "leave", "join"]


def test_a_deleted_row_counts_where_the_one_behind_it_is_left_alone(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Join, "yields_to", lambda _: ("leave",))
    way.plan(ann())
    assert way.outcomes(ann(deleted=True), ann(id=3)) == ["opted_out"]
    assert [action for action, *_ in way.sent] == ["join", "leave"]


def test_of_rows_that_are_deleted_added_and_deleted_the_last_one_counts(way: Way) -> None:
    way.plan(ann())
    way.plan(ann(deleted=True), ann(id=3), ann(id=3, deleted=True))
    assert [action for action, *_ in way.sent][-1] == "leave"
    assert way.outcomes(ann(deleted=True), ann(id=3), ann(id=3, deleted=True)).count("superseded") >= 1
    assert [action for action, *_ in way.sent][-1] == "leave"


@pytest.mark.parametrize(("name", "asked_again"), [("leave", []), ("leaves later", ["leave"])])
def test_who_left_is_not_added_again_by_an_earlier_row_whatever_the_later_one_looks_like(
    way: Way, name: str, asked_again: list[str]
) -> None:
    way.plan(ann(), ann("leave", opted_out=True))
    assert "superseded" in way.outcomes(ann(), ann(name, opted_out=True))
    assert [action for action, *_ in way.sent] == ["join", "leave", *asked_again]


def test_who_left_is_not_added_again_although_everything_is_sent_anew(ledger: Ledger) -> None:
    Way(ledger).plan(ann(), ann(opted_out=True))
    way = Way(ledger, resend=True)
    assert way.outcomes(ann(), ann(opted_out=True)) == ["superseded"]
    assert [action for action, *_ in way.sent] == ["leave"]


def test_who_left_is_still_the_subject_of_what_has_nothing_to_do_with_that(way: Way) -> None:
    way.plan(ann(opted_out=True))
    assert way.outcomes(ann("Anna", profile=True), ann(opted_out=True)) == ["same_as_last_accepted"]
    assert [(action, name) for action, _, name, _ in way.sent] == [("leave", None), ("profile", "Anna")]


def test_an_opt_out_is_not_lost_with_its_row(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(opted_out=True, deleted=True), ann(id=3)) == []
    assert [action for action, *_ in way.sent] == ["join", "leave", "join"]
    way.plan(bob(opted_out=True, deleted=True, profile=True))
    assert way.sent[-1][:2] == ("leave", BOB)


def test_an_opt_out_that_is_deleted_at_its_source_is_not_carried_out(way: Way) -> None:
    way.binding.action = Part("leave/1", way.leave)
    (plan,) = way.plan(ann(opted_out=True), deleted=True)
    assert [each.verdict.reason for each in plan.settled] == ["deleted_row"]


def test_what_takes_people_off_is_told_when_they_were_added(way: Way) -> None:
    way.plan(ann())
    (left,) = way.plan(ann(opted_out=True), bob(opted_out=True))
    added = {item.delivery.key: item.delivery.added_at for item in left.items}
    assert added[BOB] is None
    assert added[ANN] == pytest.approx(time.time(), abs=60)
    (back,) = way.plan(ann())
    assert back.items[0].delivery.added_at is None
