"""Whom Listrak knows and this ledger does not: who left the list by themselves is not put on it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.client import Answer
from singer_delivery.outcomes import Outcome
from target_listrak_sms.contacts import ListState

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import MakeTarget, Seen

ON_THE_LIST, LEFT_THE_LIST = "+12125550101", "+12125550132"
LEFT, JOINED = {"unsubscribeDate": "2025-03-02T10:00:00"}, {"subscribeDate": "2025-01-05T10:00:00"}
STATES: list[tuple[dict[str, Any], ListState]] = [
    ({"subscriptionState": "Subscribed"}, ListState.SUBSCRIBED),
    ({"subscriptionState": "SUBSCRIBED ", **LEFT, **JOINED}, ListState.SUBSCRIBED),
    ({"subscriptionState": "Pending"}, ListState.PENDING),
    ({"subscriptionState": "Not Subscribed", "pendingAgeGate": True}, ListState.PENDING),
    ({"subscriptionState": "Unsubscribed"}, ListState.LEFT),
    ({"subscriptionState": "Not Subscribed", **LEFT}, ListState.LEFT),
    ({"subscriptionState": "Not Subscribed", "unsubscribeDate": "0001-01-01T00:00:00"}, ListState.NONE),
    ({"subscriptionState": "Member", **JOINED}, ListState.UNCLEAR),
    ({"subscriptionState": "Member", **JOINED, **LEFT}, ListState.LEFT),
    ({"subscriptionState": "Member", "subscribeDate": "2025-06-01T10:00:00", **LEFT}, ListState.UNCLEAR),
    ({"phoneListId": 7002, "subscriptionState": "Subscribed"}, ListState.NONE),
]


def answering(call: Callable[..., Answer], row: dict[str, Any]) -> Callable[..., Answer]:
    """Answer with this row where the state of a list is asked for."""

    def other(operation: str, *arguments: Any, **options: Any) -> Answer:
        if operation != "ContactListSubscription_GetContactListCollection":
            return call(operation, *arguments, **options)
        return Answer(200, {"status": 200, "data": [{"phoneListId": 7001, **row}]}, {})

    return other


@pytest.mark.parametrize(("row", "state"), STATES, ids=str)
def test_how_somebody_stands_to_the_list_is_read_whatever_the_words(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch, row: dict[str, Any], state: ListState
) -> None:
    listrak = target()
    monkeypatch.setattr(listrak.client, "call", answering(listrak.client.call, row))
    assert listrak.listrak.contacts.list_state(ON_THE_LIST) is state


@pytest.mark.parametrize("dry_run", [False, True])
def test_who_left_the_list_before_we_knew_them_is_not_put_on_it(
    target: MakeTarget, seen: Seen, *, dry_run: bool
) -> None:
    before = seen.contact("12125550132")
    verdict = target(dry_run=dry_run).deliver("subscribe", {"phone": LEFT_THE_LIST, "first_name": "Zoe"})
    assert (verdict.outcome, verdict.reason, verdict.lasting) == (Outcome.SKIPPED, "left_the_list", True)
    assert seen.state("12125550132") == "unsubscribed"
    assert seen.contact("12125550132") == before
    assert not seen.texts()


def test_who_left_the_list_is_brought_back_if_a_setting_says_so(target: MakeTarget, seen: Seen) -> None:
    listrak = target(resubscribe_opted_out=True)
    assert listrak.deliver("subscribe", {"phone": LEFT_THE_LIST, "first_name": "Zoe"}).reason == "subscribed"
    assert "GetContactListCollection" not in listrak.calls()
    assert seen.state("12125550132") == "subscribed"


def test_whom_this_target_took_off_itself_it_puts_on_again(target: MakeTarget, seen: Seen) -> None:
    listrak = target()
    delivery = listrak.plan("subscribe", {"phone": LEFT_THE_LIST, "first_name": "Zoe"})
    delivery.removed_at = 1.0
    [verdict] = listrak.send([delivery])
    assert verdict.reason == "subscribed"
    assert seen.state("12125550132") == "subscribed"


@pytest.mark.parametrize(("dry_run", "reason"), [(True, "updated"), (False, "updated")])
def test_of_a_word_that_is_not_known_listrak_decides_and_a_dry_run_takes_it_for_the_usual_case(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch, *, dry_run: bool, reason: str
) -> None:
    listrak = target(dry_run=dry_run)
    monkeypatch.setattr(listrak.client, "call", answering(listrak.client.call, {"subscriptionState": "Member"}))
    assert listrak.deliver("subscribe", {"phone": ON_THE_LIST, "first_name": "Zoe"}).reason == reason
    if dry_run:
        assert listrak.deliver("unsubscribe", {"phone": ON_THE_LIST}).reason == "unsubscribed"
    else:
        assert listrak.calls()["PostContactListSubscription"] == 1


def test_a_list_state_that_is_refused_is_told_and_one_of_nobody_is_none(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    operation = "ContactListSubscription_GetContactListCollection"
    clean_sandbox.faults("api-error", operation, vendor="listrak-sms", code="ERROR_INVALID_PARAMETER", times=1)
    listrak = target()
    assert listrak.deliver("subscribe", {"phone": ON_THE_LIST}).reason == "invalid_value"
    assert listrak.listrak.contacts.list_state("+13125550150") is ListState.NONE
