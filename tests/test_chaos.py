"""A few of the trials that `make chaos` runs by the thousand, others for each commit; and what the checker finds.

A failure names its seed, and the command that brings it back.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from chaos.broken import BROKEN
from chaos.checker import Findings, Left, Texts, check
from chaos.running import Ended
from chaos.sampled import TRIALS, drawn, tried, tried_broken
from chaos.sources import SOURCES, shared_out
from chaos.table import page, replay
from chaos.vendors import Seen
from chaos.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

FOUND_AS = {
    "state before the records": ("target-textlocal messages, a text each", "lost"),
    "ledger after the call": ("target-texting text", "texted_twice"),
    "ledger ahead of the call": ("target-attentive messages", "lost"),
    "rejects forgotten": ("target-listrak-sms update", "lost"),
    "outcome not counted": ("target-listrak-sms update", "unaccounted"),
}
WELL = Verdict("step", "target-a b", "kill -9", 3, 0, 0, 0)


def test_runs_that_are_killed_at_any_step_lose_nobody_and_text_nobody_twice() -> None:
    verdicts = tried(drawn(os.environ["SLOW_SEED"]))
    assert len(verdicts) == TRIALS
    bad = [f"{each}\n{replay('steps', each)}" for each in verdicts if not each.is_well]
    assert not bad, "\n".join(bad)


@pytest.mark.slow
@pytest.mark.parametrize("broken", BROKEN)
def test_an_engine_that_is_broken_on_purpose_is_found_out(broken: str) -> None:
    case, found_as = FOUND_AS[broken]
    found = tried_broken(case, "kill -9", broken)
    assert found, "no step shows it"
    assert getattr(found[0], found_as) > 0, found[0]


def seen(people: Mapping[str, str] | None = None, **texts: int) -> Seen:
    return Seen(people or {"Ana": "subscribed"}, Counter({(name, "text"): count for name, count in texts.items()}))


def ended(code: int = 0, read: int = 2, unsettled: int = 0, stderr: str = "", **outcomes: int) -> Ended:
    report = {"read": read, "unsettled": unsettled, "outcomes": outcomes or {"accepted": read}, "reasons": {}}
    return Ended(code, [], report, stderr, [])


def checked(left: Left, last: Ended | None = None, first: Ended | None = None, texts: Texts = Texts.EACH) -> Findings:
    twin = Left(seen(Ana=1, Ben=1), {"row": "invalid_phone"})
    return check([(first or ended(), 2), (last or ended(), 2)], left, twin, texts_are=texts)


UNDISTURBED = Left(seen(Ana=1, Ben=1), {"row": "invalid_phone"})
ANA = Counter(Ana=1)


def numbers(found: Findings) -> tuple[int, int, int]:
    return found.lost, found.texted_twice, found.unaccounted


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (UNDISTURBED, (0, 0, 0)),
        (Left(seen({"Ana": "unsubscribed"}, Ana=1, Ben=1), {"row": ""}), (1, 0, 0)),
        (Left(seen({"Ana": "unsubscribed"}, Ana=1, Ben=1), {"row": ""}, ANA), (0, 0, 0)),
        (Left(seen({"Ana": "unsubscribed"}, Ben=1), {"row": ""}), (1, 0, 0)),
        (Left(seen(Ben=1), {"row": ""}), (1, 0, 0)),
        (Left(seen(Ben=1), {"row": ""}, ANA), (0, 0, 0)),
        (Left(seen(Ana=1), {"row": ""}, ANA), (1, 0, 0)),
        (Left(seen(Ana=2, Ben=1), {"row": ""}), (0, 1, 0)),
        (Left(seen(Ana=2, Ben=1), {"row": ""}, ANA), (0, 1, 0)),
        (Left(seen(Ana=1, Ben=1), {}), (1, 0, 0)),
    ],
    ids=[
        "as undisturbed",
        "differs",
        "differs, told of",
        "differs, no text",
        "no text",
        "no text, told of",
        "no text, another one told of",
        "twice",
        "twice, told of",
        "reject gone",
    ],
)
def test_the_checker_compares_people_texts_and_rejects(left: Left, expected: tuple[int, int, int]) -> None:
    assert numbers(checked(left)) == expected


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ({"last": ended(code=1)}, (1, 0, 0)),
        ({"last": ended(read=1)}, (0, 0, 1)),
        ({"last": ended(unsettled=1, accepted=1)}, (0, 0, 1)),
        ({"last": ended(accepted=1)}, (0, 0, 1)),
        ({"first": ended(accepted=3)}, (0, 0, 1)),
        ({"first": ended(stderr="Traceback (most recent call last):")}, (0, 0, 1)),
        ({"last": Ended(0, [], None, "", [])}, (0, 0, 2)),
        ({"first": Ended(-9, [], None, "", [])}, (0, 0, 0)),
    ],
)
def test_the_checker_adds_up_what_the_reports_say(runs: dict[str, Any], expected: tuple[int, int, int]) -> None:
    assert numbers(checked(UNDISTURBED, **runs)) == expected


def test_trials_are_shared_out_by_weight_and_each_has_a_seed_of_its_own() -> None:
    shared = shared_out(1000, list(SOURCES))
    assert len(set(shared)) == 1000
    whole = sum(each.weight for each in SOURCES.values())
    for name, source in SOURCES.items():
        seeds = [seed for taken, seed in shared if taken == name]
        assert seeds == list(range(len(seeds)))
        assert abs(len(seeds) - 1000 * source.weight / whole) <= 1


def test_the_table_has_a_row_for_each_target_and_fault_and_names_what_was_bad() -> None:
    bad = Verdict("step", "target-a b", "kill -9", 4, 1, 2, 0, note="ended with -9", step="request #3")
    text = page([("steps", WELL), ("steps", bad), ("taps", WELL)], "make chaos", 61.0)
    assert "3 trials: 1 of them bad." in text
    assert "| step | target-a b | kill -9 | 3 | 1 | 2 | 0 |" in text
    assert '--source steps --seed 4 --step "request #3"` ended with -9' in text
    assert "nobody lost" in page([("steps", WELL)], "make chaos", 61.0)
