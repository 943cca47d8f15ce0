from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from singer_delivery.actions import Action
from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.errors import DeliveryError, InternalError, RefusedError, SetupError, UnavailableError
from singer_delivery.outcomes import accepted
from singer_delivery.vendor_health import MOST_BROKEN_IN_A_ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dispatch_pool import Pool

    from singer_delivery.actions import Delivery, Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict


BAD = ErrorRule("ERROR_BAD", Then.REJECT, "bad_value", "The value is bad.", "Mend it.")


class Numbers(Action):
    """Accepts what is not in `bad`, fails as a whole otherwise."""

    name = "numbers"
    batch_size = 64

    def __init__(self, bad: Sequence[str] = (), error: type[Exception] | None = None, *, works: bool = False) -> None:
        super().__init__("numbers")
        self.bad = bad
        self.error = error
        self.works = works
        self.calls: list[list[str]] = []

    def planner(self, columns: Columns) -> Planner:
        raise NotImplementedError

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        self.calls.append([each.key for each in deliveries])
        if any(each.key in self.bad for each in deliveries):
            if self.error is UnavailableError:
                error = UnavailableError("broken")
                error.answered = True
                raise error
            if self.error:
                raise self.error("stop")
            raise RefusedError("ERROR_BAD", BAD, 400)
        return [accepted("done") for _ in deliveries]

    def vendor_works(self) -> bool:
        return self.works


def test_a_call_that_fails_as_a_whole_is_split_until_the_culprit_stands_alone(pool: Pool) -> None:
    action = Numbers(bad=["7", "40"])
    keys = [str(number) for number in range(64)]
    pool.submit(action, keys)
    pool.dispatcher.wait()
    reasons = pool.reasons()
    assert sorted(reasons) == sorted(keys)
    assert {key for key, reason in reasons.items() if reason == "bad_value"} == {"7", "40"}
    assert len(action.calls) < 2 * 2 * 7 + 1  # two culprits among 64: about log2 calls each, not one a record


def test_what_would_fail_every_record_ends_the_run(pool: Pool) -> None:
    action = Numbers(bad=["1"], error=SetupError)
    pool.submit(action, ["1"])
    with pytest.raises(SetupError):
        pool.dispatcher.wait()
    assert not pool.settled


def test_a_mistake_in_an_action_ends_the_run_instead_of_hanging_it(pool: Pool) -> None:
    action = Numbers(bad=["1"], error=ZeroDivisionError)
    pool.submit(action, ["1"])
    with pytest.raises(InternalError, match="ZeroDivisionError"):
        pool.dispatcher.wait()


def test_a_record_that_breaks_a_working_vendor_is_rejected_alone(pool: Pool) -> None:
    action = Numbers(bad=["3"], error=UnavailableError, works=True)
    pool.submit(action, ["1", "2", "3", "4"])
    pool.dispatcher.wait()
    assert pool.reasons() == {"1": "done", "2": "done", "3": "vendor_error", "4": "done"}


def test_a_record_at_the_front_of_a_large_call_that_breaks_a_working_vendor_is_rejected_alone(pool: Pool) -> None:
    action = Numbers(bad=["0"], error=UnavailableError, works=True)
    pool.submit(action, [str(number) for number in range(1500)])
    pool.dispatcher.wait()
    assert [key for key, reason in pool.reasons().items() if reason != "done"] == ["0"]
    assert len(pool.reasons()) == 1500


def test_a_vendor_that_is_down_ends_the_run(pool: Pool) -> None:
    action = Numbers(bad=["3"], error=UnavailableError, works=False)
    pool.submit(action, ["3"])
    with pytest.raises(UnavailableError):
        pool.dispatcher.wait()
    assert not pool.settled


def test_records_that_break_the_vendor_one_after_the_other_end_the_run(pools: Callable[..., Pool]) -> None:
    pool = pools(concurrency=1)
    action = Numbers(bad=[str(number) for number in range(20)], error=UnavailableError, works=True)

    def send_all() -> None:
        for key in action.bad:
            pool.submit(action, [key])
        pool.dispatcher.wait()

    with pytest.raises(UnavailableError):
        send_all()
    pool.dispatcher.abandon()
    assert len(pool.settled) == MOST_BROKEN_IN_A_ROW


def test_what_was_not_begun_is_given_back_when_the_run_ends_early(pools: Callable[..., Pool]) -> None:
    gate = threading.Event()

    class Slow(Numbers):
        batch_size = 1

        def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
            gate.wait(5)
            return super().send(deliveries)

    pool = pools(concurrency=1)
    action = Slow()
    for key in ("1", "2"):
        pool.submit(action, [key])
    assert b"2" in pool.dispatcher.pending()
    threading.Timer(0.05, gate.set).start()
    left = [item.delivery.key for item in pool.dispatcher.abandon()]
    assert sorted(left + list(pool.reasons())) == ["1", "2"]
    assert "2" in left


