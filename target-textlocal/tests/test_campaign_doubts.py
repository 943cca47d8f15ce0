"""Campaigns that broke off, at accounts whose groups do not tell what became of their texts."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Doubt
from singer_delivery.errors import OutcomeUnknownError, SetupError
from singer_delivery.ledger import Ledger
from singer_delivery.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandboxes import Sandbox

    from singer_delivery.testing import TargetRun, TargetRunner

    from .conftest import MakeTarget, Run, Seen, Tap, Target

    Delete = Callable[[], None]
    Lost = Callable[..., float]

OFFER = "20% off until Sunday"
PEOPLE = [f"+447700900{number}" for number in range(500, 506)]


def members(**columns: str) -> list[dict[str, Any]]:
    return [{"phone": each, "campaign_id": "spring", "message": OFFER, **columns} for each in PEOPLE]


def later() -> str:
    return (datetime.now(timezone.utc) + timedelta(hours=2)).isoformat()


@pytest.fixture
def run(run_target: TargetRunner, tap: Tap) -> Run:
    """Run the target with records of `campaigns`."""

    def start(records: list[dict[str, Any]], **config: Any) -> TargetRun:
        return run_target(tap("campaigns", records, keys=()), **config)

    return start


@pytest.fixture
def lost(target: MakeTarget, clean_sandbox: Sandbox) -> Lost:
    """Send a campaign, the answer to whose send gets lost; when that began. With `drop-before` it never arrives."""

    def send(fault: str = "drop-after", **columns: str) -> float:
        began = time.time()
        clean_sandbox.faults(fault, "send", vendor="textlocal", times=1)
        try:
            target().deliver_all("campaigns", members(**columns))
        except OutcomeUnknownError:
            return began
        return began  # it was found by its group

    return send


def resolved(made: Target, rows: list[dict[str, Any]], since: float) -> Any:
    """What is said of a campaign that an earlier run began."""
    action = made.actions["campaigns"]
    delivery = action.together([made.plan("campaigns", each) for each in rows])
    delivery.in_doubt_since = since
    return action.resolve(delivery)


@pytest.fixture
def delete_groups(seen: Seen, clean_sandbox: Sandbox) -> Delete:
    """Delete the campaign's groups, as somebody may."""

    def delete() -> None:
        for each in seen.shown("groups"):
            if each["name"].startswith("spring"):
                clean_sandbox.post("/_sandbox/textlocal/delete-group", {"id": each["id"]})

    return delete


