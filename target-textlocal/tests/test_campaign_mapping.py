"""From records to a campaign, without a call."""

from __future__ import annotations

from typing import Any

import pytest

from singer_delivery.columns import Columns
from singer_delivery.outcomes import Verdict
from singer_delivery.people import Person
from target_textlocal.campaign_mapping import (
    SPELLINGS,
    CampaignDelivery,
    Member,
    Part,
    Wish,
    campaign_of,
    cancels,
    group_name,
    is_of,
    member_of,
    moment_in,
    part_of,
    texts_by_template,
)
from target_textlocal.settings import SPELLINGS as ALL

NOON = 1_796_126_400
"""2026-12-01T12:00:00Z."""


def columns(record: dict[str, Any]) -> Columns:
    return Columns.of("members", record, {**ALL, **SPELLINGS})


def reason(found: object) -> str:
    assert isinstance(found, Verdict), found
    return found.reason


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2026-12-01T12:00:00Z", NOON),
        ("2026-12-01T12:00:00+00:00", NOON),
        ("2026-12-01 13:00:00+01", NOON),
        ("2026-12-01T17:30:00.123456+0530", NOON),
        ("2026-12-01T12:00Z", NOON),
        (" 2026-12-01t12:00:00z ", NOON),
        ("", None),
        (None, None),
    ],
)
def test_a_time_is_read_with_its_offset(written: str | None, seconds: int | None) -> None:
    record = {"send_at": written}
    assert moment_in(record, columns(record)) == seconds


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026-12-01T12:00:00", "no_offset"),
        ("2026-12-01 12:00", "no_offset"),
        ("2026-12-01", "wrong_type"),
        ("noon", "wrong_type"),
        ("2026-02-30T12:00:00Z", "wrong_type"),
        ("2026-12-01T25:00:00Z", "wrong_type"),
        (NOON, "wrong_type"),
    ],
)
def test_a_time_without_offset_or_sense_is_rejected(written: int | str, why: str) -> None:
    record = {"send_at": written}
    found: Any = moment_in(record, columns(record))
    assert reason(found) == why
    assert "`send_at`" in found.message


@pytest.mark.parametrize(
    ("value", "campaign"), [("spring", "spring"), (" spring 26 ", "spring 26"), (42, "42"), (42.0, "42")]
)
def test_a_campaign_is_named_by_text_or_number(value: float | str, campaign: str) -> None:
    record = {"campaign_id": value}
    assert campaign_of(record, columns(record)) == campaign


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "missing_campaign"),
        ("  ", "missing_campaign"),
        (["a"], "wrong_type"),
        ("a\nb", "wrong_type"),
        ("x" * 81, "wrong_type"),
        (float("nan"), "missing_campaign"),
    ],
)
def test_what_names_no_campaign_is_rejected(value: Any, why: str) -> None:
    record = {"campaign_id": value}
    assert reason(campaign_of(record, columns(record))) == why


def test_a_phone_number_counts_before_a_customer_id() -> None:
    record: dict[str, Any] = {"phone": "+447700900001", "customer_id": "C1001"}
    assert member_of(record, columns(record), Person("+447700900001", None)) == Member("+447700900001")
    record = {"phone": None, "customer_id": 1001}
    assert member_of(record, columns(record), Person(None, None)) == Member(None, "1001")
    record = {"campaign_id": "spring"}
    assert reason(member_of(record, columns(record), Person(None, None))) == "missing_identity"


def test_a_record_has_a_template_or_a_text_and_not_both() -> None:
    def part(**record: Any) -> Any:
        return part_of(record, columns(record), lambda template: (("name", template),))

    assert part(template=" Sale ", sender="ACME") == Part("Sale", None, (("name", "Sale"),), "ACME")
    assert part(template=101) == Part("101", None, (("name", "101"),))
    assert part(message=" Hello ", template="") == Part(None, " Hello ")
    assert reason(part(message="Hello", template="Sale")) == "two_messages"
    assert reason(part(message=" ", template=None)) == "missing_message"
    assert reason(part(message=7)) == "wrong_type"
    assert reason(part(template="Sale", send_at="noon")) == "wrong_type"


@pytest.mark.parametrize(
    ("value", "cancel"),
    [(True, True), ("yes", True), (1, True), ("TRUE", True), (False, False), (None, False), ("", False), ("0", False)],
)
def test_a_cancellation_is_read_in_the_usual_ways(*, value: bool | int | str | None, cancel: bool) -> None:
    record = {"cancel": value}
    assert cancels(record, columns(record)) is cancel


@pytest.mark.parametrize("value", ["perhaps", 2, [], 0.5])
def test_a_cancellation_that_nobody_can_read_is_rejected(value: Any) -> None:
    record = {"cancel": value}
    assert reason(cancels(record, columns(record))) == "wrong_type"


PARTS = (
    Part("Sale"),
    Part("Soldes"),
    Part("Sale", sender="ACME"),
    Part("Sale", send_at=NOON),
    Part("Sale", send_at=NOON + 1),
    Part("Sale", values=(("name", "Ana"),)),
    Part(message="Hello"),
)


def test_each_part_of_each_campaign_has_a_group_name_of_its_own_and_the_same_in_every_run() -> None:
    names = {group_name(campaign, part) for campaign in ("spring", "Spring", "spring 2") for part in PARTS}
    assert len(names) == 3 * len(PARTS)
    # Never to be changed: by it, a text of an older release's run is found again.
    assert group_name("spring", Part("Sale")) == "spring Sale 622a494d-9df0f2"


def test_a_group_is_known_by_its_campaign_and_its_name_stays_short() -> None:
    long = group_name("a campaign with a name that does not end " * 2, Part("and a template with one"))
    assert len(long) <= 40
    assert is_of("spring", group_name("spring", PARTS[0]))
    assert is_of("spring", group_name("spring", PARTS[1]))
    assert not is_of("spring", group_name("summer", PARTS[0]))
    assert not is_of("spring", "spring Sale")


def test_a_campaign_is_the_same_in_whatever_order_its_members_come() -> None:
    one, other = Wish(PARTS[0], Member("+447700900001")), Wish(PARTS[1], Member(None, "C1001"))
    action: Any = None  # a payload does not depend on it
    together = [CampaignDelivery.of(action, "spring", wishes).payload for wishes in ([one, other], [other, one])]
    assert together[0] == together[1]
    assert CampaignDelivery.of(action, "spring", [one]).payload != together[0]


def test_what_is_no_text_says_neither_whom_nor_what_to_send() -> None:
    record = {"customer_id": ["7"], "template": ["Sale"], "message": "Hello"}
    assert reason(member_of(record, columns(record), Person(None, None))) == "wrong_type"
    assert reason(part_of(record, columns(record), lambda name: ())) == "wrong_type"


def test_sends_are_counted_by_the_template_they_need() -> None:
    parts = {Part(template="Sale"): 1, Part(template="Sale", send_at=NOON): 2, Part(message="Hello"): 3}
    assert texts_by_template(parts) == {"Sale": 2, None: 1}
