from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from made_up_planning import ANN, Join, Way, ann, bob

if TYPE_CHECKING:
    from singer_delivery.ledger import Ledger


def test_what_was_accepted_is_unchanged_the_next_time_and_is_not_even_planned(way: Way) -> None:
    way.plan(ann(), bob())
    planned = way.join.planned
    assert way.outcomes(ann(), bob()) == ["same_as_last_accepted"] * 2
    assert way.join.planned == planned == 2


def test_a_record_that_only_looks_different_is_unchanged_and_learned(way: Way) -> None:
    way.plan(ann())
    assert way.outcomes(ann(note="new column")) == ["same_as_last_accepted"]
    planned = way.join.planned
    assert way.outcomes(ann(note="new column")) == ["same_as_last_accepted"]
    assert way.join.planned == planned


def test_a_change_is_sent_and_the_action_is_told_that_the_person_is_known(way: Way) -> None:
    way.plan(ann())
    way.plan(ann("Anna"))
    assert way.sent == [("join", ANN, "Ann", False), ("join", ANN, "Anna", True)]


def test_a_key_in_flight_is_waited_for_before_the_ledger_is_asked(way: Way) -> None:
    way.plan(ann())
    way.in_flight.add(way.ledger.digest(ANN.encode()))
    assert way.outcomes(ann()) == ["same_as_last_accepted"]
    assert way.waited == 1


def test_what_is_settled_while_the_ledger_is_asked_is_not_overlooked(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed value is under way, and the one before it comes once more: it is what is to hold in the end."""
    way.plan(ann("old"))
    way.in_flight.add(way.ledger.digest(ANN.encode()))
    ask = way.ledger.by_source

    def settled_meanwhile(*asked: Any) -> dict[bytes, bytes]:
        known = ask(*asked)
        if way.in_flight:
            way.in_flight.clear()
            way.plan(ann("new"))
        return known

    monkeypatch.setattr(way.ledger, "by_source", settled_meanwhile)
    way.plan(ann("old"))
    assert [name for _, _, name, _ in way.sent] == ["old", "new", "old"]


def test_rejects_and_people_without_consent_are_told_apart(ledger: Ledger) -> None:
    way = Way(ledger, consent_field="consent")
    assert way.outcomes(
        ann(consent="yes"), bob(), ann("bad", consent=True, phone="2125550103"), bob(consent=1, phone="12")
    ) == ["invalid_phone", "no_consent", "wrong_type"]
    assert [key for _, key, *_ in way.sent] == [ANN]


def test_an_opt_out_needs_no_consent(ledger: Ledger) -> None:
    way = Way(ledger, consent_field="consent")
    way.plan(ann(opted_out="true"))
    assert [action for action, *_ in way.sent] == ["leave"]


def test_an_opt_out_is_not_lost_over_a_broken_email_address(way: Way) -> None:
    assert way.outcomes(bob(email="no address")) == ["invalid_email"]
    way.plan(ann(opted_out="true", email="no address"))
    assert [action for action, *_ in way.sent] == ["leave"]


def test_text_that_is_not_unicode_is_rejected(way: Way) -> None:
    assert way.outcomes(ann("\ud83d")) == ["not_unicode"]


def test_resend_sends_what_is_unchanged(ledger: Ledger) -> None:
    Way(ledger).plan(ann())
    way = Way(ledger, resend=True)
    way.plan(ann())
    assert way.sent == [("join", ANN, "Ann", True)]


def test_what_must_not_be_repeated_is_not_resent(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Join, "repeatable", False)
    Way(ledger).plan(ann())
    assert Way(ledger, resend=True).outcomes(ann()) == ["same_as_last_accepted"]


def test_whom_the_vendor_said_to_leave_alone_is_left_alone_for_some_days(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.leave_alone(ann())
    assert way.outcomes(ann(), bob()) == ["opted_out"]
    assert way.outcomes(ann("changed")) == []
    way.leave_alone(ann("again"))
    monkeypatch.setattr("singer_delivery.planning.LEFT_ALONE_SECONDS", -1)
    assert way.outcomes(ann("again")) == []


def test_who_was_taken_later_is_not_left_alone_any_more(way: Way) -> None:
    way.leave_alone(ann("old"))
    way.plan(ann("new"))
    way.plan(ann("old"))
    assert [name for _, _, name, _ in way.sent] == ["new", "old"]


@pytest.mark.parametrize("repeatable", [False, True])
def test_a_delivery_that_was_interrupted_is_in_doubt_since_then_unless_it_may_be_repeated(
    way: Way, monkeypatch: pytest.MonkeyPatch, *, repeatable: bool
) -> None:
    monkeypatch.setattr(Join, "repeatable", repeatable)
    before = int(time.time())
    way.ledger.mark_sending(way.ledger.scope("join/1"), [(way.ledger.digest(ANN.encode()), b"0" * 16)])
    (plan,) = way.plan(ann())
    (item,) = plan.items
    assert item.uncertain is not repeatable
    since = item.delivery.in_doubt_since
    assert since is None if repeatable else since and before <= since <= time.time()


def test_other_rules_plan_anew_and_send_only_what_comes_out_different(way: Way) -> None:
    way.plan(ann())
    way.binding.rules = b"other rules"
    assert way.outcomes(ann()) == ["same_as_last_accepted"]
    assert way.join.planned == 2
