from __future__ import annotations

import sqlite3
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from made_up_target import person, schema, state

from singer_delivery.actions import Doubt
from singer_delivery.errors import UnavailableError
from singer_delivery.ledger import Ledger
from singer_delivery.outcomes import accepted
from singer_delivery.vendor_health import MOST_UNKNOWN_IN_A_ROW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_target import Vendor

HOUR = 3600


def leaving(number: int) -> dict[str, Any]:
    return person(number, stream="leave")


def key(number: int) -> str:
    return str(leaving(number)["record"]["email"])


@pytest.fixture
def in_doubt(tmp_path: Path) -> Callable[..., None]:
    """Leaves people in doubt, as a run that was killed does."""

    def leave(numbers: list[int] | range, ago: int = 0) -> None:
        ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", "target-made-up")
        keys = [ledger.digest(key(number).encode()) for number in numbers]
        ledger.mark_sending(ledger.scope("leave/1"), [(each, b"0" * 16) for each in keys])
        ledger.close()
        connection = sqlite3.connect(tmp_path / "ledger.db")
        with connection:
            connection.execute("UPDATE ledger_deliveries SET at = at - ?", (ago,))
        connection.close()

    return leave


def test_who_broke_off_one_after_the_other_ends_the_run_and_is_asked_about_in_the_next(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    people = range(MOST_UNKNOWN_IN_A_ROW + 3)
    lines = [schema("leave"), *map(leaving, people), state(1)]
    vendor.break_off(*map(key, people))
    first = deliver(lines, concurrency=1)
    assert isinstance(first.error, UnavailableError)
    assert first.reasons == {"unknown": MOST_UNKNOWN_IN_A_ROW}
    assert first.states == []  # not past who has no outcome

    vendor.errors.clear()
    vendor.asked.clear()
    second = deliver(lines)
    begun = MOST_UNKNOWN_IN_A_ROW + 1
    assert second.reasons == {"unknown": begun, "taken": len(people) - begun}
    assert {each for each, _ in vendor.asked} == set(map(key, range(begun)))
    assert second.states == [{"at": 1}]


def test_one_call_that_breaks_off_is_one_doubt_however_many_it_is_about(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    people = range(4 * MOST_UNKNOWN_IN_A_ROW)
    half = len(people) // 2
    vendor.bundles = lambda deliveries: [deliveries[:half], deliveries[half:]]
    vendor.break_off(key(0))
    outcome = deliver([schema("leave"), *map(leaving, people), state(1)], concurrency=1)
    assert outcome.reasons == {"unknown": half, "taken": half}
    assert (outcome.error, outcome.states) == (None, [{"at": 1}])


def test_what_was_not_done_is_in_doubt_anew_if_it_breaks_off_again(
    deliver: Callable[..., Any], vendor: Vendor, in_doubt: Callable[..., None]
) -> None:
    in_doubt([1], ago=HOUR)
    vendor.answers = Doubt.NOT_DONE
    vendor.break_off(key(1))
    began = int(time.time())
    assert deliver([schema("leave"), leaving(1)]).reasons == {"unknown": 1}
    vendor.answers = Doubt.REMAINS
    assert deliver([schema("leave"), leaving(1)]).reasons == {"unknown": 1}
    (_, long_ago), (_, this_run), (_, lately) = vendor.asked
    assert long_ago is not None
    assert long_ago <= began - HOUR
    assert this_run is None
    assert lately is not None
    assert lately >= began
    assert vendor.calls == []


def test_who_remains_in_doubt_is_so_since_the_first_time(
    deliver: Callable[..., Any], vendor: Vendor, in_doubt: Callable[..., None]
) -> None:
    in_doubt([1], ago=HOUR)
    for _ in range(2):
        deliver([schema("leave"), leaving(1)])
    (_, first), (_, second) = vendor.asked
    assert first == second


def test_many_doubts_are_resolved_by_many_workers_while_others_are_delivered(
    deliver: Callable[..., Any], vendor: Vendor, in_doubt: Callable[..., None]
) -> None:
    people = range(300)
    in_doubt(people[::2])
    vendor.answers = Doubt.NOT_DONE
    lines = [schema("leave"), *map(leaving, people)]
    assert deliver(lines, concurrency=8).reasons == {"taken": len(people)}
    assert Counter(each for each, _ in vendor.calls) == Counter(map(key, people))
    assert deliver(lines).reasons == {"same_as_last_accepted": len(people)}


def test_a_run_that_ends_before_it_sends_what_was_not_done_leaves_no_doubt(
    deliver: Callable[..., Any], vendor: Vendor, in_doubt: Callable[..., None]
) -> None:
    in_doubt([1])
    vendor.answers = Doubt.NOT_DONE
    vendor.end_the_run(key(1))
    assert deliver([schema("leave"), leaving(1)]).error
    vendor.errors.clear()
    vendor.answers = Doubt.REMAINS
    assert deliver([schema("leave"), leaving(1)]).reasons == {"taken": 1}


def test_what_broke_off_in_this_run_is_not_sent_again_for_a_later_record_of_the_person(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    """Whatever the vendor says: it may still be done."""
    vendor.answers = Doubt.NOT_DONE
    vendor.break_off(key(1))
    later = person(1, stream="leave")
    later["record"]["id"] = 7
    tried: list[str] = []
    vendor.on_call = tried.append
    outcome = deliver([schema("leave"), leaving(1), leaving(2), later], batch_size_rows=1)
    assert outcome.reasons == {"unknown": 2, "taken": 1}
    assert tried.count(key(1)) == 1
    assert [since for each, since in vendor.asked if each == key(1)] == [None, None]
    vendor.errors.clear()
    assert deliver([schema("leave"), leaving(1)]).reasons == {"taken": 1}


def test_what_broke_off_in_this_run_is_settled_by_a_later_record_if_the_vendor_knows_by_then(
    deliver: Callable[..., Any], vendor: Vendor
) -> None:
    vendor.break_off(key(1))
    lines = [schema("leave"), leaving(1), leaving(2)]

    def by_now(each: str) -> None:
        if each == key(2):
            vendor.answers = accepted("arrived")

    vendor.on_call = by_now
    assert deliver([*lines, leaving(1)], batch_size_rows=1).reasons == {"unknown": 1, "taken": 1, "arrived": 1}
