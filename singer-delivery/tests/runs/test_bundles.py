"""Calls that take together what has something in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import person, schema, state

from singer_delivery.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from made_up_target import Vendor

    from singer_delivery.actions import Delivery

PEOPLE = [person(number, "Ann" if number % 3 else "Bea") for number in range(9)]
LINES = [schema("join"), *PEOPLE, state(1)]


def by_name(deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
    names = dict.fromkeys(each.payload["name"] for each in deliveries)
    return [[each for each in deliveries if each.payload["name"] == name] for name in names]


def emails(numbers: list[int] | range) -> list[str]:
    return [f"person{number}@example.com" for number in numbers]


def test_one_by_one_unless_the_action_says_otherwise(deliver: Callable[..., Any], vendor: Vendor) -> None:
    deliver(LINES)
    assert sorted(vendor.sends) == [[each] for each in emails(range(9))]


def test_deliveries_go_out_as_the_action_shares_them_out(deliver: Callable[..., Any], vendor: Vendor) -> None:
    vendor.bundles = by_name
    assert deliver(LINES).reasons == {"taken": 9}
    assert sorted(vendor.sends) == [emails([0, 3, 6]), emails([1, 2, 4, 5, 7, 8])]


def test_what_fails_in_one_call_says_nothing_of_the_others(deliver: Callable[..., Any], vendor: Vendor) -> None:
    vendor.bundles = by_name
    vendor.refuse(*emails([3]))
    outcome = deliver(LINES)
    assert outcome.reasons == {"taken": 8, "bad_value": 1}
    assert outcome.states == [{"at": 1}]
    assert [send for send in vendor.sends if emails([1])[0] in send] == [emails([1, 2, 4, 5, 7, 8])]


@pytest.mark.parametrize(
    "wrong", [lambda each: [each[1:]], lambda each: [each, each[:1]], lambda each: []], ids=["one", "twice", "none"]
)
def test_an_action_that_forgets_somebody_ends_the_run_before_a_call(
    deliver: Callable[..., Any], vendor: Vendor, wrong: Callable[..., Any]
) -> None:
    vendor.bundles = wrong
    outcome = deliver(LINES)
    assert isinstance(outcome.error, InternalError)
    assert (outcome.states, outcome.report["unsettled"], vendor.sends) == ([], 9, [])