def test_a_key_is_pending_until_it_is_settled(pool: Pool) -> None:
    action = Numbers()
    pool.submit(action, ["1"])
    pool.dispatcher.wait()
    assert b"1" not in pool.dispatcher.pending()


def test_waiting_ends_when_the_run_is_to_end(pools: Callable[..., Pool]) -> None:
    pool = pools(concurrency=1)
    gate = threading.Event()

    class Stuck(Numbers):
        def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
            gate.wait(5)
            return super().send(deliveries)

    action = Stuck()
    pool.submit(action, ["1"])
    pool.dispatcher.fail(DeliveryError("enough"))
    with pytest.raises(DeliveryError, match="enough"):
        pool.dispatcher.wait()
    gate.set()
    pool.dispatcher.abandon()


class Single(Numbers):
    """A call for each; `gate` is waited for in every one of them."""

    batch_size = 1

    def __init__(self, gate: Callable[[], object]) -> None:
        super().__init__()
        self.gate = gate

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        self.gate()
        return super().send(deliveries)


def test_calls_that_are_soon_over_are_waited_for_by_few_workers(
    pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("singer_delivery.dispatch._SOON", 10.0)
    pool = pools(concurrency=8)
    callers: list[set[str]] = []
    action = Single(lambda: callers[-1].add(threading.current_thread().name))
    for _ in range(3):
        callers.append(set())
        pool.submit_each(action, [str(number) for number in range(40)])
        pool.dispatcher.rest()
        pool.dispatcher.wait()
    assert len(action.calls) == 3 * 40
    assert len(callers[2]) <= 4  # two are woken; two more may not have gone to sleep yet


def test_calls_that_take_long_are_not_waited_for_and_get_all_workers(
    pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("singer_delivery.dispatch._SOON", 0.001)
    pool = pools(concurrency=4)
    together = threading.Barrier(4)
    action = Single(lambda: together.wait(30))
    pool.dispatcher.rest()
    pool.submit_each(action, ["1", "2", "3", "4"])
    pool.dispatcher.wait()  # all workers are there, and wait for groups
    pool.submit_each(action, ["5", "6", "7", "8"])
    began = time.monotonic()
    pool.dispatcher.rest()
    assert time.monotonic() - began < 10
    pool.dispatcher.wait()
    assert len(pool.reasons()) == 8


def test_who_waits_for_the_end_gets_all_workers(pools: Callable[..., Pool]) -> None:
    pool = pools(concurrency=4)
    together = threading.Barrier(4)
    action = Single(lambda: together.wait(30))
    pool.dispatcher.rest()
    for numbers in ("1234", "5678"):
        pool.submit_each(action, numbers)
        pool.dispatcher.wait()
    assert len(pool.reasons()) == 8


def test_who_waits_for_room_gets_all_workers(pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("singer_delivery.dispatch.DEEPEST", 0)
    monkeypatch.setattr("singer_delivery.dispatch._TICK", 60)
    pool = pools(concurrency=2)
    together = threading.Barrier(2)
    action = Single(lambda: together.wait(10))
    pool.dispatcher.rest()
    pool.submit_each(action, "12")
    pool.dispatcher.wait()
    pool.submit_each(action, "345678")
    pool.dispatcher.wait()
    assert len(pool.reasons()) == 8


class Refusing(threading.Thread):
    """Of a system that allows so many threads and no more."""

    allowed = 0

    def start(self) -> None:
        if not Refusing.allowed:
            raise RuntimeError("can't start new thread")
        Refusing.allowed -= 1
        super().start()


def test_fewer_workers_do_where_the_system_allows_no_more_threads(
    pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = pools(concurrency=8)
    monkeypatch.setattr(Refusing, "allowed", 1)
    monkeypatch.setattr("singer_delivery.dispatch.threading.Thread", Refusing)
    pool.submit_each(Numbers(), [str(number) for number in range(20)])
    pool.dispatcher.wait()
    assert len(pool.reasons()) == 20


def test_where_the_system_allows_no_thread_at_all_nothing_is_handed_over(
    pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = pools(concurrency=8)
    monkeypatch.setattr("singer_delivery.dispatch.threading.Thread", Refusing)
    action = Numbers()
    with pytest.raises(SetupError, match="no more threads"):
        pool.submit_each(action, ["1", "2"])
    assert pool.dispatcher.abandon() == []
    assert not pool.dispatcher.pending()
    assert not action.calls


def test_a_rest_ends_when_the_run_is_to_end(pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("singer_delivery.dispatch._SOON", 30.0)
    pool = pools(concurrency=1)
    gate = threading.Event()
    pool.dispatcher.rest()
    pool.submit_each(Single(lambda: gate.wait(30)), ["1", "2"])
    threading.Timer(0.05, pool.dispatcher.fail, [DeliveryError("enough")]).start()
    with pytest.raises(DeliveryError, match="enough"):
        pool.dispatcher.rest()
    gate.set()
    assert [item.delivery.key for item in pool.dispatcher.abandon()] == ["2"]
