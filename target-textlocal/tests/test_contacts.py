"""People into a group: who is new, who is there, who the account does not take, and which call finds the culprit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from singer_delivery.errors import SetupError
from singer_delivery.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

    from singer_delivery.outcomes import Verdict

    from .conftest import MakeTarget, Seen

GROUP = "Customers"
THERE = "+447700900001"
BAD = "+4477009005"
"""Too short for a number, so that the sandbox does not take it."""


def reasons(verdicts: list[Verdict]) -> list[str]:
    return [each.reason for each in verdicts]


def people(count: int, first: int = 500, **fields: object) -> list[dict[str, object]]:
    return [{"phone": f"+447700900{first + each:03d}", "first_name": f"Ana {each}", **fields} for each in range(count)]


@pytest.fixture
def there(textlocal_api: TextlocalApi, seen: Seen) -> Callable[..., Any]:
    """What the sandbox has of somebody in the group: `there("447700900500")`."""
    return lambda number: seen.members(GROUP).get(number.removeprefix("+"))


def test_new_people_are_created_with_their_customer_id_in_its_slot(
    target: MakeTarget, there: Callable[..., Any]
) -> None:
    verdicts = target(customer_id_field="custom3").deliver_all(
        "contacts",
        [
            {
                "phone": "+447700900500",
                "first_name": "Zoë",
                "last_name": "O'Neill",
                "customer_id": 4711,
                "custom1": "a",
            },
            {"phone": "+447700900501", "first_name": None, "last_name": "50% + & 😀\nx", "customer_id": "4712"},
        ],
    )
    assert reasons(verdicts) == ["created", "created"]
    zoe, other = there("447700900500"), there("447700900501")
    assert [zoe[name] for name in ("first_name", "last_name", "custom1", "custom3")] == ["Zoë", "O'Neill", "a", "4711"]
    assert [other[name] for name in ("first_name", "last_name", "custom3")] == ["", "50% + & 😀\nx", "4712"]


def test_a_group_that_is_not_there_is_made_once_and_named_in_the_report(target: MakeTarget, seen: Seen) -> None:
    made = target(group_name="VIP")
    assert reasons(made.deliver_all("contacts", people(3))) == ["created"] * 3
    assert reasons(made.deliver_all("contacts", people(2, 600))) == ["created"] * 2
    assert seen.groups()["VIP"] == 5
    assert made.calls() == {"get_groups": 1, "create_group": 1, "create_contacts_bulk": 2}
    (note,) = made.actions["contacts"].notes()
    assert "'Customers' (" in note


def test_a_name_in_another_case_means_the_same_group(target: MakeTarget, seen: Seen) -> None:
    target(group_name=" cUSTOMERS ").deliver_all("contacts", people(1))
    assert seen.groups()[GROUP] == 121
    assert len(seen.groups()) == 4


@pytest.mark.parametrize("group", ["id", "built-in"])
def test_a_group_may_be_meant_by_its_id(target: MakeTarget, seen: Seen, group: str) -> None:
    number = 5 if group == "built-in" else next(each["id"] for each in seen.shown("groups") if each["name"] == GROUP)
    made = target(group_id=number, group_name=None)
    assert reasons(made.deliver_all("contacts", people(1))) == ["created"]
    assert "447700900500" in seen.members(str(number))


def test_an_unknown_id_ends_the_run_with_every_name_in_use(target: MakeTarget, seen: Seen) -> None:
    made = target(group_id=12, group_name=None)
    with pytest.raises(SetupError, match=r"'Customers' \(\d+\); 'Newsletter' \(\d+\)"):
        made.deliver_all("contacts", people(1))
    assert "create_contacts_bulk" not in made.calls()


def test_1500_people_are_one_call_and_the_1501st_is_in_a_second_one(target: MakeTarget) -> None:
    made = target(group_name="Many")
    many = [{"phone": f"+4477009{each:05d}"} for each in range(1501)]
    size = made.actions["contacts"].batch_size
    verdicts = [*made.deliver_all("contacts", many[:size]), *made.deliver_all("contacts", many[size:])]
    assert reasons(verdicts) == ["created"] * 1501
    assert made.calls()["create_contacts_bulk"] == 2


def test_who_is_there_and_equal_is_already_there_without_a_call(target: MakeTarget, there: Callable[..., Any]) -> None:
    made = target()
    known = there(THERE)
    record = {"phone": THERE, **{name: known[name] for name in ("first_name", "last_name", "custom1", "custom2")}}
    assert reasons(made.deliver_all("contacts", [record, {"phone": "+447700900002"}])) == ["already_there"] * 2
    assert "create_contacts_bulk" not in made.calls()


def test_the_group_is_read_once_for_all_calls(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    made = target()
    for first in (500, 600, 700):
        made.deliver_all("contacts", people(3, first))
    assert made.calls()["get_contacts"] == 2  # a page, and the empty one that is the end


def test_of_a_large_group_only_those_are_asked_for_who_are_needed(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_textlocal.members.PAGE_SIZE", 40)  # as if the group of 120 had three pages
    made = target()
    assert reasons(made.deliver_all("contacts", [{"phone": THERE}, *people(1)])) == ["already_there", "created"]
    assert made.calls()["get_contacts"] == 2
    assert reasons(made.deliver_all("contacts", [{"phone": THERE}, *people(1)])) == ["already_there"] * 2
    assert made.calls()["get_contacts"] == 2
    assert reasons(made.deliver_all("contacts", people(2, 600))) == ["created"] * 2
    assert made.calls()["get_contacts"] == 2 + 2  # that would be one too many: the whole group, and its end
    known = [{"phone": f"+447700900{each:03d}"} for each in range(100)]
    assert reasons(made.deliver_all("contacts", known)) == ["already_there"] * 100
    assert made.calls()["get_contacts"] == 4


def test_somebody_who_was_created_is_known_later_in_the_run(target: MakeTarget) -> None:
    made = target()
    (first,) = made.deliver_all("contacts", people(1))
    same, other = (made.deliver_all("contacts", people(1, last_name=name))[0] for name in (None, "Smith"))
    assert reasons([first, same, other]) == ["created", "already_there", "changed"]


def test_contacts_that_are_there_are_left_as_they_are_if_that_is_wanted(
    target: MakeTarget, there: Callable[..., Any]
) -> None:
    before = there(THERE)
    made = target(existing_contacts="leave")
    verdicts = made.deliver_all("contacts", [{"phone": THERE, "first_name": "Other"}, *people(1)])
    assert reasons(verdicts) == ["left_as_it_is", "created"]
    assert verdicts[0].outcome is Outcome.ALREADY
    assert there(THERE) == before
    assert "delete_contact" not in made.calls()


@pytest.mark.parametrize("named", ["numbers", "objects", "absent"])
@pytest.mark.parametrize("said", ["warn56", "silent"])
def test_a_bad_number_among_good_ones_is_found_and_the_others_are_taken(
    target: MakeTarget, clean_sandbox: Sandbox, there: Callable[..., Any], named: str, said: str
) -> None:
    clean_sandbox.switch("textlocal", created_contacts=named, invalid_contact=said)
    made = target()
    verdicts = made.deliver_all("contacts", [*people(5), {"phone": BAD}, *people(5, 600)])
    assert reasons(verdicts[:5] + verdicts[6:]) == ["created"] * 10
    bad = verdicts[5]
    assert bad.outcome is Outcome.REJECTED
    assert (bad.reason, bad.vendor_code) == (("invalid_phone", "56") if said == "warn56" else ("not_taken", None))
    assert BAD[1:] not in bad.message
    assert there("447700900600")
    assert made.calls()["create_contacts_bulk"] == 1


@pytest.mark.parametrize("code", [32, 61])
def test_a_bad_number_may_not_even_be_looked_up(target: MakeTarget, clean_sandbox: Sandbox, code: int) -> None:
    clean_sandbox.switch("textlocal", created_contacts="absent", invalid_contact="silent")
    looked_up = {"number": BAD[1:]}
    clean_sandbox.faults("textlocal-error", "get_contacts", vendor="textlocal", code=code, match=looked_up)
    verdicts = target().deliver_all("contacts", [*people(1), {"phone": BAD}])
    assert reasons(verdicts) == ["created", "not_taken"]


def test_numbers_that_are_all_bad_are_rejected_without_a_call_for_each(target: MakeTarget) -> None:
    made = target()
    verdicts = made.deliver_all("contacts", [{"phone": f"{BAD}{each}"[:11]} for each in range(1)])
    verdicts += made.deliver_all("contacts", [{"phone": f"+44{each}"} for each in range(700, 740)])
    assert {each.outcome for each in verdicts} == {Outcome.REJECTED}
    assert set(reasons(verdicts)) == {"invalid_phone"}
    assert made.calls()["create_contacts_bulk"] == 2


def test_a_call_that_is_refused_as_a_whole_is_split_until_the_culprit_stands_alone(
    target: MakeTarget, clean_sandbox: Sandbox, there: Callable[..., Any]
) -> None:
    # All calls that hold the last of ten: ten, the last five, the last three, the last two, the last one.
    for call in (0, 2, 4, 6, 8):
        clean_sandbox.faults(
            "textlocal-error", "create_contacts_bulk", vendor="textlocal", code=15, times=1, after=call
        )
    verdicts = target().deliver_all("contacts", [*people(9), {"phone": "+447700900700"}])
    assert reasons(verdicts) == ["created"] * 9 + ["invalid_json"]
    assert there("447700900508")
    assert not there("447700900700")


def test_whatever_is_refused_ends_the_run_after_a_few_contacts(target: MakeTarget, clean_sandbox: Sandbox) -> None:
    clean_sandbox.faults("textlocal-error", "create_contacts_bulk", vendor="textlocal", code=15)
    made = target()
    with pytest.raises(SetupError, match=r"refused 5 contacts one after the other, and taken none \(15\)"):
        made.deliver_all("contacts", people(100))
    assert made.calls()["create_contacts_bulk"] < 20


def test_a_number_that_counts_as_a_duplicate_and_is_not_there_is_rejected_alone(
    target: MakeTarget, clean_sandbox: Sandbox
) -> None:
    for call in (0, 2):  # both people, then the second one
        clean_sandbox.faults(
            "textlocal-error", "create_contacts_bulk", vendor="textlocal", code=202, times=1, after=call
        )
    verdicts = target().deliver_all("contacts", people(2))
    assert [(each.reason, each.vendor_code) for each in verdicts] == [
        ("created", None),
        ("invalid_or_duplicate", "202"),
    ]


def test_a_lost_answer_is_no_reject_whatever_becomes_of_the_second_call(
    target: MakeTarget, clean_sandbox: Sandbox, there: Callable[..., Any]
) -> None:
    for policy in ("update", "ignore", "warn202"):
        clean_sandbox.switch("textlocal", duplicate_contact=policy)
        clean_sandbox.faults("drop-after", "create_contacts_bulk", vendor="textlocal", times=1)
        first = {"update": 500, "ignore": 600, "warn202": 700}[policy]
        assert reasons(target().deliver_all("contacts", people(4, first))) == ["created"] * 4, policy
        assert there(f"447700900{first}")["first_name"] == "Ana 0"


def test_a_group_that_goes_away_in_the_middle_ends_the_run(
    target: MakeTarget, clean_sandbox: Sandbox, seen: Seen
) -> None:
    made = target()
    made.deliver_all("contacts", people(1))
    number = next(each["id"] for each in seen.shown("groups") if each["name"] == GROUP)
    clean_sandbox.post("/_sandbox/textlocal/delete-group", {"id": number})
    with pytest.raises(SetupError, match="The group is not there: somebody may have deleted it"):
        made.deliver_all("contacts", people(1, 600))


def test_columns_that_go_nowhere_are_named_in_the_report_once(target: MakeTarget) -> None:
    made = target()
    for _ in range(2):
        made.deliver_all("contacts", people(1, customer_id=1, city="Leeds"))
    (note,) = made.actions["contacts"].notes()
    assert "`customer_id`, `city` went nowhere" in note
    assert "`customer_id_field`" in note


def test_an_upgraded_account_is_told_what_still_works(target: MakeTarget) -> None:
    made = target(api_key="sandbox-textlocal-interact")
    with pytest.raises(SetupError, match="upgraded to Webex Interact"):
        made.deliver_all("contacts", people(1))


def test_a_group_of_an_indian_account_is_filled(target: MakeTarget, clean_sandbox: Sandbox, seen: Seen) -> None:
    seen.account = "in"
    made = target(api_key="sandbox-textlocal-in", default_country="IN")
    assert reasons(made.deliver_all("contacts", [{"phone": "+915550100500"}])) == ["created"]
    assert "915550100500" in seen.members(GROUP)
