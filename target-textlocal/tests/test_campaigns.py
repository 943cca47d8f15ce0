"""Campaigns against the sandbox: groups, texts, times, and who is left out; without the engine around them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import LimitError, SetupError
from target_textlocal.campaign_mapping import is_of
from target_textlocal.client import TextlocalClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandboxes import Sandbox

    from singer_delivery.outcomes import Verdict
    from singer_delivery.transport import Answer

    from .conftest import MakeTarget, Seen, Target

    Sizes = Callable[..., list[int]]

OFFER = "20% off & more: save 50p + post, until Sunday ✨"
PEOPLE = [f"+447700900{number}" for number in range(500, 506)]
BY_ID = {"customer_id_field": "custom1"}


def later(hours: float = 2) -> str:
    return (datetime.now(timezone.utc) + timedelta(hours=hours)).isoformat()


def members(*people: str, campaign: str = "spring", **columns: str) -> list[dict[str, Any]]:
    return [{"phone": each, "campaign_id": campaign, **columns} for each in people]


def customers(*ids: str, campaign: str = "spring", **columns: str) -> list[dict[str, Any]]:
    return [{"customer_id": each, "campaign_id": campaign, **columns} for each in ids]


def reasons(verdicts: list[Verdict]) -> Counter[str]:
    return Counter(each.reason for each in verdicts)


@pytest.fixture
def ours(seen: Seen) -> Sizes:
    """The sizes of a campaign's groups, as the account has them."""
    return lambda campaign="spring": sorted(size for name, size in seen.groups().items() if is_of(campaign, name))


def test_a_campaign_at_once_is_a_group_and_one_send(target: MakeTarget, seen: Seen, ours: Sizes) -> None:
    sender = target()
    assert reasons(sender.deliver_all("campaigns", members(*PEOPLE, message=OFFER))) == {"sent": 6}
    assert seen.texts() == {(each[1:], OFFER): 1 for each in PEOPLE}
    assert ours() == [6]
    calls = sender.calls()
    assert (calls["create_group"], calls["create_contacts_bulk"], calls["send"]) == (1, 1, 1)
    assert "get_scheduled" not in calls


def test_it_waits_for_its_time_and_goes_out_then(
    target: MakeTarget, seen: Seen, ours: Sizes, clean_sandbox: Sandbox
) -> None:
    done = target().deliver_all("campaigns", members(*PEOPLE, message=OFFER, send_at=later()))
    assert reasons(done) == {"scheduled": 6}
    assert not seen.texts()
    clean_sandbox.advance(3 * 3600)
    assert seen.texts() == {(each[1:], OFFER): 1 for each in PEOPLE}
    assert ours() == [6]


def test_customers_are_found_in_the_master_group_of_several_pages(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", page_limit="25")
    sender = target(**BY_ID)
    done = sender.deliver_all("campaigns", customers("C1001", "C1119", " C1050 ", message=OFFER))
    assert reasons(done) == {"sent": 3}
    assert {phone for phone, _ in seen.texts()} == {"447700900001", "447700900119", "447700900050"}
    assert sender.calls()["get_contacts"] >= 5


def test_customers_who_are_not_in_the_group_are_rejected_without_being_shown(target: MakeTarget, seen: Seen) -> None:
    known, unknown = target(**BY_ID).deliver_all("campaigns", customers("C1001", "C9999", message=OFFER))
    assert (known.reason, unknown.reason) == ("sent", "unknown_customer")
    assert "C9999" not in unknown.message
    assert {phone for phone, _ in seen.texts()} == {"447700900001"}


def test_two_languages_are_two_sends_in_groups_of_their_own(target: MakeTarget, seen: Seen, ours: Sizes) -> None:
    sender = target()
    english = members(*PEOPLE[:4], template="Spring sale", first_name="Ana")
    french = members(*PEOPLE[4:], template="102", first_name="Zoë")
    assert reasons(sender.deliver_all("campaigns", english + french)) == {"sent": 6}
    texts = Counter(text for _, text in seen.texts())
    assert texts == {
        "Hi Ana, 20% off everything until Sunday.": 4,
        "Bonjour Zoë, -20 % sur tout jusqu'à dimanche.": 2,
    }
    assert ours() == [2, 4]
    assert sender.calls()["send"] == 2


def test_each_distinct_text_is_a_send_and_everybody_gets_their_own(target: MakeTarget, seen: Seen) -> None:
    names = ["Ana", "Ben", "Ana", "Zoë"]
    rows = [
        row
        for phone, name in zip(PEOPLE, names, strict=False)
        for row in members(phone, template="Spring sale", first_name=name)
    ]
    sender = target()
    assert reasons(sender.deliver_all("campaigns", rows)) == {"sent": 4}
    assert sender.calls()["send"] == 3
    assert seen.texts() == {
        (phone[1:], f"Hi {name}, 20% off everything until Sunday."): 1
        for phone, name in zip(PEOPLE, names, strict=False)
    }


def test_more_texts_than_a_campaign_may_have_are_rejected_before_anything_is_sent(
    target: MakeTarget, seen: Seen, ours: Sizes
) -> None:
    people = [f"+4477009005{number:02}" for number in range(21)]
    rows = [row for each in people for row in members(each, template="Spring sale", first_name=f"N{each[-2:]}")]
    done = target().deliver_all("campaigns", rows)
    assert reasons(done) == {"too_many_texts": 21}
    assert "`messages`" in done[0].message
    assert not seen.texts()
    assert ours() == []
    assert reasons(target().deliver_all("campaigns", rows[:20])) == {"sent": 20}


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"template": "No such title"}, "unknown_template"),
        ({"template": "Spring sale"}, "unknown_variable"),
        ({"template": "Spring sale", "first_name": None}, "empty_variable"),
        ({"message": "x" * 800}, "too_long"),
        ({"message": "✨" * 400}, "too_long"),
        ({"message": OFFER, "sender": "EVIL"}, "wrong_sender"),
        ({"message": OFFER, "send_at": later(-1)}, "send_time_past"),
        ({"message": OFFER, "send_at": "2026-12-01T12:00:00"}, "no_offset"),
        ({"message": OFFER, "campaign_id": None}, "missing_campaign"),
        ({"message": OFFER, "cancel": "perhaps"}, "wrong_type"),
    ],
)
def test_a_campaign_that_cannot_be_sent_leaves_no_group_behind(
    target: MakeTarget, seen: Seen, ours: Sizes, columns: dict[str, Any], reason: str
) -> None:
    done = target().deliver_all("campaigns", [{**each, **columns} for each in members(*PEOPLE)])
    assert reasons(done) == {reason: 6}
    assert not seen.texts()
    assert ours() == []


