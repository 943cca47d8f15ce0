from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from singer_delivery.actions import Action, Job
from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.errors import DeliveryError, InternalError, RefusedError, UnavailableError
from singer_delivery.outcomes import accepted, rejected
from singer_delivery.sending import Group, Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dispatch_pool import Pool

    from singer_delivery.actions import Delivery, Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from singer_delivery.rows import Item

    Ends = Callable[[list[str]], Sequence[Verdict] | None]
    Looks = Callable[[list[str]], int]

BAD = ErrorRule("ERROR_BAD", Then.REJECT, "bad_value", "The value is bad.", "Mend it.")
WAYS = ["job", "at once", "refused", "job refused", "job breaks"]


class Import(Job):
    """A job that has a say in when and how it ends."""

    first_look = 0.001
    longest_wait = 0.002

    def __init__(self, keys: list[str], ends: Ends, looks: int = 1) -> None:
        self.keys = keys
        self.ends = ends
        self.left = looks

    def look(self) -> Sequence[Verdict] | None:
        self.left -= 1
        if self.left > 0:
            return None
        return self.ends(self.keys)


class Imports(Action):
    """Begins a job with each call."""

    name = "imports"
    batch_size = 64

    def __init__(self, ends: Ends | None = None, looks: Looks = lambda keys: 1, kind: type[Import] = Import) -> None:
        super().__init__("imports")
        self.ends = ends or (lambda keys: [accepted("done") for _ in keys])
        self.looks = looks
        self.kind = kind
        self.begun: list[list[str]] = []

    def planner(self, columns: Columns) -> Planner:
        raise NotImplementedError

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Job:
        keys = [each.key for each in deliveries]
        self.begun.append(keys)
        return self.kind(keys, self.ends, self.looks(keys))

    def vendor_works(self) -> bool:
        return True


def broken(keys: list[str]) -> NoReturn:
    raise UnavailableError("broken", answered=True)


def refused(keys: list[str]) -> NoReturn:
    raise RefusedError("ERROR_BAD", BAD, 400)


def test_a_job_is_looked_at_until_it_ends_with_a_verdict_for_each(pool: Pool) -> None:
    verdicts = {"1": accepted("updated"), "2": rejected("bad_value", "Bad.")}
    action = Imports(lambda keys: [verdicts[key] for key in keys], looks=lambda keys: 3)
    pool.submit(action, ["1", "2"])
    pool.dispatcher.wait()
    assert pool.reasons() == {"1": "updated", "2": "bad_value"}
    assert action.begun == [["1", "2"]]


def test_what_a_job_is_about_is_pending_until_it_ends(pool: Pool) -> None:
    ended = threading.Event()
    pool.submit(Imports(lambda keys: [accepted("done")] if ended.is_set() else None), ["1"])
    for _ in range(20):
        assert b"1" in pool.dispatcher.pending()
        ended.wait(0.005)
    ended.set()
    pool.dispatcher.wait()
    assert b"1" not in pool.dispatcher.pending()


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(WAYS), st.integers(1, 4), st.integers(0, 8)), max_size=12)
)
def test_whatever_way_jobs_end_each_record_has_one_outcome_and_only_culprits_are_rejected(
    new_pool: type[Pool], groups: list[tuple[int, str, int, int]]
) -> None:
    """A group: how many records, how it ends, after how many looks, and which of them is the culprit."""
    pool = new_pool()
    numbers = count()
    culprits: set[str] = set()

    def end(keys: list[str], how: str) -> Sequence[Verdict]:
        if culprits.isdisjoint(keys) or how in {"job", "at once"}:
            return [accepted("done") for _ in keys]
        return (broken if how == "job breaks" else refused)(keys)

    class Mixed(Imports):
        def __init__(self, how: str, looks: int) -> None:
            super().__init__(lambda keys: end(keys, how), looks=lambda keys: looks)
            self.how = how

        def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Job:
            keys = [each.key for each in deliveries]
            if self.how in {"at once", "refused"}:
                return end(keys, self.how)
            return super().send(deliveries)

    expected: dict[str, str] = {}
    for size, how, looks, culprit in groups:
        keys = [str(next(numbers)) for _ in range(size)]
        expected |= dict.fromkeys(keys, "done")
        if how in {"refused", "job refused", "job breaks"}:
            culprits.add(keys[culprit % size])
            expected[keys[culprit % size]] = "vendor_error" if how == "job breaks" else "bad_value"
        pool.submit(Mixed(how, looks), keys)
        if how == "job breaks":  # many in a row would count as the vendor's trouble
            pool.dispatcher.wait()
            pool.submit(Imports(), [between := str(next(numbers))])
            expected[between] = "done"
            pool.dispatcher.wait()
    pool.dispatcher.wait()
    pool.dispatcher.abandon()
    assert pool.reasons() == expected


def test_jobs_end_in_any_order(pools: Callable[..., Pool]) -> None:
    pool = pools(concurrency=1)
    ended = {key: threading.Event() for key in "abc"}
    action = Imports(lambda keys: [accepted("done")] if ended[keys[0]].is_set() else None)
    for key in ended:
        pool.submit(action, [key])
    for key in "cab":
        ended[key].set()
        while key.encode() in pool.dispatcher.pending():
            ended[key].wait()
    assert list(pool.reasons()) == ["c", "a", "b"]


