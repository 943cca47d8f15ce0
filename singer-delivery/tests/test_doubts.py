from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Action, Doubt
from singer_delivery.error_table import ErrorRule, Then
from singer_delivery.errors import OutcomeUnknownError, RefusedError, SetupError, UnavailableError
from singer_delivery.outcomes import accepted
from singer_delivery.sending import Group
from singer_delivery.vendor_health import MOST_UNKNOWN_IN_A_ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dispatch_pool import Pool

    from singer_delivery.actions import Delivery, Planner
    from singer_delivery.columns import Columns
    from singer_delivery.outcomes import Verdict
    from singer_delivery.rows import Item

    Says = Verdict | Doubt | Exception | Callable[..., Any]

BAD = ErrorRule("ERROR_BAD", Then.REJECT, "bad_value", "The value is bad.", "Mend it.")
SINCE = 1_795_000_000.0
MANY = [str(number) for number in range(MOST_UNKNOWN_IN_A_ROW + 1)]


class Texts(Action):
    """Texts people, at most once."""

    name = "texts"
    repeatable = False

    def __init__(self, answer: Says = Doubt.REMAINS, breaks_off: Sequence[str] = ()) -> None:
        super().__init__("texts")
        self.answer = answer
        self.breaks_off = breaks_off
        self.sent: list[tuple[str, float | None]] = []
        self.asked: list[tuple[str, float | None]] = []

    def planner(self, columns: Columns) -> Planner:
        raise NotImplementedError

    def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
        for each in deliveries:
            self.sent.append((each.key, each.in_doubt_since))
            if each.key in self.breaks_off:
                raise OutcomeUnknownError
        return [accepted("texted") for _ in deliveries]

    def resolve(self, delivery: Delivery) -> Verdict | Doubt:
        self.asked.append((delivery.key, delivery.in_doubt_since))
        answer: Verdict | Doubt | Exception = self.answer(delivery.key) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def one(pools: Callable[..., Pool]) -> Pool:
    """A dispatcher of one worker: what is done is done in order."""
    return pools(concurrency=1)


@pytest.fixture
def in_doubt(one: Pool, items: Callable[..., list[Item]]) -> Callable[..., list[Item]]:
    """Hands over deliveries that an earlier run left in doubt, and gives them back."""

    def submit(action: Action, keys: list[str]) -> list[Item]:
        left = items(action, keys)
        for item in left:
            item.uncertain = True
            item.delivery.in_doubt_since = SINCE
        one.dispatcher.submit([Group(action, left)])
        return left

    return submit


def test_what_an_earlier_run_did_not_do_is_marked_anew_and_then_sent_like_any_other(
    one: Pool, in_doubt: Callable[..., list[Item]]
) -> None:
    marked_before_sent = []

    class Watched(Texts):
        def send(self, deliveries: Sequence[Delivery]) -> Sequence[Verdict]:
            marked_before_sent.extend(one.marked)
            return super().send(deliveries)

    action = Watched(Doubt.NOT_DONE)
    (item,) = in_doubt(action, ["1"])
    one.dispatcher.wait()
    assert one.reasons() == {"1": "texted"}
    assert action.asked == [("1", SINCE)]
    assert marked_before_sent == ["1"]
    assert action.sent == [("1", None)]
    assert not item.uncertain  # if it is not begun, its mark can go


@pytest.mark.parametrize(("answer", "reason"), [(Doubt.REMAINS, "unknown"), (accepted("arrived"), "arrived")])
def test_what_an_earlier_run_may_have_done_is_not_sent_again(
    one: Pool, in_doubt: Callable[..., list[Item]], answer: Verdict | Doubt, reason: str
) -> None:
    action = Texts(answer)
    (item,) = in_doubt(action, ["1"])
    one.dispatcher.wait()
    assert one.reasons() == {"1": reason}
    assert action.sent == []
    assert one.marked == []
    assert item.uncertain


def test_of_a_group_only_what_was_not_done_is_sent(one: Pool, in_doubt: Callable[..., list[Item]]) -> None:
    answers = {"1": Doubt.REMAINS, "2": Doubt.NOT_DONE, "3": accepted("arrived")}
    action = Texts(answers.get)
    in_doubt(action, ["1", "2", "3"])
    one.dispatcher.wait()
    assert one.reasons() == {"1": "unknown", "2": "texted", "3": "arrived"}
    assert one.marked == ["2"]


