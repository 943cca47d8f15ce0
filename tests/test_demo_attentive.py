"""The demo's numbers about Attentive are checked before they are shown: whatever does not add up fails the demo."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from demo_attentive import Round, Tally, Text
from demo_attentive_report import complaints

AUDIENCE = {"subscribe": 5, "attributes": 4, "segment_members": 4}
FIRST = Round(
    {
        "subscribe": Tally(
            {"accepted": 2, "unchanged": 0, "already": 1, "skipped": 2, "rejected": 0}, {"no_consent": 1, "pending": 2}
        ),
        "attributes": Tally({"accepted": 4, "unchanged": 0, "already": 0, "skipped": 0, "rejected": 0}, {}),
        "segment_members": Tally({"accepted": 2, "unchanged": 0, "already": 0, "skipped": 2, "rejected": 0}, {}),
    },
    Counter(Subscribe=2, Eligibility=4, BulkAttributes=1, AddMembers=1),
    (Text("reply_y", "13035550101"), Text("reply_y", "13035550102"), Text("legal", "13035550101")),
    described=4,
    members=2,
)
SECOND = Round(
    {
        "subscribe": Tally({"accepted": 0, "unchanged": 3, "already": 0, "skipped": 2, "rejected": 0}, {}),
        "attributes": Tally({"accepted": 0, "unchanged": 4, "already": 0, "skipped": 0, "rejected": 0}, {}),
        "segment_members": Tally({"accepted": 0, "unchanged": 2, "already": 0, "skipped": 2, "rejected": 0}, {}),
    },
    Counter(AddMembers=1),
    (),
    described=4,
    members=2,
)


def test_two_good_rounds_are_not_complained_of() -> None:
    assert list(complaints(AUDIENCE, FIRST, SECOND)) == []


def test_a_call_that_was_refused_and_made_again_is_not_complained_of() -> None:
    assert (
        list(complaints(AUDIENCE, replace(FIRST, calls=Counter(Subscribe=FIRST.calls["Subscribe"] + 1)), SECOND)) == []
    )


def outcomes(which: Round, action: str, **changes: int) -> Round:
    """A round with other outcomes of an action."""
    tally = which.tallies[action]
    return replace(which, tallies={**which.tallies, action: replace(tally, outcomes={**tally.outcomes, **changes})})


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        (FIRST, replace(SECOND, calls=Counter(Subscribe=1)), "made 1 calls that text"),
        (FIRST, replace(SECOND, calls=Counter(Unsubscribe=1)), "made 1 calls that text"),
        (FIRST, replace(SECOND, texts=(Text("already_subscribed", "13035550101"),)), "people got 1 texts"),
        (replace(FIRST, calls=Counter(Subscribe=1)), SECOND, "by 1 calls, and"),
        (replace(FIRST, texts=FIRST.texts[:1]), SECOND, "texts asked them to answer Y"),
        (replace(FIRST, texts=(*FIRST.texts, FIRST.texts[2])), SECOND, "the same text twice"),
        (replace(FIRST, members=3), SECOND, "3 members"),
        (FIRST, replace(SECOND, members=1), "1 members"),
        (FIRST, replace(SECOND, described=3), "attributes of 3"),
        (outcomes(FIRST, "attributes", rejected=1), SECOND, "5 and 4 an outcome"),
        (FIRST, outcomes(SECOND, "attributes", unchanged=3, rejected=1), "Rows of attributes were rejected"),
        (FIRST, outcomes(SECOND, "subscribe", unchanged=2, accepted=1), "2 rows of subscribe were unchanged"),
        (FIRST, outcomes(SECOND, "segment_members", skipped=1, unchanged=3), "was not so again"),
    ],
)
def test_what_does_not_add_up_is_complained_of(first: Round, second: Round, complaint: str) -> None:
    assert any(complaint in each for each in complaints(AUDIENCE, first, second))