def test_many_jobs_under_way_do_not_hold_up_one_worker(pools: Callable[..., Pool]) -> None:
    pool = pools(concurrency=1)
    jobs = 20
    action: Imports = Imports(
        # Would the worker wait with a job, the last would never begin and the first never end.
        lambda keys: [accepted("done") for _ in keys] if len(action.begun) == jobs else None,
        looks=lambda keys: 3,
    )
    for number in range(jobs):
        pool.submit(action, [f"{number}-{member}" for member in range(50)])
    pool.dispatcher.wait()
    assert len(pool.reasons()) == 50 * jobs


def test_waits_grow_by_half_up_to_the_longest(pool: Pool, items: Callable[..., list[Item]]) -> None:
    parked: list[Any] = []
    client, nobody = pool.dispatcher._client, cast("Any", None)
    sender = Sender(client, nobody, parked.append, nobody, nobody)

    class Slow(Import):
        first_look = Job.first_look
        longest_wait = 5.0

    action = Imports(looks=lambda keys: 100, kind=Slow)
    group = Group(action, items(action, ["1"]))
    waits = []
    for _ in range(6):
        assert sender.deliver(group) == []
        group = parked.pop()
        waits.append(group.wait)
    assert waits == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]


def test_what_is_under_way_in_jobs_is_bounded_for_each_action(pool: Pool) -> None:
    ended = threading.Event()
    held, free = Imports(lambda keys: [accepted("done")] * len(keys) if ended.is_set() else None), Imports()
    held.most_unsettled = 4
    numbers = count()

    def submit() -> None:
        for _ in range(4):
            pool.submit(held, [str(next(numbers)), str(next(numbers))])

    submitting = threading.Thread(target=submit)
    submitting.start()
    while len(held.begun) < 2:
        ended.wait(0.005)
    pool.submit(free, ["free"])  # another action is not held up
    while not pool.settled:
        ended.wait(0.005)
    submitting.join(0.3)
    assert submitting.is_alive()
    assert held.begun == [["0", "1"], ["2", "3"]]
    ended.set()
    submitting.join()
    pool.dispatcher.wait()
    assert len(pool.reasons()) == 9


class Hours(Import):
    first_look = 3600.0


def test_a_run_that_ends_does_not_wait_for_jobs(pool: Pool) -> None:
    action = Imports(kind=Hours)
    pool.submit(action, ["1", "2"])
    pool.submit(Imports(), ["3"])
    while not (pool.settled and action.begun):
        threading.Event().wait(0.005)
    pool.dispatcher.fail(DeliveryError("enough"))
    with pytest.raises(DeliveryError, match="enough"):
        pool.dispatcher.wait()
    pool.dispatcher.abandon()
    assert pool.reasons() == {"3": "done"}


def test_a_job_that_begins_while_the_run_ends_is_dropped(pools: Callable[..., Pool]) -> None:
    pool = pools(concurrency=1)
    sending, ending = threading.Event(), threading.Event()

    class Late(Imports):
        def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict] | Job:
            sending.set()
            ending.wait(5)
            return super().send(deliveries)

    pool.submit(Late(), ["1"])
    sending.wait(5)
    threading.Timer(0.05, ending.set).start()
    pool.dispatcher.abandon()
    assert not pool.settled


def test_a_job_that_ends_the_run_leaves_what_was_settled(pool: Pool) -> None:
    def stuck(keys: list[str]) -> None:
        raise UnavailableError("It takes too long.")

    pool.submit(Imports(), ["1"])
    pool.dispatcher.wait()
    pool.submit(Imports(stuck), ["2"])
    with pytest.raises(UnavailableError, match="too long"):
        pool.dispatcher.wait()
    assert pool.reasons() == {"1": "done"}


@pytest.mark.parametrize("ends", [lambda keys: 1 / 0, lambda keys: []], ids=["raises", "tells too little"])
def test_a_mistake_in_a_job_ends_the_run_instead_of_hanging_it(pool: Pool, ends: Callable[..., Any]) -> None:
    pool.submit(Imports(ends), ["1"])
    with pytest.raises(InternalError):
        pool.dispatcher.wait()


def test_jobs_that_break_the_vendor_one_after_the_other_end_the_run(pool: Pool) -> None:
    pool.submit(Imports(broken), [str(number) for number in range(64)])
    with pytest.raises(UnavailableError):
        pool.dispatcher.wait()


def test_what_must_not_be_repeated_cannot_be_a_job_and_stays_in_doubt(pool: Pool) -> None:
    action = Imports()
    action.repeatable = False
    (item,) = pool.submit(action, ["1"])
    with pytest.raises(InternalError, match="imports"):
        pool.dispatcher.wait()
    assert pool.dispatcher.abandon() == [item]
    assert item.uncertain  # its mark in the ledger stays
    assert not pool.settled


def test_a_dry_run_looks_at_no_job(pools: Callable[..., Pool]) -> None:
    pool = pools(dry_run=True)
    pool.submit(Imports(broken), ["1"])
    pool.dispatcher.wait()
    assert pool.reasons() == {"1": "would_be_submitted"}
