"""The groups of campaigns: found again, gone, in doubt, and deleted when they have served."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.actions import Doubt
from singer_delivery.columns import Columns
from singer_delivery.errors import OutcomeUnknownError, SetupError
from singer_delivery.ledger import Ledger
from singer_delivery.memory import Memory
from singer_delivery.outcomes import Outcome
from target_textlocal.campaign_facts import CampaignFacts
from target_textlocal.campaign_groups import CampaignGroups
from target_textlocal.campaign_mapping import Part, group_name, is_of
from target_textlocal.campaign_texts import CampaignTexts
from target_textlocal.paging import number_of
from target_textlocal.served_groups import clean_up
from target_textlocal.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen

OFFER = "20% off until Sunday"
PEOPLE = [f"+447700900{number}" for number in range(500, 506)]
CUSTOMER = "+447700900001"


def later() -> str:
    return (datetime.now(timezone.utc) + timedelta(hours=2)).isoformat()


def members(*people: str, campaign: str = "spring", **columns: str) -> list[dict[str, Any]]:
    return [{"phone": each, "campaign_id": campaign, **columns} for each in people]


def reasons(verdicts: list[Verdict]) -> Counter[str]:
    return Counter(each.reason for each in verdicts)


@pytest.fixture
def ours(seen: Seen) -> Callable[..., list[int]]:
    """The sizes of a campaign's groups, as the account has them."""

    def look(campaign: str = "spring") -> list[int]:
        return sorted(size for name, size in seen.groups().items() if is_of(campaign, name))

    return look


def test_what_went_out_is_found_even_where_the_ledger_was_lost(
    target: MakeTarget, seen: Seen, ours: Callable[..., list[int]]
) -> None:
    rows = members(*PEOPLE, message=OFFER)
    assert reasons(target().deliver_all("campaigns", rows)) == {"sent": 6}
    sender = target()
    assert reasons(sender.deliver_all("campaigns", rows)) == {"sent": 6}
    assert sender.calls()["send"] == 1
    late = target().deliver_all("campaigns", [*rows, *members(CUSTOMER, message=OFFER)])
    assert [each.reason for each in late] == ["sent"] * 6 + ["not_taken"]
    other = target().deliver_all("campaigns", members(*PEOPLE, message="Something else"))
    assert reasons(other) == {"campaign_changed": 6}
    assert ours() == [6]


@pytest.mark.parametrize("switches", [{"ids": "string"}, {"contact_numbers": "number"}, {"scheduled_id": "own"}])
def test_it_works_however_the_account_shows_numbers_and_ids(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox, switches: dict[str, Any]
) -> None:
    clean_sandbox.switch("textlocal", **switches)
    rows = members(*PEOPLE, message=OFFER, send_at=later())
    assert reasons(target().deliver_all("campaigns", rows)) == {"scheduled": 6}
    assert reasons(target().deliver_all("campaigns", rows)) == {"scheduled": 6}
    assert target().calls()["send"] == 1


def test_numbers_that_textlocal_does_not_take_are_told_and_the_others_get_it(target: MakeTarget, seen: Seen) -> None:
    sender = target()
    rows = members("+441", *PEOPLE[:2], message=OFFER)
    assert [each.reason for each in sender.deliver_all("campaigns", rows)] == ["not_taken", "sent", "sent"]
    alone = sender.deliver_all("campaigns", members("+441", campaign="alone", message=OFFER))
    assert [each.reason for each in alone] == ["not_taken"]
    assert sender.calls()["send"] == 1


