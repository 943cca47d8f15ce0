"""What is settled, and what is given back, when a run ends in the middle of a group."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Action
from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.errors import AbandonedError, DeliveryError, RefusedError
from singer_delivery.outcomes import accepted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dispatch_pool import Pool

    from singer_delivery.actions import Delivery, Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict

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
