"""People who are in the group and changed: right in the end, however an account takes a contact a second time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

    from .conftest import MakeTarget, Seen

GROUP = "Customers"
FIELDS = ("first_name", "last_name", "custom1", "custom2", "custom3")


@pytest.fixture
def members(seen: Seen) -> Callable[..., Any]:
    """What the group has, number to fields."""
    return lambda: {number: {name: each[name] for name in FIELDS} for number, each in seen.members(GROUP).items()}


def changes(numbers: Any, **fields: Any) -> list[dict[str, object]]:
    return [{"phone": f"+447700900{number:03d}", **fields} for number in numbers]


@pytest.mark.parametrize(
    ("policy", "omitted", "named"),
    list(product(("update", "ignore", "warn202"), ("keep", "blank"), ("numbers", "objects", "absent"))),
)
def test_changed_people_are_right_in_the_end_and_lose_nothing(
    target: MakeTarget, clean_sandbox: Sandbox, members: Callable[..., Any], policy: Any, omitted: Any, named: Any
) -> None:
    clean_sandbox.switch("textlocal", duplicate_contact=policy, omitted_fields=omitted, created_contacts=named)
    before = members()
    changed = changes(range(10, 20), first_name="Other", custom3="new")
    new = changes(range(500, 503), first_name="New", custom3="new")
    verdicts = target().deliver_all("contacts", [*changed[:5], *new, *changed[5:]])
    assert [each.reason for each in verdicts] == ["changed"] * 5 + ["created"] * 3 + ["changed"] * 5
    after = members()
    for each in changed:
        number = str(each["phone"])[1:]
        assert after[number] == {**before[number], "first_name": "Other", "custom3": "new"}
    untouched = before.keys() - {str(each["phone"])[1:] for each in changed}
    assert {number: after[number] for number in untouched} == {number: before[number] for number in untouched}
    assert len(after) == len(before) + 3


@pytest.mark.parametrize("policy", ["update", "ignore", "warn202"])
def test_a_second_run_makes_no_call_that_changes_anything(
    target: MakeTarget, clean_sandbox: Sandbox, policy: str
) -> None:
    clean_sandbox.switch("textlocal", duplicate_contact=policy)
    records = changes(range(10, 20), first_name="Other")
    target().deliver_all("contacts", records)
    again = target()
    before = again.calls()
    assert {each.reason for each in again.deliver_all("contacts", records)} == {"already_there"}
    after = again.calls()
    assert {name for name, count in after.items() if count != before.get(name)} == {"get_groups", "get_contacts"}


def test_a_thousand_changes_take_one_call_and_one_trial_where_the_account_changes_contacts(
    target: MakeTarget, seen: Seen
) -> None:
    made = target()
    records = changes(range(110), first_name="Other", last_name="", custom1="", custom2="", custom3="")
    assert {each.reason for each in made.deliver_all("contacts", records)} == {"changed"}
    # The group's page and the end of it; the first one before and after it was put alone; then all others at once.
    assert made.calls() == {"get_groups": 1, "get_contacts": 4, "create_contacts_bulk": 2}
    made.deliver_all("contacts", changes(range(110), first_name="Third"))
    # The stream says nothing of other fields now, and nobody has any: nothing is tried again.
    assert made.calls()["create_contacts_bulk"] == 3


def test_an_empty_value_clears_a_field(target: MakeTarget, members: Callable[..., Any]) -> None:
    assert members()["447700900001"]["first_name"]
    target().deliver_all("contacts", changes([1], first_name=None))
    assert members()["447700900001"]["first_name"] == ""


def test_replaced_people_are_told_of_in_the_report(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.switch("textlocal", duplicate_contact="ignore")
    made = target()
    made.deliver_all("contacts", changes(range(3), first_name="Other"))
    assert made.calls()["delete_contact"] == 3
    (note,) = made.actions["contacts"].notes()
    assert "one by one" in note


def test_somebody_who_cannot_be_put_in_anew_stays_as_they_were(
    target: MakeTarget, clean_sandbox: Sandbox, members: Callable[..., Any]
) -> None:
    clean_sandbox.switch("textlocal", duplicate_contact="ignore")
    made = target()
    made.deliver_all("contacts", changes([0], first_name="Other"))
    before = members()["447700900001"]
    clean_sandbox.faults("textlocal-error", "create_contacts_bulk", vendor="textlocal", code=15, times=1)
    (verdict,) = made.deliver_all("contacts", changes([1], first_name="Third"))
    assert verdict.reason == "invalid_json"
    assert members()["447700900001"] == before


def test_somebody_whose_change_is_refused_decides_nothing_for_the_others(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.faults("textlocal-error", "create_contacts_bulk", vendor="textlocal", code=15, times=1)
    made = target()
    verdicts = made.deliver_all("contacts", changes(range(10), first_name="Other"))
    assert sorted(each.reason for each in verdicts) == ["changed"] * 9 + ["invalid_json"]
    assert list(made.actions["contacts"].notes()) == []


def test_somebody_who_cannot_be_deleted_is_rejected_and_stays(
    target: MakeTarget, clean_sandbox: Sandbox, members: Callable[..., Any]
) -> None:
    clean_sandbox.switch("textlocal", duplicate_contact="ignore")
    before = members()["447700900001"]
    clean_sandbox.faults("textlocal-error", "delete_contact", vendor="textlocal", code=32, times=1)
    (verdict,) = target().deliver_all("contacts", changes([1], first_name="Other"))
    assert (verdict.reason, verdict.vendor_code) == ("invalid_phone", "32")
    assert members()["447700900001"] == before


def test_many_threads_try_one_contact(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    made = target()
    action: Any = made.actions["contacts"]
    calls = [
        [made.plan("contacts", each) for each in changes(range(first, first + 10), first_name="Other")]
        for first in range(0, 80, 10)
    ]
    with ThreadPoolExecutor(8) as pool:
        verdicts = [each for done in pool.map(action.send, calls) for each in done]
    assert {each.reason for each in verdicts} == {"changed"}
    assert made.calls()["get_contacts"] == 4
    assert made.calls()["create_contacts_bulk"] == 9


def test_a_group_that_goes_away_while_people_are_replaced_ends_the_run(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    clean_sandbox.switch("textlocal", duplicate_contact="ignore")
    clean_sandbox.faults("textlocal-error", "delete_contact", vendor="textlocal", code=10)
    with pytest.raises(SetupError, match="The group is not there"):
        target().deliver_all("contacts", changes(range(3), first_name="Other"))


def test_somebody_who_left_the_group_meanwhile_is_put_in_again(
    target: MakeTarget, textlocal_api: TextlocalApi, seen: Seen, members: Callable[..., Any]
) -> None:
    made = target()
    made.deliver_all("contacts", changes([500]))  # the group is read
    group = next(each["id"] for each in seen.shown("groups") if each["name"] == GROUP)
    textlocal_api.call("delete_contact", number="447700900001", group_id=group)
    (verdict,) = made.deliver_all("contacts", changes([1], first_name="Back"))
    assert verdict.reason == "changed"
    assert members()["447700900001"]["first_name"] == "Back"
