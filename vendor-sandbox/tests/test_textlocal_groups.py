"""Groups: made, listed without the built-in ones, deleted with their contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

CUSTOMERS = 300001


@pytest.fixture
def group(textlocal_api: TextlocalApi) -> str:
    found: str = textlocal_api.call("create_group", name="VIP")["group"]["id"]
    return found


def test_the_built_in_groups_are_not_listed_but_can_be_read(textlocal_api: TextlocalApi) -> None:
    listed = textlocal_api.call("get_groups")
    assert listed["num_groups"] == 2
    assert listed["groups"] == [
        {"id": CUSTOMERS, "name": "Customers", "size": 120},
        {"id": 300002, "name": "Newsletter", "size": 40},
    ]
    assert textlocal_api.call("get_contacts", group_id=5)["num_contacts"] == 5
    assert textlocal_api.call("get_contacts", group_id=6)["num_contacts"] == 3


def test_a_fresh_account_has_no_groups(textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox) -> None:
    fresh = textlocal_api_to(clean_sandbox, "sandbox-textlocal-fresh")
    assert fresh.call("get_groups") == {"num_groups": 0, "groups": [], "status": "success"}
    assert fresh.call("get_contacts", group_id=5)["contacts"] == []


def test_accounts_do_not_see_each_others_groups(textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox) -> None:
    india = textlocal_api_to(clean_sandbox, "sandbox-textlocal-in")
    assert CUSTOMERS not in [each["id"] for each in india.call("get_groups")["groups"]]
    assert india.fails("get_contacts", group_id=CUSTOMERS) == [10]
    assert india.fails("delete_group", group_id=CUSTOMERS) == [10]


def test_a_group_is_made_listed_and_deleted_with_its_contacts(textlocal_api: TextlocalApi, group: str) -> None:
    textlocal_api.call("create_contacts", group_id=group, numbers="447700900700,447700900701")
    assert {"id": group, "name": "VIP", "size": 2} in textlocal_api.call("get_groups")["groups"]
    assert textlocal_api.call("delete_group", group_id=group) == {"status": "success"}
    assert textlocal_api.fails("get_contacts", group_id=group) == [10]
    assert textlocal_api.shown("contacts?number=447700900700")["count"] == 0


def test_the_id_of_a_deleted_group_is_not_given_again(textlocal_api: TextlocalApi, group: str) -> None:
    textlocal_api.call("delete_group", group_id=group)
    assert textlocal_api.call("create_group", name="VIP")["group"]["id"] > group


@pytest.mark.parametrize(
    ("name", "code"), [("", 12), ("  ", 12), ("x" * 51, 13), ("Customers", 14), (" customers ", 14)]
)
def test_a_group_needs_a_name_of_its_own_that_is_not_too_long(
    textlocal_api: TextlocalApi, name: str, code: int
) -> None:
    assert textlocal_api.fails("create_group", name=name) == [code]


@pytest.mark.parametrize(("limit", "longest"), [("20", 20), ("255", 255)])
def test_how_long_a_name_may_be_is_a_switch(textlocal_api: TextlocalApi, limit: str, longest: int) -> None:
    textlocal_api.switch(group_name_limit=limit)
    assert textlocal_api.fails("create_group", name="é" * (longest + 1)) == [13]
    assert textlocal_api.call("create_group", name="é" * longest)["group"]["name"] == "é" * longest


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, 25), ({"group_id": "999"}, 10), ({"group_id": "x"}, 10), ({"group_id": 5}, 62), ({"group_id": 6}, 62)],
)
def test_a_group_that_cannot_be_deleted_says_why(
    textlocal_api: TextlocalApi, given: dict[str, Any], code: int
) -> None:
    assert textlocal_api.fails("delete_group", **given) == [code]
    assert textlocal_api.call("get_groups")["num_groups"] == 2


def test_ids_are_texts_by_a_switch_and_are_taken_as_such(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(ids="string")
    made = textlocal_api.call("create_group", name="VIP")["group"]["id"]
    assert isinstance(made, str)
    assert made in [each["id"] for each in textlocal_api.call("get_groups")["groups"]]
    assert textlocal_api.call("get_contacts", group_id=made)["group_id"] == made
    assert textlocal_api.call("get_templates")["templates"][0]["id"] == "101"