def test_a_resent_delivery_that_breaks_off_is_asked_about_as_one_of_this_run(
    one: Pool, in_doubt: Callable[..., list[Item]]
) -> None:
    action = Texts(Doubt.NOT_DONE, breaks_off=["1"])
    in_doubt(action, ["1"])
    one.dispatcher.wait()
    assert one.reasons() == {"1": "unknown"}
    assert action.asked == [("1", SINCE), ("1", None)]


@pytest.mark.parametrize("answer", [Doubt.REMAINS, Doubt.NOT_DONE])
def test_what_broke_off_just_now_is_not_sent_again_whatever_the_vendor_says(
    one: Pool, answer: Verdict | Doubt
) -> None:
    action = Texts(answer, breaks_off=["1"])
    one.submit(action, ["1"])
    one.dispatcher.wait()
    assert one.reasons() == {"1": "unknown"}
    assert action.sent == [("1", None)]


@pytest.mark.parametrize("error", [RefusedError("ERROR_BAD", BAD, 400), OutcomeUnknownError()])
def test_a_vendor_that_refuses_to_tell_leaves_the_doubt(one: Pool, error: Exception) -> None:
    one.submit(Texts(error, breaks_off=["1"]), ["1"])
    one.dispatcher.wait()
    assert one.reasons() == {"1": "unknown"}


def test_a_run_that_ends_while_the_vendor_is_asked_leaves_the_doubt(one: Pool) -> None:
    (item,) = one.submit(Texts(SetupError("No access."), breaks_off=["1"]), ["1"])
    with pytest.raises(SetupError):
        one.dispatcher.wait()
    one.dispatcher.abandon()
    assert item.uncertain
    assert not one.settled


def send(pool: Pool, action: Texts, keys: list[str]) -> None:
    for key in keys:
        pool.submit(action, [key])
    pool.dispatcher.wait()


def test_many_that_break_off_one_after_the_other_end_the_run_and_stay_in_doubt(one: Pool) -> None:
    action = Texts(breaks_off=MANY)
    with pytest.raises(UnavailableError, match="broke off"):
        send(one, action, [*MANY, "next"])
    left = one.dispatcher.abandon()
    assert one.reasons() == dict.fromkeys(MANY[:-1], "unknown")
    assert [key for key, _ in action.sent] == MANY
    assert {item.delivery.key: item.uncertain for item in left}[MANY[-1]]


def test_doubts_with_something_certain_between_them_do_not_end_the_run(one: Pool) -> None:
    keys = [*MANY[:-1], "arrived", *MANY[:-1], "sent", *MANY[:-1]]
    action = Texts(lambda key: accepted("arrived") if key == "arrived" else Doubt.REMAINS, [*MANY, "arrived"])
    send(one, action, keys)
    outcomes = [each.verdict.reason for each in one.settled]
    assert outcomes.count("unknown") == 3 * MOST_UNKNOWN_IN_A_ROW
    assert {"arrived", "texted"} < set(outcomes)


def test_doubts_of_an_earlier_run_do_not_end_this_one(one: Pool, in_doubt: Callable[..., list[Item]]) -> None:
    in_doubt(Texts(), [*MANY, "more"])
    one.dispatcher.wait()
    assert set(one.reasons().values()) == {"unknown"}


def test_a_dry_run_asks_nobody_about_doubts(pools: Callable[..., Pool], items: Callable[..., list[Item]]) -> None:
    pool = pools(dry_run=True)
    action = Texts(Doubt.NOT_DONE)
    (item,) = items(action, ["1"])
    item.uncertain = True
    pool.dispatcher.submit([Group(action, [item])])
    pool.dispatcher.wait()
    assert pool.reasons() == {"1": "unknown"}
    assert action.asked == action.sent == []


@pytest.mark.parametrize("works", [True, False])
def test_a_doubt_that_breaks_a_working_vendor_stays_one_and_ends_no_run(
    one: Pool, in_doubt: Callable[..., list[Item]], *, works: bool
) -> None:
    class OfVendor(Texts):
        def vendor_works(self) -> bool:
            return works

    action = OfVendor({"1": UnavailableError("broken", answered=True)}.get)
    in_doubt(action, ["1"])
    if works:
        one.dispatcher.wait()
        assert one.reasons() == {"1": "unknown"}
    else:
        with pytest.raises(UnavailableError):
            one.dispatcher.wait()
    assert action.sent == []