def test_where_a_new_group_shows_others_than_were_put_there_nobody_is_texted(
    target: MakeTarget, seen: Seen, ours: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that shows some numbers in national form: `send` would text those that are not known again, too."""

    def shown(contact: Any) -> int | None:
        number = number_of(contact)
        return number if number is None or number % 2 else number - 440_000_000_000

    rows = members(*PEOPLE, message=OFFER)
    with monkeypatch.context() as patched:
        patched.setattr("target_textlocal.campaign_groups.number_of", shown)
        done = target().deliver_all("campaigns", rows)
    assert {(each.outcome, each.reason) for each in done} == {(Outcome.REJECTED, "other_members")}
    assert not seen.texts()
    assert ours() == []
    assert reasons(target().deliver_all("campaigns", rows)) == {"sent": 6}


def test_what_a_killed_run_left_in_a_group_is_no_reason_not_to_send(
    target: MakeTarget, seen: Seen, ours: Callable[..., list[int]]
) -> None:
    sender = target()
    groups = CampaignGroups(sender.client, sender.parts.account)
    left = groups.make(group_name("spring", Part(message=OFFER)))
    groups.fill(left, [each.removeprefix("+") for each in (*PEOPLE[:2], CUSTOMER)])
    assert reasons(sender.deliver_all("campaigns", members(*PEOPLE, message=OFFER))) == {"sent": 6}
    assert ours() == [6]
    assert sum(seen.texts().values()) == 6


def test_a_group_that_is_deleted_in_the_middle_is_made_anew_by_the_next_run(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("textlocal-error", "send", vendor="textlocal", times=1, code=10)
    done = target().deliver_all("campaigns", members(*PEOPLE, message=OFFER))
    assert reasons(done) == {"group_gone": 6}
    assert not seen.texts()
    assert reasons(target().deliver_all("campaigns", members(*PEOPLE, message=OFFER))) == {"sent": 6}


def test_a_group_that_goes_while_it_is_filled_ends_the_run_before_a_text(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("textlocal-error", "create_contacts_bulk", vendor="textlocal", times=1, code=10)
    with pytest.raises(SetupError, match="group"):
        target().deliver_all("campaigns", members(*PEOPLE, message=OFFER))
    assert not seen.texts()
    assert reasons(target().deliver_all("campaigns", members(*PEOPLE, message=OFFER))) == {"sent": 6}


def test_a_send_whose_answer_is_lost_is_found_by_its_group(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-after", "send", vendor="textlocal", times=1)
    sender = target()
    assert reasons(sender.deliver_all("campaigns", members(*PEOPLE, message=OFFER))) == {"sent": 6}
    assert sender.calls()["send"] == 1


def test_a_send_that_never_arrived_stays_in_doubt_until_it_is_old_enough(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("drop-before", "send", vendor="textlocal", times=1)
    (row,) = members(PEOPLE[0], message=OFFER)
    with pytest.raises(OutcomeUnknownError):
        target().deliver_all("campaigns", [row])
    patient = target(in_doubt_minutes=15)
    assert patient.deliver("campaigns", row, in_doubt_since=time.time()) is Doubt.REMAINS
    assert patient.deliver("campaigns", row, in_doubt_since=time.time() - 901) is Doubt.NOT_DONE
    assert reasons(patient.deliver_all("campaigns", [row])) == {"sent": 1}
    assert patient.deliver("campaigns", row, in_doubt_since=time.time()) is Doubt.NOT_DONE  # `send` finds it


def test_what_went_out_long_ago_is_found_on_a_later_page(
    target: MakeTarget, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_textlocal.histories.PAGE_SIZE", 2)
    rows = members(*PEOPLE, message=OFFER)
    target().deliver_all("campaigns", rows)
    for number in range(5):
        target().deliver_all("campaigns", members(PEOPLE[0], campaign=f"later {number}", message=f"Text {number}"))
    sender = target()
    before = sender.calls()
    assert reasons(sender.deliver_all("campaigns", rows)) == {"sent": 6}
    assert sender.calls()["send"] == before["send"]
    assert sender.calls()["get_history_group"] > 1


def test_where_textlocal_does_not_tell_nothing_is_sent(
    target: MakeTarget, seen: Seen, ours: Callable[..., list[int]], clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("textlocal-error", "send", vendor="textlocal", times=1, code=7)
    rows = members(*PEOPLE, message=OFFER)
    with pytest.raises(SetupError):
        target().deliver_all("campaigns", rows)
    clean_sandbox.faults("textlocal-error", "get_history_group", vendor="textlocal", times=1, code=999)
    assert reasons(target().deliver_all("campaigns", rows)) == {"unclear_campaign": 6}
    assert not seen.texts()
    assert reasons(target().deliver_all("campaigns", rows)) == {"sent": 6}
    assert ours() == [6]


def test_a_group_of_that_name_that_another_call_made_is_used(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    groups = CampaignGroups(target().client, target().parts.account)
    made = groups.make("spring x")
    assert groups.make("spring x") == made


@pytest.fixture
def memory() -> Iterator[Memory]:
    ledger = Ledger.open("sqlite://", "target-textlocal")
    yield Memory(ledger, "cancel_campaigns/host")
    ledger.close()


@pytest.fixture
def served(target: MakeTarget, memory: Memory) -> Callable[..., tuple[CampaignGroups, CampaignFacts]]:
    """Make groups whose texts went out so many days ago; what is remembered of them is read anew: `served(31, 29)`."""

    def make(*days: float) -> tuple[CampaignGroups, CampaignFacts]:
        groups = CampaignGroups(target().client, target().parts.account)
        facts = CampaignFacts()
        facts.recall(memory)
        for number, each in enumerate(days):
            made = groups.make(f"spring {number}")
            facts.keep_sent("spring", Part(message=f"{number}", send_at=int(time.time() - each * 86_400)), made)
        again = CampaignFacts()
        again.recall(memory)
        return groups, again

    return make


def test_groups_that_have_served_are_deleted_and_no_others(
    served: Callable[..., tuple[CampaignGroups, CampaignFacts]], seen: Seen, memory: Memory, clean_sandbox: Sandbox
) -> None:
    groups, facts = served(31, 29, -1, 40)
    groups.delete(facts.groups_before(time.time())[-1][1])  # somebody has deleted it
    assert [*clean_up(groups, facts, 30)] == ["2 groups of campaigns were deleted (`delete_groups_after_days`)."]
    assert "spring 0" not in seen.groups()
    assert {"spring 1", "spring 2", "Customers"} <= seen.groups().keys()
    calls = clean_sandbox.calls("textlocal")
    later_run = CampaignFacts()
    later_run.recall(memory)
    assert [*clean_up(groups, later_run, 30)] == []
    assert clean_sandbox.calls("textlocal") == calls


def test_groups_go_at_a_runs_end_if_the_setting_says_so_and_never_in_a_dry_run(
    served: Callable[..., tuple[CampaignGroups, CampaignFacts]], target: MakeTarget, memory: Memory, seen: Seen
) -> None:
    served(9)

    def notes(**settings: int) -> str:
        actions = target(**settings).actions
        actions["cancel_campaigns"].recall(memory)
        return " ".join(actions["campaigns"].notes())

    assert "spring 0" in seen.groups()
    assert "deleted" not in notes() + notes(delete_groups_after_days=10)
    assert "deleted" not in notes(delete_groups_after_days=8, dry_run=True)
    assert "spring 0" in seen.groups()
    assert "1 groups" in notes(delete_groups_after_days=8)
    assert "spring 0" not in seen.groups()


def test_a_group_that_cannot_be_deleted_is_left_for_the_next_run(
    served: Callable[..., tuple[CampaignGroups, CampaignFacts]], clean_sandbox: Sandbox
) -> None:
    groups, facts = served(31)
    clean_sandbox.faults("textlocal-error", "delete_group", vendor="textlocal", times=1, code=62)
    assert "next run tries again" in " ".join(clean_up(groups, facts, 30))
    assert "1 groups" in " ".join(clean_up(groups, facts, 30))


def test_a_template_that_has_changed_since_is_told_and_filled_in_anew(target: MakeTarget, memory: Memory) -> None:
    parts = target()
    facts = CampaignFacts()
    facts.recall(memory)
    facts.keep_variables("spring", {"Spring sale": ()})  # what it had before
    texts: Any = CampaignTexts(Wording(parts.client, parts.parts.account, parts.settings), facts)
    record = {"first_name": "Ana"}
    columns = Columns.of("members", record, {})
    assert texts.values("spring", "Spring sale", record, columns) == ()
    assert texts.text_of("spring", Part("Spring sale")).reason == "template_changed"
    values = texts.values("spring", "Spring sale", record, columns)
    assert texts.text_of("spring", Part("Spring sale", None, values)).content.startswith("Hi Ana,")
    again = CampaignFacts()
    again.recall(memory)
    assert [each.name for each in again.variables("spring", "Spring sale") or ()] == ["first_name"]