def test_a_sender_may_be_the_records_or_that_of_the_settings(
    target: MakeTarget, seen: Seen, clean_sandbox: Sandbox
) -> None:
    rows = members(PEOPLE[0], message=OFFER, sender="acmeshop") + members(PEOPLE[1], message=OFFER)
    assert reasons(target(sender="ACME").deliver_all("campaigns", rows)) == {"sent": 2}
    assert {each["sender"] for each in seen.shown("batches") if each["text"] == OFFER} == {"ACMEShop", "ACME"}
    with pytest.raises(SetupError, match="`sender`"):
        target(sender="NOBODY").deliver_all("campaigns", members(PEOPLE[2], campaign="other", message=OFFER))


def test_who_opted_out_is_left_alone(target: MakeTarget, seen: Seen, ours: Sizes) -> None:
    rows = customers("C1007", "C1008", message=OFFER)
    assert reasons(target(**BY_ID).deliver_all("campaigns", rows)) == {"opted_out": 1, "sent": 1}
    assert {phone for phone, _ in seen.texts()} == {"447700900008"}
    assert ours() == [1]


def test_who_opts_out_before_the_time_gets_nothing(target: MakeTarget, seen: Seen, clean_sandbox: Sandbox) -> None:
    assert reasons(target().deliver_all("campaigns", members(*PEOPLE, message=OFFER, send_at=later()))) == {
        "scheduled": 6
    }
    clean_sandbox.post("/_sandbox/textlocal/optouts", {"number": PEOPLE[0][1:]})
    clean_sandbox.advance(3 * 3600)
    assert {phone for phone, _ in seen.texts()} == {each[1:] for each in PEOPLE[1:]}


def test_the_suppression_file_counts_for_customers_too(target: MakeTarget, seen: Seen, tmp_path: Path) -> None:
    file = tmp_path / "stop.txt"
    file.write_text("07700 900001\n", encoding="utf-8")
    sender = target(**BY_ID, suppression_file=str(file))
    done = sender.deliver_all("campaigns", customers("C1001", "C1002", message=OFFER))
    assert [each.reason for each in done] == ["suppressed", "sent"]
    assert {phone for phone, _ in seen.texts()} == {"447700900002"}


def test_of_two_records_of_one_number_the_last_counts(target: MakeTarget, seen: Seen) -> None:
    rows = [
        *members("+447700900001", PEOPLE[0], message="Old"),
        *customers("C1001", message="New"),
    ]
    assert [each.reason for each in target(**BY_ID).deliver_all("campaigns", rows)] == ["superseded", "sent", "sent"]
    assert seen.texts() == {("447700900001", "New"): 1, (PEOPLE[0][1:], "Old"): 1}


