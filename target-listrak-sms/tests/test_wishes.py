"""Who wants no texts gets none, whatever Listrak knew of them, and whoever asks twice is heard twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from singer_delivery.testing import TargetRunner

    from .conftest import MakeTarget, Seen, Tap

NEW, BANNED = "+13125550150", "+12125550134"


def test_who_signs_up_at_listrak_and_leaves_a_second_time_is_taken_off_a_second_time(
    run_target: TargetRunner, tap: Tap, seen: Seen, target: MakeTarget
) -> None:
    seen.most = 2
    run_target(tap("subscribe", [{"phone": NEW}]))
    assert run_target(tap("unsubscribe", [{"phone": NEW, "at": "2026-01-05"}])).reasons == {"unsubscribed": 1}
    target().listrak.contacts.subscribe(NEW)  # by a form of Listrak's, which no target sees
    assert seen.state("13125550150") == "subscribed"
    same = run_target(tap("unsubscribe", [{"phone": NEW, "at": "2026-01-05"}]))
    assert same.outcomes == {"unchanged": 1}
    again = run_target(tap("unsubscribe", [{"phone": NEW, "at": "2026-03-09"}]))
    assert again.reasons == {"unsubscribed": 1}
    assert seen.state("13125550150") == "unsubscribed"
    assert run_target(tap("unsubscribe", [{"phone": NEW, "at": "2026-03-10"}])).reasons == {"not_subscribed": 1}


def test_who_opts_out_a_second_time_is_opted_out_a_second_time(
    run_target: TargetRunner, tap: Tap, seen: Seen, target: MakeTarget
) -> None:
    seen.most = 2
    run_target(tap("subscribe", [{"phone": NEW, "opted_out": False, "at": 1}]))
    run_target(tap("subscribe", [{"phone": NEW, "opted_out": True, "at": 2}]))
    target().listrak.contacts.subscribe(NEW)
    assert run_target(tap("subscribe", [{"phone": NEW, "opted_out": True, "at": 3}])).reasons == {"opted_out": 1}
    assert seen.contact("13125550150")["optedOut"]


@pytest.mark.parametrize("runs", [1, 2])
def test_the_opt_out_of_somebody_listrak_does_not_know_yet_is_not_forgotten(
    run_target: TargetRunner, tap: Tap, seen: Seen, runs: int
) -> None:
    wish, row = tap("opt_out", [{"phone": NEW}]), tap("subscribe", [{"phone": NEW, "first_name": "Zoe"}])
    reasons = [run_target(each).reasons for each in ([[*wish, *row]] if runs == 1 else [wish, row])]
    assert {reason for each in reasons for reason in each} == {"not_found", "opted_out"}
    assert seen.contact("13125550150") is None
    assert not seen.texts()
    brought = run_target(row, resubscribe_opted_out=True)
    assert brought.reasons == {"created": 1}
    assert run_target(wish).reasons == {"opted_out": 1}


def test_an_opt_out_that_could_be_done_is_asked_of_listrak(
    run_target: TargetRunner, tap: Tap, seen: Seen, target: MakeTarget
) -> None:
    seen.most = 2
    run_target(tap("subscribe", [{"phone": NEW}]))
    run_target(tap("opt_out", [{"phone": NEW}]))
    assert run_target(tap("subscribe", [{"phone": NEW, "first_name": "Zoe"}])).reasons == {"opted_out": 1}
    target().listrak.contacts.subscribe(NEW)  # they came back by themselves
    assert run_target(tap("subscribe", [{"phone": NEW, "first_name": "Eve"}])).reasons == {"updated": 1}


def test_who_is_banned_and_opted_out_is_not_subscribed(run_target: TargetRunner, tap: Tap) -> None:
    assert run_target(tap("opt_out", [{"phone": BANNED}])).reasons == {"banned": 1}
    assert run_target(tap("subscribe", [{"phone": BANNED}])).reasons == {"opted_out": 1}


def test_an_unsubscribe_that_met_nobody_is_sent_again_with_another_phone_format(
    run_target: TargetRunner, tap: Tap
) -> None:
    rows = tap("unsubscribe", [{"phone": NEW}])
    assert run_target(rows).reasons == {"not_subscribed": 1}
    assert run_target(rows, requests_per_second=900).outcomes == {"unchanged": 1}
    again = run_target(rows, phone_format="e164_plus", max_rejected_percent=100)
    assert again.reasons == {"invalid_phone": 1}  # Listrak was asked
    assert "ContactListSubscription_DeleteUnsubscribeContactListSubscription" in again.report["operations"]


def test_lists_whose_names_hold_a_slash_are_lists_of_their_own(target: MakeTarget) -> None:
    assert target(list_name="VIP/East").actions["subscribe"].scope == "subscribe/501@127.0.0.1/vip%2Feast"