def test_where_another_history_has_what_was_sent_to_groups_no_run_sends_a_campaign_again(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", group_history="api")
    clean_sandbox.faults("drop-after", "send", vendor="textlocal", times=1)
    for _ in range(3):
        assert run(members()).reasons == {"unknown": 6}
    assert clean_sandbox.calls("textlocal")["send"] == 1
    assert sum(seen.texts().values()) == 6


def test_where_another_history_has_what_was_sent_to_groups_what_never_arrived_is_sent_by_the_next_run(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", group_history="api")
    clean_sandbox.faults("drop-before", "send", vendor="textlocal", times=1)
    assert run(members()).reasons == {"unknown": 6}
    assert run(members()).reasons == {"sent": 6}
    assert run(members()).reasons == {"same_as_last_accepted": 6}
    assert sum(seen.texts().values()) == 6


@pytest.mark.parametrize("deleted", [False, True], ids=["group there", "group deleted"])
@pytest.mark.parametrize("change", [{}, {"message": "Something else"}], ids=["same text", "another text"])
def test_whoever_is_in_another_history_has_a_campaign_perhaps(
    target: MakeTarget,
    seen: Seen,
    lost: Lost,
    delete_groups: Delete,
    clean_sandbox: Sandbox,
    change: dict[str, str],
    *,
    deleted: bool,
) -> None:
    clean_sandbox.switch("textlocal", group_history="api")
    began = lost()
    if deleted:
        delete_groups()
    assert resolved(target(), members(**change), began) is Doubt.REMAINS


@pytest.mark.parametrize("history", ["api", "single"])
def test_other_texts_to_its_people_since_then_leave_a_campaign_in_doubt(
    target: MakeTarget,
    seen: Seen,
    lost: Lost,
    clean_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    history: str,
) -> None:
    clean_sandbox.switch("textlocal", sent_history=history)
    began = lost("drop-before")
    assert resolved(target(), members(), began) is Doubt.NOT_DONE
    target(keys=["id"]).deliver_all("messages", [{"id": 1, "phone": PEOPLE[0], "message": "Your order is ready."}])
    assert resolved(target(), members(), began) is Doubt.REMAINS
    monkeypatch.setattr("target_textlocal.histories._CLOCKS", -60)
    assert resolved(target(), members(), began) is Doubt.NOT_DONE  # that was before this began


def test_a_history_that_cannot_be_read_leaves_a_campaign_in_doubt(
    run: Run, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-before", "send", vendor="textlocal", times=1)
    assert run(members()).reasons == {"unknown": 6}
    clean_sandbox.faults("textlocal-error", "get_history_single", vendor="textlocal", times=1, code=999)
    assert run(members()).reasons == {"unknown": 6}
    assert run(members()).reasons == {"sent": 6}


@pytest.mark.parametrize("columns", [{}, {"send_at": later()}], ids=["sent", "scheduled"])
def test_where_a_deleted_groups_name_is_gone_with_it_its_text_is_not_sent_again(
    target: MakeTarget,
    seen: Seen,
    lost: Lost,
    delete_groups: Delete,
    clean_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    columns: dict[str, str],
) -> None:
    clean_sandbox.switch("textlocal", deleted_group_name="empty", scheduled_group="when-scheduled")
    began = lost(**columns)
    delete_groups()
    assert resolved(target(), members(**columns), began) is Doubt.REMAINS
    clean_sandbox.advance(3 * 3600)
    assert resolved(target(), members(**columns), began) is Doubt.REMAINS
    monkeypatch.setattr("target_textlocal.histories._CLOCKS", -9000)
    assert resolved(target(), members(**columns), began) is Doubt.NOT_DONE  # it went out before this began


def test_where_a_deleted_groups_name_stays_its_text_is_found(
    run: Run, seen: Seen, lost: Lost, delete_groups: Delete, clean_sandbox: Sandbox, target: MakeTarget
) -> None:
    began = lost()
    delete_groups()
    later_run = target()
    assert resolved(later_run, members(), began) is Doubt.NOT_DONE
    done = later_run.deliver_all("campaigns", members())
    assert {each.reason for each in done} == {"sent_before"}


def test_a_refusal_to_tell_of_deleted_groups_leaves_a_campaign_in_doubt(
    target: MakeTarget, seen: Seen, lost: Lost, delete_groups: Delete, clean_sandbox: Sandbox
) -> None:
    began = lost("drop-before")
    sender = target()
    assert resolved(sender, members(), began) is Doubt.NOT_DONE
    delete_groups()
    clean_sandbox.faults("textlocal-error", "get_history_group", vendor="textlocal", times=1, code=999)
    with pytest.raises(OutcomeUnknownError):
        sender.deliver_all("campaigns", members())
    assert not seen.texts()


@pytest.fixture
def memory() -> Iterator[Memory]:
    ledger = Ledger.open("sqlite://", "target-textlocal")
    yield Memory(ledger, "cancel_campaigns/host")
    ledger.close()


def test_of_a_campaign_that_ended_between_its_texts_none_is_sent_that_changed_since(
    target: MakeTarget, seen: Seen, memory: Memory, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", group_history="api")
    two = [{**each, "message": f"Text {place % 2}"} for place, each in enumerate(members())]

    def sender() -> Target:
        made = target()
        made.actions["cancel_campaigns"].recall(memory)
        return made

    clean_sandbox.faults("textlocal-error", "send", vendor="textlocal", times=1, after=1, code=7)
    with pytest.raises(SetupError):
        sender().deliver_all("campaigns", two)
    changed = [{**each, "message": f"{each['message']}, again"} for each in two]
    assert {each.reason for each in sender().deliver_all("campaigns", changed)} == {"campaign_changed"}
    done = sender().deliver_all("campaigns", two)
    assert [each.reason for each in done] == ["sent_before", "sent"] * 3
