"""What is settled, and what is given back, when a run ends in the middle of a group."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Action, Doubt
from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.errors import AbandonedError, DeliveryError, RefusedError, UnavailableError
from singer_delivery.outcomes import accepted
from singer_delivery.sending import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dispatch_pool import Pool

    from singer_delivery.actions import Delivery, Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from singer_delivery.rows import Item

BAD = ErrorRule("ERROR_BAD", Then.REJECT, "bad_value", "The value is bad.", "Mend it.")


class Doing(Action):
    """Does what a test says."""

    name = "doing"
    batch_size = 64

    def __init__(self, send: Callable[[list[str]], None]) -> None:
        super().__init__("doing")
        self._send = send

    def planner(self, columns: Columns) -> Planner:
        raise NotImplementedError

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        self._send([each.key for each in deliveries])
        return [accepted("done")] * len(deliveries)


def test_of_a_group_that_is_split_what_was_done_is_kept_when_the_rest_ends_the_run(pool: Pool) -> None:
    def send(keys: list[str]) -> None:
        if len(keys) > 1:
            raise RefusedError("ERROR_BAD", BAD, 400)
        if keys == ["2"]:
            raise DeliveryError("The vendor is gone.")

    pool.submit(Doing(send), ["1", "2"])
    with pytest.raises(DeliveryError, match="gone"):
        pool.dispatcher.wait()
    assert pool.reasons() == {"1": "done"}


def test_of_a_group_that_is_split_nothing_is_kept_where_nothing_was_done(pool: Pool) -> None:
    def send(keys: list[str]) -> None:
        if len(keys) > 1:
            raise RefusedError("ERROR_BAD", BAD, 400)
        raise DeliveryError("The vendor is gone.")

    pool.submit(Doing(send), ["1", "2"])
    with pytest.raises(DeliveryError, match="gone"):
        pool.dispatcher.wait()
    assert pool.settled == []


class Touching(Doing):
    """Texts: which of its calls may have had effect is told as a client tells it."""

    repeatable = False

    def __init__(self, send: Callable[[list[str]], None], arrives: Callable[[list[str]], bool]) -> None:
        super().__init__(send)
        self._arrives = arrives
        self._lasting = False

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        self._lasting = self._lasting or self._arrives([each.key for each in deliveries])
        return super().send(deliveries)

    def take_lasting(self) -> bool:
        lasting, self._lasting = self._lasting, False
        return lasting


@pytest.fixture
def left(pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch) -> Callable[..., set[str]]:
    """Send four in one call, of which the third ends the run; whom the next run may try again: `left(action)`."""

    def run(action: Touching) -> set[str]:
        pool = pools(concurrency=1)
        client: Any = pool.dispatcher._client
        monkeypatch.setattr(client, "take_lasting", action.take_lasting)
        pool.submit(action, ["1", "2", "3", "4"])
        with pytest.raises(DeliveryError, match="gone"):
            pool.dispatcher.wait()
        assert pool.reasons() == {"1": "done", "2": "done"}
        return {item.delivery.key for item in pool.dispatcher.abandon()}

    return run


def third_ends_the_run(keys: list[str]) -> None:
    if len(keys) > 1:
        raise RefusedError("ERROR_BAD", BAD, 400)
    if keys == ["3"]:
        raise DeliveryError("The credits are gone.")


def test_of_a_call_that_was_split_those_whose_own_call_was_not_made_are_given_back(
    left: Callable[..., set[str]],
) -> None:
    assert left(Touching(third_ends_the_run, lambda keys: keys in (["1"], ["2"]))) == {"3", "4"}


def test_of_a_call_that_was_split_the_one_whose_own_call_may_have_arrived_is_not_given_back(
    left: Callable[..., set[str]],
) -> None:
    assert left(Touching(third_ends_the_run, lambda keys: len(keys) == 1)) == {"4"}


def test_where_the_call_that_was_split_may_have_arrived_nobody_is_given_back(left: Callable[..., set[str]]) -> None:
    assert left(Touching(third_ends_the_run, lambda keys: len(keys) == 4)) == set()


@pytest.mark.parametrize("may_have_arrived", [False, True])
def test_a_group_that_was_broken_off_is_given_back_only_if_it_certainly_did_not_arrive(
    pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch, *, may_have_arrived: bool
) -> None:
    pool = pools(concurrency=1)
    begun = threading.Event()

    def send(keys: list[str]) -> None:
        begun.set()
        raise AbandonedError("The run is ending.")

    client: Any = pool.dispatcher._client
    monkeypatch.setattr(client, "take_lasting", lambda: may_have_arrived)
    pool.submit(Doing(send), ["1"])
    assert begun.wait(5)
    left = [item.delivery.key for item in pool.dispatcher.abandon()]
    assert left == ([] if may_have_arrived else ["1"])


def test_what_was_in_doubt_is_given_back_where_the_run_ends_while_the_vendor_is_asked(
    pools: Callable[..., Pool], items: Callable[..., list[Item]]
) -> None:
    class Asked(Doing):
        repeatable = False

        def resolve(self, delivery: Delivery) -> Doubt:
            raise DeliveryError("The vendor is gone.")

    pool = pools(concurrency=1)
    action = Asked(lambda keys: None)
    (item,) = items(action, ["1"])
    item.uncertain = True
    pool.dispatcher.submit([Group(action, [item])])
    with pytest.raises(DeliveryError, match="gone"):
        pool.dispatcher.wait()
    assert [each.uncertain for each in pool.dispatcher.abandon()] == [True]  # its mark in the ledger stays


def test_a_key_that_is_sent_twice_is_pending_until_both_are_settled(pool: Pool) -> None:
    first, second = threading.Event(), threading.Event()
    gates = iter([first, second])
    lock = threading.Lock()

    def send(keys: list[str]) -> None:
        with lock:
            next(gates).wait(5)

    action = Doing(send)
    one, _ = pool.submit(action, ["1"]), pool.submit(action, ["1"])
    first.set()
    while not pool.settled:
        second.wait(0.01)
    assert one[0].key in pool.dispatcher.pending()
    second.set()
    pool.dispatcher.wait()
    assert one[0].key not in pool.dispatcher.pending()


def second_breaks_the_vendor(keys: list[str]) -> None:
    if "2" in keys:
        raise UnavailableError("broken", answered=True, code="HTTP 500")


class Working(Touching):
    """Of a vendor that works but for one record."""

    def vendor_works(self) -> bool:
        return True


def test_a_record_that_breaks_the_vendor_before_its_own_call_is_rejected_and_the_run_goes_on(
    pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, action = pools(concurrency=1), Working(second_breaks_the_vendor, lambda keys: "2" not in keys)
    client: Any = pool.dispatcher._client
    monkeypatch.setattr(client, "take_lasting", action.take_lasting)
    pool.submit(action, ["1", "2", "3"])
    pool.dispatcher.wait()
    assert pool.reasons() == {"1": "done", "2": "vendor_error", "3": "done"}


def test_a_record_whose_call_may_have_arrived_before_the_vendor_broke_is_not_rejected_as_if_it_had_not(
    pools: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, action = pools(concurrency=1), Working(second_breaks_the_vendor, lambda keys: True)
    client: Any = pool.dispatcher._client
    monkeypatch.setattr(client, "take_lasting", action.take_lasting)
    for key in ("1", "2"):
        pool.submit(action, [key])
    with pytest.raises(UnavailableError, match="broken"):
        pool.dispatcher.wait()
    assert pool.reasons() == {"1": "done"}
    assert "2" not in {item.delivery.key for item in pool.dispatcher.abandon()}