def test_max_credits_stops_a_campaign_before_anything_of_it_is_made(
    target: MakeTarget, seen: Seen, ours: Sizes
) -> None:
    rows = members(*PEOPLE[:3], message="One") + members(*PEOPLE[3:], message="Two")
    with pytest.raises(LimitError, match="max_credits"):
        target(max_credits=5).deliver_all("campaigns", rows)
    assert not seen.texts()
    assert ours() == []
    assert reasons(target(max_credits=6).deliver_all("campaigns", rows)) == {"sent": 6}


def test_not_enough_credits_ends_the_run_and_the_next_one_sends_it(
    target: MakeTarget, seen: Seen, ours: Sizes, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 3})
    with pytest.raises(SetupError, match="credits"):
        target().deliver_all("campaigns", members(*PEOPLE, message=OFFER))
    assert not seen.texts()
    clean_sandbox.post("/_sandbox/textlocal/credits", {"sms": 100})
    assert reasons(target().deliver_all("campaigns", members(*PEOPLE, message=OFFER))) == {"sent": 6}
    assert ours() == [6]


def test_more_members_than_a_call_takes_are_several_calls_into_one_group(
    target: MakeTarget, seen: Seen, ours: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_textlocal.campaign_groups.MOST_CONTACTS", 4)  # of Ofcom's numbers there are no 1,500
    sender = target()
    done = sender.deliver_all("campaigns", members(*PEOPLE, message=OFFER, send_at=later()))
    assert reasons(done) == {"scheduled": 6}
    assert sender.calls()["create_contacts_bulk"] == 2
    assert ours() == [6]


def test_a_dry_run_shows_the_calls_and_makes_none_that_change_anything(
    target: MakeTarget, seen: Seen, ours: Sizes
) -> None:
    sender = target(dry_run=True, **BY_ID)
    done = sender.deliver_all("campaigns", customers("C1001", "C9999", message=OFFER, send_at=later()))
    assert [each.reason for each in done] == ["scheduled", "unknown_customer"]
    planned = sender.client.take_planned()
    assert [each.operation for each in planned] == ["create_group", "create_contacts_bulk", "send"]
    assert planned[-1].form
    assert planned[-1].form["custom"] == "spring"
    assert ours() == []
    assert not seen.texts()
    assert {name for name in sender.calls() if not name.startswith("get_")} == set()


def test_test_mode_lets_textlocal_check_it_and_leaves_nothing_behind(
    target: MakeTarget, seen: Seen, ours: Sizes, clean_sandbox: Sandbox
) -> None:
    before = clean_sandbox.get("/_sandbox/textlocal/credits")
    done = target(test_mode=True).deliver_all("campaigns", members(*PEOPLE, message=OFFER, send_at=later()))
    assert reasons(done) == {"tested": 6}
    clean_sandbox.advance(3 * 3600)
    assert not seen.texts()
    assert ours() == []
    assert clean_sandbox.get("/_sandbox/textlocal/credits") == before


@pytest.fixture
def in_india(target: MakeTarget, clean_sandbox: Sandbox) -> Target:
    """A target for the account in India, at noon there."""
    now = datetime.fromisoformat(clean_sandbox.get("/_sandbox/clock")["now"].replace("Z", "+00:00")).timestamp()
    clean_sandbox.advance((6.5 * 3600 - now) % 86_400)
    return target(api_key="sandbox-textlocal-in", default_country="IN", **BY_ID)


def test_in_india_a_campaign_goes_by_its_template_and_leaves_out_whom_not_to_disturb(
    in_india: Target, clean_sandbox: Sandbox
) -> None:
    ids = [f"C10{number}" for number in (11, 12, 13)]  # the last one is on the do-not-disturb list
    rows = customers(*ids, template="Festival offer", name="friend")
    done = in_india.deliver_all("campaigns", rows)
    assert [each.reason for each in done] == ["sent", "sent", "do_not_disturb"]
    assert {each["text"] for each in clean_sandbox.texts()} == {"Hi friend, 20% off this week. ACMEIN"}
    own = in_india.deliver_all("campaigns", customers(*ids, campaign="own", message="My own words"))
    assert {(each.reason, each.vendor_code) for each in own} == {("no_such_template", "80")}
    assert len(clean_sandbox.texts()) == 2


def test_a_send_to_a_group_needs_no_list_of_recipients_in_its_answer(
    target: MakeTarget, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = TextlocalClient.change

    def short(client: TextlocalClient, command: str, /, **fields: Any) -> Answer:
        said = answer(client, command, **fields)
        if command == "send":
            del said.body["messages"]
        return said

    monkeypatch.setattr(TextlocalClient, "change", short)
    assert reasons(target().deliver_all("campaigns", members(*PEOPLE, message=OFFER))) == {"sent": 6}
