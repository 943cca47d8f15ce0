"""Of the slow tests a share is run, and each has its turn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from slow_share import SHARES, chosen, in_turn

SLOW: list[Any] = [SimpleNamespace(nodeid=f"tests/test_example.py::test_it[{number}]") for number in range(40)]


def test_a_share_is_run_and_the_same_again_for_the_same_seed() -> None:
    taken = chosen(SLOW, "0b2bf2c", SHARES["share"])
    assert len(taken) == 2
    assert chosen(SLOW[::-1], "0b2bf2c", SHARES["share"]) == taken


def test_over_some_commits_every_one_is_run() -> None:
    taken = [each.nodeid for seed in range(180) for each in chosen(SLOW, str(seed), SHARES["share"])]
    assert set(taken) == {each.nodeid for each in SLOW}


@pytest.mark.parametrize(("share", "number"), [("none", 0), ("all", 40)])
def test_none_and_all_are_what_they_say(share: str, number: int) -> None:
    assert len(chosen(SLOW, "1", SHARES[share])) == number


def test_of_few_at_least_one_is_run() -> None:
    assert len(chosen(SLOW[:1], "1", SHARES["share"])) == 1


def test_the_first_values_of_a_parameter_are_run_each_time() -> None:
    first, second, third = in_turn("abc", each_time=2)
    assert (first, second) == ("a", "b")
    assert third.values == ("c",)
    assert [mark.name for mark in third.marks] == ["slow"]
