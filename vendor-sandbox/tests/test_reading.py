"""Pages, windows, test messages, who unsubscribes, and the same answer for ever."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox

    from .conftest import SoapClient

LISTS = "GetContactListCollection"
BIG_LIST, BIG_LISTS_MESSAGE = 3151, 1_000_002
OPENS, SUBSCRIBED, MESSAGES = (
    "ReportRangeMessageContactOpen",
    "ReportRangeSubscribedContacts",
    "ReportListMessageActivity",
)


def test_pages_are_full_until_the_last_one_and_then_empty(soap: SoapClient) -> None:
    soap.sandbox.switch(nil_rows="off")
    sizes = [
        len(soap.rows("ReportMessageContactSent", MsgID=BIG_LISTS_MESSAGE, Page=page)) for page in (1, 2, 3, 4, 99)
    ]
    assert sizes[0] == 2500
    assert 0 < sizes[1] < 2500
    assert sizes[2:] == [0, 0, 0]


def test_a_page_below_one_is_the_first(soap: SoapClient) -> None:
    first, zero = {"Page": 1}, {"Page": 0}
    left_out: dict[str, int] = {}
    answers = [
        soap.rows("ReportMessageContactSent", MsgID=BIG_LISTS_MESSAGE, **page) for page in (first, zero, left_out)
    ]
    assert answers[0] == answers[1] == answers[2]


def test_the_page_size_is_an_option_and_changes_no_row(
    soap_to: type[SoapClient], start_sandbox: Callable[..., Sandbox], whole_time: dict[str, Any]
) -> None:
    small, large = (soap_to(start_sandbox(page_size=size)) for size in (7, 5000))
    asked = {"MsgID": 1_000_000, **whole_time}
    assert small.pages(OPENS, **asked) == large.pages(OPENS, **asked)


@pytest.mark.parametrize(
    ("operation", "field", "asked"),
    [
        (OPENS, "OpenDate", {"MsgID": BIG_LISTS_MESSAGE, "Page": 1}),
        (SUBSCRIBED, "AdditionDate", {"ListID": BIG_LIST, "Page": 1}),
        (MESSAGES, "SendDate", {"ListID": BIG_LIST}),
    ],
)
def test_windows_filter_by_date_with_both_ends_in(
    soap: SoapClient, whole_time: dict[str, Any], operation: str, field: str, asked: dict[str, Any]
) -> None:
    dates = [row[field] for row in soap.rows(operation, **asked, **whole_time)]
    start, end = dates[len(dates) // 4], dates[len(dates) // 2]
    window = [row[field] for row in soap.rows(operation, **asked, StartDate=start, EndDate=end)]
    assert window == [date for date in dates if start <= date <= end]
    soap.sandbox.switch(range_end="exclusive")
    window = [row[field] for row in soap.rows(operation, **asked, StartDate=start, EndDate=end)]
    assert window == [date for date in dates if start <= date < end]


def test_bounds_count_by_their_digits_whatever_the_zone(soap: SoapClient) -> None:
    def rows(suffix: str) -> list[dict[str, Any]]:
        window = {"StartDate": f"2024-01-01T00:00:00{suffix}", "EndDate": f"2024-12-31T23:59:59.999{suffix}"}
        return soap.rows(MESSAGES, ListID=3117, **window)

    assert rows("") == rows("Z") == rows("-05:00")
    assert {row["SendDate"][:4] for row in rows("")} == {"2024"}


def test_test_messages_come_only_when_asked_for(soap: SoapClient, whole_time: dict[str, Any]) -> None:
    asked = {"ListID": 3117, **whole_time}
    real = soap.rows(MESSAGES, **asked, IncludeTestMessages="false")
    both = soap.rows(MESSAGES, **asked, IncludeTestMessages="true")
    assert both[: len(real)] == real
    assert len(both) == len(real) + 2
    assert soap.rows("ReportMessageContactSent", MsgID=both[-1]["MsgID"], Page=1)
    assert soap.sandbox.rows(tests=True)["messages"]["rows"] > soap.sandbox.rows()["messages"]["rows"]


def test_whoever_unsubscribes_vanishes_and_the_pages_stay_without_gaps(
    soap_to: type[SoapClient], start_sandbox: Callable[..., Sandbox], whole_time: dict[str, Any]
) -> None:
    sandbox = start_sandbox(page_size=50)
    soap, asked = soap_to(sandbox), {"ListID": 3117, **whole_time}
    before = soap.pages(SUBSCRIBED, **asked)
    leaving = [row["ContactID"] for row in (before[0], before[1], before[49], before[50], before[120])]
    for contact in leaving:
        sandbox.post("/_sandbox/listrak-soap/unsubscribe", {"ListID": 3117, "ContactID": contact})
    held = sandbox.rows()["subscribed_contacts"]["rows"]
    assert soap.pages(SUBSCRIBED, **asked) == [row for row in before if row.get("ContactID") not in leaving]
    sandbox.reset()
    assert sandbox.rows()["subscribed_contacts"]["rows"] == held + len(leaving)
    assert soap.pages(SUBSCRIBED, **asked) == before


def test_unsubscribing_nobody_says_what_is_wrong(clean_sandbox: Sandbox) -> None:
    url = f"{clean_sandbox.url}/_sandbox/listrak-soap/unsubscribe"
    for wanted in ({}, {"ListID": 1, "ContactID": "1"}, {"ListID": 3117, "ContactID": "nobody"}):
        answer = requests.post(url, json=wanted, timeout=10)
        assert answer.status_code == 422
        assert answer.json()["problems"]


def test_two_sandboxes_of_one_seed_give_the_same_bytes_and_of_another_do_not(
    soap_to: type[SoapClient], start_sandbox: Callable[..., Sandbox], whole_time: dict[str, Any]
) -> None:
    def answers(seed: int) -> list[bytes]:
        soap = soap_to(start_sandbox(seed=seed))
        calls = [(LISTS, {}), (MESSAGES, {"ListID": 3117}), (OPENS, {"MsgID": 1_000_000, "Page": 1})]
        return [soap.post(operation, **asked, **whole_time).content for operation, asked in calls]

    first, second, other = (answers(seed) for seed in (3, 3, 4))
    assert first == second
    assert all(a != b for a, b in zip(first, other, strict=True))


def test_a_plain_account_has_exactly_the_shape_asked_for(
    soap_to: type[SoapClient], start_sandbox: Callable[..., Sandbox]
) -> None:
    sandbox = start_sandbox(lists=2, messages=3, contacts=40, page_size=25)
    soap = soap_to(sandbox)
    held = sandbox.rows()
    sends = [soap.pages("ReportMessageContactSent", MsgID=1_000_000 + number) for number in range(6)]
    assert [len(rows) for rows in sends] == [40] * 6
    assert len({row["EmailAddress"] for row in itertools.chain(*sends)}) < 6 * 40
    assert (held["lists"]["rows"], held["messages"]["rows"], held["message_sends"]["rows"]) == (2, 6, 240)
    assert not any(counts["without_key"] for counts in held.values())


def test_all_messages_of_a_long_list_are_one_answer(
    soap_to: type[SoapClient], start_sandbox: Callable[..., Sandbox], whole_time: dict[str, Any]
) -> None:
    sandbox = start_sandbox(lists=1, messages=6_000, contacts=3)
    assert len(soap_to(sandbox).rows(MESSAGES, ListID=3117, **whole_time)) == 6_000
