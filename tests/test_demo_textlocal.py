"""The demo's numbers about Textlocal are checked before they are shown: whatever does not add up fails the demo."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from demo_attentive import Tally
from demo_textlocal import Figures, Round, Text
from demo_textlocal_report import complaints, complaints_of_states, complaints_of_the_week

AUDIENCE = {"contacts": 4, "campaigns": 4}
FIRST = Round(
    {
        "contacts": Tally({"accepted": 3, "skipped": 1}, {"created": 2, "changed": 1, "no_consent": 1}),
        "campaigns": Tally({"accepted": 3, "rejected": 1}, {"scheduled": 3, "unknown_customer": 1}),
    },
    Counter(create_contacts_bulk=3, send=2, get_contacts=4),
    people=10,
    waiting=3,
    texts=0,
)
SECOND = Round(
    {
        "contacts": Tally({"unchanged": 3, "skipped": 1}, {"no_consent": 1}),
        "campaigns": Tally({"unchanged": 4}, {}),
    },
    Counter(get_contacts=1),
    people=10,
    waiting=3,
    texts=0,
)
TEXTS = (Text("447700900001", "Hello"), Text("447700900002", "Hello"), Text("447700900003", "Bonjour"))
FIGURES = {
    ("1", 0): Figures(2, 1, 0, 0, 0, 0, 1),
    ("2", 0): Figures(1, 1, 0, 0, 0, 0, 0),
    ("1", 7): Figures(2, 1, 1, 0, 0, 0, 0),
    ("2", 7): Figures(1, 1, 0, 0, 0, 0, 0),
}
STATES = {"447700900001": "D", "447700900002": "U"}


def test_two_good_runs_and_a_good_week_are_not_complained_of() -> None:
    assert list(complaints(AUDIENCE, FIRST, SECOND)) == []
    assert list(complaints_of_the_week(3, TEXTS, FIGURES, dict(FIGURES))) == []
    assert list(complaints_of_states(STATES, dict(STATES))) == []


def outcomes(which: Round, action: str, **changes: int) -> Round:
    """A run with other outcomes of an action."""
    tally = which.tallies[action]
    return replace(which, tallies={**which.tallies, action: replace(tally, outcomes={**tally.outcomes, **changes})})


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        (FIRST, replace(SECOND, calls=Counter(send=1)), "called send"),
        (FIRST, replace(SECOND, calls=Counter(bulk_json=1)), "called bulk_json"),
        (FIRST, replace(SECOND, calls=Counter(create_group=1, delete_contact=2)), "create_group, delete_contact"),
        (FIRST, replace(SECOND, texts=1), "1 people got a text before noon"),
        (replace(FIRST, texts=2), SECOND, "2 people got a text before noon"),
        (FIRST, replace(SECOND, waiting=6), "to 6 after the second"),
        (replace(FIRST, waiting=2), replace(SECOND, waiting=2), "3 people were scheduled"),
        (FIRST, replace(SECOND, people=11), "11 after the second"),
        (outcomes(FIRST, "contacts", rejected=1), SECOND, "gave 5 and 4 an outcome"),
        (FIRST, outcomes(SECOND, "contacts", unchanged=2, rejected=1), "2 rows of contacts were unchanged"),
        (FIRST, outcomes(SECOND, "campaigns", unchanged=3, accepted=1), "3 rows of campaigns were unchanged"),
        (outcomes(FIRST, "campaigns", accepted=0, rejected=4), replace(SECOND, waiting=0), "should have been 0"),
    ],
)
def test_what_does_not_add_up_of_two_runs_is_complained_of(first: Round, second: Round, complaint: str) -> None:
    assert any(complaint in each for each in complaints(AUDIENCE, first, second))


@pytest.mark.parametrize(
    ("texts", "here", "complaint"),
    [
        ((*TEXTS, TEXTS[0]), FIGURES, "1 people got more than one text"),
        ((*TEXTS[:2], Text("447700900001", "Bonjour")), FIGURES, "1 people got more than one text"),
        (TEXTS[:2], FIGURES, "2 texts went out"),
        (TEXTS, {}, "4 of 4 days differ"),
        (TEXTS, {**FIGURES, ("1", 7): Figures(2, 2, 0, 0, 0, 0, 0)}, "1 of 4 days differ"),
        (TEXTS, {**FIGURES, ("3", 7): Figures(1, 1, 0, 0, 0, 0, 0)}, "of day 7 are of 4 texts, not of 3"),
        (TEXTS, {**FIGURES, ("1", 0): Figures(2, 1, 0, 0, 0, 0, 0)}, "of day 0 do not add up"),
    ],
)
def test_what_does_not_add_up_of_the_week_is_complained_of(
    texts: tuple[Text, ...], here: dict[tuple[str, int], Figures], complaint: str
) -> None:
    assert any(complaint in each for each in complaints_of_the_week(3, texts, FIGURES, here))


def test_figures_that_agree_and_yet_do_not_add_up_are_complained_of() -> None:
    wrong = {**FIGURES, ("2", 7): Figures(2, 1, 0, 0, 0, 0, 0)}

    found = list(complaints_of_the_week(3, TEXTS, wrong, dict(wrong)))

    assert len(found) == 2
    assert "not of 3" in found[0]
    assert "do not add up" in found[1]


@pytest.mark.parametrize("here", [{}, {**STATES, "447700900002": "D"}, {**STATES, "447700900003": "D"}])
def test_other_states_in_postgresql_are_complained_of(here: dict[str, str]) -> None:
    assert len(list(complaints_of_states(STATES, here))) == 1
