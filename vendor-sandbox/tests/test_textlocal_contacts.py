"""Contacts: written one way or the other, read in pages, deleted; and whose numbers are whose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from sandboxes import Sandbox
    from textlocal_calls import TextlocalApi

CUSTOMERS = 300001
NEW = "447700900600"


def write(api: TextlocalApi, *contacts: object, group: int = CUSTOMERS, **fields: Any) -> dict[str, Any]:
    return api.call("create_contacts_bulk", group_id=group, contacts=quote(json.dumps(contacts)), **fields)


def there(api: TextlocalApi, number: str, group: int = CUSTOMERS) -> dict[str, Any]:
    found = api.call("get_contacts", group_id=group, number=number)["contacts"]
    return {name: value for name, value in found[0].items() if name != "linkTracking"} if found else {}


def test_contacts_are_written_with_names_and_custom_fields(textlocal_api: TextlocalApi) -> None:
    contact = {
        "number": NEW,
        "first_name": "Zoë",
        "last_name": "O'Neill",
        "custom1": "C1",
        "custom2": "",
        "custom3": "3",
    }
    assert write(textlocal_api, contact) == {
        "group_id": CUSTOMERS,
        "num_contacts": 1,
        "contacts": [NEW],
        "status": "success",
    }
    assert there(textlocal_api, NEW) == contact


def test_numbers_and_nulls_of_the_json_become_texts(textlocal_api: TextlocalApi) -> None:
    write(textlocal_api, {"number": int(NEW), "custom1": 17, "custom2": None, "email": "not kept"})
    assert there(textlocal_api, NEW) == {
        "number": NEW,
        "first_name": "",
        "last_name": "",
        "custom1": "17",
        "custom2": "",
        "custom3": "",
    }


def test_numbers_alone_go_into_the_built_in_group_unless_another_is_named(textlocal_api: TextlocalApi) -> None:
    made = textlocal_api.call("create_contacts", numbers=f"{NEW}, 447700900601,")
    assert (made["group_id"], made["num_contacts"]) == (5, 2)
    textlocal_api.call("create_contacts", numbers=NEW, group_id=CUSTOMERS)
    assert [each["group"] for each in textlocal_api.shown(f"contacts?number={NEW}")["contacts"]] == [5, CUSTOMERS]


@pytest.mark.parametrize(
    ("contacts", "code"), [("", 55), ("[]", 55), ("{", 15), ("{}", 15), ('["447700900600"]', 15), ("null", 15)]
)
def test_contacts_that_are_no_list_of_objects_are_refused(
    textlocal_api: TextlocalApi, contacts: str, code: int
) -> None:
    assert textlocal_api.fails("create_contacts_bulk", contacts=contacts) == [code]


def test_a_call_takes_1500_contacts_and_15000_numbers_and_no_more(textlocal_api: TextlocalApi) -> None:
    many = [{"number": f"4477009{number:05d}"} for number in range(1501)]
    assert textlocal_api.fails("create_contacts_bulk", contacts=json.dumps(many)) == [33]
    assert textlocal_api.fails("create_contacts", numbers=",".join(["447700900600"] * 15_001)) == [33]
    assert write(textlocal_api, *many[:1500])["num_contacts"] == 1500


def test_invalid_numbers_are_left_out_with_a_warning_and_refused_when_there_are_no_others(
    textlocal_api: TextlocalApi,
) -> None:
    made = write(textlocal_api, {"number": NEW}, {"number": "12"}, {"first_name": "nobody"})
    assert [each["code"] for each in made["warnings"]] == [56]
    assert made["contacts"] == [NEW]
    answer = textlocal_api.answer("create_contacts", numbers="12,abc").json()
    assert [each["code"] for each in answer["errors"]] == [51]
    assert [each["code"] for each in answer["warnings"]] == [56]


def test_invalid_numbers_show_only_in_the_count_by_a_switch(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(invalid_contact="silent")
    made = write(textlocal_api, {"number": NEW}, {"number": "12"})
    assert "warnings" not in made
    assert made["num_contacts"] == 1


def test_a_contact_that_is_there_is_changed_and_keeps_what_is_not_said(textlocal_api: TextlocalApi) -> None:
    before = there(textlocal_api, "447700900001")
    write(textlocal_api, {"number": "447700900001", "first_name": "New"})
    assert there(textlocal_api, "447700900001") == {**before, "first_name": "New"}
    textlocal_api.switch(omitted_fields="blank")
    write(textlocal_api, {"number": "447700900001", "first_name": "Newer"})
    assert there(textlocal_api, "447700900001")["custom1"] == ""
    assert textlocal_api.call("get_contacts", group_id=CUSTOMERS)["num_contacts"] == 120


def test_a_contact_that_is_there_is_ignored_by_a_switch(textlocal_api: TextlocalApi) -> None:
    before = there(textlocal_api, "447700900001")
    textlocal_api.switch(duplicate_contact="ignore")
    made = write(textlocal_api, {"number": "447700900001", "first_name": "New"}, {"number": NEW})
    assert (made["num_contacts"], "warnings" in made) == (2, False)
    assert there(textlocal_api, "447700900001") == before


def test_a_contact_that_is_there_or_comes_twice_is_a_202_by_a_switch(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(duplicate_contact="warn202")
    made = write(textlocal_api, {"number": "447700900001"}, {"number": NEW}, {"number": NEW, "first_name": "Twice"})
    assert [each["code"] for each in made["warnings"]] == [202]
    assert (made["num_contacts"], there(textlocal_api, NEW)["first_name"]) == (1, "")
    assert textlocal_api.fails("create_contacts", numbers=NEW, group_id=CUSTOMERS) == [202]


def test_what_a_call_says_it_created_has_three_forms(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(created_contacts="objects", contact_numbers="number")
    assert write(textlocal_api, {"number": NEW})["contacts"] == [{"number": int(NEW)}]
    textlocal_api.switch(created_contacts="absent")
    assert "contacts" not in write(textlocal_api, {"number": NEW})


@pytest.mark.parametrize(
    ("given", "kept"),
    [("07700900600", NEW), ("+447700900600", NEW), ("447700900600", NEW), ("12025550100", "12025550100")],
)
def test_a_uk_account_stores_numbers_with_their_country(textlocal_api: TextlocalApi, given: str, kept: str) -> None:
    assert textlocal_api.call("create_contacts", numbers=given)["contacts"] == [kept]


@pytest.mark.parametrize(
    "number", ["4477009006", "442079460000", "44 7700 900600", "0", "٤٤٧٧٠٠٩٠٠٦٠٠", "2025550100x"]
)
def test_what_no_text_can_reach_is_no_number(textlocal_api: TextlocalApi, number: str) -> None:
    assert textlocal_api.fails("create_contacts", numbers=number) == [51]


def test_national_numbers_and_the_plus_are_refused_by_switches(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(national_numbers="refuse", plus_sign="refuse")
    assert textlocal_api.fails("create_contacts", numbers="07700900600,+447700900600") == [51]


def test_an_indian_account_adds_ten_digits_and_deletes_them_with_91(
    textlocal_api_to: type[TextlocalApi], clean_sandbox: Sandbox
) -> None:
    india = textlocal_api_to(clean_sandbox, "sandbox-textlocal-in")
    assert india.call("create_contacts", numbers="5550100900")["contacts"] == ["915550100900"]
    assert india.call("delete_contact", number="915550100900") == {
        "group_id": 5,
        "number": "915550100900",
        "status": "success",
    }


def test_a_group_is_read_in_pages_in_the_order_its_contacts_came(textlocal_api: TextlocalApi) -> None:
    numbers = []
    for start in range(0, 150, 50):
        page = textlocal_api.call("get_contacts", group_id=CUSTOMERS, start=start, limit=50)
        assert (page["start"], page["limit"], page["num_contacts"]) == (start, 50, 120)
        numbers += [each["number"] for each in page["contacts"]]
    assert numbers == [f"447700900{number:03d}" for number in range(120)]


def test_a_page_is_cut_to_the_limit_and_counts_itself_by_switches(textlocal_api: TextlocalApi) -> None:
    textlocal_api.switch(page_limit="25", num_contacts="page", contact_extras="present")
    page = textlocal_api.call("get_contacts", group_id=CUSTOMERS, start=100, limit=1000)
    assert (page["limit"], page["num_contacts"], len(page["contacts"])) == (25, 20, 20)
    assert page["contacts"][0]["groupID"] == CUSTOMERS
    assert page["contacts"][0]["id"]


def test_one_number_is_looked_up_with_its_link_tracking(textlocal_api: TextlocalApi) -> None:
    page = textlocal_api.call("get_contacts", group_id=CUSTOMERS, number="07700900004")
    (contact,) = page["contacts"]
    assert (contact["number"], contact["custom1"], contact["linkTracking"]) == ("447700900004", "C1004", [])
    assert textlocal_api.call("get_contacts", group_id=CUSTOMERS, number=NEW)["contacts"] == []


@pytest.mark.parametrize(("given", "code"), [({}, 25), ({"group_id": 999}, 10), ({"group_id": "-5"}, 10)])
def test_reading_needs_a_group_that_there_is(textlocal_api: TextlocalApi, given: dict[str, Any], code: int) -> None:
    assert textlocal_api.fails("get_contacts", **given) == [code]


def test_deleting_takes_a_number_out_of_one_group_only(textlocal_api: TextlocalApi) -> None:
    deleted = textlocal_api.call("delete_contact", number="447700900003", group_id=CUSTOMERS)
    assert deleted == {"group_id": CUSTOMERS, "number": "447700900003", "status": "success"}
    assert there(textlocal_api, "447700900003", group=300002)
    assert textlocal_api.fails("delete_contact", number="447700900003", group_id=CUSTOMERS) == [61]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"number": "12"}, 32), ({}, 32), ({"number": NEW}, 61), ({"number": NEW, "group_id": 999}, 10)],
)
def test_a_contact_that_cannot_be_deleted_says_why(
    textlocal_api: TextlocalApi, given: dict[str, Any], code: int
) -> None:
    assert textlocal_api.fails("delete_contact", **given) == [code]


def test_the_group_of_opt_outs_is_read_only_unless_a_switch_says_otherwise(textlocal_api: TextlocalApi) -> None:
    assert textlocal_api.fails("create_contacts", numbers=NEW, group_id=6) == [10]
    assert textlocal_api.fails("delete_contact", number="447700900007", group_id=6) == [10]
    textlocal_api.switch(optout_group_writable="yes")
    textlocal_api.call("create_contacts", numbers=NEW, group_id=6)
    textlocal_api.call("delete_contact", number="447700900007", group_id=6)
    assert [each["number"] for each in textlocal_api.call("get_optouts")["optouts"]] == [
        "447700900019",
        "447700900031",
        NEW,
    ]


@pytest.mark.parametrize("field", ["optouts", "contacts", "numbers"])
def test_where_opt_outs_stand_is_a_switch(textlocal_api: TextlocalApi, field: str) -> None:
    textlocal_api.switch(optouts_field=field)
    assert textlocal_api.call("get_optouts")[field][0] == {"number": "447700900007", "date": "2024-03-01 09:30:00"}
